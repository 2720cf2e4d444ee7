"""Who applied for somebody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Moment


class AgentRow(Base):
    """One agent for one person, as both stood at a terminal; kept for good once an application came of it."""

    __tablename__ = "agents"

    agent_number: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.person_id"))
    terminal_id: Mapped[str] = mapped_column(String(64))
    document_kind: Mapped[str] = mapped_column(String(32))
    document_number: Mapped[str] = mapped_column(String(18), index=True)
    nationality: Mapped[str | None] = mapped_column(String(3))
    name: Mapped[str] = mapped_column(String(200))
    relationship: Mapped[str] = mapped_column(String(20))
    mobile: Mapped[str] = mapped_column(String(11))
    declaration_version: Mapped[str] = mapped_column(String(32))
    registered_at: Mapped[datetime] = mapped_column(Moment)
    application_number: Mapped[str | None] = mapped_column(ForeignKey("applications.application_number"), unique=True)
    applied_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
