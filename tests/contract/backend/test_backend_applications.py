from __future__ import annotations

from typing import Any

import pytest

from backend.applications.ledger import AmountDue, MarkedPaid
from backend.jobs import run_once
from backend.problems import Refusal
from kiosk.central.wire import ProblemCode
from tests.contract.backend.server import Running, application_body, new_key

ADDRESS = {
    "recipient": "王样例",
    "mobile": "13800000000",
    "district": "朝阳区",
    "street": "望京街道",
    "detail": "示例里 1 号",
}
EXPRESS: dict[str, Any] = {"delivery_mode": "EXPRESS", "office_id": None, "address": ADDRESS}


def test_an_application_awaits_its_payment(central: Running) -> None:
    answer = central.apply("employee_normal")
    assert answer.status_code == 201
    opened = answer.json()
    assert (opened["state"], opened["fee_fen"], opened["certificate_url"]) == ("AWAITING_PAYMENT", 2000, None)
    assert central.get(f"/v1/applications/{opened['application_number']}").json() == opened


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"fee_fen": 1000}, 409, "fee_changed", "fee_fen"),
        ({"bank_code": "B99"}, 422, "bank_not_allowed", "bank_code"),
        ({"office_id": "XX99"}, 422, "office_unknown", "office_id"),
        ({"office_id": "SY01"}, 422, "office_unknown", "office_id"),
        ({"office_id": None}, 422, "office_unknown", "office_id"),
        (EXPRESS | {"address": ADDRESS | {"district": "示例区"}}, 422, "express_unavailable", "address.district"),
        (EXPRESS | {"address": None}, 422, "malformed", "address"),
        (EXPRESS | {"office_id": "CY01"}, 422, "malformed", "office_id"),
        ({"address": ADDRESS}, 422, "malformed", "address"),
        ({"reason": "STOLEN"}, 422, "malformed", "reason"),
        ({"mobile": "12345"}, 422, "malformed", "mobile"),
        ({"nickname": "x"}, 422, "malformed", "nickname"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_by_its_field(
    one_office: Running, changes: dict[str, Any], status: int, code: str, field: str
) -> None:
    answer = one_office.apply("employee_normal", **changes)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (status, code, field)
    assert one_office.look_up("employee_normal").json()["open_application"] is None


def test_only_the_banks_of_the_person_may_be_chosen(one_office: Running) -> None:
    assert one_office.apply("damaged", bank_code="B01").json()["code"] == "bank_not_allowed"
    assert one_office.apply("damaged", bank_code="B11").status_code == 201


@pytest.mark.parametrize(
    ("special", "code"),
    [("not_activated", "card_state"), ("cancelled", "card_state"), ("awaiting_payment", "application_open")],
)
def test_who_cannot_have_a_new_card_is_refused(central: Running, special: str, code: str) -> None:
    answer = central.apply(special)
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_a_card_reported_lost_is_not_replaced_as_damaged(central: Running) -> None:
    assert central.apply("pre_lost", reason="DAMAGED").json()["code"] == "card_state"
    assert central.apply("pre_lost", reason="LOST").status_code == 201


def test_submission_of_a_lost_card_reports_it_for_good(central: Running) -> None:
    number = central.apply_and_pay("employee_normal")
    done = central.submit(number).json()
    assert (done["state"], done["card_date"], done["about_days"]) == ("ACCEPTED", "2026-10-10", None)
    assert done["submitted_at"] == "2026-09-29T02:00:00Z"
    assert done["certificate_number"].startswith("ZM260929")
    assert done["payment_number"] == "ZF-TEST-0001"
    assert central.look_up("employee_normal").json()["card"]["state"] == "LOST"


def test_submission_of_a_damaged_card_leaves_it_usable(central: Running) -> None:
    number = central.apply_and_pay("damaged", reason="DAMAGED", bank_code="B11")
    assert central.submit(number, "handed_in").status_code == 200
    assert central.look_up("damaged").json()["card"]["state"] == "NORMAL"


def test_a_damaged_card_must_be_handed_in_and_a_lost_one_cannot_be(one_office: Running) -> None:
    damaged = one_office.apply_and_pay("damaged", reason="DAMAGED", bank_code="B11")
    lost = one_office.apply_and_pay("employee_normal")
    for number, word in ((damaged, "not_applicable"), (lost, "handed_in")):
        answer = one_office.submit(number, word)
        assert (answer.status_code, answer.json()["field"]) == (422, "damaged_card")


def test_nothing_unpaid_is_submitted(central: Running) -> None:
    number = central.apply("employee_normal").json()["application_number"]
    key = new_key()
    refused = central.submit(number, key=key)
    assert (refused.status_code, refused.json()["code"]) == (409, "application_state")
    central.pay(number)
    assert central.submit(number, key=key).status_code == 200


def test_submitting_twice_leaves_one_certificate(central: Running) -> None:
    number = central.apply_and_pay("employee_normal")
    first, second = central.submit(number).json(), central.submit(number).json()
    assert first["certificate_number"] == second["certificate_number"]


def test_beyond_the_calendar_no_date_is_promised(one_office: Running) -> None:
    one_office.clock.advance(days=90)  # 28 December: four working days lead into a year not yet published
    done = one_office.submit(one_office.apply_and_pay("employee_normal")).json()
    assert (done["card_date"], done["about_days"]) == (None, 4)


def test_express_goes_to_a_district_of_the_city(central: Running) -> None:
    answer = central.apply("employee_normal", **EXPRESS)
    assert (answer.status_code, answer.json()["delivery_mode"]) == (201, "EXPRESS")


def test_an_unknown_application_is_not_found(one_office: Running) -> None:
    assert one_office.get("/v1/applications/SQ000000AAAAAAAA").json()["code"] == "not_found"
    assert one_office.submit("SQ000000AAAAAAAA").json()["code"] == "not_found"


# --- the ledger -------------------------------------------------------------------------------------------------------


def test_the_ledger_knows_what_is_owed(central: Running) -> None:
    number = central.apply("employee_normal").json()["application_number"]
    services = central.backend.services
    with services.sessions.begin() as session:
        assert services.applications.amount_due(session, number) == AmountDue(number, 2000)
        assert services.applications.amount_due(session, "nothing") == Refusal(ProblemCode.NOT_FOUND)


def test_money_moves_an_application_forward_once(central: Running) -> None:
    number = central.apply("employee_normal").json()["application_number"]
    assert central.pay(number) == MarkedPaid(number, "ZF-TEST-0001")
    assert central.pay(number) == MarkedPaid(number, "ZF-TEST-0001")
    assert central.pay(number, "ZF-TEST-0002") == Refusal(ProblemCode.ALREADY_PAID)
    central.submit(number)
    assert central.pay(number) == MarkedPaid(number, "ZF-TEST-0001")
    assert central.get(f"/v1/applications/{number}").json()["state"] == "ACCEPTED"
    services = central.backend.services
    with services.sessions.begin() as session:
        assert services.applications.amount_due(session, number) == Refusal(ProblemCode.ALREADY_PAID)


def test_money_for_an_expired_application_is_refused(central: Running) -> None:
    number = central.apply("employee_normal").json()["application_number"]
    central.clock.advance(hours=25)
    run_once(central.backend.jobs)
    assert central.get(f"/v1/applications/{number}").json()["state"] == "PAYMENT_EXPIRED"
    assert central.pay(number) == Refusal(ProblemCode.APPLICATION_STATE)
    assert central.apply("employee_normal").status_code == 201


# --- jobs -------------------------------------------------------------------------------------------------------------


def test_what_was_paid_and_forgotten_is_submitted_after_ten_minutes(central: Running) -> None:
    number = central.apply_and_pay("employee_normal")
    central.clock.advance(minutes=9)
    run_once(central.backend.jobs)
    assert central.get(f"/v1/applications/{number}").json()["state"] == "PAID"
    central.clock.advance(minutes=2)
    run_once(central.backend.jobs)
    shown = central.get(f"/v1/applications/{number}").json()
    assert shown["state"] == "PRODUCING"
    assert shown["certificate_number"] is not None
    assert central.look_up("employee_normal").json()["card"]["state"] == "LOST"
    assert central.submit(number).json()["certificate_number"] == shown["certificate_number"]


def test_free_applications_need_no_payment(one_office: Running) -> None:
    reference = one_office.backend.services.reference
    free = tuple(row.model_copy(update={"fee_fen": 0}) for row in reference.reference.fees)
    reference.reference = reference.reference.model_copy(update={"fees": free})
    opened = one_office.post(
        "/v1/applications", application_body(one_office.token("employee_normal")) | {"fee_fen": 0}, new_key()
    ).json()
    assert opened["state"] == "SUBMITTED"
    assert one_office.pay(opened["application_number"]) == Refusal(ProblemCode.APPLICATION_STATE)
    assert one_office.submit(opened["application_number"]).json()["state"] == "ACCEPTED"
