"""The other errands around the card: every one walked with its most likely mishap, begun in either language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.tour import errands_other as other
from tests.tour import errands_own as own
from tests.tour.journeys import Tour

ERRANDS: Final[dict[str, Callable[[Tour], dict[str, Any]]]] = {
    "agent": other.agent,
    "passport": other.passport,
    "e-card": other.e_card,
    "from-the-phone": other.from_the_phone,
    "to-the-phone": other.to_the_phone,
    "new-photo-and-bank": other.new_photo_and_bank,
    "progress": own.progress,
    "certificate-again": own.certificate_again,
    "loss-only": own.loss_only,
    "collection-guidance": own.collection,
    "pay-unpaid": own.pay_unpaid,
    "cancel-unpaid": own.cancel_unpaid,
    "hand-in-later": own.hand_in_later,
    "differing-data": own.differing_data,
    "residence-permit": own.damaged_for_a_permit_holder,
    "foreigner": own.foreigner,
}
"""Name -> journey. Each has people of the drawer for itself, so any of them can be walked alone."""
