"""Payments and the daily reconciliations, as rows. Nothing is ever deleted: a payment's number is a key for ever."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Moment
from backend.payments.machine import OPEN_STATES, PaymentRecord
from kiosk.central.wire import PaymentFailure, PaymentWait
from kiosk.domain.application import PaymentMethod, PaymentState

_IS_OPEN = text("state IN ({})".format(", ".join(sorted(f"'{state}'" for state in OPEN_STATES))))
_IS_PAID = text(f"state = '{PaymentState.PAID}'")


class PaymentRow(Base):
    """One payment; the database itself keeps an application from having two open or two paid ones."""

    __tablename__ = "payments"
    __table_args__ = (
        Index(
            "uq_one_open_payment", "application_number", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN
        ),
        Index(
            "uq_one_paid_payment", "application_number", unique=True, sqlite_where=_IS_PAID, postgresql_where=_IS_PAID
        ),
    )

    payment_number: Mapped[str] = mapped_column(String(32), primary_key=True)
    application_number: Mapped[str] = mapped_column(String(32), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of the request that made it; see `backend.payments.service`."""
    terminal_id: Mapped[str] = mapped_column(String(64))
    method: Mapped[str] = mapped_column(String(16))
    amount_fen: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    requested_at: Mapped[datetime | None] = mapped_column(Moment)
    code_url: Mapped[str | None] = mapped_column(String(512))
    waits_for: Mapped[str | None] = mapped_column(String(16))
    withdrawal: Mapped[str | None] = mapped_column(String(16))
    failure: Mapped[str | None] = mapped_column(String(16))
    captured_fen: Mapped[int | None]
    transaction_id: Mapped[str | None] = mapped_column(String(64))
    paid_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    next_check_at: Mapped[datetime | None] = mapped_column(Moment, index=True)


class ReconciliationRow(Base):
    """What the comparison with the gateway's bill of one day found."""

    __tablename__ = "payment_reconciliations"

    day: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    is_clean: Mapped[bool]
    report: Mapped[str] = mapped_column(Text)


_MEMBERS = tuple(field.name for field in fields(PaymentRecord))


def new_row(record: PaymentRecord, fingerprint: str, terminal_id: str) -> PaymentRow:
    row = PaymentRow(fingerprint=fingerprint, terminal_id=terminal_id)
    write_record(row, record)
    return row


def write_record(row: PaymentRow, record: PaymentRecord) -> None:
    for name in _MEMBERS:
        setattr(row, name, getattr(record, name))


def read_record(row: PaymentRow) -> PaymentRecord:
    return PaymentRecord(
        payment_number=row.payment_number,
        application_number=row.application_number,
        method=PaymentMethod(row.method),
        amount_fen=row.amount_fen,
        state=PaymentState(row.state),
        created_at=row.created_at,
        expires_at=row.expires_at,
        requested_at=row.requested_at,
        code_url=row.code_url,
        waits_for=PaymentWait(row.waits_for) if row.waits_for else None,
        withdrawal=PaymentFailure(row.withdrawal) if row.withdrawal else None,
        failure=PaymentFailure(row.failure) if row.failure else None,
        captured_fen=row.captured_fen,
        transaction_id=row.transaction_id,
        paid_at=row.paid_at,
        next_check_at=row.next_check_at,
    )
