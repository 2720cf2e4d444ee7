"""An application that an identified person asks about: theirs, or none of their business."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.applications.tables import ApplicationRow
from backend.payments.tables import PaymentRow
from backend.problems import Refusal
from backend.records.service import Records
from kiosk.central.wire import ProblemCode
from kiosk.domain.application import OPEN_PAYMENT_STATES


@dataclass(frozen=True)
class Ownership:
    records: Records

    def application(
        self, session: Session, application_number: str, person_token: str, terminal_id: str
    ) -> ApplicationRow | Refusal:
        """Locked until the transaction ends. Refusals: token_expired, not_found, application_not_yours."""
        person = self.records.person_of(session, person_token, terminal_id)
        if isinstance(person, Refusal):
            return person
        of_number = select(ApplicationRow).where(ApplicationRow.application_number == application_number)
        row = session.scalars(of_number.with_for_update()).one_or_none()
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        return row if row.person_id == person.person_id else Refusal(ProblemCode.APPLICATION_NOT_YOURS)


def open_payment_number(session: Session, application_number: str) -> str | None:
    """A payment whose outcome is not settled yet."""
    of_application = select(PaymentRow.payment_number).where(PaymentRow.application_number == application_number)
    return session.scalars(of_application.where(PaymentRow.state.in_(OPEN_PAYMENT_STATES))).one_or_none()
