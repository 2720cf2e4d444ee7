"""Audit chains of terminals, counted copies of slips, readiness reports. Nothing here names anybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Moment


class AuditChainRow(Base):
    """How far one terminal's chain is known, and the key that seals it."""

    __tablename__ = "audit_chains"

    terminal_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(200))
    contiguous_to: Mapped[int]
    head_hash: Mapped[str | None] = mapped_column(String(64))
    sealed_to: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(Moment)


class AuditRecordRow(Base):
    """One record, byte for byte as it lay on the terminal's disk. Never changed."""

    __tablename__ = "audit_records"

    terminal_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    word: Mapped[str] = mapped_column(String(48), index=True)
    line: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Moment)


class AuditFindingRow(Base):
    """A break in a chain, with its place."""

    __tablename__ = "audit_findings"

    finding_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    terminal_id: Mapped[str] = mapped_column(String(64), index=True)
    seq: Mapped[int]
    what: Mapped[str] = mapped_column(String(20))
    found_at: Mapped[datetime] = mapped_column(Moment)


class SlipCopyRow(Base):
    """Each copy of a slip that staff asked for."""

    __tablename__ = "slip_copies"

    application_number: Mapped[str] = mapped_column(ForeignKey("applications.application_number"), primary_key=True)
    copy_number: Mapped[int] = mapped_column(primary_key=True)
    terminal_id: Mapped[str] = mapped_column(String(64))
    staff_number: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Moment)


class ReadinessReportRow(Base):
    __tablename__ = "readiness_reports"

    report_number: Mapped[str] = mapped_column(String(32), primary_key=True)
    terminal_id: Mapped[str] = mapped_column(String(64), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    verdict: Mapped[str] = mapped_column(String(20))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
