"""One payment number, however often, whenever and after whatever it comes again: one order, one capture."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import requests

from backend.payments.service import PaymentService
from tests.contract.payments.bench import FrontDoor, Office, SandboxProgram, open_office

AT_ONCE = 20
DAYS_60_S = 60 * 86_400.0


def captures(sandbox: SandboxProgram, number: str) -> int:
    return (sandbox.order(number) or {"captures": 0})["captures"]


def replayed(answer: requests.Response) -> bool:
    return answer.headers.get("Idempotency-Replayed") == "true"


def test_twenty_at_once_are_one_charge(either_office: Office) -> None:
    application, number = either_office.new_application(), either_office.new_number()
    code = either_office.sandbox.payer_code("pays")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: either_office.make(application, number, code), range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {201}
    assert captures(either_office.sandbox, number) == 1
    assert either_office.paid_by(application) == number


def test_twenty_numbers_for_one_application_are_one_order(either_office: Office) -> None:
    application = either_office.new_application()
    numbers = [either_office.new_number() for _ in range(AT_ONCE)]
    codes = [either_office.sandbox.payer_code("pays") for _ in numbers]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda pair: either_office.make(application, *pair), zip(numbers, codes, strict=True)))
    assert sum(captures(either_office.sandbox, number) for number in numbers) == 1


def test_after_a_restart_the_same_request_is_the_same_payment(either_office: Office, door: FrontDoor) -> None:
    application, number = either_office.new_application(), either_office.new_number()
    code = either_office.sandbox.payer_code("pays")
    either_office.make(application, number, code)
    with open_office(either_office.sandbox, door, either_office.engine, "again") as restarted:
        assert isinstance(restarted.service, PaymentService)
        assert restarted.service is not either_office.service
        again = restarted.make(application, number, code)
        other = restarted.make(application, number)
    assert (again.json()["state"], replayed(again)) == ("PAID", True)
    assert other.json()["code"] == "key_reused"
    assert captures(either_office.sandbox, number) == 1


def test_after_sixty_days_the_same_request_is_the_same_payment(either_office: Office) -> None:
    application, number = either_office.new_application(), either_office.new_number()
    code = either_office.sandbox.payer_code("pays")
    either_office.make(application, number, code)
    either_office.later(DAYS_60_S)
    again = either_office.make(application, number, code)
    assert (again.json()["state"], replayed(again)) == ("PAID", True)
    assert captures(either_office.sandbox, number) == 1
