"""Issues the certificate of a submitted application: one per application, its content fixed from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.agents.service import agent_of
from backend.certificates.content import CertificateContent, OfficeLines
from backend.certificates.tables import CertificateRow
from backend.clock import Clock, Numbers, city_day
from backend.records.tables import CardRow
from backend.reference.service import ReferenceData
from backend.tables import TerminalRow
from kiosk.central.wire import Office
from kiosk.domain.masking import mask_name, mask_number

if TYPE_CHECKING:
    from backend.applications.tables import ApplicationRow


@dataclass(frozen=True)
class CertificateIssuer:
    clock: Clock
    numbers: Numbers
    reference: ReferenceData

    def issue(self, session: Session, application: ApplicationRow, card: CardRow) -> CertificateRow:
        """Call once, inside the transaction that accepts the application."""
        now = self.clock.now()
        number = self.numbers.number("ZM", city_day(now))
        row = CertificateRow(
            certificate_number=number,
            application_number=application.application_number,
            issued_at=now,
            print_count=0,
            content=self._content(session, number, application, card).model_dump(mode="json"),
        )
        session.add(row)
        return row

    def _content(self, session: Session, number: str, application: ApplicationRow, card: CardRow) -> CertificateContent:
        agent = agent_of(session, application.application_number)
        return CertificateContent.model_validate(
            {
                "certificate_number": number,
                "name": card.person.name,
                "document_number_masked": mask_number(card.person.document_number),
                "card_number_masked": mask_number(card.card_number),
                "insured_type": card.person.insured_type,
                "reason": application.reason,
                "application_number": application.application_number,
                "application_date": city_day(application.submitted_at or self.clock.now()),
                "card_date": application.card_date,
                "about_days": application.about_days,
                "delivery_mode": application.delivery_mode,
                "office": _lines(self._office(session, application)),
                "hotline": self.reference.reference.hotlines[0],
                "agent_name_masked": mask_name(agent.name) if agent else None,
                "agent_number_masked": mask_number(agent.document_number) if agent else None,
            }
        )

    def _office(self, session: Session, application: ApplicationRow) -> Office:
        """Where the card waits; with express, where the terminal stands."""
        terminal = session.get(TerminalRow, application.terminal_id)
        office = self.reference.office(application.office_id or (terminal.office_id if terminal else ""))
        return office or self.reference.reference.offices[0]


def _lines(office: Office) -> OfficeLines:
    return OfficeLines.model_validate(office.model_dump(include=set(OfficeLines.model_fields)))


def certificate_of(session: Session, application_number: str) -> CertificateRow | None:
    of_application = select(CertificateRow).where(CertificateRow.application_number == application_number)
    return session.scalars(of_application).one_or_none()


def content_of(row: CertificateRow) -> CertificateContent:
    return CertificateContent.model_validate(row.content)
