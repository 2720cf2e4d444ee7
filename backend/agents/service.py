"""Who may apply for somebody else, and how often a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.agents.tables import AgentRow
from backend.clock import CITY_ZONE, Clock, Numbers, city_day
from backend.database import hold_lock
from backend.problems import Refusal
from backend.records.documents import Document, birth_date_of, is_held_by, is_minor
from backend.records.service import Records
from backend.records.tables import PersonRow
from backend.reference.service import ReferenceData
from kiosk.central.wire import AgentRuleRow, ProblemCode
from kiosk.central.wire_errands import Agent, AgentRequest, Relationship
from kiosk.domain.masking import mask_name, mask_number

REGISTERED_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Agents:
    """The services on agents; each call runs inside the caller's transaction."""

    clock: Clock
    numbers: Numbers
    reference: ReferenceData
    records: Records

    def register(self, session: Session, request: AgentRequest, terminal_id: str) -> Agent | Refusal:
        """Takes the agent down for this person at this terminal, for one hour; counts nothing yet."""
        person = self.records.person_of(session, request.person_token, terminal_id)
        if isinstance(person, Refusal):
            return person
        refusal = self._refusal(session, request, person)
        if refusal is not None:
            return refusal
        row = self._new_row(request, person, terminal_id)
        left = self._left_today(session, row)
        if left <= 0:
            return Refusal(ProblemCode.AGENT_LIMIT)
        session.add(row)
        return Agent(
            agent_number=row.agent_number,
            name_masked=mask_name(row.name),
            number_masked=mask_number(row.document_number),
            relationship=request.relationship,
            left_today=left,
        )

    def for_application(
        self, session: Session, agent_number: str | None, person: PersonRow, terminal_id: str
    ) -> AgentRow | Refusal | None:
        """The agent of an application that is about to be made; None when the person applies."""
        is_child = self.is_minor(person)
        if agent_number is None:
            return Refusal(ProblemCode.GUARDIAN_REQUIRED) if is_child else None
        row = session.get(AgentRow, agent_number, with_for_update=True)
        if row is None or not self._is_good(row, person, terminal_id):
            return Refusal(ProblemCode.AGENT_UNKNOWN, field="agent_number")
        if is_child and row.relationship != Relationship.GUARDIAN:
            return Refusal(ProblemCode.GUARDIAN_REQUIRED, field="agent_number")
        if self._left_today(session, row) <= 0:
            return Refusal(ProblemCode.AGENT_LIMIT, field="agent_number")
        return row

    def is_minor(self, person: PersonRow) -> bool:
        today = self._today
        born = birth_date_of(person.document_number, person.birth_date, today)
        return is_minor(born, self._rule.adult_years, today)

    def _refusal(self, session: Session, request: AgentRequest, person: PersonRow) -> Refusal | None:
        document = Document(request.document_kind, request.document_number, request.nationality)
        if is_held_by(session, document, person):
            return Refusal(ProblemCode.AGENT_IS_PERSON, field="document_number")
        born = birth_date_of(request.document_number.upper(), request.birth_date, self._today)
        if is_minor(born, self._rule.adult_years, self._today):
            return Refusal(ProblemCode.AGENT_MINOR, field="birth_date")
        if self.is_minor(person) and request.relationship is not Relationship.GUARDIAN:
            return Refusal(ProblemCode.GUARDIAN_REQUIRED, field="relationship")
        if request.declaration_version != self._rule.declaration_version:
            return Refusal(ProblemCode.DECLARATION_CHANGED, field="declaration_version")
        return None

    def _new_row(self, request: AgentRequest, person: PersonRow, terminal_id: str) -> AgentRow:
        return AgentRow(
            agent_number=self.numbers.number("DL", self._today),
            person_id=person.person_id,
            terminal_id=terminal_id,
            document_kind=request.document_kind,
            document_number=request.document_number.upper(),
            nationality=request.nationality,
            name=request.name,
            relationship=request.relationship,
            mobile=request.mobile,
            declaration_version=request.declaration_version,
            registered_at=self.clock.now(),
        )

    def _is_good(self, row: AgentRow, person: PersonRow, terminal_id: str) -> bool:
        is_fresh = self.clock.now() < row.registered_at + REGISTERED_FOR
        is_here = (row.person_id, row.terminal_id) == (person.person_id, terminal_id)
        return is_fresh and is_here and row.application_number is None

    def _left_today(self, session: Session, row: AgentRow) -> int:
        """Two terminals that count for the same agent do it one after the other."""
        hold_lock(session, "agent", row.document_number)
        today = AgentRow.applied_at >= _start_of(self._today)
        of_agent = select(func.count()).where(AgentRow.document_number == row.document_number, today)
        return self._rule.per_day - session.scalars(of_agent).one()

    @property
    def _rule(self) -> AgentRuleRow:
        return self.reference.agent_rule(self._today)

    @property
    def _today(self) -> date:
        return city_day(self.clock.now())


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), CITY_ZONE)


def agent_of(session: Session, application_number: str) -> AgentRow | None:
    return session.scalars(select(AgentRow).where(AgentRow.application_number == application_number)).one_or_none()
