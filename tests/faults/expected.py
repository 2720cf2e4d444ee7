"""How an expectation of the matrix is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.flow.events import Event, Touched
from kiosk.flow.touches import Confirmed, OptionChosen, Touch

END: Final = "end"
TIME: Final = "time"
NO_NEED: Final[frozenset[str]] = frozenset()

TO_CHARGE: Final = frozenset({"identity_reader", "receipt_printer"})
"""Devices without which no fee is taken."""


@dataclass(frozen=True)
class Onward:
    """The step that takes a person forward: what they do, where it leads, and where to when a device is unfit."""

    event: Event
    leads_to: str
    needs: frozenset[str] = NO_NEED
    blocked_in: str = ""


@dataclass(frozen=True)
class Expected:
    """`ways`: every way out there must be (an option, confirm, back, end, or the clock)."""

    ways: frozenset[str]
    onward: Onward | None = None


def touched(touch: Touch, leads_to: str, needs: frozenset[str] = NO_NEED, blocked_in: str = "") -> Onward:
    return Onward(Touched(touch), leads_to, needs, blocked_in)


def confirm(leads_to: str) -> Onward:
    return touched(Confirmed(), leads_to)


def option(option_id: str, leads_to: str) -> Onward:
    return touched(OptionChosen(option_id), leads_to)


def choice(ways: set[str], onward: Onward | None) -> Expected:
    """A page with a person before it: it can be ended, and absence ends it."""
    return Expected(frozenset({END, TIME} | ways), onward)
