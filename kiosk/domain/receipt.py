"""The slip that a person takes home: every fact on it, without layout and without words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain.application import PaymentMethod, Reason
from kiosk.domain.money import Money
from kiosk.domain.personal import Personal
from kiosk.domain.working_days import ToBeConfirmed


class CopyKind(StrEnum):
    ORIGINAL = "original"
    DUPLICATE = "duplicate"
    POSSIBLE_DUPLICATE = "possible_duplicate"
    """An earlier attempt may have left paper: nobody can tell whether this is the first slip."""


@dataclass(frozen=True)
class CopyMark:
    """What the slip says of itself. Duplicates are counted from 1."""

    kind: CopyKind
    duplicate_number: int = 0

    def __post_init__(self) -> None:
        if (self.kind is CopyKind.DUPLICATE) != (self.duplicate_number > 0):
            raise ValueError(f"{self.kind} with number {self.duplicate_number}")


ORIGINAL = CopyMark(CopyKind.ORIGINAL)
POSSIBLE_DUPLICATE = CopyMark(CopyKind.POSSIBLE_DUPLICATE)


def duplicate(number: int) -> CopyMark:
    return CopyMark(CopyKind.DUPLICATE, number)


@dataclass(frozen=True)
class PickUp:
    """Collected at an office, in the language of the slip."""

    office_name: str
    office_address: str
    office_hours: str


@dataclass(frozen=True, repr=False)
class SentByExpress(Personal):
    masked_address: str


Delivery = PickUp | SentByExpress


@dataclass(frozen=True)
class PaidBy:
    method: PaymentMethod
    payment_number: str


class InterimKind(StrEnum):
    """What is still open when a person leaves."""

    PAYMENT_CHECKED = "payment_checked"
    """Nobody can tell yet whether money moved."""
    SUBMISSION_DELAYED = "submission_delayed"
    """The application is sent again until the office has it."""
    WITH_THE_OFFICE = "with_the_office"
    """The office finishes it, or gives the fee back."""
    REJECTED = "rejected"
    """There will be no card; the fee goes back."""


@dataclass(frozen=True)
class InterimSlip:
    """What a person takes home while something is open: numbers to ask with, no name, no claim that it is done."""

    kind: InterimKind
    office_name: str
    terminal_id: str
    made_at: datetime
    application_number: str
    payment_number: str
    """Empty when the replacement is free."""
    fee: Money
    card_stopped_until: date | None
    """When a pre-reported loss releases itself; None when none was reported."""
    hotlines: str
    tracking_link: str
    copy: CopyMark = ORIGINAL

    @property
    def subject(self) -> str:
        """What the journal knows it by."""
        return self.application_number


@dataclass(frozen=True, repr=False)
class Receipt(Personal):
    """Facts of one finished application. Name and number arrive masked; the full ones are never part of it."""

    office_name: str
    terminal_id: str
    application_number: str
    submitted_at: datetime
    reason: Reason
    masked_name: str
    id_last_four: str
    delivery: Delivery
    card_date: date | ToBeConfirmed
    fee: Money
    paid_by: PaidBy | None
    """None when the replacement was free."""
    tracking_link: str
    certificate_link: str
    copy: CopyMark = ORIGINAL
    masked_agent: str = ""
    """Who applied for the person; empty when nobody did."""

    @property
    def subject(self) -> str:
        return self.application_number

    def __post_init__(self) -> None:
        if len(self.id_last_four) > 4:
            raise ValueError("a slip shows the last four characters of the number and no more")
