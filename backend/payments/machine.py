"""How one payment moves: `step(record, event, now, application_accepts)` -> the new record and what to ask next. Pure.

    CREATED --RequestLeaves--> REQUESTED --> PAID --RefundOrdered--> REFUND_DUE --> REFUNDED
                                  |  ^
                          Unclear v  | an answer about the same order number
                               UNKNOWN --> PAID, CLOSED, REFUND_DUE, REFUNDED

- An unclear answer leads to UNKNOWN and nowhere else; UNKNOWN is left only by an answer about the same order number.
- CLOSED is not the end of the attention: money that arrives late makes it PAID when the application still waits for it
  and no other payment is open, else REFUND_DUE.
- PAID is a ratchet: only an ordered refund leads out of it.

The times are those of the WeChat Pay guides: look every 3 s in the first minute, give up a payer's code after 45 s,
reverse it not earlier than 15 s after the request; a payer's code cannot be charged any more 60 s after it was shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import assert_never

from backend.payments.gateway import (
    Captured,
    CodeIssued,
    GatewayAnswer,
    MoneyReturned,
    NoSuchOrder,
    NotPaid,
    NotTaken,
    OrderClosed,
    PasswordAwaited,
    RefundFailed,
    RefundPending,
    Refused,
    Unclear,
    Withdrawn,
)
from kiosk.central.wire import PaymentFailure, PaymentWait
from kiosk.domain.application import PaymentMethod, PaymentState

CODE_SHOWN_LIFE = timedelta(minutes=5)
PAYER_CODE_LIFE = timedelta(seconds=45)
NO_REVERSE_BEFORE = timedelta(seconds=15)
PAYER_CODE_IS_DEAD_AFTER = timedelta(seconds=75)
NEVER_SENT_LIFE = timedelta(seconds=60)
AFTER_REQUEST = timedelta(seconds=15)  # longer than a gateway call may take, so that the job does not overtake it
AFTER_DOUBT = timedelta(seconds=5)
LAST_LOOK_AFTER = timedelta(seconds=60)
REFUND_LOOK_AFTER = timedelta(minutes=1)
REFUND_FAILED_LOOK_AFTER = timedelta(hours=1)
LAST_LOOKS_END_AFTER = timedelta(days=1)

OPEN_STATES = frozenset({PaymentState.CREATED, PaymentState.REQUESTED, PaymentState.UNKNOWN})
"""While a payment is in one of these, no other may be begun for its application."""


@dataclass(frozen=True)
class PaymentRecord:
    """All that is known about one payment. `payment_number` is the gateway's order number."""

    payment_number: str
    application_number: str
    method: PaymentMethod
    amount_fen: int
    state: PaymentState
    created_at: datetime
    expires_at: datetime
    requested_at: datetime | None = None
    code_url: str | None = None
    waits_for: PaymentWait | None = None
    withdrawal: PaymentFailure | None = None
    """Why the order is being withdrawn (CANCELLED, TIMED_OUT); None while it is wanted."""
    failure: PaymentFailure | None = None
    captured_fen: int | None = None
    transaction_id: str | None = None
    paid_at: datetime | None = None
    next_check_at: datetime | None = None
    """When the job looks at it again; None when there is nothing left to do."""


@dataclass(frozen=True)
class RequestLeaves:
    """The record is about to be committed; after that the request goes to the gateway."""


@dataclass(frozen=True)
class CancelAsked:
    """The payer or the terminal does not want to pay any more."""


@dataclass(frozen=True)
class CheckDue:
    """The job looks at the payment."""


@dataclass(frozen=True)
class RefundOrdered:
    """The office gives the money back."""


PaymentEvent = RequestLeaves | CancelAsked | CheckDue | RefundOrdered | GatewayAnswer


class Ask(Enum):
    """What the gateway is to be asked after the record has been committed."""

    REQUEST = auto()
    QUERY = auto()
    WITHDRAW = auto()
    REFUND = auto()


@dataclass(frozen=True)
class Step:
    record: PaymentRecord
    ask: Ask | None = None


def new_payment(
    payment_number: str, application_number: str, method: PaymentMethod, amount_fen: int, now: datetime
) -> PaymentRecord:
    life = CODE_SHOWN_LIFE if method is PaymentMethod.CODE_SHOWN else PAYER_CODE_LIFE
    return PaymentRecord(
        payment_number=payment_number,
        application_number=application_number,
        method=method,
        amount_fen=amount_fen,
        state=PaymentState.CREATED,
        created_at=now,
        expires_at=(now + life).replace(microsecond=0),  # gateways speak of whole seconds
        next_check_at=now + NEVER_SENT_LIFE,
    )


def step(record: PaymentRecord, event: PaymentEvent, now: datetime, *, application_accepts: bool = False) -> Step:
    """`application_accepts`: whether the application now counts as paid by this capture (see `may_settle`)."""
    if isinstance(event, Captured):
        return _money_came(record, event, now, application_accepts=application_accepts)
    match record.state:
        case PaymentState.CREATED:
            return _step_created(record, event, now)
        case PaymentState.REQUESTED | PaymentState.UNKNOWN:
            return _step_open(record, event, now)
        case PaymentState.CLOSED:
            return _step_closed(record, event, now)
        case PaymentState.PAID:
            return _step_paid(record, event, now)
        case PaymentState.REFUND_DUE:
            return _step_refund_due(record, event, now)
        case PaymentState.REFUNDED:
            return Step(record)
        case _:
            assert_never(record.state)


def may_settle(record: PaymentRecord, event: PaymentEvent) -> bool:
    """Whether this event would make the payment PAID, provided that the application accepts the money."""
    is_new = record.state in OPEN_STATES or record.state is PaymentState.CLOSED
    return isinstance(event, Captured) and is_new and event.amount_fen == record.amount_fen


# --- money -----------------------------------------------------------------------------------------------------------


def _money_came(record: PaymentRecord, event: Captured, now: datetime, *, application_accepts: bool) -> Step:
    """Money is never lost: it settles the application, or it goes back."""
    if record.state in (PaymentState.PAID, PaymentState.REFUND_DUE, PaymentState.REFUNDED):
        return Step(record)
    taken = replace(
        record,
        captured_fen=event.amount_fen,
        transaction_id=event.transaction_id,
        paid_at=event.paid_at,
        waits_for=None,
        withdrawal=None,
    )
    if application_accepts and may_settle(record, event):
        return Step(replace(taken, state=PaymentState.PAID, failure=None, next_check_at=None))
    return _refund(taken, now)


def _refund(record: PaymentRecord, now: datetime) -> Step:
    due = replace(record, state=PaymentState.REFUND_DUE, waits_for=None, next_check_at=now + REFUND_LOOK_AFTER)
    return Step(due, Ask.REFUND)


def _money_went_back(record: PaymentRecord) -> Step:
    failure = record.failure or record.withdrawal
    return Step(replace(record, state=PaymentState.REFUNDED, failure=failure, waits_for=None, next_check_at=None))


# --- state by state --------------------------------------------------------------------------------------------------


def _step_created(record: PaymentRecord, event: PaymentEvent, now: datetime) -> Step:
    """Nothing has left yet, so it may end without asking anybody."""
    match event:
        case RequestLeaves():
            requested = replace(
                record,
                state=PaymentState.REQUESTED,
                requested_at=now,
                waits_for=PaymentWait.GATEWAY,
                next_check_at=now + AFTER_REQUEST,
            )
            return Step(requested, Ask.REQUEST)
        case CancelAsked():
            return _closed(record, PaymentFailure.CANCELLED)
        case CheckDue() if now >= record.created_at + NEVER_SENT_LIFE:
            return _closed(record, PaymentFailure.TIMED_OUT)
        case _:
            return Step(record)


def _step_open(record: PaymentRecord, event: PaymentEvent, now: datetime) -> Step:
    match event:
        case CheckDue():
            return _look(record, now)
        case CancelAsked():
            wanted = replace(record, withdrawal=record.withdrawal or PaymentFailure.CANCELLED)
            return Step(replace(wanted, waits_for=PaymentWait.GATEWAY, next_check_at=now + AFTER_DOUBT), Ask.QUERY)
        case CodeIssued(code_url):
            return _still_open(replace(record, code_url=code_url), PaymentWait.PAYER, now)
        case PasswordAwaited():
            return _still_open(record, PaymentWait.PASSWORD, now)
        case NotPaid():
            return _not_paid(record, now)
        case NoSuchOrder():
            return _not_known(record, now)
        case Refused(failure):
            return Step(replace(_closed(record, failure).record, next_check_at=now + LAST_LOOK_AFTER))
        case OrderClosed():
            return _closed(record, record.withdrawal or PaymentFailure.TIMED_OUT)
        case Withdrawn():
            return Step(record, Ask.QUERY)
        case MoneyReturned():
            return _money_went_back(record)
        case NotTaken() if record.state is PaymentState.REQUESTED and _first_request_is_out(record):
            return Step(replace(record, state=PaymentState.CREATED, waits_for=None))
        case NotTaken() | Unclear():
            return Step(_in_doubt(record, now))
        case RequestLeaves() | RefundOrdered() | RefundPending() | RefundFailed() | Captured():
            return Step(record)
        case _:
            assert_never(event)


def _step_closed(record: PaymentRecord, event: PaymentEvent, now: datetime) -> Step:
    """A last look, until the gateway has confirmed that the order is closed there too."""
    match event:
        case CheckDue():
            if not _is_due(record, now):
                return Step(record)
            if now >= record.created_at + LAST_LOOKS_END_AFTER:
                return Step(replace(record, next_check_at=None))
            return Step(replace(record, next_check_at=now + LAST_LOOK_AFTER), Ask.QUERY)
        case CodeIssued() | NotPaid() | PasswordAwaited() | Refused():
            ask = Ask.WITHDRAW if _may_withdraw(record, now) else None
            return Step(replace(record, next_check_at=now + LAST_LOOK_AFTER), ask)
        case Withdrawn():
            return Step(record, Ask.QUERY)
        case OrderClosed() | NoSuchOrder():
            return Step(replace(record, next_check_at=None))
        case MoneyReturned():
            return _money_went_back(record)
        case _:
            return Step(record)


def _step_paid(record: PaymentRecord, event: PaymentEvent, now: datetime) -> Step:
    match event:
        case RefundOrdered():
            return _refund(record, now)
        case _:
            return Step(record)


def _step_refund_due(record: PaymentRecord, event: PaymentEvent, now: datetime) -> Step:
    match event:
        case CheckDue() if _is_due(record, now):
            return Step(replace(record, next_check_at=now + REFUND_LOOK_AFTER), Ask.REFUND)
        case MoneyReturned():
            return _money_went_back(record)
        case RefundFailed():
            return Step(replace(record, next_check_at=now + REFUND_FAILED_LOOK_AFTER))
        case _:
            return Step(record)


# --- parts -----------------------------------------------------------------------------------------------------------


def _look(record: PaymentRecord, now: datetime) -> Step:
    if not _is_due(record, now):
        return Step(record)
    is_late = now >= record.expires_at
    withdrawal = record.withdrawal or (PaymentFailure.TIMED_OUT if is_late else None)
    return Step(replace(record, withdrawal=withdrawal, next_check_at=now + look_again_after(record, now)), Ask.QUERY)


def look_again_after(record: PaymentRecord, now: datetime) -> timedelta:
    """Every 3 s in the first minute, then ever slower: an order that stays unclear for hours is not hurried."""
    age = now - (record.requested_at or record.created_at)
    if age < timedelta(minutes=1):
        return timedelta(seconds=3)
    if age < timedelta(minutes=15):
        return timedelta(seconds=5)
    return timedelta(seconds=30) if age < timedelta(hours=1) else timedelta(minutes=5)


def _not_paid(record: PaymentRecord, now: datetime) -> Step:
    if record.method is PaymentMethod.PAYER_CODE:
        return _still_open(record, PaymentWait.GATEWAY, now)
    if record.code_url is None and record.withdrawal is None:
        return Step(_in_doubt(record, now), Ask.REQUEST)  # the same order again gives the same code again
    return _still_open(record, PaymentWait.PAYER, now)


def _still_open(record: PaymentRecord, waits_for: PaymentWait, now: datetime) -> Step:
    is_withdrawn = record.withdrawal is not None
    waiting = replace(
        record,
        state=PaymentState.REQUESTED,
        waits_for=PaymentWait.GATEWAY if is_withdrawn and waits_for is PaymentWait.PAYER else waits_for,
        next_check_at=now + look_again_after(record, now),
    )
    return Step(waiting, Ask.WITHDRAW if is_withdrawn and _may_withdraw(record, now) else None)


def _not_known(record: PaymentRecord, now: datetime) -> Step:
    """The request never arrived, or it is still on its way."""
    if record.method is PaymentMethod.PAYER_CODE:
        is_dead = now >= (record.requested_at or record.created_at) + PAYER_CODE_IS_DEAD_AFTER
        return (
            _closed(record, record.withdrawal or PaymentFailure.TIMED_OUT) if is_dead else Step(_in_doubt(record, now))
        )
    if record.withdrawal is not None:  # nobody has its code, so nobody can pay it; one more look all the same
        closed = _closed(record, record.withdrawal).record
        return Step(replace(closed, next_check_at=now + LAST_LOOK_AFTER))
    return Step(_in_doubt(record, now), Ask.REQUEST)


def _closed(record: PaymentRecord, failure: PaymentFailure) -> Step:
    return Step(
        replace(record, state=PaymentState.CLOSED, failure=failure, waits_for=None, withdrawal=None, next_check_at=None)
    )


def _in_doubt(record: PaymentRecord, now: datetime) -> PaymentRecord:
    wait = max(AFTER_DOUBT, look_again_after(record, now))
    return replace(record, state=PaymentState.UNKNOWN, waits_for=PaymentWait.GATEWAY, next_check_at=now + wait)


def _first_request_is_out(record: PaymentRecord) -> bool:
    return record.code_url is None and record.waits_for is PaymentWait.GATEWAY and record.withdrawal is None


def _may_withdraw(record: PaymentRecord, now: datetime) -> bool:
    is_shown = record.method is PaymentMethod.CODE_SHOWN
    return is_shown or now >= (record.requested_at or record.created_at) + NO_REVERSE_BEFORE


def _is_due(record: PaymentRecord, now: datetime) -> bool:
    return record.next_check_at is not None and now >= record.next_check_at
