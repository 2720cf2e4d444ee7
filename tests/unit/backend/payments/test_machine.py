"""The payment's states: every state with every event, and single facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from backend.payments.gateway import (
    Captured,
    CodeIssued,
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
from backend.payments.machine import (
    NO_REVERSE_BEFORE,
    OPEN_STATES,
    PAYER_CODE_IS_DEAD_AFTER,
    PAYER_CODE_LIFE,
    Ask,
    CancelAsked,
    CheckDue,
    PaymentEvent,
    PaymentRecord,
    RefundOrdered,
    RequestLeaves,
    new_payment,
    step,
)
from kiosk.central.wire import PaymentFailure, PaymentWait
from kiosk.domain.application import PaymentMethod, PaymentState

START = datetime(2099, 3, 2, 9, 0, tzinfo=UTC)
FEE_FEN = 2000
MONEY = Captured(FEE_FEN, "4200000001", START + timedelta(seconds=10))
S = PaymentState

EVENTS: tuple[PaymentEvent, ...] = (
    RequestLeaves(),
    CancelAsked(),
    CheckDue(),
    RefundOrdered(),
    CodeIssued("weixin://wxpay/bizpayurl?pr=abc"),
    MONEY,
    replace(MONEY, amount_fen=1),
    PasswordAwaited(),
    NotPaid(),
    Refused(PaymentFailure.INSUFFICIENT),
    OrderClosed(),
    NoSuchOrder(),
    Withdrawn(),
    MoneyReturned(),
    RefundPending(),
    RefundFailed(),
    NotTaken("no connection"),
    Unclear("timed out"),
)
WAYS = {
    S.CREATED: {S.CREATED, S.REQUESTED, S.CLOSED, S.PAID, S.REFUND_DUE},
    S.REQUESTED: {S.REQUESTED, S.CREATED, S.UNKNOWN, S.CLOSED, S.PAID, S.REFUND_DUE, S.REFUNDED},
    S.UNKNOWN: {S.UNKNOWN, S.REQUESTED, S.CLOSED, S.PAID, S.REFUND_DUE, S.REFUNDED},
    S.CLOSED: {S.CLOSED, S.PAID, S.REFUND_DUE, S.REFUNDED},
    S.PAID: {S.PAID, S.REFUND_DUE},
    S.REFUND_DUE: {S.REFUND_DUE, S.REFUNDED},
    S.REFUNDED: {S.REFUNDED},
}
AGES_S = (0, 5, 16, 46, 76, 400, 4000, 100_000)
OURSELVES = (RequestLeaves, CancelAsked, CheckDue, RefundOrdered)


def payment(method: PaymentMethod, state: PaymentState, withdrawal: PaymentFailure | None = None) -> PaymentRecord:
    fresh = new_payment("KT01-0001", "SQ0001", method, FEE_FEN, START)
    if state is S.CREATED:
        return fresh
    sent = replace(fresh, state=state, requested_at=START, waits_for=PaymentWait.GATEWAY, withdrawal=withdrawal)
    return replace(sent, next_check_at=START)


def situations() -> list[tuple[PaymentRecord, PaymentEvent, datetime, bool]]:
    records = [
        payment(method, state, withdrawal)
        for method, state, withdrawal in product(PaymentMethod, PaymentState, (None, PaymentFailure.CANCELLED))
    ]
    records += [
        replace(record, code_url="weixin://x") for record in records if record.method is PaymentMethod.CODE_SHOWN
    ]
    moments = [START + timedelta(seconds=age_s) for age_s in AGES_S]
    return list(product(records, EVENTS, moments, (True, False)))


def test_every_state_takes_every_event_only_along_the_known_ways() -> None:
    every = situations()
    assert len(every) == (28 + 14) * len(EVENTS) * len(AGES_S) * 2
    for record, event, now, accepts in every:
        after = step(record, event, now, application_accepts=accepts).record
        assert after.state in WAYS[record.state], (record.state, event, after.state)


def test_an_unclear_answer_leads_to_unknown_and_nowhere_else() -> None:
    for record, _, now, accepts in situations():
        after = step(record, Unclear("timed out"), now, application_accepts=accepts).record
        assert after.state in (record.state, S.UNKNOWN)
        if record.state is S.REQUESTED:
            assert after.state is S.UNKNOWN


def test_unknown_is_left_only_by_an_answer_about_the_order() -> None:
    for record, event, now, accepts in situations():
        if record.state is S.UNKNOWN and isinstance(event, OURSELVES):
            assert step(record, event, now, application_accepts=accepts).record.state is S.UNKNOWN


def test_money_is_recorded_in_every_state_that_has_not_seen_it() -> None:
    for record, event, now, accepts in situations():
        if isinstance(event, Captured) and record.state in (*OPEN_STATES, S.CLOSED):
            done = step(record, event, now, application_accepts=accepts)
            is_settled = accepts and event.amount_fen == FEE_FEN
            assert done.record.state is (S.PAID if is_settled else S.REFUND_DUE)
            assert done.ask is (None if is_settled else Ask.REFUND)
            assert done.record.captured_fen == event.amount_fen


def test_whatever_is_not_final_is_looked_at_again() -> None:
    for record, event, now, accepts in situations():
        after = step(record, event, now, application_accepts=accepts).record
        if after.state in (*OPEN_STATES, S.REFUND_DUE) and record.next_check_at is not None:
            assert after.next_check_at is not None


def test_identity_amount_and_method_never_change() -> None:
    for record, event, now, accepts in situations():
        after = step(record, event, now, application_accepts=accepts).record
        assert (after.payment_number, after.application_number, after.method, after.amount_fen, after.created_at) == (
            record.payment_number,
            record.application_number,
            record.method,
            record.amount_fen,
            record.created_at,
        )


def test_a_payers_code_is_requested_once_only() -> None:
    for record, event, now, accepts in situations():
        done = step(record, event, now, application_accepts=accepts)
        if record.method is PaymentMethod.PAYER_CODE and done.ask is Ask.REQUEST:
            assert record.state is S.CREATED


def test_a_payers_code_is_not_reversed_in_the_first_fifteen_seconds() -> None:
    record = payment(PaymentMethod.PAYER_CODE, S.REQUESTED, PaymentFailure.CANCELLED)
    early = step(record, NotPaid(), START + NO_REVERSE_BEFORE - timedelta(milliseconds=1))
    late = step(record, NotPaid(), START + NO_REVERSE_BEFORE)
    assert (early.ask, late.ask) == (None, Ask.WITHDRAW)


def test_a_payers_code_is_given_up_after_forty_five_seconds() -> None:
    record = payment(PaymentMethod.PAYER_CODE, S.REQUESTED)
    done = step(record, CheckDue(), START + PAYER_CODE_LIFE)
    assert (done.ask, done.record.withdrawal) == (Ask.QUERY, PaymentFailure.TIMED_OUT)
    assert step(record, CheckDue(), START + PAYER_CODE_LIFE - timedelta(seconds=1)).record.withdrawal is None


def test_a_charge_that_the_gateway_does_not_know_stays_unknown_until_the_code_is_dead() -> None:
    record = payment(PaymentMethod.PAYER_CODE, S.UNKNOWN)
    before = step(record, NoSuchOrder(), START + PAYER_CODE_IS_DEAD_AFTER - timedelta(seconds=1))
    after = step(record, NoSuchOrder(), START + PAYER_CODE_IS_DEAD_AFTER)
    assert (before.record.state, after.record.state) == (S.UNKNOWN, S.CLOSED)


def test_a_shown_code_whose_answer_was_lost_is_asked_for_again_under_the_same_number() -> None:
    record = payment(PaymentMethod.CODE_SHOWN, S.UNKNOWN)
    for answer in (NoSuchOrder(), NotPaid()):
        done = step(record, answer, START + timedelta(seconds=20))
        assert (done.ask, done.record.state) == (Ask.REQUEST, S.UNKNOWN)
    issued = step(record, CodeIssued("weixin://x"), START + timedelta(seconds=20)).record
    assert (issued.state, issued.code_url, issued.waits_for) == (S.REQUESTED, "weixin://x", PaymentWait.PAYER)


def test_a_request_that_never_left_may_be_sent_again() -> None:
    record = payment(PaymentMethod.PAYER_CODE, S.REQUESTED)
    back = step(record, NotTaken("no connection"), START).record
    assert back.state is S.CREATED
    assert step(back, RequestLeaves(), START).ask is Ask.REQUEST


def test_a_refusal_closes_and_is_looked_at_once_more() -> None:
    record = payment(PaymentMethod.PAYER_CODE, S.REQUESTED)
    closed = step(record, Refused(PaymentFailure.INSUFFICIENT), START).record
    assert (closed.state, closed.failure) == (S.CLOSED, PaymentFailure.INSUFFICIENT)
    assert closed.next_check_at is not None
    assert step(closed, CheckDue(), closed.next_check_at).ask is Ask.QUERY


def test_an_order_closed_here_and_open_there_is_closed_there() -> None:
    record = payment(PaymentMethod.CODE_SHOWN, S.CLOSED)
    assert step(record, NotPaid(), START + timedelta(minutes=2)).ask is Ask.WITHDRAW
    assert step(record, OrderClosed(), START + timedelta(minutes=2)).record.next_check_at is None


def test_a_close_is_followed_by_a_query() -> None:
    record = payment(PaymentMethod.CODE_SHOWN, S.REQUESTED, PaymentFailure.CANCELLED)
    assert step(record, NotPaid(), START).ask is Ask.WITHDRAW
    assert step(record, Withdrawn(), START).ask is Ask.QUERY
    closed = step(record, OrderClosed(), START).record
    assert (closed.state, closed.failure) == (S.CLOSED, PaymentFailure.CANCELLED)


def test_a_refund_is_asked_for_until_it_is_confirmed() -> None:
    due = step(payment(PaymentMethod.CODE_SHOWN, S.PAID), RefundOrdered(), START)
    assert (due.record.state, due.ask) == (S.REFUND_DUE, Ask.REFUND)
    for answer in (Unclear("timed out"), RefundPending(), RefundFailed()):
        waiting = step(due.record, answer, START).record
        assert waiting.state is S.REFUND_DUE
        assert waiting.next_check_at is not None
        assert step(waiting, CheckDue(), waiting.next_check_at).ask is Ask.REFUND
    assert step(due.record, MoneyReturned(), START).record.state is S.REFUNDED


@pytest.mark.parametrize("state", sorted(PaymentState))
def test_the_job_asks_nothing_before_the_time(state: PaymentState) -> None:
    record = replace(payment(PaymentMethod.CODE_SHOWN, state), next_check_at=START + timedelta(seconds=30))
    done = step(record, CheckDue(), START + timedelta(seconds=29))
    assert (done.ask, done.record) == (None, record)
