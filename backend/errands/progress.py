"""Where an application stands: what was when, what comes until when, and what the person can do now. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from backend.applications.hand_in import card_hand_in_state
from backend.applications.steps import Step, steps_of
from backend.applications.tables import ApplicationRow
from backend.clock import city_day
from backend.reference.service import ReferenceData
from kiosk.central.wire_errands import CardHandInState, Errand, NextAction, StepMark, TimelineStep
from kiosk.domain.application import ApplicationState, DeliveryMode

S = ApplicationState
_IN_WORK = frozenset({S.ACCEPTED, S.PRODUCING})
_PAYABLE = frozenset({S.AWAITING_PAYMENT, S.PAYMENT_EXPIRED})
_AWAITS_HAND_IN = frozenset({CardHandInState.DUE, CardHandInState.OVERDUE})
_FIXED_ACTIONS = {
    S.DRAFT: NextAction.NOTHING,
    S.AWAITING_PAYMENT: NextAction.PAY,
    S.PAYMENT_EXPIRED: NextAction.PAY,
    S.PAID: NextAction.SUBMIT,
    S.DISPATCHED: NextAction.AWAIT_COURIER,
    S.COLLECTED: NextAction.ACTIVATE,
    S.ACTIVATED: NextAction.NOTHING,
    S.CANCELLED: NextAction.NOTHING,
    S.REJECTED: NextAction.SEE_STAFF,
    S.PRODUCTION_FAILED: NextAction.SEE_STAFF,
    S.RETURNED: NextAction.SEE_STAFF,
    S.UNCLAIMED: NextAction.SEE_STAFF,
}


@dataclass(frozen=True)
class Standing:
    """One application as of `now`; `moves` are the moments kept beside the application's own columns."""

    row: ApplicationRow
    moves: Mapping[ApplicationState, datetime]
    reference: ReferenceData
    now: datetime

    @property
    def state(self) -> ApplicationState:
        return ApplicationState(self.row.state)

    @property
    def hand_in(self) -> CardHandInState:
        return card_hand_in_state(self.row, city_day(self.now))

    @property
    def is_late(self) -> bool:
        """The promised day is over and the card is still being made."""
        return self.state in _IN_WORK and self.row.card_date is not None and city_day(self.now) > self.row.card_date

    def timeline(self) -> tuple[TimelineStep, ...]:
        delivery = DeliveryMode(self.row.delivery_mode)
        return tuple(self._shown(step) for step in steps_of(self.state, delivery, self.row.fee_fen))

    def next_action(self) -> NextAction:
        fixed = _FIXED_ACTIONS.get(self.state)
        if fixed is not None:
            return fixed
        if self.state is S.SUBMITTED and self.row.submitted_at is None:
            return NextAction.SUBMIT
        if self.is_late:
            return NextAction.CALL
        if self.hand_in in _AWAITS_HAND_IN:
            return NextAction.HAND_IN_CARD
        return NextAction.COLLECT if self.state is S.AT_OUTLET else NextAction.WAIT

    def errands(self, *, has_certificate: bool) -> tuple[Errand, ...]:
        is_paid_for = self.state in {S.PAID, S.SUBMITTED} and self.row.submitted_at is None
        offered = {
            Errand.PAY: self.state in _PAYABLE,
            Errand.SUBMIT: is_paid_for,
            Errand.CANCEL: self.state in _PAYABLE,
            Errand.CERTIFICATE: has_certificate,
            Errand.HAND_IN_CARD: self.hand_in in _AWAITS_HAND_IN,
        }
        return tuple(errand for errand, is_offered in offered.items() if is_offered)

    def _shown(self, step: Step) -> TimelineStep:
        mark = StepMark.NOW if step.is_now else StepMark.PAST if step.is_past else StepMark.TO_COME
        at = self._reached(step.state) if mark is not StepMark.TO_COME else None
        return TimelineStep(state=step.state, mark=mark, at=at, expected=None if at else self._expected(step, mark))

    def _reached(self, state: ApplicationState) -> datetime | None:
        row = self.row
        known: dict[ApplicationState, datetime | None] = {
            S.AWAITING_PAYMENT: row.created_at,
            S.PAID: row.paid_at,
            S.SUBMITTED: row.created_at,
            S.ACCEPTED: row.submitted_at,
            S.PRODUCING: row.production_ordered_at or row.submitted_at,
        }
        return self.moves.get(state) or known.get(state)

    def _expected(self, step: Step, mark: StepMark) -> date | None:
        """Only what the rules promise, and only once the application is in: nobody knows when it will be paid."""
        if mark is not StepMark.TO_COME or self.row.submitted_at is None:
            return None
        submitted = city_day(self.row.submitted_at)
        promises: dict[ApplicationState, Callable[[], date | None]] = {
            S.PRODUCING: lambda: self.reference.working_day_after(submitted, 1),
            S.AT_OUTLET: lambda: self.row.card_date,
            S.DISPATCHED: lambda: self.row.card_date,
        }
        promise = promises.get(step.state)
        return promise() if promise else None
