"""One visit of a member of staff: card, PIN, what is known of the terminal."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow.staff.facts import StaffCard, StaffOverview

IDLE_S = 600.0
"""Nobody touched anything for so long: staff mode ends."""
LONGEST_S = 8 * 3600.0
UNLOCK_S = 60.0
"""A PIN that nobody types: the citizens' screen comes back."""


@dataclass(frozen=True)
class StaffVisit:
    """`card` None: nobody is there."""

    card: StaffCard | None = None
    is_card_in: bool = False
    is_unlocked: bool = False
    is_put_off: bool = False
    """The card lies in the reader and is not asked about any more; it must be put in anew."""
    is_patient: bool = False
    """Waits until the citizen has finished."""
    tries_left: int = 0
    locked_until_s: float = 0.0
    began_at_s: float = 0.0
    present_at_s: float = 0.0
    overview: StaffOverview | None = None
    asked_at_s: float = 0.0
    """When the overview was asked for."""

    @property
    def is_waiting(self) -> bool:
        """Somebody wants in."""
        return self.card is not None and not self.is_put_off
