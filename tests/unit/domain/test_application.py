"""States of card, application and payment."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

import pytest

from kiosk.domain.application import (
    APPLICATION_TRANSITIONS,
    OPEN_PAYMENT_STATES,
    PAYMENT_TRANSITIONS,
    ApplicationState,
    CardAction,
    CardState,
    PaymentState,
    allowed_actions,
    application_may_become,
    payment_may_become,
)

S = TypeVar("S", bound=StrEnum)


def reachable(table: Mapping[S, frozenset[S]], start: S) -> set[S]:
    found, waiting = {start}, [start]
    while waiting:
        new = table[waiting.pop()] - found
        found |= new
        waiting.extend(new)
    return found


def test_every_state_has_a_row() -> None:
    assert set(APPLICATION_TRANSITIONS) == set(ApplicationState)
    assert set(PAYMENT_TRANSITIONS) == set(PaymentState)
    for state in CardState:
        assert allowed_actions(state), state


def test_every_state_is_reachable_from_the_first() -> None:
    assert reachable(APPLICATION_TRANSITIONS, ApplicationState.DRAFT) == set(ApplicationState)
    assert reachable(PAYMENT_TRANSITIONS, PaymentState.CREATED) == set(PaymentState)


def test_no_state_follows_itself() -> None:
    assert not [state for state in ApplicationState if application_may_become(state, state)]
    assert not [state for state in PaymentState if payment_may_become(state, state)]


def test_an_application_ends_only_activated_cancelled_or_rejected() -> None:
    ends = {state for state, following in APPLICATION_TRANSITIONS.items() if not following}
    assert ends == {ApplicationState.ACTIVATED, ApplicationState.CANCELLED, ApplicationState.REJECTED}


@pytest.mark.parametrize("last", [ApplicationState.AT_OUTLET, ApplicationState.DISPATCHED])
def test_the_straight_way_of_a_paid_application(last: ApplicationState) -> None:
    states = ApplicationState
    way = [
        states.DRAFT,
        states.SUBMITTED,
        states.AWAITING_PAYMENT,
        states.PAID,
        states.ACCEPTED,
        states.PRODUCING,
        last,
        states.COLLECTED,
        states.ACTIVATED,
    ]
    for state, following in pairwise(way):
        assert application_may_become(state, following)


def test_nothing_is_produced_before_it_is_paid_or_free() -> None:
    before = {state for state, following in APPLICATION_TRANSITIONS.items() if ApplicationState.ACCEPTED in following}
    assert before == {ApplicationState.SUBMITTED, ApplicationState.PAID}


def test_unknown_is_left_only_for_a_clear_answer() -> None:
    assert PAYMENT_TRANSITIONS[PaymentState.UNKNOWN] == {PaymentState.PAID, PaymentState.CLOSED}


def test_late_money_is_never_lost() -> None:
    assert payment_may_become(PaymentState.CLOSED, PaymentState.PAID)
    assert payment_may_become(PaymentState.CLOSED, PaymentState.REFUND_DUE)


def test_money_that_was_taken_goes_back_only_through_a_refund() -> None:
    with_money = {PaymentState.PAID, PaymentState.REFUND_DUE, PaymentState.REFUNDED}
    assert reachable(PAYMENT_TRANSITIONS, PaymentState.PAID) == with_money
    assert not with_money & OPEN_PAYMENT_STATES


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        (CardState.NORMAL, {CardAction.REPORT_LOSS, CardAction.REPLACE}),
        (CardState.PRE_LOST, {CardAction.REPLACE, CardAction.RELEASE_BY_STAFF}),
        (CardState.LOST, {CardAction.REPLACE, CardAction.TRACK}),
        (CardState.NOT_ACTIVATED, {CardAction.TRACK}),
        (CardState.CANCELLED, {CardAction.SEE_STAFF}),
    ],
)
def test_actions_follow_the_state_of_the_card(state: CardState, actions: set[CardAction]) -> None:
    assert allowed_actions(state) == actions


def test_a_card_reported_lost_is_not_reported_again() -> None:
    for state in (CardState.PRE_LOST, CardState.LOST):
        assert CardAction.REPORT_LOSS not in allowed_actions(state)
