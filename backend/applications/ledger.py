"""What the payments package may ask of applications: what is owed, and that it was paid.

The two calls run inside the payments package's own transaction, so that a payment and the state of its application
change together or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Select
from sqlalchemy.orm import Session

from backend.problems import Refusal


@dataclass(frozen=True)
class AmountDue:
    """What a person owes for one application; more than 0 fen."""

    application_number: str
    amount_fen: int


@dataclass(frozen=True)
class MarkedPaid:
    """The application counts as paid by this payment, now or already before."""

    application_number: str
    payment_number: str


class ApplicationLedger(Protocol):
    def amount_due(self, session: Session, application_number: str) -> AmountDue | Refusal:
        """What is owed now; locks the application's row until the transaction ends.

        Refusals: NOT_FOUND, ALREADY_PAID, APPLICATION_STATE (free, expired, cancelled).
        """
        ...

    def mark_paid(
        self, session: Session, application_number: str, payment_number: str, paid_at: datetime
    ) -> MarkedPaid | Refusal:
        """Record that the money arrived. A ratchet: the same payment twice is fine, nothing ever goes back.

        Refusals, after which the payment is due for a refund: NOT_FOUND, ALREADY_PAID (by another payment),
        APPLICATION_STATE (expired or cancelled meanwhile).
        """
        ...

    def paid_in_vain(self) -> Select[str]:
        """A query for the numbers of applications that were paid and will never be a card: the money goes back."""
        ...
