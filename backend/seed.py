"""Fills an empty database for the bench: invented people and one terminal with its token. May run again at any time.

A second run changes nothing that is there: people keep the states that a session has moved them to.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from backend.applications.tables import ApplicationMoveRow, ApplicationRow
from backend.auth import token_hash
from backend.certificates.issue import CertificateIssuer
from backend.certificates.signing import write_secret
from backend.clock import CITY_ZONE, Clock, Numbers, city_day
from backend.records.tables import CardRow, OtherDocumentRow, PersonRow
from backend.reference.service import ReferenceData
from backend.tables import TerminalRow
from kiosk.domain.application import ApplicationState, CardState, DeliveryMode, InsuredType, Reason

PEOPLE_FILES = tuple(Path(__file__).parent / name for name in ("seed_people.toml", "seed_passports.toml"))
TOKEN_FILE = "terminal-token"  # noqa: S105  the name of a file


class SeedPerson(BaseModel):
    """One entry of `seed_people.toml`; what the members mean stands at its head."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    special: str
    special_zh: str
    special_en: str
    name: str
    record_name: str | None = None
    record_count: int = 1
    document_kind: str
    document_number: str
    nationality: str | None = None
    record_document_kind: str | None = None
    record_document_number: str | None = None
    english_name: str | None = None
    birth_date: date | None = None
    has_photo: bool = True
    sex: Literal["M", "F"]
    ethnic_group: str
    address: str
    card_number: str
    generation: Literal[1, 2, 3]
    bank_code: str
    bank_choices: tuple[str, ...] = ()
    card_state: CardState
    insured_type: InsuredType
    employer: str | None = None
    mobile: str | None = None
    express_district: str | None = None
    express_street: str | None = None
    express_detail: str | None = None
    open_application: ApplicationState | None = None
    open_reason: Reason = Reason.LOST


def read_people(paths: Sequence[Path] = PEOPLE_FILES) -> tuple[SeedPerson, ...]:
    entries = [entry for path in paths for entry in tomllib.loads(path.read_text(encoding="utf-8"))["person"]]
    return tuple(SeedPerson.model_validate(entry) for entry in entries)


class Seeder:
    """Writes people and a terminal, inside the caller's transaction."""

    def __init__(self, session: Session, clock: Clock, numbers: Numbers, reference: ReferenceData) -> None:
        self._session = session
        self._clock = clock
        self._numbers = numbers
        self._reference = reference

    def people(self, people: tuple[SeedPerson, ...]) -> int:
        """How many people were added; those who are there already are left alone."""
        return sum(self._person(person) for person in people)

    def terminal(self, terminal_id: str, office_id: str, token_file: Path) -> None:
        """Registers the terminal with the token in the file; makes the file when there is none."""
        if not token_file.exists():
            write_secret(token_file, self._numbers.token().encode() + b"\n")
        sha256 = token_hash(token_file.read_text(encoding="ascii").strip())
        row = self._session.get(TerminalRow, terminal_id) or TerminalRow(terminal_id=terminal_id, is_active=True)
        row.office_id, row.token_sha256 = office_id, sha256
        self._session.add(row)

    def _person(self, person: SeedPerson) -> bool:
        if self._session.get(PersonRow, f"P-{person.card_number}-0") is not None:
            return False
        for count in range(person.record_count):
            row = self._record(person, count)
            self._session.add(row)
        self._session.flush()
        if person.record_document_number is not None:
            self._session.add(
                OtherDocumentRow(
                    document_kind=person.document_kind,
                    document_number=person.document_number,
                    nationality=person.nationality or "",
                    person_id=f"P-{person.card_number}-0",
                )
            )
        if person.open_application is not None:
            self._application(person, person.open_application)
        return True

    def _record(self, person: SeedPerson, count: int) -> PersonRow:
        """The card belongs to the first record of a person."""
        every_bank = tuple(bank.bank_code for bank in self._reference.reference.banks)
        return PersonRow(
            person_id=f"P-{person.card_number}-{count}",
            document_kind=person.record_document_kind or person.document_kind,
            document_number=person.record_document_number or person.document_number,
            nationality=person.nationality,
            english_name=person.english_name,
            birth_date=person.birth_date,
            name=person.record_name or person.name,
            insured_type=person.insured_type,
            employer=person.employer,
            mobile=person.mobile,
            address_district=person.express_district,
            address_street=person.express_street,
            address_detail=person.express_detail,
            has_photo=person.has_photo,
            bank_choices=list(person.bank_choices or every_bank),
            card=self._card(person) if count == 0 else None,
        )

    def _card(self, person: SeedPerson) -> CardRow:
        now = self._clock.now()
        days = self._reference.lead_time(city_day(now)).pre_loss_days
        return CardRow(
            card_number=person.card_number,
            state=person.card_state,
            generation=person.generation,
            bank_code=person.bank_code,
            pre_lost_until=now + timedelta(days=days) if person.card_state is CardState.PRE_LOST else None,
        )

    def _application(self, person: SeedPerson, state: ApplicationState) -> None:
        """One that is ready was made two weeks ago, any other just now."""
        now = self._clock.now()
        made_at = now - timedelta(days=14) if state is ApplicationState.AT_OUTLET else now
        today = city_day(made_at)
        row = ApplicationRow(
            application_number=self._numbers.number("SQ", today),
            person_id=f"P-{person.card_number}-0",
            card_number=person.card_number,
            terminal_id="seed",
            state=state,
            reason=person.open_reason,
            mobile=person.mobile,
            delivery_mode=DeliveryMode.PICKUP,
            office_id=self._reference.reference.offices[0].office_id,
            bank_code=person.bank_code,
            fee_fen=self._reference.fee_fen(person.open_reason, DeliveryMode.PICKUP, today),
            created_at=made_at,
        )
        self._session.add(row)
        if state is not ApplicationState.AWAITING_PAYMENT:
            self._submitted(row, made_at)

    def _submitted(self, row: ApplicationRow, at: datetime) -> None:
        today = city_day(at)
        rule = self._reference.lead_time(today)
        row.payment_number, row.paid_at, row.submitted_at = self._numbers.number("ZF", today), at, at
        ready = self._reference.card_date(today)
        row.card_date, row.told_at = ready, at
        row.about_days = None if row.card_date else rule.working_days
        if row.reason == Reason.DAMAGED:
            row.damaged_card = "later"
            row.hand_in_due = self._reference.working_day_after(today, rule.hand_in_working_days)
        self._session.flush()
        if row.state == ApplicationState.AT_OUTLET and ready is not None:
            ready_at = datetime.combine(ready, time(9), CITY_ZONE)
            self._session.add(
                ApplicationMoveRow(application_number=row.application_number, state=row.state, at=ready_at)
            )
        card = self._session.get_one(CardRow, row.card_number)
        CertificateIssuer(self._clock, self._numbers, self._reference).issue(self._session, row, card)
