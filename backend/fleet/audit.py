"""Who did what: one line in the same transaction as the act itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.fleet.tables import AuditRow, HistoryRow


def record(session: Session, now: datetime, who: str, act: str, subject: str, /, **facts: Any) -> None:
    """An act of a person or of the backend itself (`who` = "backend")."""
    session.add(AuditRow(at=now, who=who, act=act, subject=subject, facts=facts))


def remember(session: Session, now: datetime, terminal_id: str, kind: str, /, **facts: Any) -> None:
    """A change at a terminal."""
    session.add(HistoryRow(terminal_id=terminal_id, at=now, kind=kind, facts=facts))
