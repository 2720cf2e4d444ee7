"""What a phone and a terminal fill in together before there is an application."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Moment
from kiosk.domain.application import InsuredType


class DraftRow(Base):
    """Begun at home, or handed from a terminal to a phone (`topic`). Secrets are kept as hashes only.

    Whose it is stands here as a keyed digest of the document's number: a draft tells nobody a name or a number.
    """

    __tablename__ = "drafts"

    draft_number: Mapped[str] = mapped_column(String(32), primary_key=True)
    access_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the address of the phone's pages."""
    hand_off_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the code on the terminal's screen."""
    hand_off_until: Mapped[datetime | None] = mapped_column(Moment)
    topic: Mapped[str | None] = mapped_column(String(16))
    owner: Mapped[str] = mapped_column(String(64))
    terminal_id: Mapped[str | None] = mapped_column(String(64))
    insured_type: Mapped[InsuredType] = mapped_column(String(20))
    version: Mapped[int]
    phone: Mapped[str] = mapped_column(String(16))
    address: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # wire_errands.DraftAddress
    agent: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # wire_errands.DraftAgent
    photo_number: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class DraftCodeRow(Base):
    """The hash of a one-time code that brings a draft to a terminal."""

    __tablename__ = "draft_codes"

    code_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    draft_number: Mapped[str] = mapped_column(ForeignKey("drafts.draft_number"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
