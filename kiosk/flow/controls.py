"""What can be done on a display, in reading order: for the five keys, for speech, and for checks of the screens.

`control_id` is the `element_id` of the button that a screen draws for it. Header first, then the page, then the foot;
the page starts where reading starts, so a listener's first step leads to the first control of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar, assert_never

from kiosk.flow.keyboard import DIGIT_KEYS, EDIT_KEYS, KEY_NAMES, PAGE_KEYS, PHONE_KEYS
from kiosk.flow.staff.views import (
    GuideView,
    Level,
    RulerView,
    StaffHomeView,
    StaffKnock,
    StaffLevelsView,
    StaffPageView,
    StaffPinView,
    StaffReportView,
    StaffTestView,
    StaffView,
    TouchGridView,
)
from kiosk.flow.texts import Text, literal, text
from kiosk.flow.touches import (
    BackTouched,
    CandidateChosen,
    ChangeRequested,
    Confirmed,
    Declined,
    ElderStarted,
    EndConfirmed,
    EndDeclined,
    EndTouched,
    HelpClosed,
    HelpTouched,
    KeyboardPageChosen,
    KeyPressed,
    LanguageChosen,
    LowReachChosen,
    OptionChosen,
    PageTurned,
    RateChosen,
    SizeChosen,
    SpeechPaused,
    SpeechRepeated,
    SpeechSwitched,
    StaffCalled,
    Started,
    StillHere,
    ThemeChosen,
    Touch,
    VolumeChosen,
)
from kiosk.flow.views import (
    RATES_PERCENT,
    VOLUMES_DB,
    AttractView,
    CheckView,
    ChoiceView,
    DeviceView,
    Display,
    DoneView,
    EndQuestion,
    ExplainView,
    Frame,
    HelpOverlay,
    IdleWarning,
    KeypadView,
    Language,
    LinksView,
    Option,
    OutOfServiceView,
    Overlay,
    PayCodeView,
    PayScanView,
    ProblemView,
    ReceiptView,
    RecordView,
    Row,
    Size,
    SpeechWishes,
    TakeThingsView,
    TextEntryView,
    Theme,
    View,
    WorkingView,
)

SIZES = (Size.STANDARD, Size.LARGE, Size.EXTRA_LARGE)
THEMES = (Theme.NORMAL, Theme.HIGH_CONTRAST, Theme.DARK)
T = TypeVar("T")


class Place(StrEnum):
    """Where on the display: the header and the foot are the same on every page."""

    HEADER = "header"
    PAGE = "page"
    FOOT = "foot"


@dataclass(frozen=True)
class Control:
    """One thing to do. `touch` None: the screen's own doing (its page of letters), nothing for the flow."""

    control_id: str
    label: Text
    touch: Touch | None
    place: Place = Place.PAGE
    is_enabled: bool = True
    details: tuple[tuple[str, Text], ...] = ()
    """What else is written on it: `about`, `note`, `state`; in reading order."""
    is_private: bool = False
    """True when label or details hold data of a person."""
    is_for_keys: bool = True
    """False: there for fingers only."""


def controls_of(display: Display) -> tuple[Control, ...]:
    """Everything that can be done, in reading order; defined for every view and overlay."""
    return (*_header(display.frame), *_page(display), *_foot(display))


def order_of(display: Display) -> tuple[Control, ...]:
    """The order in which the keys go round, disabled controls included: they say why they are closed."""
    return tuple(control for control in controls_of(display) if control.is_for_keys)


def _page(display: Display) -> tuple[Control, ...]:
    if display.overlay is not None:
        return tuple(_of_overlay(display.overlay))
    return tuple(_of_view(display.view))


# --- what surrounds every page ---------------------------------------------------------------------------------------


def _header(frame: Frame) -> Iterator[Control]:
    other = Language.EN if frame.language is Language.ZH else Language.ZH

    def control(control_id: str, touch: Touch, state: Text | None, *, is_for_keys: bool = True) -> Control:
        details = () if state is None else (("state", state),)
        return Control(
            control_id,
            text("screen.language.other" if control_id == "language" else f"screen.{control_id}"),
            touch,
            Place.HEADER,
            details=details,
            is_for_keys=is_for_keys,
        )

    is_low = text("speech.state.on" if frame.is_low_reach else "speech.state.off")
    yield control("reach", LowReachChosen(not frame.is_low_reach), is_low, is_for_keys=False)
    yield control("theme", ThemeChosen(_after(THEMES, frame.theme)), text(f"speech.theme.{frame.theme.value}"))
    yield control("size", SizeChosen(_after(SIZES, frame.size)), text(f"speech.size.{frame.size.value}"))
    yield control("language", LanguageChosen(other), None)


def _after(values: tuple[T, ...], value: T) -> T:
    return values[(values.index(value) + 1) % len(values)]


def _foot(display: Display) -> Iterator[Control]:
    frame = display.frame
    if display.overlay is not None or isinstance(display.view, OutOfServiceView):
        return
    if frame.can_go_back:
        yield Control("back", text("screen.back"), BackTouched(), Place.FOOT)
    if frame.has_help:
        yield Control("help", text("screen.help"), HelpTouched(), Place.FOOT)
    if frame.can_end:
        yield Control("end", text("screen.end"), EndTouched(), Place.FOOT)


# --- pages -----------------------------------------------------------------------------------------------------------


def _of_view(view: View | StaffView) -> Iterable[Control]:  # noqa: C901  one line per view
    match view:
        case AttractView():
            return _attract(view)
        case ChoiceView():
            return (*map(_option, view.options), *_pager(view.page, view.pages))
        case ExplainView() | RecordView():
            return (*_decline(view.decline), _confirm(view.confirm))
        case DeviceView() | PayCodeView() | PayScanView() | WorkingView() | ReceiptView() | ProblemView():
            return _options(view.options)
        case KeypadView():
            keys = map(_key, PHONE_KEYS)
            return (*_options(view.options), *keys, _confirm(view.confirm, is_enabled=view.can_confirm))
        case TextEntryView():
            return (*_options(view.options), *_keyboard(view), _confirm(view.confirm, is_enabled=view.can_confirm))
        case CheckView():
            return (*(_change(row) for row in view.rows if row.can_change), _confirm(view.confirm))
        case DoneView() | TakeThingsView() | LinksView():
            return (_confirm(view.confirm),)
        case OutOfServiceView():
            return ()
        case StaffPinView():
            return _pin(view)
        case StaffHomeView():
            return (*_entries(view), *_options(view.options))
        case TouchGridView():
            return (*_cells(view), *_options(view.options))
        case StaffLevelsView():
            return (*(control for level in view.levels for control in _level(level)), *_options(view.options))
        case StaffPageView() | StaffTestView() | RulerView() | GuideView() | StaffReportView():
            return _options(view.options)
        case _:
            assert_never(view)


def _pin(view: StaffPinView) -> Iterator[Control]:
    """For fingers only, and never said aloud: the order of the keys is nobody else's business."""
    if not view.is_locked:
        keys = (*view.digits[:9], "clear", *view.digits[9:], "backspace")
        yield from (replace(_key(key), is_for_keys=False, is_private=True) for key in keys)
    yield _confirm(view.confirm, is_enabled=view.can_confirm)


def _entries(view: StaffHomeView) -> Iterator[Control]:
    for number, entry in enumerate(view.entries):
        yield Control(
            f"entry.{number}.{entry.option_id}",
            entry.title,
            OptionChosen(entry.option_id),
            is_enabled=entry.is_enabled,
            details=(("about", entry.do), ("note", entry.who)),
        )


def _cells(view: TouchGridView) -> Iterator[Control]:
    for number in range(view.cells):
        option = OptionChosen(f"cell.{number}")
        label = literal(str(number + 1))
        yield Control(f"cell.{number}", label, option, is_enabled=not view.is_over, is_for_keys=False)


def _level(level: Level) -> Iterator[Control]:
    for way, label, is_open in (
        ("down", level.down, level.percent > level.least),
        ("up", level.up, level.percent < 100),
    ):
        option_id = f"{level.level_id}.{way}"
        about = (("about", level.label),)
        yield Control(f"option.{option_id}", label, OptionChosen(option_id), is_enabled=is_open, details=about)


def _attract(view: AttractView) -> Iterator[Control]:
    if view.can_start:
        yield Control("start_zh", text("screen.start.zh"), Started(Language.ZH))
        yield Control("start_en", text("screen.start.en"), Started(Language.EN))
        about = (("about", text("screen.start.elder.about")),)
        yield Control("start_elder", text("screen.start.elder"), ElderStarted(), details=about)


def _confirm(label: Text, *, is_enabled: bool = True) -> Control:
    return Control("confirm", label, Confirmed(), is_enabled=is_enabled)


def _decline(label: Text | None) -> Iterator[Control]:
    if label is not None:
        yield Control("decline", label, Declined())


def _options(options: tuple[Option, ...]) -> tuple[Control, ...]:
    """As the screens draw them beside a step: the primary one last."""
    return tuple(map(_option, sorted(options, key=lambda option: option.is_primary)))


def _option(option: Option) -> Control:
    details = (("about", option.subtitle), ("note", option.note))
    return Control(
        f"option.{option.option_id}",
        option.title,
        OptionChosen(option.option_id),
        is_enabled=option.is_enabled,
        details=tuple((name, detail) for name, detail in details if detail is not None),
        is_private=option.is_private,
    )


def _pager(page: int, pages: int) -> Iterator[Control]:
    if pages > 1:
        here = (("state", text("speech.page", page=page, pages=pages)),)
        previous, following = text("screen.previous"), text("screen.next")
        yield Control("page.previous", previous, PageTurned(-1), is_enabled=page > 1, details=here)
        yield Control("page.next", following, PageTurned(1), is_enabled=page < pages, details=here)


def _change(row: Row) -> Control:
    return Control(
        f"change.{row.row_id}", text("screen.change"), ChangeRequested(row.row_id), details=(("about", row.label),)
    )


def _key(key: str) -> Control:
    name = KEY_NAMES.get(key, key)
    return Control(f"key.{name}", text(f"screen.key.{name}") if key in KEY_NAMES else literal(key), KeyPressed(key))


def _keyboard(view: TextEntryView) -> Iterator[Control]:
    for number, candidate in enumerate(view.candidates):
        yield Control(f"candidate.{number}", literal(candidate), CandidateChosen(number))
    yield from map(_key, (*DIGIT_KEYS, *PAGE_KEYS[view.page]))
    for page in view.pages if len(view.pages) > 1 else ():
        yield Control(f"keyboard.{page}", text(f"screen.keyboard.{page}"), KeyboardPageChosen(page))
    yield from map(_key, EDIT_KEYS)


# --- overlays --------------------------------------------------------------------------------------------------------


def _of_overlay(overlay: Overlay | StaffKnock) -> Iterable[Control]:
    match overlay:
        case IdleWarning():
            return (
                Control("end_confirm", text("screen.idle.end"), EndConfirmed()),
                Control("still_here", text("screen.idle.still_here"), StillHere()),
            )
        case HelpOverlay():
            return (*speech_panel(overlay.speech), *_help(overlay))
        case EndQuestion():
            return (
                Control("end_confirm", text("screen.end.confirm"), EndConfirmed()),
                Control("end_decline", text("screen.end.decline"), EndDeclined()),
            )
        case StaffKnock():
            return _options(overlay.options)
        case _:
            assert_never(overlay)


def speech_panel(speech: SpeechWishes | None) -> Iterator[Control]:
    """How to hear; only the switch while speech is off, nothing where there is no speaker."""
    if speech is None:
        return
    yield Control(
        "speech.switch", text(f"speech.panel.{'off' if speech.is_on else 'on'}"), SpeechSwitched(not speech.is_on)
    )
    if not speech.is_on:
        return
    yield Control("speech.repeat", text("speech.panel.repeat"), SpeechRepeated())
    paused = text(f"speech.panel.{'resume' if speech.is_paused else 'pause'}")
    yield Control("speech.pause", paused, SpeechPaused(not speech.is_paused))
    rate = text("speech.state.rate", step=RATES_PERCENT.index(speech.rate_percent) + 1, steps=len(RATES_PERCENT))
    volume = text("speech.state.volume", step=VOLUMES_DB.index(speech.volume_db) + 1, steps=len(VOLUMES_DB))
    yield _stepped("slower", RATES_PERCENT, speech.rate_percent, -1, RateChosen, rate)
    yield _stepped("faster", RATES_PERCENT, speech.rate_percent, 1, RateChosen, rate)
    yield _stepped("softer", VOLUMES_DB, speech.volume_db, -1, VolumeChosen, volume)
    yield _stepped("louder", VOLUMES_DB, speech.volume_db, 1, VolumeChosen, volume)


def _stepped(
    name: str, steps: tuple[int, ...], now: int, by: int, touch: Callable[[int], Touch], state: Text
) -> Control:
    at = steps.index(now) + by
    has_next = 0 <= at < len(steps)
    label = text(f"speech.panel.{name}")
    chosen = touch(steps[at] if has_next else now)
    return Control(f"speech.{name}", label, chosen, is_enabled=has_next, details=(("state", state),))


def _help(overlay: HelpOverlay) -> Iterator[Control]:
    if not overlay.is_staff_called:
        yield Control("staff_call", text("screen.help.call_staff"), StaffCalled())
    yield Control("help_close", text("screen.help.close"), HelpClosed())
