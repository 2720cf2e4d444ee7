"""What is to be said when one display follows another: pure, so that every word of a visit can be tested.

A new page is read from its title on and ends with how many choices it has; a control is read when the keys come to it;
of a page that stays, what changed. Data of a person stay out of it unless a headset is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk.domain.language import Language
from kiosk.flow.controls import Control, Place, controls_of, order_of
from kiosk.flow.focus import focused
from kiosk.flow.speech import Utterance, page_of_speech, spoken_control
from kiosk.flow.texts import literal, text
from kiosk.flow.views import AttractView, Display, Focus, IdleWarning, KeypadView, TextEntryView

TIME_LEFT_SAID_S = (60, 30, 10)
WARNING_SAID_S = (30, 15, 5)
COUNTS = ("time_left", "consequence")
"""Parts that change every second: said at a few of them only."""


@dataclass(frozen=True)
class Announcement:
    """`utterances` one after the other; empty: be silent. What `interrupts` ends what is being said, now."""

    utterances: tuple[Utterance, ...]
    language: Language
    interrupts: bool = True


def announcement(before: Display | None, after: Display) -> Announcement | None:
    """None: nothing new, whatever is being said goes on."""
    speech, language = after.frame.speech, after.frame.language
    if not speech.is_on:
        was_on = before is not None and before.frame.speech.is_on
        return Announcement((), language) if was_on else None
    if before is None or _is_new_page(before, after):
        return _said(after, (*_page(after), *_focused(after)))
    focus, earlier = after.frame.focus, before.frame.focus
    if focus.page_asked != earlier.page_asked:
        return _said(after, (*_page(after), *_focused(after)))
    if _is_elsewhere(focus, earlier):
        return _said(after, _focused(after))
    typed = tuple(_typed(before, after))
    if typed:
        return _said(after, typed)
    changed = (*_changed(before, after), *_state_changed(before, after))
    return _said(after, changed, interrupts=False) if changed else None


def _said(display: Display, utterances: tuple[Utterance, ...], *, interrupts: bool = True) -> Announcement:
    return Announcement(_for_these_ears(display, utterances), display.frame.language, interrupts)


def _is_new_page(before: Display, after: Display) -> bool:
    overlays = type(before.overlay), type(after.overlay)
    return (
        before.serial != after.serial
        or type(before.view) is not type(after.view)
        or overlays[0] is not overlays[1]
        or before.frame.language is not after.frame.language
        or not before.frame.speech.is_on
    )


def _is_elsewhere(focus: Focus, earlier: Focus) -> bool:
    return focus.control_id is not None and (
        focus.control_id != earlier.control_id or focus.control_asked != earlier.control_asked
    )


# --- a page ----------------------------------------------------------------------------------------------------------


def _page(display: Display) -> Iterator[Utterance]:
    """Title, what it says, how many choices. On the attract screen the welcome comes before all, and whose it is."""
    is_welcome = isinstance(display.view, AttractView) and display.overlay is None
    if is_welcome:
        yield Utterance("welcome", text("speech.welcome"))
    said = [one for one in page_of_speech(display) if is_welcome or one.speaks_for != "office"]
    yield from (one for one in said if one.speaks_for == "title")
    yield from (one for one in said if one.speaks_for != "title")
    count = sum(control.place is Place.PAGE for control in order_of(display))
    if count:
        yield Utterance("choices", text("speech.choices", count=count))
    if is_welcome:
        yield Utterance("keys", text("speech.keys"))


def _focused(display: Display) -> tuple[Utterance, ...]:
    control = focused(display)
    return () if control is None else (*spoken_control(control), *_position(display, control))


def _position(display: Display, control: Control) -> Iterator[Utterance]:
    """`2 of 5` among the controls of the page."""
    peers = [peer.control_id for peer in order_of(display) if peer.place is Place.PAGE]
    if control.control_id in peers:
        at = peers.index(control.control_id) + 1
        yield Utterance(f"{control.control_id}/position", text("speech.position", at=at, count=len(peers)))


# --- what changed ----------------------------------------------------------------------------------------------------


def _typed(before: Display, after: Display) -> Iterator[Utterance]:
    """One more key: that key. One less: what is left."""
    if not isinstance(before.view, KeypadView | TextEntryView) or not isinstance(
        after.view, KeypadView | TextEntryView
    ):
        return
    old, new = _plain(before.view.value), _plain(after.view.value)
    if new == old:
        return
    if new and new[:-1] == old:
        yield Utterance("value", literal(new[-1]), is_private=True)
    elif new:
        yield Utterance("value", text("speech.typed", value=literal(after.view.value)), is_private=True)
    else:
        yield Utterance("value", text("speech.emptied"))


def _plain(value: str) -> str:
    return value.replace(" ", "")


def _changed(before: Display, after: Display) -> tuple[Utterance, ...]:
    old = set(page_of_speech(before))
    return tuple(
        said
        for said in page_of_speech(after)
        if said not in old and said.speaks_for not in ("value", "placeholder") and _is_due(said, before, after)
    )


def _is_due(said: Utterance, before: Display, after: Display) -> bool:
    if said.speaks_for not in COUNTS:
        return True
    left, was_left = _seconds(after), _seconds(before)
    marks = WARNING_SAID_S if isinstance(after.overlay, IdleWarning) else TIME_LEFT_SAID_S
    return any(left <= mark < was_left for mark in marks)


def _seconds(display: Display) -> float:
    left: int | None = getattr(display.overlay or display.view, "seconds_left", None)
    return float("inf") if left is None else left


def _state_changed(before: Display, after: Display) -> Iterator[Utterance]:
    """A setting that was just changed says how it is now, whoever changed it."""
    old = {control.control_id: control for control in controls_of(before)}
    for control in controls_of(after):
        states = dict(control.details)
        earlier = dict(old[control.control_id].details) if control.control_id in old else states
        if "state" in states and states["state"] != earlier.get("state") and not control.control_id.startswith("page."):
            yield Utterance(f"{control.control_id}/state", states["state"])


# --- who hears -------------------------------------------------------------------------------------------------------


def _for_these_ears(display: Display, utterances: Iterable[Utterance]) -> tuple[Utterance, ...]:
    """Without a headset data of a person are left out, and the listener is told so once."""
    everything = tuple(utterances)
    if display.frame.has_headset:
        return everything
    heard = tuple(said for said in everything if not said.is_private)
    is_only_typing = all(said.speaks_for == "value" for said in everything)
    if len(heard) == len(everything) or is_only_typing:
        return heard
    return (*heard, Utterance("withheld", text("speech.withheld")))
