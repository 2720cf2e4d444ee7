"""Certificates of New Issuance or Replacement, and the wrong answers to their second question."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Moment


class CertificateRow(Base):
    """What one certificate says, fixed at its issue; only the count of its printings moves."""

    __tablename__ = "certificates"

    certificate_number: Mapped[str] = mapped_column(String(32), primary_key=True)
    application_number: Mapped[str] = mapped_column(ForeignKey("applications.application_number"), unique=True)
    issued_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    print_count: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # certificates.content.CertificateContent


class WrongAnswersRow(Base):
    """How often in a row the last characters of the document were given wrongly for one subject."""

    __tablename__ = "wrong_answers"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
