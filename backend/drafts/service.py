"""Drafts as terminals see them: a one-time code brings one here, a hand-off lends one to a phone.

Phone and terminal may both write. Every change raises the version, a change that was made from an older version is
refused, and whoever reads gets the state that holds now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from backend.certificates.links import Links
from backend.clock import Clock, Numbers, city_day
from backend.drafts.tables import DraftCodeRow, DraftRow
from backend.hashing import sha256
from backend.photos.service import Photos
from backend.photos.tables import PhotoRow
from backend.problems import Refusal
from backend.records.service import Records
from backend.records.tables import PersonRow
from backend.reference.service import ReferenceData
from kiosk.central.wire import ProblemCode
from kiosk.central.wire_errands import (
    Draft,
    DraftClaimed,
    DraftEdit,
    DraftPhone,
    DraftRedemptionRequest,
    HandOff,
    HandOffRequest,
)
from kiosk.domain.application import InsuredType
from kiosk.domain.codes import CodeKind, classify

DRAFT_LIFE = timedelta(days=7)
HAND_OFF_LIFE = timedelta(minutes=10)
"""How long the code on the screen can be taken up."""
HANDED_OFF_LIFE = timedelta(hours=1)
"""How long the phone may then write; no longer than the person's token at the terminal."""
REMEMBERED_FOR = timedelta(days=1)
"""A draft that is over is kept empty for so long, to tell a used code from one that never was."""


@dataclass(frozen=True)
class Drafts:
    """Each call runs inside the caller's transaction."""

    clock: Clock
    numbers: Numbers
    reference: ReferenceData
    records: Records
    photos: Photos
    links: Links

    # --- from the phone to the terminal -------------------------------------------------------------------------------

    def redeem(self, session: Session, request: DraftRedemptionRequest, terminal_id: str) -> DraftClaimed | Refusal:
        """Uses the code up; of two terminals with one code exactly one gets the draft."""
        scanned = classify(request.code.encode())
        if scanned.kind is not CodeKind.RESUME:
            return Refusal(ProblemCode.DRAFT_CODE_MALFORMED, field="code")
        code = session.get(DraftCodeRow, sha256(scanned.resume_token))
        if code is None:
            return Refusal(ProblemCode.DRAFT_CODE_UNKNOWN, field="code")
        refusal = self._code_refusal(session, code)
        if refusal is not None:
            return refusal
        row = session.get_one(DraftRow, code.draft_number, with_for_update=True)
        if self.is_over(row):
            return Refusal(ProblemCode.DRAFT_CLOSED)
        row.terminal_id, row.phone = terminal_id, DraftPhone.DONE
        return DraftClaimed(
            draft_number=row.draft_number,
            insured_type=row.insured_type,
            has_address=row.address is not None,
            has_agent=row.agent is not None,
            has_photo=row.photo_number is not None,
        )

    def _code_refusal(self, session: Session, code: DraftCodeRow) -> Refusal | None:
        now = self.clock.now()
        if code.used_at is None and code.expires_at <= now:
            return Refusal(ProblemCode.DRAFT_CODE_EXPIRED, field="code")
        is_unused = (DraftCodeRow.code_sha256 == code.code_sha256) & DraftCodeRow.used_at.is_(None)
        mine = session.execute(
            update(DraftCodeRow).where(is_unused).values(used_at=now).returning(DraftCodeRow.draft_number)
        ).one_or_none()
        return Refusal(ProblemCode.DRAFT_CODE_USED, field="code") if mine is None else None

    # --- from the terminal to the phone -------------------------------------------------------------------------------

    def hand_off(self, session: Session, request: HandOffRequest, terminal_id: str) -> HandOff | Refusal:
        person = self.records.person_of(session, request.person_token, terminal_id)
        if isinstance(person, Refusal):
            return person
        now, token = self.clock.now(), self.numbers.token()[:22]
        row = self.new_row(person.document_number, InsuredType(person.insured_type), now + HANDED_OFF_LIFE)
        row.hand_off_sha256, row.hand_off_until = sha256(token), now + HAND_OFF_LIFE
        row.topic, row.terminal_id, row.phone = request.topic, terminal_id, DraftPhone.AWAITED
        session.add(row)
        return HandOff(
            draft_number=row.draft_number,
            url=self.links.hand_off_url(token),
            expires_at=now + HAND_OFF_LIFE,
            version=row.version,
        )

    def new_row(self, document_number: str, insured_type: InsuredType, expires_at: datetime) -> DraftRow:
        now = self.clock.now()
        return DraftRow(
            draft_number=self.numbers.number("CG", city_day(now)),
            owner=self.links.owner_digest(document_number),
            insured_type=insured_type,
            version=0,
            phone=DraftPhone.AT_WORK,
            created_at=now,
            expires_at=expires_at,
        )

    # --- at the terminal ----------------------------------------------------------------------------------------------

    def read(self, session: Session, draft_number: str, person_token: str, terminal_id: str) -> Draft | Refusal:
        row = self._of_person(session, draft_number, person_token, terminal_id)
        return row if isinstance(row, Refusal) else shown_draft(row)

    def edit(self, session: Session, draft_number: str, request: DraftEdit, terminal_id: str) -> Draft | Refusal:
        row = self._of_person(session, draft_number, request.person_token, terminal_id)
        if isinstance(row, Refusal):
            return row
        if row.version != request.version:
            return Refusal(ProblemCode.DRAFT_CHANGED, field="version")
        if request.address is not None and not self.reference.is_district(request.address.district):
            return Refusal(ProblemCode.EXPRESS_UNAVAILABLE, field="address.district")
        row.address = request.address.model_dump(mode="json") if request.address else None
        if not request.keep_photo:
            self.photos.forget(session, row.draft_number)
            row.photo_number = None
        row.version += 1
        return shown_draft(row)

    def close(self, session: Session, draft_number: str, person_token: str, terminal_id: str) -> Refusal | None:
        """Ends the draft; whoever asks again learns that it is so."""
        row = self._of_person(session, draft_number, person_token, terminal_id)
        if isinstance(row, Refusal):
            return None if row.code is ProblemCode.DRAFT_CLOSED else row
        self.end(session, row)
        return None

    def for_application(
        self, session: Session, draft_number: str | None, person: PersonRow, terminal_id: str
    ) -> DraftRow | Refusal | None:
        """The draft that an application is made from."""
        if draft_number is None:
            return None
        return self._judged(session.get(DraftRow, draft_number, with_for_update=True), person, terminal_id)

    def photo_for_application(
        self, session: Session, photo_number: str | None, person: PersonRow, terminal_id: str
    ) -> PhotoRow | Refusal | None:
        """The new photo of an application, out of a draft of this person at this terminal."""
        if photo_number is None:
            return None if person.has_photo else Refusal(ProblemCode.PHOTO_NEEDED, field="photo_number")
        return self.photo(session, photo_number, person, terminal_id)

    def photo(self, session: Session, photo_number: str, person: PersonRow, terminal_id: str) -> PhotoRow | Refusal:
        photo = session.get(PhotoRow, photo_number, with_for_update=True)
        if photo is None or photo.application_number is not None:
            return Refusal(ProblemCode.PHOTO_UNKNOWN, field="photo_number")
        draft = self._judged(session.get(DraftRow, photo.draft_number), person, terminal_id)
        if isinstance(draft, Refusal) or draft.photo_number != photo_number:
            return Refusal(ProblemCode.PHOTO_UNKNOWN, field="photo_number")
        return photo

    def _of_person(
        self, session: Session, draft_number: str, person_token: str, terminal_id: str
    ) -> DraftRow | Refusal:
        person = self.records.person_of(session, person_token, terminal_id)
        if isinstance(person, Refusal):
            return person
        return self._judged(session.get(DraftRow, draft_number, with_for_update=True), person, terminal_id)

    def _judged(self, row: DraftRow | None, person: PersonRow, terminal_id: str) -> DraftRow | Refusal:
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.terminal_id != terminal_id:
            return Refusal(ProblemCode.DRAFT_ELSEWHERE)
        if row.owner != self.links.owner_digest(person.document_number):
            return Refusal(ProblemCode.DRAFT_PERSON_DIFFERS)
        return Refusal(ProblemCode.DRAFT_CLOSED) if self.is_over(row) else row

    # --- ends ---------------------------------------------------------------------------------------------------------

    def is_over(self, row: DraftRow) -> bool:
        return row.closed_at is not None or row.expires_at <= self.clock.now()

    def end(self, session: Session, row: DraftRow) -> None:
        """Nothing of the person stays; the empty row answers for its codes a little longer."""
        self.photos.forget(session, row.draft_number)
        row.address, row.agent, row.photo_number = None, None, None
        row.closed_at = row.closed_at or self.clock.now()
        row.version += 1

    def forget_old(self, session: Session) -> None:
        """Empties what has expired, and deletes what was over a day ago."""
        now = self.clock.now()
        expired = (DraftRow.expires_at <= now) & DraftRow.closed_at.is_(None)
        for row in session.scalars(select(DraftRow).where(expired).with_for_update(skip_locked=True).limit(100)):
            self.end(session, row)
        session.flush()
        old = select(DraftRow.draft_number).where(DraftRow.closed_at <= now - REMEMBERED_FOR)
        session.execute(delete(DraftCodeRow).where(DraftCodeRow.draft_number.in_(old)))
        session.execute(delete(DraftRow).where(DraftRow.closed_at <= now - REMEMBERED_FOR))


def shown_draft(row: DraftRow) -> Draft:
    return Draft.model_validate(
        {
            "draft_number": row.draft_number,
            "version": row.version,
            "insured_type": row.insured_type,
            "address": row.address,
            "agent": row.agent,
            "photo_number": row.photo_number,
            "phone": row.phone,
            "expires_at": row.expires_at,
        }
    )
