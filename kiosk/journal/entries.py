"""What the journal holds: business steps of this terminal, and what must still reach the backend.

No personal data: numbers suffice to settle (README, Decisions).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Fact = str | int | bool


class StepKind(StrEnum):
    """Every kind of step; an external effect has its intent before the first byte leaves, and its outcome after."""

    STARTED = "started"
    SESSION_ENDED = "session_ended"
    OUT_OF_SERVICE = "out_of_service"
    APPLICATION_INTENDED = "application_intended"
    APPLICATION_MADE = "application_made"
    PAYMENT_INTENDED = "payment_intended"
    PAYMENT_CHANGED = "payment_changed"
    PAYMENT_LEFT_OPEN = "payment_left_open"
    SUBMISSION_INTENDED = "submission_intended"
    SUBMITTED = "submitted"
    PRINT_BEGUN = "print_begun"
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    CARD_LEFT_IN_READER = "card_left_in_reader"
    STAFF_CALLED = "staff_called"
    SETTLED = "settled"
    HANDED_OVER = "handed_over"
    """Staff left a piece of unsettled business to reconciliation."""
    AUDIT_SEALED = "audit_sealed"
    """A witness of how far the audit log reached."""
    JOURNAL_SET_ASIDE = "journal_set_aside"
    JOURNAL_ACKNOWLEDGED = "journal_acknowledged"


@dataclass(frozen=True)
class Step:
    """One fact. `subject` is the number that ties steps together: a payment, an application, a session."""

    kind: StepKind
    subject: str
    facts: tuple[tuple[str, Fact], ...] = ()


class Lane(StrEnum):
    """Money goes before acknowledgements, those before telemetry."""

    MONEY = "money"
    ACKNOWLEDGEMENT = "acknowledgement"
    TELEMETRY = "telemetry"


@dataclass(frozen=True)
class OutboxItem:
    """One delivery to the backend. `key` is its idempotency key, made once at intent and never changed."""

    key: str
    lane: Lane
    kind: str
    """`submission` or `event`; `kiosk.services.delivery` knows each."""
    body: str
    """JSON; exactly these bytes are sent."""


class JournalError(Exception):
    """The journal cannot promise anything any more: no fee may be taken."""


class JournalFullError(JournalError):
    """There is no room: nothing was written, and a later attempt may succeed."""


class JournalDamagedError(JournalError):
    """What lies on the disk is not a whole journal."""


class JournalUnknownError(JournalError):
    """A newer program wrote it, and this one must not guess what it means. `version` of its schema."""

    def __init__(self, version: int) -> None:
        super().__init__(f"schema version {version} is not known")
        self.version = version
