"""An application's way from the person's choices to the accepted order, and what payments may ask of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, assert_never

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from backend.agents.service import Agents
from backend.agents.tables import AgentRow
from backend.applications.hand_in import LATER
from backend.applications.ledger import AmountDue, MarkedPaid
from backend.applications.ports import Prices
from backend.applications.tables import CLOSED_STATES, ApplicationMoveRow, ApplicationRow
from backend.certificates.issue import CertificateIssuer
from backend.clock import Clock, Numbers, city_day
from backend.drafts.service import Drafts
from backend.drafts.tables import DraftRow
from backend.photos.tables import PhotoRow
from backend.problems import Refusal
from backend.records.service import Records, card_state
from backend.records.tables import CardRow, PersonRow
from backend.reference.service import ReferenceData
from kiosk.central.wire import ApplicationRequest, ProblemCode, SubmissionRequest
from kiosk.domain.application import ApplicationState, CardState, DeliveryMode, Reason, application_may_become

PAYMENT_LIFE = timedelta(hours=24)
"""An application that nobody pays is closed after this, so that the person can start afresh."""

_REPLACEABLE = {
    Reason.LOST: frozenset({CardState.NORMAL, CardState.PRE_LOST, CardState.LOST}),
    Reason.DAMAGED: frozenset({CardState.NORMAL}),
}
_NO_CARD_ANY_MORE = frozenset({CardState.CANCELLED, CardState.SUPERSEDED})
"""What can happen to a card between application and submission, after which there is nothing to replace."""
WITHOUT_CARD = (ApplicationState.REJECTED, ApplicationState.CANCELLED)
"""Ends in which nobody gets a card: a fee that was paid goes back."""
_UNPAYABLE = frozenset({*CLOSED_STATES, ApplicationState.DRAFT, ApplicationState.SUBMITTED})


@dataclass(frozen=True)
class _Attached:
    agent: AgentRow | None
    photo: PhotoRow | None
    draft: DraftRow | None


@dataclass(frozen=True)
class Applications:
    """The services on applications; each call runs inside the caller's transaction. Is an `ApplicationLedger`."""

    clock: Clock
    numbers: Numbers
    reference: ReferenceData
    records: Records
    certificates: CertificateIssuer
    prices: Prices
    agents: Agents
    drafts: Drafts

    # --- applying -----------------------------------------------------------------------------------------------------

    def apply(self, session: Session, request: ApplicationRequest, terminal_id: str) -> ApplicationRow | Refusal:
        """Opens an application; what costs nothing is SUBMITTED, anything else awaits its payment.

        A free application that was cut off before it was final makes way for the new one.
        """
        person = self.records.person_of(session, request.person_token, terminal_id)
        if isinstance(person, Refusal):
            return person
        card = person.card
        refusal = self._refusal(session, request, person, terminal_id)
        if refusal is not None or card is None:
            return refusal or Refusal(ProblemCode.CARD_STATE)
        attached = self._attached(session, request, person, terminal_id)
        if isinstance(attached, Refusal):
            return attached
        self._cancel_unfinished(session, person)
        row = self._new_row(request, card, terminal_id)
        session.add(row)
        session.flush()
        self._attach(session, attached, row)
        return row

    def _attached(
        self, session: Session, request: ApplicationRequest, person: PersonRow, terminal_id: str
    ) -> _Attached | Refusal:
        """What the request names beside itself, each judged: an agent, a new photo, the draft it was made from."""
        agent = self.agents.for_application(session, request.agent_number, person, terminal_id)
        if isinstance(agent, Refusal):
            return agent
        photo = self.drafts.photo_for_application(session, request.photo_number, person, terminal_id)
        if isinstance(photo, Refusal):
            return photo
        draft = self.drafts.for_application(session, request.draft_number, person, terminal_id)
        if isinstance(draft, Refusal):
            return draft
        return _Attached(agent, photo, draft)

    def _attach(self, session: Session, attached: _Attached, row: ApplicationRow) -> None:
        if attached.agent is not None:
            attached.agent.application_number, attached.agent.applied_at = row.application_number, row.created_at
        if attached.photo is not None:
            attached.photo.application_number = row.application_number
        session.flush()
        if attached.draft is not None:
            self.drafts.end(session, attached.draft)

    def open_application(self, session: Session, person: PersonRow) -> ApplicationRow | None:
        """The one that keeps this person from applying; a free one that was never made final keeps nobody."""
        row = self._not_closed(session, person)
        return None if row is None or _is_unfinished(row) else row

    def _not_closed(self, session: Session, person: PersonRow) -> ApplicationRow | None:
        of_person = select(ApplicationRow).where(ApplicationRow.person_id == person.person_id)
        return session.scalars(of_person.where(ApplicationRow.state.not_in(CLOSED_STATES))).one_or_none()

    def _cancel_unfinished(self, session: Session, person: PersonRow) -> None:
        row = self._not_closed(session, person)
        if row is not None:
            row.state = ApplicationState.CANCELLED
            session.flush()  # before the new one: the database allows one open application

    def find(self, session: Session, application_number: str) -> ApplicationRow | Refusal:
        row = session.get(ApplicationRow, application_number)
        return Refusal(ProblemCode.NOT_FOUND) if row is None else row

    def _refusal(
        self, session: Session, request: ApplicationRequest, person: PersonRow, terminal_id: str
    ) -> Refusal | None:
        """The first reason why this request cannot become an application."""
        if self.open_application(session, person) is not None:
            return Refusal(ProblemCode.APPLICATION_OPEN)
        if person.card is None or card_state(person.card, self.clock.now()) not in _REPLACEABLE[request.reason]:
            return Refusal(ProblemCode.CARD_STATE)
        if request.bank_code not in person.bank_choices:
            return Refusal(ProblemCode.BANK_NOT_ALLOWED, field="bank_code")
        today = city_day(self.clock.now())
        if not self.prices.may_charge(
            session, terminal_id, request.reason, request.delivery_mode, today, request.fee_fen
        ):
            return Refusal(ProblemCode.FEE_CHANGED, field="fee_fen")
        return self._delivery_refusal(request)

    def _delivery_refusal(self, request: ApplicationRequest) -> Refusal | None:
        match request.delivery_mode:
            case DeliveryMode.PICKUP:
                if request.address is not None:
                    return Refusal(ProblemCode.MALFORMED, field="address")
                office = self.reference.office(request.office_id or "")
                if office is None or not office.is_collection_point:
                    return Refusal(ProblemCode.OFFICE_UNKNOWN, field="office_id")
            case DeliveryMode.EXPRESS:
                if request.address is None or request.office_id is not None:
                    return Refusal(ProblemCode.MALFORMED, field="address" if request.address is None else "office_id")
                if not self.reference.is_district(request.address.district):
                    return Refusal(ProblemCode.EXPRESS_UNAVAILABLE, field="address.district")
            case _:
                assert_never(request.delivery_mode)
        return None

    def _new_row(self, request: ApplicationRequest, card: CardRow, terminal_id: str) -> ApplicationRow:
        now, address = self.clock.now(), request.address
        return ApplicationRow(
            application_number=self.numbers.number("SQ", city_day(now)),
            person_id=card.person_id,
            card_number=card.card_number,
            terminal_id=terminal_id,
            state=ApplicationState.AWAITING_PAYMENT if request.fee_fen else ApplicationState.SUBMITTED,
            reason=request.reason,
            mobile=request.mobile,
            delivery_mode=request.delivery_mode,
            office_id=request.office_id,
            recipient=address and address.recipient,
            recipient_mobile=address and address.mobile,
            address_district=address and address.district,
            address_street=address and address.street,
            address_detail=address and address.detail,
            bank_code=request.bank_code,
            fee_fen=request.fee_fen,
            created_at=now,
        )

    # --- submitting ---------------------------------------------------------------------------------------------------

    def submit(
        self, session: Session, application_number: str, request: SubmissionRequest, terminal_id: str
    ) -> ApplicationRow | Refusal:
        """Makes a paid or free application final: the formal loss report, the card date and the certificate.

        REJECTED is an outcome too: meanwhile there is no card to replace, and what was paid goes back.
        """
        row = self._locked(session, application_number)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.submitted_at is not None or row.state == ApplicationState.REJECTED:
            return row  # by the other way (terminal or job): the result is the same
        if row.state not in (ApplicationState.PAID, ApplicationState.SUBMITTED):
            return Refusal(ProblemCode.APPLICATION_STATE)
        if not self._fits(request.damaged_card, row):
            return Refusal(ProblemCode.MALFORMED, field="damaged_card")
        decided = self._decide(session, row, request.damaged_card, terminal_id)
        if row.submitted_at and row.reason == Reason.DAMAGED and request.damaged_card not in (LATER, "not_applicable"):
            row.handed_in_at, row.hand_in_due = row.submitted_at, None
        return decided

    def _fits(self, damaged_card: str, row: ApplicationRow) -> bool:
        """A lost card cannot be handed in; a damaged one must be, where the dated rule asks for it."""
        is_absent = damaged_card == "not_applicable"
        if row.reason == Reason.LOST:
            return is_absent
        rule = self.reference.lead_time(city_day(self.clock.now()))
        if damaged_card == LATER:
            return rule.surrender_damaged_card and rule.hand_in_working_days > 0
        return not (is_absent and rule.surrender_damaged_card)

    def _decide(self, session: Session, row: ApplicationRow, damaged_card: str, terminal_id: str) -> ApplicationRow:
        card = session.get_one(CardRow, row.card_number)
        if card_state(card, self.clock.now()) in _NO_CARD_ANY_MORE:
            row.state = ApplicationState.REJECTED
            return row
        return self._accept(session, row, card, damaged_card, terminal_id)

    def _accept(
        self, session: Session, row: ApplicationRow, card: CardRow, damaged_card: str, terminal_id: str
    ) -> ApplicationRow:
        now = self.clock.now()
        today = city_day(now)
        if row.reason == Reason.LOST:
            self.records.formal_report(session, card, terminal_id)
        row.state, row.submitted_at, row.damaged_card = ApplicationState.ACCEPTED, now, damaged_card
        row.card_date = self.reference.card_date(today)
        rule = self.reference.lead_time(today)
        row.about_days = None if row.card_date else rule.working_days
        if row.reason == Reason.DAMAGED and rule.surrender_damaged_card:
            row.hand_in_due = self.reference.working_day_after(today, rule.hand_in_working_days)
        if self.drafts.photos.of_application(session, row.application_number) is not None:
            card.person.has_photo = True
        session.flush()
        self.certificates.issue(session, row, card)
        return row

    # --- what payments ask (ApplicationLedger) ------------------------------------------------------------------------

    def amount_due(self, session: Session, application_number: str) -> AmountDue | Refusal:
        row = self._locked(session, application_number)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.paid_at is not None:
            return Refusal(ProblemCode.ALREADY_PAID)
        if row.state != ApplicationState.AWAITING_PAYMENT:
            return Refusal(ProblemCode.APPLICATION_STATE)
        return AmountDue(row.application_number, row.fee_fen)

    def mark_paid(
        self, session: Session, application_number: str, payment_number: str, paid_at: datetime
    ) -> MarkedPaid | Refusal:
        row = self._locked(session, application_number)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.paid_at is not None and row.payment_number != payment_number:
            return Refusal(ProblemCode.ALREADY_PAID)
        if row.paid_at is None:
            if row.state in _UNPAYABLE:
                return Refusal(ProblemCode.APPLICATION_STATE)
            row.state, row.payment_number, row.paid_at = ApplicationState.PAID, payment_number, paid_at
        return MarkedPaid(application_number, payment_number)

    def paid_in_vain(self) -> Select[str]:
        was_paid = ApplicationRow.paid_at.is_not(None)
        return select(ApplicationRow.application_number).where(ApplicationRow.state.in_(WITHOUT_CARD) & was_paid)

    def _locked(self, session: Session, application_number: str) -> ApplicationRow | None:
        number = ApplicationRow.application_number == application_number
        return session.scalars(select(ApplicationRow).where(number).with_for_update()).one_or_none()

    # --- what comes after ---------------------------------------------------------------------------------------------

    def move(self, session: Session, row: ApplicationRow, state: ApplicationState) -> None:
        """Into a state that may follow, and remembers when; what may not follow is a bug and raises."""
        if not application_may_become(ApplicationState(row.state), state):
            raise ValueError(f"{row.state} does not become {state}")
        row.state = state
        session.merge(ApplicationMoveRow(application_number=row.application_number, state=state, at=self.clock.now()))

    def report(self, session: Session, application_number: str, state: ApplicationState) -> Refusal | None:
        """What production or the courier tells of a card; told twice is fine."""
        row = self._locked(session, application_number)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.state == state:
            return None
        if row.submitted_at is None or not application_may_become(ApplicationState(row.state), state):
            return Refusal(ProblemCode.APPLICATION_STATE)
        self.move(session, row, state)
        return None

    def reopen(self, session: Session, row: ApplicationRow) -> Refusal | None:
        """An application that expired unpaid may be paid after all, while nothing that it rests on has changed."""
        person = session.get_one(PersonRow, row.person_id)
        if self.open_application(session, person) is not None:
            return Refusal(ProblemCode.APPLICATION_OPEN)
        card = session.get_one(CardRow, row.card_number)
        if card_state(card, self.clock.now()) not in _REPLACEABLE[Reason(row.reason)]:
            return Refusal(ProblemCode.CARD_STATE)
        today = city_day(self.clock.now())
        if row.fee_fen != self.reference.fee_fen(Reason(row.reason), DeliveryMode(row.delivery_mode), today):
            return Refusal(ProblemCode.FEE_CHANGED)
        self._cancel_unfinished(session, person)
        self.move(session, row, ApplicationState.AWAITING_PAYMENT)
        row.reopened_at = self.clock.now()
        session.flush()
        return None

    # --- what jobs do -------------------------------------------------------------------------------------------------

    def submit_forgotten(self, session: Session, application_number: str) -> None:
        """Submits a paid application that no terminal finished; a damaged card is then for staff to ask for."""
        row = self._locked(session, application_number)
        if row is None or row.submitted_at is not None or row.state != ApplicationState.PAID:
            return
        damaged_card: Literal["not_applicable", "to_staff"] = "to_staff"
        if row.reason == Reason.LOST:
            damaged_card = "not_applicable"
        self._decide(session, row, damaged_card, row.terminal_id)

    def expire_unpaid(self, session: Session) -> int:
        """Closes what nobody paid within a day; money that still arrives is refused and goes back."""
        before = self.clock.now() - PAYMENT_LIFE
        payable_since = func.coalesce(ApplicationRow.reopened_at, ApplicationRow.created_at)
        unpaid = (ApplicationRow.state == ApplicationState.AWAITING_PAYMENT) & (payable_since < before)
        result = session.execute(
            update(ApplicationRow)
            .where(unpaid)
            .values(state=ApplicationState.PAYMENT_EXPIRED)
            .returning(ApplicationRow.application_number)
        )
        return len(result.all())


def _is_unfinished(row: ApplicationRow) -> bool:
    """Free and never made final: a terminal was cut off before it heard of it."""
    return row.state == ApplicationState.SUBMITTED and row.submitted_at is None
