"""What the flow wants done outside. Imperatives; each carries all it needs. Keys and numbers are made at intent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.application import DeliveryMode, PaymentMethod, Reason
from kiosk.domain.contact import PostalAddress
from kiosk.domain.errand_slips import ErrandSlip
from kiosk.domain.personal import Personal
from kiosk.domain.receipt import InterimSlip, Receipt
from kiosk.flow.errands.effects import ErrandEffect
from kiosk.flow.facts import DocumentFacts
from kiosk.flow.staff.effects import StaffEffect
from kiosk.flow.views import Language


class Activity(StrEnum):
    """What devices should be doing while a situation lasts; the engine arms and disarms the difference."""

    READ_DOCUMENT = "read_document"
    READ_CARD = "read_card"
    SCAN_CODE = "scan_code"


@dataclass(frozen=True, repr=False)
class LookUpPerson(Personal):
    ref: str
    document: DocumentFacts


@dataclass(frozen=True, repr=False)
class ReportLoss(Personal):
    ref: str
    person_token: str


@dataclass(frozen=True, repr=False)
class Apply(Personal):
    """`ref` is the idempotency key."""

    ref: str
    person_token: str
    reason: Reason
    mobile: str | None
    delivery_mode: DeliveryMode
    office_id: str | None
    address: PostalAddress | None
    recipient: str
    bank_code: str
    fee_fen: int
    agent_number: str | None = None
    draft_number: str | None = None
    photo_number: str | None = None


@dataclass(frozen=True, repr=False)
class RequestPayment(Personal):
    """Ask the backend to take money; journalled before it leaves. `payer_code` is never journalled."""

    payment_number: str
    application_number: str
    method: PaymentMethod
    amount_fen: int
    damaged_card: str
    """What became of the old card; journalled, so that a cut-off session that paid can still be submitted."""
    payer_code: str | None = None


@dataclass(frozen=True)
class AskPayment:
    payment_number: str


@dataclass(frozen=True)
class CancelPayment:
    payment_number: str


@dataclass(frozen=True)
class Submit:
    """Make the application final; `ref` is the idempotency key, journalled before it leaves."""

    ref: str
    application_number: str
    damaged_card: str


@dataclass(frozen=True, repr=False)
class PrintReceipt(Personal):
    """`ref` comes back with the outcome."""

    ref: str
    receipt: Receipt | InterimSlip | ErrandSlip
    language: Language


@dataclass(frozen=True, repr=False)
class FindCandidates(Personal):
    """Ways to write `letters` of pinyin, at most `most`."""

    letters: str
    most: int


@dataclass(frozen=True)
class CallStaff:
    """A person asks for help; `situation` is the name of the screen, nothing else."""

    situation: str


@dataclass(frozen=True)
class Note:
    """A business fact for the journal, free of personal data: `payment_left_open`, `session_ended`..."""

    kind: str
    facts: tuple[tuple[str, str | int | bool], ...] = ()


@dataclass(frozen=True)
class TidyJournal:
    """Nobody has been there for a while: the moment for upkeep that may take a disk some time."""


Effect = (
    LookUpPerson
    | ReportLoss
    | Apply
    | RequestPayment
    | AskPayment
    | CancelPayment
    | Submit
    | PrintReceipt
    | FindCandidates
    | CallStaff
    | Note
    | TidyJournal
    | StaffEffect
    | ErrandEffect
)
