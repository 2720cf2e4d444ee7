"""The five keys: up, down, OK, back and help. `attend` is `step` for a terminal with keys.

A key only moves the focus or becomes the touch that the focused control stands for, so whatever a finger can do the
keys can, and nothing else. The focus is part of the terminal's state (and of each display): the ring on the screen and
the voice then always mean the same control, a new page begins without one, and whole visits by keys are told to pure
functions. A double press never acts on the page that has just come: without a focus OK reads the page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from kiosk.flow.controls import Control, Place, order_of
from kiosk.flow.display import view_of
from kiosk.flow.events import Event, HeadsetChanged, NavigationKey, NavigationKeyPressed, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.machine import step
from kiosk.flow.staff.views import StaffKnock
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.touches import (
    BackTouched,
    EndDeclined,
    HelpClosed,
    HelpTouched,
    OptionChosen,
    ScreenTouched,
    SpeechSwitched,
    StillHere,
    Touch,
)
from kiosk.flow.views import Display, EndQuestion, Focus, HelpOverlay, IdleWarning


def attend(terminal: Terminal, event: Event, now: Moment) -> Result:
    """One event, the five keys among them."""
    match event:
        case NavigationKeyPressed(key):
            after, effects = _keyed(terminal, key, now)
            return replace(after, touched_at_s=now.mono_s), effects
        case HeadsetChanged():
            after, effects = step(terminal, event, now)
            return replace(after, touched_at_s=now.mono_s), effects
        case _:
            return step(terminal, event, now)


def focused(display: Display) -> Control | None:
    """The control on which the keys stand; one that is gone from the display is none."""
    wanted = display.frame.focus.control_id
    return next((control for control in order_of(display) if control.control_id == wanted), None)


def _keyed(terminal: Terminal, key: NavigationKey, now: Moment) -> Result:
    display = view_of(terminal, now)
    if isinstance(display.overlay, IdleWarning) or (terminal.session is None and not terminal.preferences.speech.is_on):
        return _woken(terminal, now)
    match key:
        case NavigationKey.UP:
            return _moved(terminal, display, -1, now)
        case NavigationKey.DOWN:
            return _moved(terminal, display, 1, now)
        case NavigationKey.OK:
            return _activated(terminal, display, now)
        case NavigationKey.BACK:
            return _backed(terminal, display, now)
        case NavigationKey.HELP:
            return _helped(terminal, display, now)
        case _:
            assert_never(key)


def _woken(terminal: Terminal, now: Moment) -> Result:
    """The first key only says that somebody is there: it begins speech, or goes on where the warning came."""
    touch = StillHere() if terminal.session is not None else SpeechSwitched(is_on=True)
    return step(terminal, Touched(touch), now)


def _touched(terminal: Terminal, touch: Touch, now: Moment) -> Result:
    """A key that became a touch; the next help key begins anew."""
    after, effects = step(terminal, Touched(touch), now)
    return replace(after, focus=replace(after.focus, is_repeat=False)), effects


def _moved(terminal: Terminal, display: Display, by: int, now: Moment) -> Result:
    after, effects = _touched(_unpaused(terminal), ScreenTouched(), now)
    return replace(after, focus=replace(after.focus, control_id=_next_id(display, by))), effects


def _unpaused(terminal: Terminal) -> Terminal:
    """Whoever goes on wants to hear where to."""
    speech = replace(terminal.preferences.speech, is_paused=False)
    return replace(terminal, preferences=replace(terminal.preferences, speech=speech))


def _next_id(display: Display, by: int) -> str | None:
    """Round and round in reading order; from before the page, down leads to its first control."""
    order = order_of(display)
    if not order:
        return None
    here = focused(display)
    if here is not None:
        return order[(order.index(here) + by) % len(order)].control_id
    first = next((at for at, control in enumerate(order) if control.place is not Place.HEADER), 0)
    return order[first if by > 0 else first - 1].control_id


def _activated(terminal: Terminal, display: Display, now: Moment) -> Result:
    control = focused(display)
    if control is None:
        return _again(terminal, now)
    if control.is_enabled and control.touch is not None:
        return _touched(terminal, control.touch, now)
    after, effects = _touched(terminal, ScreenTouched(), now)
    return replace(after, focus=replace(after.focus, control_asked=after.focus.control_asked + 1)), effects


def _again(terminal: Terminal, now: Moment) -> Result:
    """The page is read again."""
    after, effects = _touched(_unpaused(terminal), ScreenTouched(), now)
    focus: Focus = after.focus
    return replace(after, focus=replace(focus, page_asked=focus.page_asked + 1)), effects


def _backed(terminal: Terminal, display: Display, now: Moment) -> Result:
    match display.overlay:
        case HelpOverlay():
            return _touched(terminal, HelpClosed(), now)
        case EndQuestion():
            return _touched(terminal, EndDeclined(), now)
        case StaffKnock():
            return _touched(terminal, OptionChosen("staff_wait"), now)
        case IdleWarning() | None:
            return _touched(terminal, BackTouched(), now) if display.frame.can_go_back else _again(terminal, now)


def _helped(terminal: Terminal, display: Display, now: Moment) -> Result:
    """Once: hear the page again. Twice: help, with all that can be set. In the help: close it."""
    if isinstance(display.overlay, HelpOverlay):
        return _touched(terminal, HelpClosed(), now)
    if terminal.focus.is_repeat and display.frame.has_help and display.overlay is None:
        return _touched(terminal, HelpTouched(), now)
    after, effects = _again(terminal, now)
    return replace(after, focus=replace(after.focus, is_repeat=True)), effects
