"""The errands of an identified person around applications that are there: each checks owner and state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.agents.service import agent_of
from backend.applications.hand_in import card_hand_in_state
from backend.applications.service import PAYMENT_LIFE, Applications
from backend.applications.tables import ApplicationMoveRow, ApplicationRow
from backend.applications.view import shown_application
from backend.certificates.issue import certificate_of, content_of
from backend.certificates.links import Links
from backend.certificates.tables import CertificateRow
from backend.clock import Clock, city_day
from backend.errands.owned import Ownership, open_payment_number
from backend.errands.progress import Standing
from backend.problems import Refusal
from backend.records.service import Records
from backend.records.tables import PersonRow
from backend.reference.service import ReferenceData
from kiosk.central.wire import ProblemCode
from kiosk.central.wire_errands import (
    CardHandInRequest,
    CardHandInState,
    CertificatePrint,
    CollectionGuide,
    PersonOnly,
    Progress,
    Resumption,
    TrackedApplication,
)
from kiosk.domain.application import ApplicationState
from kiosk.domain.masking import mask_number

MOST_TRACKED = 10
_UNPAID = frozenset({ApplicationState.AWAITING_PAYMENT, ApplicationState.PAYMENT_EXPIRED})
_RESUMABLE = frozenset({ApplicationState.AWAITING_PAYMENT, ApplicationState.PAID, ApplicationState.SUBMITTED})
_ENDED = frozenset({ApplicationState.CANCELLED, ApplicationState.PAYMENT_EXPIRED, ApplicationState.REJECTED})


@dataclass(frozen=True)
class Errands:
    """Each call runs inside the caller's transaction."""

    clock: Clock
    reference: ReferenceData
    records: Records
    applications: Applications
    links: Links

    # --- progress -----------------------------------------------------------------------------------------------------

    def progress(self, session: Session, request: PersonOnly, terminal_id: str) -> Progress | Refusal:
        person = self.records.person_of(session, request.person_token, terminal_id)
        if isinstance(person, Refusal):
            return person
        newest_first = (
            select(ApplicationRow)
            .where(ApplicationRow.person_id == person.person_id)
            .order_by(ApplicationRow.created_at.desc(), ApplicationRow.application_number)
        )
        rows = session.scalars(newest_first.limit(MOST_TRACKED))
        return Progress(applications=tuple(self._tracked(session, row) for row in rows))

    def _tracked(self, session: Session, row: ApplicationRow) -> TrackedApplication:
        certificate = certificate_of(session, row.application_number)
        has_certificate = certificate is not None and certificate.withdrawn_at is None
        standing = Standing(row, self._moves(session, row), self.reference, self.clock.now())
        return TrackedApplication(
            application=shown_application(session, row, self.links, self.clock.now()),
            applied_at=row.created_at,
            pay_by=self._pay_by(row),
            timeline=standing.timeline(),
            next_action=standing.next_action(),
            is_late=standing.is_late,
            card_hand_in=standing.hand_in,
            certificate_prints=certificate.print_count if certificate else 0,
            errands=standing.errands(has_certificate=has_certificate),
        )

    @staticmethod
    def _moves(session: Session, row: ApplicationRow) -> dict[ApplicationState, datetime]:
        of_application = ApplicationMoveRow.application_number == row.application_number
        moves = session.scalars(select(ApplicationMoveRow).where(of_application))
        return {ApplicationState(move.state): move.at for move in moves}

    @staticmethod
    def _pay_by(row: ApplicationRow) -> datetime | None:
        is_awaited = row.state == ApplicationState.AWAITING_PAYMENT
        return (row.reopened_at or row.created_at) + PAYMENT_LIFE if is_awaited else None

    # --- an unpaid application ----------------------------------------------------------------------------------------

    def resume(
        self, session: Session, application_number: str, request: PersonOnly, terminal_id: str
    ) -> Resumption | Refusal:
        """Takes up an application that is to be paid or submitted; one that expired unpaid is opened again."""
        row = self._owned(session, application_number, request.person_token, terminal_id)
        if isinstance(row, Refusal):
            return row
        if row.state == ApplicationState.PAYMENT_EXPIRED:
            refusal = self.applications.reopen(session, row)
            if refusal is not None:
                return refusal
        if row.state not in _RESUMABLE or row.submitted_at is not None:
            return Refusal(ProblemCode.APPLICATION_STATE)
        return Resumption(
            application=shown_application(session, row, self.links, self.clock.now()),
            open_payment_number=open_payment_number(session, row.application_number),
            pay_by=self._pay_by(row),
            amount_due_fen=row.fee_fen if row.paid_at is None else 0,
        )

    def cancel(
        self, session: Session, application_number: str, request: PersonOnly, terminal_id: str
    ) -> ApplicationRow | Refusal:
        """Ends an unpaid application; never while money may still be on its way."""
        row = self._owned(session, application_number, request.person_token, terminal_id)
        if isinstance(row, Refusal):
            return row
        if row.paid_at is not None:
            return Refusal(ProblemCode.ALREADY_PAID)
        if row.state not in _UNPAID:
            return Refusal(ProblemCode.APPLICATION_STATE)
        if open_payment_number(session, application_number) is not None:
            return Refusal(ProblemCode.PAYMENT_OPEN)
        self.applications.move(session, row, ApplicationState.CANCELLED)
        return row

    # --- the damaged card ---------------------------------------------------------------------------------------------

    def hand_in_card(
        self, session: Session, application_number: str, request: CardHandInRequest, terminal_id: str
    ) -> ApplicationRow | Refusal:
        row = self._owned(session, application_number, request.person_token, terminal_id)
        if isinstance(row, Refusal):
            return row
        now = self.clock.now()
        if row.state in _ENDED:
            return Refusal(ProblemCode.APPLICATION_STATE)
        if card_hand_in_state(row, city_day(now)) not in (CardHandInState.DUE, CardHandInState.OVERDUE):
            return Refusal(ProblemCode.HAND_IN_STATE)
        row.damaged_card, row.handed_in_at = request.damaged_card, now
        return row

    # --- the certificate ----------------------------------------------------------------------------------------------

    def print_certificate(
        self, session: Session, certificate_number: str, request: PersonOnly, terminal_id: str
    ) -> CertificatePrint | Refusal:
        """What a further copy on paper says; counts it."""
        person = self.records.person_of(session, request.person_token, terminal_id)
        if isinstance(person, Refusal):
            return person
        row = session.get(CertificateRow, certificate_number, with_for_update=True)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if session.get_one(ApplicationRow, row.application_number).person_id != person.person_id:
            return Refusal(ProblemCode.CERTIFICATE_NOT_YOURS)
        if row.withdrawn_at is not None:
            return Refusal(ProblemCode.CERTIFICATE_WITHDRAWN)
        row.print_count += 1
        return self._print(session, row, person)

    def _print(self, session: Session, row: CertificateRow, person: PersonRow) -> CertificatePrint:
        content, agent = content_of(row), agent_of(session, row.application_number)
        return CertificatePrint(
            certificate_number=row.certificate_number,
            application_number=row.application_number,
            print_count=row.print_count,
            issued_at=row.issued_at,
            name_masked=content.name_masked,
            document_number_masked=mask_number(person.document_number),
            card_number_masked=content.card_number_masked,
            agent_name_masked=content.agent_name_masked if agent else None,
            certificate_url=self.links.certificate_url(row.certificate_number, self.clock.now()),
            verify_url=self.links.verify_url(row.certificate_number),
        )

    # --- collecting ---------------------------------------------------------------------------------------------------

    def collection_guide(self) -> CollectionGuide:
        today = city_day(self.clock.now())
        reference = self.reference.reference
        return CollectionGuide(
            offices=tuple(office for office in reference.offices if office.is_collection_point),
            papers=self.reference.papers,
            working_days=self.reference.lead_time(today).working_days,
            ready_if_applied_today=self.reference.card_date(today),
            keep_days=self.reference.keep_days,
            hotlines=reference.hotlines,
        )

    def _owned(
        self, session: Session, application_number: str, person_token: str, terminal_id: str
    ) -> ApplicationRow | Refusal:
        return Ownership(self.records).application(session, application_number, person_token, terminal_id)
