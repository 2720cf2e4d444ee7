"""What a display says to somebody who does not see it: everything that is written there, in reading order.

The words are those of the screen; how amounts, days, numbers and letters are pronounced is decided where they are
spoken (`kiosk.speech`). Signs that only the eye gets (a code to scan, a phase, time left) have words of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from kiosk.flow.controls import Control, controls_of
from kiosk.flow.staff.reading import read_of
from kiosk.flow.staff.views import StaffKnock, StaffView
from kiosk.flow.texts import Text, literal, text
from kiosk.flow.views import (
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
    Line,
    LinksView,
    OutOfServiceView,
    Overlay,
    PayCodeView,
    PayScanView,
    Phase,
    ProblemView,
    ReceiptView,
    RecordView,
    Row,
    TakeThingsView,
    TextEntryView,
    View,
    WorkingView,
)


@dataclass(frozen=True)
class Utterance:
    """One thing said. `speaks_for` names the part of the display: `title`, `line.2`, `row.name.value`, a control id.

    What else is written on a control is said for `CONTROL_ID/about`, `/note`, `/state`.
    """

    speaks_for: str
    text: Text
    is_private: bool = False
    """Data of this person: through the headset only."""


def spoken_of(display: Display) -> tuple[Utterance, ...]:
    """Everything on the display, in reading order; defined for every view and overlay."""
    return (*page_of_speech(display), *controls_of_speech(display))


def page_of_speech(display: Display) -> tuple[Utterance, ...]:
    """What is to be read before one acts: title first, then all that is no control."""
    around = _frame(display.frame)
    page = _of_overlay(display.overlay) if display.overlay is not None else _of_view(display.view)
    return (*around, *page)


def controls_of_speech(display: Display) -> tuple[Utterance, ...]:
    return tuple(said for control in controls_of(display) for said in spoken_control(control))


def spoken_control(control: Control) -> Iterator[Utterance]:
    """A control's name, what it means, and whether it is closed."""
    yield Utterance(control.control_id, control.label, control.is_private)
    for name, detail in control.details:
        yield Utterance(f"{control.control_id}/{name}", detail, control.is_private)
    if not control.is_enabled:
        yield Utterance(f"{control.control_id}/closed", text("speech.state.closed"))


# --- what surrounds every page ---------------------------------------------------------------------------------------


def _frame(frame: Frame) -> Iterator[Utterance]:
    if frame.office_name is not None:
        yield Utterance("office", frame.office_name)
    if frame.step is not None:
        yield Utterance("step", text("screen.step", number=frame.step.number, total=frame.step.total))
    if frame.notice is not None:
        yield Utterance("notice", frame.notice)


def _some(speaks_for: str, said: Text | None, *, is_private: bool = False) -> Iterator[Utterance]:
    if said is not None:
        yield Utterance(speaks_for, said, is_private)


def _lines(lines: Iterable[Line], speaks_for: str = "line") -> Iterator[Utterance]:
    for number, line in enumerate(lines, start=1):
        yield Utterance(f"{speaks_for}.{number}", line.text)


def _rows(rows: Iterable[Row]) -> Iterator[Utterance]:
    for row in rows:
        yield Utterance(f"row.{row.row_id}.label", row.label)
        yield Utterance(f"row.{row.row_id}.value", row.value, is_private=True)


def _phase(phase: Phase, message: Text | None) -> Utterance:
    return Utterance("phase", message if message is not None else text(f"screen.phase.{phase.value}"))


def _time_left(seconds: int | None) -> Iterator[Utterance]:
    if seconds is not None:
        yield Utterance("time_left", text("speech.time_left", minutes=seconds // 60, seconds=seconds % 60))


# --- pages -----------------------------------------------------------------------------------------------------------


def _of_view(view: View | StaffView) -> Iterable[Utterance]:  # noqa: C901, PLR0912  one line per view
    if isinstance(view, StaffView):
        return (Utterance(speaks_for, said) for speaks_for, said in read_of(view))
    match view:
        case AttractView():
            return _attract(view)
        case ChoiceView():
            return _choice(view)
        case ExplainView():
            return (Utterance("title", view.title), *_lines(view.lines))
        case DeviceView():
            return (
                Utterance("title", view.title),
                Utterance("instruction", view.instruction),
                _phase(view.phase, view.message),
            )
        case RecordView():
            return (Utterance("title", view.title), *_rows(view.rows), *_some("hint", view.hint))
        case KeypadView() | TextEntryView():
            return _entry(view)
        case CheckView():
            title, hint = Utterance("title", view.title), Utterance("hint", view.hint)
            return (title, hint, *_rows(view.rows), *_lines(view.notes, "note"))
        case PayCodeView():
            return _pay_code(view)
        case PayScanView():
            return _pay_scan(view)
        case WorkingView():
            return (Utterance("title", view.title), Utterance("detail", view.detail))
        case DoneView():
            return _done(view)
        case ReceiptView():
            return _receipt(view)
        case TakeThingsView():
            return (
                Utterance("title", view.title),
                *_some("warning", view.warning),
                *_lines(view.items, "item"),
                *_time_left(view.seconds_left),
            )
        case LinksView():
            captions = (Utterance(f"code.{number}", caption) for number, (caption, _) in enumerate(view.codes, start=1))
            return (Utterance("title", view.title), *captions)
        case ProblemView():
            title, reference = Utterance("title", view.title), _some("reference", view.reference, is_private=True)
            return (title, *_lines(view.lines), *reference)
        case OutOfServiceView():
            return (Utterance("title", view.title), Utterance("reason", view.reason), *_lines(view.lines))
        case _:
            assert_never(view)


def _attract(view: AttractView) -> Iterator[Utterance]:
    yield Utterance("title", view.title)
    for number, warning in enumerate(view.warnings, start=1):
        yield Utterance(f"warning.{number}", warning)
    yield Utterance("services", text("screen.attract.services"))
    yield from _lines(view.services, "service")
    yield Utterance("bring", text("screen.attract.bring"))
    yield from _lines(view.bring, "bring")
    yield Utterance("fee", view.fee)
    yield Utterance("days", view.days)
    for number, word in enumerate(("one", "two", "three"), start=1):
        yield Utterance(f"story.{number}", text(f"screen.attract.{word}"))


def _choice(view: ChoiceView) -> Iterator[Utterance]:
    yield Utterance("title", view.question)
    yield from _some("hint", view.hint)
    yield from _some("problem", view.problem)
    yield from _some("banner", view.banner, is_private=True)
    if view.pages > 1:
        yield Utterance("page", text("speech.page", page=view.page, pages=view.pages))


def _entry(view: KeypadView | TextEntryView) -> Iterator[Utterance]:
    yield Utterance("title", view.question)
    yield from _some("hint", view.hint)
    yield from _some("problem", view.problem)
    if isinstance(view, TextEntryView):
        yield from _some("fixed_part", view.fixed_part, is_private=True)
    if view.value:
        yield Utterance("value", text("speech.typed", value=literal(view.value)), is_private=True)
    else:
        yield Utterance("placeholder", view.placeholder)


def _pay_code(view: PayCodeView) -> Iterator[Utterance]:
    yield Utterance("title", view.title)
    yield from _some("amount", view.amount, is_private=True)
    yield Utterance("code", text("speech.code_on_screen"))
    yield Utterance("instruction", view.instruction)
    yield Utterance("phase", view.waiting)
    yield from _time_left(view.seconds_left)


def _pay_scan(view: PayScanView) -> Iterator[Utterance]:
    yield Utterance("title", view.title)
    yield from _some("amount", view.amount, is_private=True)
    yield Utterance("instruction", view.instruction)
    yield _phase(view.phase, view.message)
    yield from _time_left(view.seconds_left)


def _done(view: DoneView) -> Iterator[Utterance]:
    yield Utterance("title", view.title)
    yield Utterance("number.label", view.number_label)
    yield Utterance("number", literal(view.number), is_private=True)
    yield from _rows(view.rows)
    yield Utterance("next_steps", text("screen.next_steps"))
    yield from _lines(view.next_steps, "next")


def _receipt(view: ReceiptView) -> Iterator[Utterance]:
    yield Utterance("title", view.title)
    yield _phase(view.receipt_phase, view.receipt_message)
    if view.qr_content:
        yield Utterance("code", text("speech.code_on_screen"))
    yield Utterance("code.caption", view.qr_caption)
    if view.on_paper:
        yield Utterance("paper", text("speech.paper"))
    for number, line in enumerate(view.on_paper, start=1):
        yield Utterance(f"paper.{number}", line, is_private=True)


# --- overlays --------------------------------------------------------------------------------------------------------


def _of_overlay(overlay: Overlay | StaffKnock) -> Iterable[Utterance]:
    match overlay:
        case IdleWarning():
            return (
                Utterance("title", text("screen.idle.title")),
                Utterance("consequence", text("screen.idle.consequence", seconds=overlay.seconds_left)),
            )
        case HelpOverlay():
            called = _some("called", text("screen.help.staff_called") if overlay.is_staff_called else None)
            return (
                Utterance("title", overlay.title),
                *_lines(overlay.lines),
                Utterance("hotline", overlay.hotline),
                *called,
            )
        case EndQuestion():
            return (Utterance("title", text("screen.end.title")), Utterance("consequence", overlay.consequence))
        case StaffKnock():
            return (Utterance("title", overlay.title), Utterance("detail", overlay.detail))
        case _:
            assert_never(overlay)
