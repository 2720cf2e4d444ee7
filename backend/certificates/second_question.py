"""The second question behind a public link: the last four characters of the document. Five wrong answers lock it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from backend.certificates.tables import WrongAnswersRow

ALLOWED = 5
LOCK = timedelta(minutes=15)


@dataclass(frozen=True)
class Right:
    pass


@dataclass(frozen=True)
class Wrong:
    attempts_left: int


@dataclass(frozen=True)
class Locked:
    retry_after_s: int


def ask(session: Session, subject: str, given: str, document_number: str, now: datetime) -> Right | Wrong | Locked:
    """Judges one answer and counts it; commit the session whatever comes back."""
    row = session.get(WrongAnswersRow, subject, with_for_update=True)
    if row is None:
        row = WrongAnswersRow(subject=subject, count=0)
        session.add(row)
    if row.locked_until is not None and row.locked_until > now:
        return Locked(int((row.locked_until - now).total_seconds()) + 1)
    if row.locked_until is not None:
        row.count, row.locked_until = 0, None
    if hmac.compare_digest(document_number[-4:].upper().encode(), given.strip().upper().encode()):
        row.count = 0
        return Right()
    row.count += 1
    if row.count < ALLOWED:
        return Wrong(ALLOWED - row.count)
    row.locked_until = now + LOCK
    return Locked(int(LOCK.total_seconds()))
