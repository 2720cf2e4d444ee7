"""Our payments of one day against the gateway's bill: what differs, and whether it could be settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from backend.payments.gateway import BillLine
from backend.payments.machine import PaymentRecord
from kiosk.domain.application import PaymentState

_MONEY_CAME = frozenset({PaymentState.PAID, PaymentState.REFUND_DUE, PaymentState.REFUNDED})


@dataclass(frozen=True)
class PaidNotRecorded:
    """The bill has money that we did not know of; `settled_as` is the state after asking the gateway."""

    payment_number: str
    paid_fen: int
    settled_as: PaymentState | None = None


@dataclass(frozen=True)
class UnknownOrder:
    """The bill has an order that we never made."""

    payment_number: str
    paid_fen: int


@dataclass(frozen=True)
class AmountDiffers:
    payment_number: str
    recorded_fen: int
    paid_fen: int


@dataclass(frozen=True)
class RecordedNotInBill:
    """We count money that the bill of that day does not have."""

    payment_number: str
    recorded_fen: int


@dataclass(frozen=True)
class RefundNotRecorded:
    """The bill gave money back for a payment that we count as paid."""

    payment_number: str
    refund_fen: int


Difference = PaidNotRecorded | UnknownOrder | AmountDiffers | RecordedNotInBill | RefundNotRecorded


@dataclass(frozen=True)
class Report:
    """The outcome for one day; clean when nothing differs."""

    day: date
    compared: int
    paid_fen: int
    refund_fen: int
    differences: tuple[Difference, ...]

    @property
    def is_clean(self) -> bool:
        return not self.differences


def compare(
    day: date, lines: Iterable[BillLine], of_bill: Iterable[PaymentRecord], of_day: Iterable[PaymentRecord]
) -> Report:
    """`of_bill`: our payments with numbers in the bill; `of_day`: our payments paid on that day by our record."""
    bill = tuple(lines)
    known = {record.payment_number: record for record in of_bill}
    paid_numbers = {line.payment_number for line in bill if line.paid_fen}
    found = [_difference(line, known.get(line.payment_number)) for line in bill]
    missing = [
        RecordedNotInBill(record.payment_number, record.captured_fen or 0)
        for record in of_day
        if record.payment_number not in paid_numbers
    ]
    return Report(
        day=day,
        compared=len(bill),
        paid_fen=sum(line.paid_fen for line in bill),
        refund_fen=sum(line.refund_fen for line in bill),
        differences=(*(difference for difference in found if difference), *missing),
    )


def _difference(line: BillLine, record: PaymentRecord | None) -> Difference | None:
    if record is None:
        return UnknownOrder(line.payment_number, line.paid_fen) if line.paid_fen else None
    if line.refund_fen:
        is_unexpected = record.state not in (PaymentState.REFUND_DUE, PaymentState.REFUNDED)
        return RefundNotRecorded(line.payment_number, line.refund_fen) if is_unexpected else None
    if record.state not in _MONEY_CAME:
        return PaidNotRecorded(line.payment_number, line.paid_fen)
    if record.captured_fen not in (None, line.paid_fen):
        return AmountDiffers(line.payment_number, record.captured_fen or 0, line.paid_fen)
    return None
