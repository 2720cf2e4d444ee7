"""A small issuer of electronic cards for the bench: codes for seeded people, good once and for a minute."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, sessionmaker

from backend.clock import Clock, Numbers
from backend.e_cards.port import ECardFault
from backend.e_cards.tables import SandboxECardRow
from backend.hashing import sha256
from backend.records.documents import Document, document_of
from backend.records.tables import PersonRow
from kiosk.central.wire import ProblemCode

CODE_LIFE = timedelta(seconds=60)
KEPT_FOR = timedelta(days=1)
PREFIX = "ESSC1:"
_CODE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{22}}")


@dataclass(frozen=True)
class SandboxECards:
    """Is an `ECardPlatform`. Knows an expired code for a day, to tell it from one that was never its own."""

    sessions: sessionmaker[Session]
    clock: Clock
    numbers: Numbers

    def issue(self, document_number: str) -> str | None:
        """The content of a fresh QR code; None for nobody's number."""
        now = self.clock.now()
        with self.sessions.begin() as session:
            session.execute(delete(SandboxECardRow).where(SandboxECardRow.expires_at <= now - KEPT_FOR))
            same_number = select(PersonRow).where(PersonRow.document_number == document_number)
            person = session.scalars(same_number).unique().first()
            if person is None:
                return None
            code = PREFIX + self.numbers.token()[:22]
            row = SandboxECardRow(code_sha256=sha256(code), person_id=person.person_id, expires_at=now + CODE_LIFE)
            session.add(row)
        return code

    def resolve(self, code: str) -> Document | ECardFault:
        if _CODE.fullmatch(code) is None:
            return ECardFault(ProblemCode.E_CARD_MALFORMED)
        now = self.clock.now()
        with self.sessions.begin() as session:
            row = session.get(SandboxECardRow, sha256(code))
            if row is None:
                return ECardFault(ProblemCode.E_CARD_UNKNOWN)
            is_mine = (SandboxECardRow.code_sha256 == row.code_sha256) & SandboxECardRow.used_at.is_(None)
            if row.expires_at <= now and row.used_at is None:
                return ECardFault(ProblemCode.E_CARD_EXPIRED)
            taken = session.scalars(
                update(SandboxECardRow).where(is_mine).values(used_at=now).returning(SandboxECardRow.person_id)
            ).one_or_none()
            if taken is None:
                return ECardFault(ProblemCode.E_CARD_USED)
            person = session.get_one(PersonRow, taken)
            names = (person.name, person.english_name) if person.english_name else (person.name,)
            document = document_of(person)
            return Document(document.kind, document.number, document.nationality, names)
