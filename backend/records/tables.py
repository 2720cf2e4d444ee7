"""Insured people, their cards, loss reports, and the short-lived tokens that stand for a person at a terminal."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Moment
from kiosk.domain.application import CardState, InsuredType


class PersonRow(Base):
    """One insurance record. Two records may carry one document number: that is for staff to settle."""

    __tablename__ = "persons"

    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    document_kind: Mapped[str] = mapped_column(String(32), default="resident_id", server_default="resident_id")
    document_number: Mapped[str] = mapped_column(String(18), index=True)
    nationality: Mapped[str | None] = mapped_column(String(3))
    """Of a passport; two states may give the same number."""
    name: Mapped[str] = mapped_column(String(200))
    english_name: Mapped[str | None] = mapped_column(String(200))
    birth_date: Mapped[date | None]
    """Where the document's number does not hold it."""
    insured_type: Mapped[InsuredType] = mapped_column(String(20))
    employer: Mapped[str | None] = mapped_column(String(200))
    mobile: Mapped[str | None] = mapped_column(String(11))
    address_district: Mapped[str | None] = mapped_column(String(200))
    address_street: Mapped[str | None] = mapped_column(String(200))
    address_detail: Mapped[str | None] = mapped_column(String(200))
    has_photo: Mapped[bool]
    bank_choices: Mapped[list[str]] = mapped_column(JSON)
    card: Mapped[CardRow | None] = relationship(back_populates="person", lazy="joined")


class OtherDocumentRow(Base):
    """A document known to be this person's, under which the record is not held: an older or a newer one."""

    __tablename__ = "other_documents"

    document_kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    document_number: Mapped[str] = mapped_column(String(18), primary_key=True)
    nationality: Mapped[str] = mapped_column(String(3), primary_key=True)
    """Empty for everything but passports."""
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.person_id"), index=True)
    person: Mapped[PersonRow] = relationship(lazy="joined")


class CardRow(Base):
    """The person's present card. `state` is what was last recorded; see `service.card_state` for what holds now."""

    __tablename__ = "cards"

    card_number: Mapped[str] = mapped_column(String(20), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.person_id"), unique=True)
    state: Mapped[CardState] = mapped_column(String(20))
    generation: Mapped[int]
    bank_code: Mapped[str] = mapped_column(String(32))
    pre_lost_until: Mapped[datetime | None] = mapped_column(Moment)
    person: Mapped[PersonRow] = relationship(back_populates="card")


class LossReportRow(Base):
    """One loss report: a pre-report releases itself, the formal one (`releases_at` empty) never does."""

    __tablename__ = "loss_reports"

    report_number: Mapped[str] = mapped_column(String(32), primary_key=True)
    card_number: Mapped[str] = mapped_column(ForeignKey("cards.card_number"), index=True)
    terminal_id: Mapped[str] = mapped_column(String(64))
    reported_at: Mapped[datetime] = mapped_column(Moment)
    releases_at: Mapped[datetime | None] = mapped_column(Moment)


class PersonTokenRow(Base):
    """The hash of a token that one terminal may use for one person for one hour."""

    __tablename__ = "person_tokens"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.person_id"))
    terminal_id: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
