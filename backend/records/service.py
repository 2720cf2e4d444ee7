"""Look-up of an insured person, the tokens that stand for them, and the pre-report of a lost card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.clock import Clock, Numbers, city_day
from backend.hashing import sha256
from backend.problems import Refusal
from backend.records.documents import Document, find_person
from backend.records.tables import CardRow, LossReportRow, PersonRow, PersonTokenRow
from backend.reference.service import ReferenceData
from kiosk.central.wire import CardSummary, LookUpRequest, LossReport, LossReportRequest, ProblemCode
from kiosk.domain.application import CardState

TOKEN_LIFE = timedelta(hours=1)


@dataclass(frozen=True)
class Reported:
    """A pre-report; `is_new` is False when the card was reported before and the report still holds."""

    report: LossReport
    is_new: bool


def card_state(card: CardRow, now: datetime) -> CardState:
    """The state that holds now: a pre-report releases itself when its time is over."""
    is_over = card.pre_lost_until is not None and card.pre_lost_until <= now
    return CardState.NORMAL if card.state == CardState.PRE_LOST and is_over else CardState(card.state)


def card_summary(card: CardRow, now: datetime) -> CardSummary:
    state = card_state(card, now)
    return CardSummary.model_validate(
        {
            "card_number_last4": card.card_number[-4:],
            "state": state,
            "generation": card.generation,
            "bank_code": card.bank_code,
            "pre_lost_until": card.pre_lost_until if state is CardState.PRE_LOST else None,
        }
    )


class Records:
    """The services on records; each call runs inside the caller's transaction."""

    def __init__(self, clock: Clock, numbers: Numbers, reference: ReferenceData) -> None:
        self._clock = clock
        self._numbers = numbers
        self._reference = reference

    def find(self, session: Session, request: LookUpRequest) -> PersonRow | Refusal:
        """The one record of this document and name."""
        names = (request.name, request.english_name) if request.english_name else (request.name,)
        document = Document(request.document_kind, request.document_number, request.nationality, names)
        return find_person(session, document)

    def issue_token(self, session: Session, person: PersonRow, terminal_id: str) -> str:
        """A fresh token for this person at this terminal; forgets the expired ones of everybody."""
        now = self._clock.now()
        session.execute(delete(PersonTokenRow).where(PersonTokenRow.expires_at <= now))
        token = self._numbers.token()
        session.add(
            PersonTokenRow(
                token_sha256=sha256(token),
                person_id=person.person_id,
                terminal_id=terminal_id,
                expires_at=now + TOKEN_LIFE,
            )
        )
        return token

    def person_of(self, session: Session, token: str, terminal_id: str) -> PersonRow | Refusal:
        """Whom the token stands for; the person's row stays locked until the transaction ends."""
        row = session.get(PersonTokenRow, sha256(token))
        if row is None or row.terminal_id != terminal_id or row.expires_at <= self._clock.now():
            return Refusal(ProblemCode.TOKEN_EXPIRED, field="person_token")
        return session.scalars(
            select(PersonRow).where(PersonRow.person_id == row.person_id).with_for_update(of=PersonRow)
        ).one()

    def pre_report_loss(self, session: Session, request: LossReportRequest, terminal_id: str) -> Reported | Refusal:
        """Stops the card at once for some days; a card reported before keeps its report."""
        person = self.person_of(session, request.person_token, terminal_id)
        if isinstance(person, Refusal):
            return person
        card = person.card
        if card is None:
            return Refusal(ProblemCode.CARD_STATE)
        match card_state(card, self._clock.now()):
            case CardState.NORMAL:
                return self._new_pre_report(session, card, terminal_id)
            case CardState.PRE_LOST:
                return self._present_pre_report(session, card, terminal_id)
            case CardState.LOST:
                return Refusal(ProblemCode.ALREADY_REPORTED)
            case _:
                return Refusal(ProblemCode.CARD_STATE)

    def formal_report(self, session: Session, card: CardRow, terminal_id: str) -> None:
        """The irrevocable report that rides on a submission; nothing happens to a card that is LOST already."""
        if card.state == CardState.LOST:
            return
        card.state, card.pre_lost_until = CardState.LOST, None
        session.add(self._report(card, terminal_id, self._clock.now(), None))

    def _new_pre_report(self, session: Session, card: CardRow, terminal_id: str) -> Reported:
        now = self._clock.now()
        releases_at = now + timedelta(days=self._reference.lead_time(city_day(now)).pre_loss_days)
        card.state, card.pre_lost_until = CardState.PRE_LOST, releases_at
        row = self._report(card, terminal_id, now, releases_at)
        session.add(row)
        return Reported(_shown(row, releases_at), is_new=True)

    def _present_pre_report(self, session: Session, card: CardRow, terminal_id: str) -> Reported:
        """Reported by telephone or at a counter there may be a date but no row of ours: one is written."""
        releases_at = card.pre_lost_until or self._clock.now()
        newest = select(LossReportRow).where(LossReportRow.card_number == card.card_number)
        row = session.scalars(newest.order_by(LossReportRow.reported_at.desc()).limit(1)).first()
        if row is None or row.releases_at != releases_at:
            row = self._report(card, terminal_id, self._clock.now(), releases_at)
            session.add(row)
        return Reported(_shown(row, releases_at), is_new=False)

    def _report(
        self, card: CardRow, terminal_id: str, reported_at: datetime, releases_at: datetime | None
    ) -> LossReportRow:
        return LossReportRow(
            report_number=self._numbers.number("GS", city_day(reported_at)),
            card_number=card.card_number,
            terminal_id=terminal_id,
            reported_at=reported_at,
            releases_at=releases_at,
        )


def _shown(row: LossReportRow, releases_at: datetime) -> LossReport:
    return LossReport(report_number=row.report_number, reported_at=row.reported_at, releases_at=releases_at)
