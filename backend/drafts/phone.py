"""Drafts as the phone's pages see them: begun, filled in, turned into a code, thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from backend.drafts.service import DRAFT_LIFE, Drafts
from backend.drafts.tables import DraftCodeRow, DraftRow
from backend.hashing import sha256
from backend.photos.processing import IdPhoto
from kiosk.central.wire_errands import DraftAddress, DraftAgent, DraftPhone
from kiosk.domain.application import InsuredType
from kiosk.domain.codes import RESUME_PREFIX

CODE_LIFE = timedelta(minutes=10)
MOST_STARTS_A_MINUTE = 120
"""By everybody together: beyond it somebody plays."""


@dataclass(frozen=True, repr=False)
class FreshCode:
    """The content of the QR code; shown once and kept nowhere."""

    content: str
    expires_at: datetime


@dataclass(frozen=True)
class Changed:
    """Somebody else wrote in the meantime; nothing was changed."""


@dataclass(frozen=True)
class PhoneDrafts:
    """Each call runs inside the caller's transaction. A row that is returned is open and locked."""

    drafts: Drafts

    def start(self, session: Session, insured_type: InsuredType, document_number: str) -> str | None:
        """The secret of a new draft's pages; None while too many begin at once."""
        now = self.drafts.clock.now()
        recent = select(func.count()).where(DraftRow.created_at > now - timedelta(minutes=1))
        if session.scalars(recent).one() >= MOST_STARTS_A_MINUTE:
            return None
        row = self.drafts.new_row(document_number, insured_type, now + DRAFT_LIFE)
        session.add(row)
        return self._give_access(row)

    def take_up(self, session: Session, token: str) -> tuple[str, DraftRow] | None:
        """The pages' secret for the first phone that goes on from a hand-off; None: too late, used, or unknown."""
        row = self.offered(session, token)
        if row is None:
            return None
        row.hand_off_sha256, row.phone = None, DraftPhone.AT_WORK
        row.version += 1
        return self._give_access(row), row

    def offered(self, session: Session, token: str) -> DraftRow | None:
        of_token = select(DraftRow).where(DraftRow.hand_off_sha256 == sha256(token)).with_for_update()
        row = session.scalars(of_token).one_or_none()
        if row is None or row.hand_off_until is None or self.drafts.is_over(row):
            return None
        return row if row.hand_off_until > self.drafts.clock.now() else None

    def open(self, session: Session, access: str) -> DraftRow | None:
        of_access = select(DraftRow).where(DraftRow.access_sha256 == sha256(access)).with_for_update()
        row = session.scalars(of_access).one_or_none()
        return None if row is None or self.drafts.is_over(row) else row

    def save_address(self, row: DraftRow, version: int, address: DraftAddress) -> Changed | None:
        if row.version != version:
            return Changed()
        row.address = address.model_dump(mode="json")
        self._wrote(row)
        return None

    def save_agent(self, row: DraftRow, version: int, agent: DraftAgent | None) -> Changed | None:
        if row.version != version:
            return Changed()
        row.agent = agent.model_dump(mode="json") if agent else None
        self._wrote(row)
        return None

    def save_photo(self, session: Session, row: DraftRow, photo: IdPhoto | None) -> None:
        """A photo replaces a photo: there is nothing to mix up, so no version is asked for.

        The person looks at it first: a terminal that waits has it after `keep_photo`.
        """
        if photo is None:
            self.drafts.photos.forget(session, row.draft_number)
            row.photo_number = None
        else:
            row.photo_number = self.drafts.photos.keep(session, row.draft_number, photo).photo_number
        row.version += 1
        row.phone = DraftPhone.AT_WORK

    def keep_photo(self, row: DraftRow) -> bool:
        """The person has seen the photo as it will be and wants it; False: there is none."""
        if row.photo_number is None:
            return False
        self._wrote(row)
        return True

    def fresh_code(self, session: Session, row: DraftRow) -> FreshCode:
        """One code at a time: an earlier one that nobody used ends."""
        now = self.drafts.clock.now()
        unused = (DraftCodeRow.draft_number == row.draft_number) & DraftCodeRow.used_at.is_(None)
        session.execute(update(DraftCodeRow).where(unused, DraftCodeRow.expires_at > now).values(expires_at=now))
        token, expires_at = self.drafts.numbers.token()[:22], now + CODE_LIFE
        session.add(DraftCodeRow(code_sha256=sha256(token), draft_number=row.draft_number, expires_at=expires_at))
        return FreshCode(RESUME_PREFIX + token, expires_at)

    def throw_away(self, session: Session, row: DraftRow) -> None:
        session.execute(delete(DraftCodeRow).where(DraftCodeRow.draft_number == row.draft_number))
        self.drafts.end(session, row)

    def _give_access(self, row: DraftRow) -> str:
        access = self.drafts.numbers.token()[:22]
        row.access_sha256 = sha256(access)
        return access

    def _wrote(self, row: DraftRow) -> None:
        row.version += 1
        row.phone = DraftPhone.DONE if row.topic else DraftPhone.AT_WORK
