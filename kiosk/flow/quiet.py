"""The moment in which nobody is there: what others may do only then is asked for, and granted when it has come.

A change of the service, a restart, a closing for the public: each asks under a reference of its own and waits. Between
the grant and the word that it is over nobody can begin, so no session ever sees half of a change; that takes
milliseconds, and at most `HELD_LIMIT_S`.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow.effects import Effect, QuietGranted
from kiosk.flow.events import Event, QuietAsked, QuietOver, ServiceClosed, ServiceOpened
from kiosk.flow.facts import Asked, Moment, Quiet
from kiosk.flow.situations import Attract, OutOfService
from kiosk.flow.terminal import Result, Terminal

QUIET_S = 10.0
"""So long nobody has touched anything."""
HELD_LIMIT_S = 5.0
REMOTE = "remote"
"""The word for staff when the operator took the terminal out of service."""


def heard(terminal: Terminal, event: Event) -> Terminal:
    """Remembers who asks; asking twice under one reference is asking once."""
    quiet = terminal.quiet
    match event:
        case QuietAsked(ref, is_urgent):
            others = tuple(one for one in quiet.asked if one.ref != ref)
            return replace(terminal, quiet=replace(quiet, asked=(*others, Asked(ref, is_urgent))))
        case QuietOver(ref):
            asked = tuple(one for one in quiet.asked if one.ref != ref)
            return replace(terminal, quiet=Quiet(asked))
        case _:
            return terminal


def granted(terminal: Terminal, now: Moment) -> tuple[Terminal, tuple[Effect, ...]]:
    """After every event: one grant at a time, the longest waiting first."""
    quiet = terminal.quiet
    if not quiet.asked or is_held(terminal, now):
        return terminal, ()
    due_s = due_at_s(terminal)
    if due_s is None or now.mono_s < due_s:
        return terminal, ()
    first = next((one for one in quiet.asked if one.is_urgent), quiet.asked[0])
    others = tuple(one for one in quiet.asked if one != first)
    return replace(terminal, quiet=Quiet(others, now.mono_s)), (QuietGranted(first.ref),)


def due_at_s(terminal: Terminal) -> float | None:
    """Monotonic second of the next grant; None: nobody asks, or somebody is there."""
    quiet = terminal.quiet
    is_free = terminal.session is None and isinstance(terminal.situation, (Attract, OutOfService))
    if not quiet.asked or not is_free:
        return None
    if any(one.is_urgent for one in quiet.asked):
        return terminal.entered_at_s
    if isinstance(terminal.situation, OutOfService):
        return terminal.entered_at_s
    return max(terminal.entered_at_s, terminal.touched_at_s) + QUIET_S


def is_held(terminal: Terminal, now: Moment) -> bool:
    """True from a grant until it is over: nobody may begin."""
    since_s = terminal.quiet.held_since_s
    return since_s is not None and now.mono_s < since_s + HELD_LIMIT_S


def changed_service(terminal: Terminal, event: Event) -> Result | None:
    """Closed and opened from afar; None for any other event. What follows is done where nobody is (`entrance`)."""
    match event:
        case ServiceClosed():
            return replace(terminal, is_closed_remotely=True), ()
        case ServiceOpened():
            return replace(terminal, is_closed_remotely=False), ()
        case _:
            return None
