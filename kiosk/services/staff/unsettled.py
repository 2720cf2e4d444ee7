"""Business that is not settled: what the journal and the outbox hold of it, and what staff can do about it.

An item's id says where it is found again: `payment:NUMBER`, `paid:NUMBER`, `refund:NUMBER`, `print:NUMBER`,
`outbox:KEY`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

from kiosk.central import wire
from kiosk.central.errors import Refused, Silent
from kiosk.clock import Clock
from kiosk.domain.application import OPEN_PAYMENT_STATES, PaymentState
from kiosk.flow.facts import Moment
from kiosk.flow.staff.facts import SettlingOutcome, UnsettledItem, UnsettledKind
from kiosk.journal.entries import Lane, OutboxItem, Step, StepKind
from kiosk.journal.journal import Journal
from kiosk.journal.outbox import ParkedItem
from kiosk.journal.reading import RecordedStep
from kiosk.journal.store import Store
from kiosk.services.recording import SUBMISSION, event_items, payment_changed
from kiosk.services.records import payment_of
from kiosk.services.recovery import OpenPayment, PaidApplication, left_behind

LOOKED_BACK = timedelta(days=30)
OF_BUSINESS = frozenset(
    {StepKind.PAYMENT_INTENDED, StepKind.PAYMENT_CHANGED, StepKind.SETTLED, StepKind.HANDED_OVER, StepKind.PRINTED}
)
MAY_HAVE_PRINTED = "may_have_printed"
DELIVERY_LIMIT_S = 12.0
LOOK_EVERY_S = 0.3


@dataclass(frozen=True)
class _Held:
    """What the journal held at one moment."""

    unsettled: tuple[RecordedStep, ...]
    recent: tuple[RecordedStep, ...]
    parked: tuple[ParkedItem, ...]


def held(store: Store, now: datetime) -> _Held:
    """Runs on the journal's thread."""
    return _Held(store.unsettled_steps(), store.steps_of(OF_BUSINESS, now - LOOKED_BACK), store.parked())


def items_of(all_held: _Held, now: datetime) -> tuple[UnsettledItem, ...]:
    """Oldest first. Business of the session that runs is not listed: it is the engine's."""
    handed = {each.step.subject for each in all_held.recent if each.step.kind is StepKind.HANDED_OVER}
    amounts = _amounts((*all_held.unsettled, *all_held.recent))
    found = [
        *_left(all_held.unsettled, amounts),
        *_refunds(all_held.recent, amounts),
        *_prints(all_held.recent),
        *(_parked(each, now) for each in all_held.parked),
    ]
    marked = [_with_hand_over(item, item.number in handed) for item in found]
    return tuple(sorted(marked, key=lambda item: item.since))


def _with_hand_over(item: UnsettledItem, is_handed_over: bool) -> UnsettledItem:
    return UnsettledItem(
        item.item_id, item.kind, item.number, item.since, item.amount_fen, item.attempts, is_handed_over
    )


def _left(steps: Sequence[RecordedStep], amounts: dict[str, int]) -> Iterable[UnsettledItem]:
    since = {each.step.subject: each.at for each in steps if each.step.kind is StepKind.PAYMENT_INTENDED}
    for left in left_behind(steps).business:
        match left:
            case OpenPayment(number):
                yield UnsettledItem(
                    f"payment:{number}", UnsettledKind.PAYMENT, number, since[number], amounts.get(number)
                )
            case PaidApplication(number, application):
                yield UnsettledItem(
                    f"paid:{number}", UnsettledKind.SUBMISSION, application, since[number], amounts.get(number)
                )
            case _:
                pass  # a print: told from what settling wrote about it


def _refunds(steps: Sequence[RecordedStep], amounts: dict[str, int]) -> Iterable[UnsettledItem]:
    newest: dict[str, tuple[str, datetime]] = {}
    for each in steps:
        if each.step.kind is StepKind.PAYMENT_CHANGED:
            newest[each.step.subject] = (str(dict(each.step.facts).get("state")), each.at)
    for number, (state, at) in newest.items():
        if state == PaymentState.REFUND_DUE.value:
            yield UnsettledItem(f"refund:{number}", UnsettledKind.REFUND, number, at, amounts.get(number))


def _prints(steps: Sequence[RecordedStep]) -> Iterable[UnsettledItem]:
    """Slips of sessions that were cut off. One that staff printed again is settled by that."""
    unclear: dict[str, datetime] = {}
    for each in steps:
        facts = dict(each.step.facts)
        if each.step.kind is StepKind.SETTLED and facts.get("outcome") == MAY_HAVE_PRINTED:
            unclear[each.step.subject] = each.at
        elif each.step.kind is StepKind.PRINTED and each.step.subject:
            unclear.pop(each.step.subject, None)
    return [UnsettledItem(f"print:{number}", UnsettledKind.PRINT, number, at) for number, at in unclear.items()]


def _parked(parked: ParkedItem, now: datetime) -> UnsettledItem:
    item = parked.item
    is_submission = item.kind == SUBMISSION
    number = _application_in(item.body) if is_submission else item.key
    since = datetime.fromisoformat(parked.parked_at) if parked.parked_at else now
    kind = UnsettledKind.SUBMISSION if is_submission else UnsettledKind.DELIVERY
    return UnsettledItem(f"outbox:{item.key}", kind, number, since)


def _application_in(body: str) -> str:
    parsed = cast("dict[str, Any]", json.loads(body))
    return str(parsed["application_number"])


def _amounts(steps: Iterable[RecordedStep]) -> dict[str, int]:
    intended = (each.step for each in steps if each.step.kind is StepKind.PAYMENT_INTENDED)
    return {step.subject: int(dict(step.facts).get("amount_fen", 0)) for step in intended}


# --- acting ----------------------------------------------------------------------------------------------------------


class PaymentAsker(Protocol):
    def payment(self, payment_number: str) -> wire.Payment | Refused | Silent: ...


class UnsettledDesk:
    """`items` may be asked for on any thread; all that acts belongs to one."""

    def __init__(
        self,
        journal: Journal,
        client: PaymentAsker,
        clock: Clock,
        moment: Callable[[], Moment],
        wake_outbox: Callable[[], None],
        wake_settling: Callable[[], None],
        pause: Callable[[float], object],
    ) -> None:
        self._journal = journal
        self._client = client
        self._clock = clock
        self._moment = moment
        self._wake_outbox = wake_outbox
        self._wake_settling = wake_settling
        self._pause = pause

    def items(self) -> tuple[UnsettledItem, ...]:
        """Raises JournalError."""
        now = self._clock.now()
        return items_of(self._journal.ask(lambda store: held(store, now)), now)

    def retry(self, item_id: str) -> SettlingOutcome:
        """Once more, under the same number or key. Raises JournalError."""
        where, _, number = item_id.partition(":")
        match where:
            case "outbox":
                return self._send_again(number)
            case "payment":
                return self._ask_again(number)
            case "refund":
                return self._ask_about_refund(number)
            case "paid":
                self._wake_settling()
                return self._until_gone(item_id)
            case _:
                return SettlingOutcome.STILL_OPEN  # a slip: printing it again settles it

    def hand_over(self, item_id: str) -> SettlingOutcome:
        """From now on it is the back office's: journalled, and told to the backend on a lane that loses nothing."""
        item = next((each for each in self.items() if each.item_id == item_id), None)
        if item is None:
            return SettlingOutcome.SETTLED
        now = self._moment()
        steps = (Step(StepKind.HANDED_OVER, item.number, (("kind", item.kind.value),)),)
        told = tuple(
            OutboxItem(each.key, Lane.ACKNOWLEDGEMENT, each.kind, each.body) for each in event_items(steps, now)
        )
        where, _, key = item_id.partition(":")
        if where == "outbox":
            self._journal.ask(lambda store: store.hand_over(key, steps, told))
        else:
            self._journal.commit(steps, told)
        self._wake_outbox()
        return SettlingOutcome.HANDED_OVER

    def _send_again(self, key: str) -> SettlingOutcome:
        if not self._journal.ask(lambda store: store.retry(key)):
            return SettlingOutcome.SETTLED
        self._wake_outbox()
        ends_at_s = self._clock.monotonic_s() + DELIVERY_LIMIT_S
        while self._clock.monotonic_s() < ends_at_s:
            match self._journal.ask(lambda store: store.state_of(key)):
                case "waiting":
                    self._pause(LOOK_EVERY_S)
                case "parked":
                    return SettlingOutcome.REFUSED
                case _:
                    return SettlingOutcome.SETTLED
        return SettlingOutcome.UNREACHABLE

    def _ask_again(self, payment_number: str) -> SettlingOutcome:
        answer = self._client.payment(payment_number)
        match answer:
            case wire.Payment(state=state) if state not in OPEN_PAYMENT_STATES:
                self._wake_settling()
                return self._until_gone(f"payment:{payment_number}")
            case wire.Payment():
                return SettlingOutcome.STILL_OPEN
            case Refused():
                return SettlingOutcome.REFUSED
            case Silent():
                return SettlingOutcome.UNREACHABLE

    def _ask_about_refund(self, payment_number: str) -> SettlingOutcome:
        answer = self._client.payment(payment_number)
        match answer:
            case wire.Payment(state=PaymentState.REFUND_DUE):
                return SettlingOutcome.STILL_OPEN
            case wire.Payment():
                steps = (payment_changed(payment_of(answer)),)
                self._journal.commit(steps, event_items(steps, self._moment()))
                return SettlingOutcome.SETTLED
            case Refused():
                return SettlingOutcome.REFUSED
            case Silent():
                return SettlingOutcome.UNREACHABLE

    def _until_gone(self, item_id: str) -> SettlingOutcome:
        """Settling writes what it finds on a thread of its own."""
        ends_at_s = self._clock.monotonic_s() + DELIVERY_LIMIT_S
        while self._clock.monotonic_s() < ends_at_s:
            if all(each.item_id != item_id for each in self.items()):
                return SettlingOutcome.SETTLED
            self._pause(LOOK_EVERY_S)
        return SettlingOutcome.STILL_OPEN
