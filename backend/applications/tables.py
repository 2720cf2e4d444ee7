"""Applications for a new card."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Moment
from kiosk.domain.application import ApplicationState, DeliveryMode, Reason

CLOSED_STATES = (
    ApplicationState.COLLECTED,
    ApplicationState.ACTIVATED,
    ApplicationState.CANCELLED,
    ApplicationState.PAYMENT_EXPIRED,
    ApplicationState.REJECTED,
    ApplicationState.PRODUCTION_FAILED,
)
_IS_OPEN = text("state NOT IN ({})".format(", ".join(f"'{state}'" for state in CLOSED_STATES)))


class ApplicationRow(Base):
    """One application; the fee, the person's choices and the dates are fixed when they are set (ratchets)."""

    __tablename__ = "applications"
    __table_args__ = (
        Index("uq_one_open_application", "person_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    application_number: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.person_id"), index=True)
    card_number: Mapped[str] = mapped_column(ForeignKey("cards.card_number"))
    terminal_id: Mapped[str] = mapped_column(String(64))
    state: Mapped[ApplicationState] = mapped_column(String(20), index=True)
    reason: Mapped[Reason] = mapped_column(String(20))
    mobile: Mapped[str | None] = mapped_column(String(11))
    delivery_mode: Mapped[DeliveryMode] = mapped_column(String(20))
    office_id: Mapped[str | None] = mapped_column(String(32))
    recipient: Mapped[str | None] = mapped_column(String(200))
    recipient_mobile: Mapped[str | None] = mapped_column(String(11))
    address_district: Mapped[str | None] = mapped_column(String(200))
    address_street: Mapped[str | None] = mapped_column(String(200))
    address_detail: Mapped[str | None] = mapped_column(String(60))
    bank_code: Mapped[str] = mapped_column(String(32))
    fee_fen: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    payment_number: Mapped[str | None] = mapped_column(String(32))
    paid_at: Mapped[datetime | None] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    damaged_card: Mapped[str | None] = mapped_column(String(32))
    card_date: Mapped[date | None]
    about_days: Mapped[int | None]
    production_ordered_at: Mapped[datetime | None] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    reopened_at: Mapped[datetime | None] = mapped_column(Moment)
    """When an application that had expired unpaid was taken up again."""
    hand_in_due: Mapped[date | None]
    handed_in_at: Mapped[datetime | None] = mapped_column(Moment)


class ApplicationMoveRow(Base):
    """When an application reached a state that has no column of its own above."""

    __tablename__ = "application_moves"

    application_number: Mapped[str] = mapped_column(ForeignKey("applications.application_number"), primary_key=True)
    state: Mapped[ApplicationState] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
