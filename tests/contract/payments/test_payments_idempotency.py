"""One payment number, one payment; one application, one payment at a time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError

from tests.contract.payments.bench import Office, SandboxProgram


def test_the_same_request_again_is_the_same_payment(office: Office) -> None:
    application, number = office.new_application(), office.new_number()
    first, again = office.make(application, number), office.make(application, number)
    assert (first.json(), "Idempotency-Replayed" in first.headers) == (again.json(), False)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_the_same_number_at_the_same_time_is_charged_once(either_office: Office) -> None:
    application, number, code = (
        either_office.new_application(),
        either_office.new_number(),
        either_office.sandbox.payer_code("pays"),
    )
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: either_office.make(application, number, code), range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert either_office.show(number)["state"] == "PAID"
    assert (either_office.sandbox.order(number) or {})["captures"] == 1


def test_another_request_under_the_same_number_is_refused(either_office: Office) -> None:
    payment = either_office.begun()
    number = payment["payment_number"]
    others = [
        either_office.make(either_office.new_application(), number),
        either_office.make(payment["application_number"], number, either_office.sandbox.payer_code("pays")),
    ]
    assert [(other.status_code, other.json()["code"]) for other in others] == [(422, "key_reused")] * 2


def test_a_second_payment_of_an_application_is_refused_while_one_is_open(office: Office) -> None:
    payment = office.begun()
    second = office.make(payment["application_number"], office.new_number())
    assert (second.status_code, second.json()["code"]) == (409, "payment_open")


def test_many_payments_at_the_same_time_leave_one_open(either_office: Office) -> None:
    application = either_office.new_application()
    numbers = [either_office.new_number() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda number: either_office.make(application, number), numbers))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


def test_a_paid_application_takes_no_more_payments(either_office: Office) -> None:
    payment = either_office.begun(either_office.sandbox.payer_code("pays"))
    second = either_office.make(payment["application_number"], either_office.new_number())
    assert (second.status_code, second.json()["code"]) == (409, "already_paid")


def test_a_cancelled_application_takes_no_payment(office: Office) -> None:
    application = office.new_application()
    office.cancel_application(application)
    answer = office.make(application, office.new_number())
    assert (answer.status_code, answer.json()["code"]) == (409, "application_state")


def test_an_unknown_application_or_payment_is_not_found(office: Office) -> None:
    assert office.make("SQ-none", office.new_number()).json()["code"] == "not_found"
    assert office.show("KT-none-1")["code"] == "not_found"
    assert office.cancel("KT-none-1")["code"] == "not_found"


def test_a_payment_without_idempotency_key_is_refused(office: Office) -> None:
    answer = office.make(office.new_application(), office.new_number(), key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "key_missing")


def test_a_payers_code_goes_with_its_method_only(office: Office) -> None:
    answer = office.make_raw(office.new_application(), payment_number=office.new_number(), method="PAYER_CODE")
    assert (answer.status_code, answer.json()["field"]) == (422, "payer_code")


def test_a_shown_code_whose_answer_was_lost_comes_with_the_same_order(office: Office) -> None:
    office.sandbox.faults(drop_next_response=1)
    payment = office.begun()
    assert (payment["state"], payment["code_url"]) == ("UNKNOWN", None)
    office.later(6)
    found = office.show(payment["payment_number"])
    assert (found["state"], found["waits_for"]) == ("REQUESTED", "payer")
    office.sandbox.post("/phone/pay", code_url=found["code_url"])
    office.later(4)
    assert office.show(payment["payment_number"])["state"] == "PAID"


def test_without_a_gateway_nothing_is_begun_and_the_same_request_may_come_again(
    office: Office, sandbox: SandboxProgram
) -> None:
    application, number, code = office.new_application(), office.new_number(), sandbox.payer_code("pays")
    sandbox.stop()
    try:
        answer = office.make(application, number, code)
        assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (
            503,
            "payment_unavailable",
            True,
        )
        assert not office.service.gateway_is_up()
    finally:
        sandbox.restart()
    assert office.make(application, number, code).json()["state"] == "PAID"
    assert office.service.gateway_is_up()


def test_a_payment_that_never_left_is_closed_in_time(office: Office, sandbox: SandboxProgram) -> None:
    application, number = office.new_application(), office.new_number()
    sandbox.stop()
    try:
        office.make(application, number)
    finally:
        sandbox.restart()
    office.later(61)
    assert office.show(number)["state"] == "CLOSED"
    assert office.make(application, office.new_number()).status_code == 201


def test_a_gateway_restart_forgets_no_order(office: Office, sandbox: SandboxProgram) -> None:
    payment = office.begun()
    sandbox.stop()
    sandbox.restart()
    sandbox.post("/phone/pay", code_url=payment["code_url"])
    office.later(16)
    assert office.show(payment["payment_number"])["state"] == "PAID"


def test_the_database_itself_refuses_a_second_open_or_paid_payment(either_office: Office) -> None:
    first, second = either_office.begun(), either_office.begun()
    for state in ("REQUESTED", "PAID"):
        either_office.rewrite(first["payment_number"], state=state)
        with pytest.raises(IntegrityError):
            either_office.rewrite(second["payment_number"], state=state, application_number=first["application_number"])


def test_a_request_cut_off_by_a_crash_is_taken_up_again(office: Office) -> None:
    """The row says REQUESTED, the gateway never heard of it: as after a power cut between commit and request."""
    number = office.crashed_request()
    office.later(16)
    found = office.show(number)
    assert (found["state"], found["waits_for"]) == ("REQUESTED", "payer")
    office.sandbox.post("/phone/pay", code_url=found["code_url"])
    office.later(6)
    assert office.show(number)["state"] == "PAID"
