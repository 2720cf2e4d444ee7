"""What happens to applications without a terminal: one row per transaction, so one bad row stops none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, sessionmaker

from backend.applications.ports import CardOrder, CardProduction, MessageKind, TextMessage, TextMessages
from backend.applications.service import Applications
from backend.applications.tables import ApplicationRow
from backend.clock import Clock
from kiosk.domain.application import ApplicationState

PATIENCE = timedelta(minutes=10)
BATCH = 100


@dataclass(frozen=True)
class ApplicationJobs:
    sessions: sessionmaker[Session]
    clock: Clock
    applications: Applications
    production: CardProduction
    text_messages: TextMessages

    def accept_paid(self) -> None:
        """Submits what was paid more than ten minutes ago and no terminal submitted (cut off, or walked away)."""
        is_forgotten = (ApplicationRow.state == ApplicationState.PAID) & (
            ApplicationRow.paid_at < self.clock.now() - PATIENCE
        )
        for number in self._numbers(is_forgotten):
            with self.sessions.begin() as session:
                self.applications.submit_forgotten(session, number)

    def expire_unpaid(self) -> None:
        with self.sessions.begin() as session:
            self.applications.expire_unpaid(session)

    def order_cards(self) -> None:
        """Hands accepted applications to production; asked for outside any transaction, recorded afterwards."""
        for number in self._numbers(ApplicationRow.state == ApplicationState.ACCEPTED):
            with self.sessions() as session:
                order = _order_of(session.get_one(ApplicationRow, number))
            if self.production.order(order) == "taken":
                with self.sessions.begin() as session:
                    row = session.get_one(ApplicationRow, number)
                    row.state, row.production_ordered_at = ApplicationState.PRODUCING, self.clock.now()

    def tell_people(self) -> None:
        """Sends one message per accepted or rejected application with a mobile number."""
        is_decided = ApplicationRow.submitted_at.is_not(None) | (ApplicationRow.state == ApplicationState.REJECTED)
        is_due = is_decided & ApplicationRow.told_at.is_(None)
        for number in self._numbers(is_due & ApplicationRow.mobile.is_not(None)):
            with self.sessions() as session:
                message = _message_of(session.get_one(ApplicationRow, number))
            if self.text_messages.send(message) == "sent":
                with self.sessions.begin() as session:
                    session.get_one(ApplicationRow, number).told_at = self.clock.now()

    def _numbers(self, condition: ColumnElement[bool]) -> Sequence[str]:
        oldest_first = select(ApplicationRow.application_number).where(condition).order_by(ApplicationRow.created_at)
        with self.sessions() as session:
            return session.scalars(oldest_first.limit(BATCH)).all()


def _order_of(row: ApplicationRow) -> CardOrder:
    return CardOrder(
        application_number=row.application_number,
        person_id=row.person_id,
        bank_code=row.bank_code,
        old_card_number=row.card_number,
        delivery_mode=row.delivery_mode,
        office_id=row.office_id,
    )


def _message_of(row: ApplicationRow) -> TextMessage:
    kind: MessageKind = "rejected" if row.state == ApplicationState.REJECTED else "accepted"
    return TextMessage(row.mobile or "", kind, row.application_number, row.card_date)
