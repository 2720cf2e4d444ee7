"""Every call of the client against the real backend, its payments and the payment sandbox."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosk.central import wire
from kiosk.central.client import CentralClient
from kiosk.central.errors import Refused
from kiosk.central.wire import ProblemCode
from kiosk.domain.application import ApplicationState, CardState, PaymentState
from tests.contract.backend.server import PEOPLE, TERMINAL, look_up_body
from tests.contract.terminal.central import FEE_FEN, Central, application, got, payment


def test_health_and_reference_are_understood(settled: Central) -> None:
    assert got(settled.client.health(), wire.Health).payments == "ok"
    reference = got(settled.client.reference(), wire.Reference)
    assert reference.offices
    assert reference.fees


@pytest.mark.parametrize(
    ("special", "state"),
    [
        ("employee_normal", CardState.NORMAL),
        ("resident_normal", CardState.NORMAL),
        ("pre_lost", CardState.PRE_LOST),
        ("producing", CardState.LOST),
        ("not_activated", CardState.NOT_ACTIVATED),
        ("foreigner", CardState.NORMAL),
        ("permit_holder", CardState.NORMAL),
        ("damaged", CardState.NORMAL),
        ("cancelled", CardState.CANCELLED),
    ],
)
def test_each_kind_of_person_is_found(settled: Central, special: str, state: CardState) -> None:
    found = settled.found(special)
    assert found.name == PEOPLE[special].name
    assert found.card is not None
    assert found.card.state is state


def test_an_open_application_comes_with_the_person(settled: Central) -> None:
    opened = settled.found("awaiting_payment").open_application
    assert opened is not None
    assert opened.state is ApplicationState.AWAITING_PAYMENT
    assert got(settled.client.application(opened.application_number), wire.Application) == opened


@pytest.mark.parametrize(
    ("special", "code"),
    [("name_differs", ProblemCode.NAME_DIFFERS), ("several_records", ProblemCode.SEVERAL_RECORDS)],
)
def test_a_person_who_needs_staff_is_refused_by_word(settled: Central, special: str, code: ProblemCode) -> None:
    request = wire.LookUpRequest.model_validate(look_up_body(PEOPLE[special]))
    answer = settled.client.look_up(request)
    assert isinstance(answer, Refused)
    assert answer.code is code


def test_an_unknown_person_is_refused_by_word(settled: Central) -> None:
    body = look_up_body(PEOPLE["employee_normal"]) | {"document_number": "11010519491231002X"}
    answer = settled.client.look_up(wire.LookUpRequest.model_validate(body))
    assert answer == Refused(ProblemCode.PERSON_UNKNOWN)


def test_a_loss_reported_twice_is_one_report(central: Central) -> None:
    request = wire.LossReportRequest(person_token=central.found("employee_normal").person_token)
    first = got(central.client.report_loss(central.new_key(), request), wire.LossReport)
    again = got(central.client.report_loss(central.new_key(), request), wire.LossReport)
    assert again.report_number == first.report_number
    card = central.found("employee_normal").card
    assert card is not None
    assert card.state is CardState.PRE_LOST


def test_the_same_application_with_the_same_key_is_one_application(central: Central) -> None:
    request, key = application(central.found("employee_normal")), central.new_key()
    first = got(central.client.apply(key, request), wire.Application)
    assert central.client.apply(key, request) == first
    assert central.client.apply(central.new_key(), request) == Refused(ProblemCode.APPLICATION_OPEN)


def test_a_key_used_for_another_application_is_refused(central: Central) -> None:
    person, key = central.found("resident_normal"), central.new_key()
    got(central.client.apply(key, application(person, bank_code="B02")), wire.Application)
    answer = central.client.apply(key, application(person, bank_code="B02", mobile="13800000001"))
    assert answer == Refused(ProblemCode.KEY_REUSED)


def test_a_shown_code_is_paid_by_the_phone(central: Central) -> None:
    begun = central.begun("employee_normal")
    assert (begun.state, begun.amount_fen, begun.waits_for) == (
        PaymentState.REQUESTED,
        FEE_FEN,
        wire.PaymentWait.PAYER,
    )
    central.sandbox.post("/phone/pay", code_url=begun.code_url)
    assert central.sandbox.release(begun.payment_number) == [[204]]
    assert got(central.client.payment(begun.payment_number), wire.Payment).state is PaymentState.PAID


def test_a_payment_asked_for_again_under_its_number_is_the_same_payment(central: Central) -> None:
    number, request = central.applied("employee_normal").application_number, payment(central.new_number())
    first = got(central.client.request_payment(number, request), wire.Payment)
    assert central.client.request_payment(number, request) == first
    other = central.client.request_payment(number, payment(central.new_number()))
    assert other == Refused(ProblemCode.PAYMENT_OPEN)


def test_a_payers_code_pays_and_pays_once(central: Central) -> None:
    number = central.applied("employee_normal").application_number
    request = payment(central.new_number(), central.sandbox.payer_code("pays"))
    paid = got(central.client.request_payment(number, request), wire.Payment)
    assert paid.state is PaymentState.PAID
    assert central.client.request_payment(number, request) == paid
    second = payment(central.new_number(), central.sandbox.payer_code("pays"))
    assert central.client.request_payment(number, second) == Refused(ProblemCode.ALREADY_PAID)


def test_a_code_without_money_closes_the_payment_with_its_reason(central: Central) -> None:
    closed = central.begun("employee_normal", central.sandbox.payer_code("insufficient"))
    assert (closed.state, closed.failure) == (PaymentState.CLOSED, wire.PaymentFailure.INSUFFICIENT)


def test_a_cancelled_payment_is_closed_and_may_be_cancelled_again(central: Central) -> None:
    begun = central.begun("employee_normal")
    closed = got(central.client.cancel_payment(begun.payment_number), wire.Payment)
    assert closed.state is PaymentState.CLOSED
    assert got(central.client.cancel_payment(begun.payment_number), wire.Payment).state is PaymentState.CLOSED


def test_an_unknown_payment_is_not_found(settled: Central) -> None:
    assert settled.client.payment("SSC260101NONE") == Refused(ProblemCode.NOT_FOUND)


def test_a_paid_application_is_submitted_once_under_one_key(central: Central) -> None:
    paid, key = central.paid("employee_normal"), central.new_key()
    request = wire.SubmissionRequest(damaged_card="not_applicable")
    first = got(central.client.submit(key, paid.application_number, request), wire.Application)
    assert first.submitted_at is not None
    assert central.client.submit(key, paid.application_number, request) == first
    card = central.found("employee_normal").card
    assert card is not None
    assert card.state is CardState.LOST


def test_an_unpaid_application_cannot_be_submitted(central: Central) -> None:
    number = central.applied("employee_normal").application_number
    answer = central.client.submit(central.new_key(), number, wire.SubmissionRequest(damaged_card="not_applicable"))
    assert isinstance(answer, Refused)
    assert answer.code is ProblemCode.APPLICATION_STATE


def test_an_event_sent_twice_is_known_the_second_time(settled: Central) -> None:
    event = wire.Event(event_id="event-0001", kind="session.ended", at=datetime(2026, 1, 5, tzinfo=UTC))
    batch = wire.EventBatch(events=(event,))
    assert settled.client.send_events(settled.new_key(), batch) == wire.EventsAccepted(accepted=1, known=0)
    assert settled.client.send_events(settled.new_key(), batch) == wire.EventsAccepted(accepted=0, known=1)


def test_a_wrong_token_is_refused_by_word(settled: Central) -> None:
    stranger = CentralClient(settled.url, TERMINAL, "wrong")
    assert stranger.reference() == Refused(ProblemCode.NOT_AUTHENTICATED)
    stranger.close()
