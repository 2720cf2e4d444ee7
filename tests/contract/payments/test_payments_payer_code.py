"""We scan the payer's code: it pays, asks for the password, has too little, is stale, is no code at all, hangs."""

import logging

import pytest

from kiosk.domain.id_number import id_check_digit
from tests.contract.payments.bench import Office

ID_NUMBER_LIKE = "11010520991231001" + id_check_digit("11010520991231001")


def test_a_code_that_pays_is_paid_at_once(office: Office) -> None:
    payment = office.begun(office.sandbox.payer_code("pays"))
    assert payment["state"] == "PAID"
    assert office.paid_by(payment["application_number"]) == payment["payment_number"]


def test_a_phone_that_asks_for_the_password_is_waited_for(office: Office) -> None:
    code = office.sandbox.payer_code("asks_password")
    payment = office.begun(code)
    assert (payment["state"], payment["waits_for"]) == ("REQUESTED", "password")
    office.sandbox.post("/phone/password", payer_code=code)
    office.later(4)
    assert office.show(payment["payment_number"])["state"] == "PAID"


def test_a_payer_who_cancels_the_password_has_not_paid(office: Office) -> None:
    code = office.sandbox.payer_code("asks_password")
    payment = office.begun(code)
    office.sandbox.post("/phone/cancel", payer_code=code)
    office.later(4)
    closed = office.show(payment["payment_number"])
    assert (closed["state"], closed["failure"]) == ("CLOSED", "declined")
    office.later(61)
    assert (office.sandbox.order(payment["payment_number"]) or {})["state"] == "REVOKED"


@pytest.mark.parametrize(("behaviour", "failure"), [("insufficient", "insufficient"), ("expired", "code_expired")])
def test_a_refused_code_closes_the_payment_and_another_may_follow(office: Office, behaviour: str, failure: str) -> None:
    payment = office.begun(office.sandbox.payer_code(behaviour))
    assert (payment["state"], payment["failure"]) == ("CLOSED", failure)
    second = office.make(payment["application_number"], office.new_number(), office.sandbox.payer_code("pays"))
    assert second.json()["state"] == "PAID"


def test_a_code_older_than_a_minute_is_refused(office: Office) -> None:
    code = office.sandbox.payer_code("pays")
    office.sandbox.advance(61)
    assert office.begun(code)["failure"] == "code_expired"


def test_a_code_is_good_for_one_payment(office: Office) -> None:
    code = office.sandbox.payer_code("pays")
    assert office.begun(code)["state"] == "PAID"
    assert office.begun(code)["failure"] == "code_expired"


@pytest.mark.parametrize("digits", [ID_NUMBER_LIKE, "281234567890123456", "6212345678901234567", "1234567890123456"])
def test_what_is_no_code_of_this_gateway_never_reaches_it(office: Office, digits: str) -> None:
    """The first looks like a code and is a resident's number by its date and check digit."""
    assert digits.isdecimal()
    application, number = office.new_application(), office.new_number()
    answer = office.make(application, number, digits)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "malformed", "payer_code")
    assert office.sandbox.order(number) is None
    assert digits not in answer.text


def test_a_phone_that_hangs_is_given_up_after_forty_five_seconds(office: Office) -> None:
    payment = office.begun(office.sandbox.payer_code("hangs"))
    office.later(30)
    assert office.show(payment["payment_number"])["waits_for"] == "password"
    office.later(16)
    closed = office.show(payment["payment_number"])
    assert (closed["state"], closed["failure"]) == ("CLOSED", "timed_out")
    assert (office.sandbox.order(payment["payment_number"]) or {})["state"] == "REVOKED"


def test_cancelling_while_the_phone_asks_ends_without_money(office: Office) -> None:
    code = office.sandbox.payer_code("asks_password")
    payment = office.begun(code)
    assert office.cancel(payment["payment_number"])["state"] in ("REQUESTED", "UNKNOWN")
    office.later(20)
    office.later(30)
    closed = office.show(payment["payment_number"])
    assert (closed["state"], closed["failure"]) == ("CLOSED", "cancelled")


def test_a_lost_answer_after_the_capture_ends_paid_once(office: Office) -> None:
    code = office.sandbox.payer_code("pays")
    office.sandbox.faults(drop_next_response=1)
    payment = office.begun(code)
    assert (payment["state"], payment["waits_for"]) == ("UNKNOWN", "gateway")
    office.later(6)
    assert office.show(payment["payment_number"])["state"] == "PAID"
    assert (office.sandbox.order(payment["payment_number"]) or {})["captures"] == 1


def test_while_unknown_no_other_payment_may_begin(office: Office) -> None:
    office.sandbox.faults(drop_next_response=1)
    payment = office.begun(office.sandbox.payer_code("pays"))
    other = office.make(payment["application_number"], office.new_number(), office.sandbox.payer_code("pays"))
    assert (other.status_code, other.json()["code"]) == (409, "payment_open")


def test_a_system_error_is_followed_up_until_the_code_is_dead(office: Office) -> None:
    office.sandbox.faults(system_error_next=1)
    payment = office.begun(office.sandbox.payer_code("pays"))
    assert payment["state"] == "UNKNOWN"
    office.later(30)
    assert office.show(payment["payment_number"])["state"] == "UNKNOWN"
    office.later(50)
    closed = office.show(payment["payment_number"])
    assert (closed["state"], closed["failure"]) == ("CLOSED", "timed_out")
    assert office.sandbox.order(payment["payment_number"]) is None


def test_the_code_is_in_no_row_and_no_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    code = office.sandbox.payer_code("pays")
    office.sandbox.faults(drop_next_response=1)
    office.begun(code)
    assert code not in caplog.text
    assert code.encode() not in office.database_bytes()
