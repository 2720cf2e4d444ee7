"""Whether a damaged card is still awaited for an application."""

from __future__ import annotations

from datetime import date

from backend.applications.tables import ApplicationRow
from kiosk.central.wire_errands import CardHandInState
from kiosk.domain.application import Reason

LATER = "later"
_HANDED_IN = frozenset({"handed_in", "read_and_handed_in"})


def card_hand_in_state(row: ApplicationRow, today: date) -> CardHandInState:
    """A card that nobody saw when the application went in (brought later, or the person had left) is awaited."""
    if row.reason != Reason.DAMAGED or row.submitted_at is None or row.damaged_card == "not_applicable":
        return CardHandInState.NOT_NEEDED
    if row.handed_in_at is not None or row.damaged_card in _HANDED_IN:
        return CardHandInState.DONE
    is_over = row.hand_in_due is not None and today > row.hand_in_due
    return CardHandInState.OVERDUE if is_over else CardHandInState.DUE
