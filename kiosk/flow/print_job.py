"""A slip that is being printed, as situations carry it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow.views import Phase


@dataclass(frozen=True)
class PrintJob:
    """One slip on its way to paper, and what is known of those before it."""

    ref: str
    """Outcomes of other jobs say nothing about this slip."""
    begun_at_s: float
    phase: Phase = Phase.WORKING
    problem: str = ""
    may_have_printed: bool = False
    """An earlier attempt at this slip may have come out."""
    copies: int = 0
    """Copies asked for after a slip that was confirmed."""
