from __future__ import annotations

import pytest

from tests.contract.backend.server import PEOPLE, Running, look_up_body, new_key


def test_look_up_finds_the_person_and_the_card(central: Running) -> None:
    found = central.look_up("employee_normal").json()
    assert found["name"] == PEOPLE["employee_normal"].name
    assert found["insured_type"] == "URBAN_EMPLOYEE"
    assert found["card"] == {
        "card_number_last4": "0011",
        "state": "NORMAL",
        "generation": 2,
        "bank_code": "B01",
        "pre_lost_until": None,
    }
    assert len(found["bank_choices"]) == 15
    assert found["open_application"] is None


@pytest.mark.parametrize(
    ("special", "status", "code"),
    [("name_differs", 409, "name_differs"), ("several_records", 409, "several_records")],
)
def test_look_up_refuses_what_staff_must_settle(central: Running, special: str, status: int, code: str) -> None:
    answer = central.look_up(special)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_unknown_document_is_not_found(central: Running) -> None:
    body = look_up_body(PEOPLE["employee_normal"]) | {"document_number": "11010519491231002X"}
    answer = central.post("/v1/look-ups", body)
    assert (answer.status_code, answer.json()["code"]) == (404, "person_unknown")


@pytest.mark.parametrize("name", ["sample maria", "ＳＡＭＰＬＥ　ＭＡＲＩＡ", " SAMPLEMARIA "])
def test_width_case_and_blanks_of_a_name_do_not_matter(one_office: Running, name: str) -> None:
    answer = one_office.post("/v1/look-ups", look_up_body(PEOPLE["foreigner"]) | {"name": name})
    assert answer.status_code == 200


def test_look_up_shows_the_open_application(central: Running) -> None:
    opened = central.look_up("awaiting_payment").json()["open_application"]
    assert (opened["state"], opened["fee_fen"]) == ("AWAITING_PAYMENT", 2000)
    producing = central.look_up("producing").json()["open_application"]
    assert producing["state"] == "PRODUCING"
    assert producing["card_date"] == "2026-10-10"
    assert producing["certificate_url"]


def test_a_pre_report_stops_the_card_for_ten_days(central: Running) -> None:
    token = central.token("employee_normal")
    answer = central.post("/v1/loss-reports", {"person_token": token}, new_key())
    assert answer.status_code == 201
    assert answer.json()["releases_at"] == "2026-10-09T02:00:00Z"
    assert central.look_up("employee_normal").json()["card"]["state"] == "PRE_LOST"
    central.clock.advance(days=10)
    released = central.look_up("employee_normal").json()["card"]
    assert (released["state"], released["pre_lost_until"]) == ("NORMAL", None)


def test_a_second_pre_report_answers_the_one_that_holds(central: Running) -> None:
    token = central.token("employee_normal")
    first = central.post("/v1/loss-reports", {"person_token": token}, new_key())
    central.clock.advance(minutes=5)
    second = central.post("/v1/loss-reports", {"person_token": token}, new_key())
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


def test_a_report_made_by_telephone_is_answered_with_its_own_end(central: Running) -> None:
    answer = central.post("/v1/loss-reports", {"person_token": central.token("pre_lost")}, new_key())
    assert answer.status_code == 200
    again = central.post("/v1/loss-reports", {"person_token": central.token("pre_lost")}, new_key())
    assert again.json() == answer.json()


@pytest.mark.parametrize(
    ("special", "code"),
    [("producing", "already_reported"), ("not_activated", "card_state"), ("cancelled", "card_state")],
)
def test_a_card_that_cannot_be_reported_is_refused(central: Running, special: str, code: str) -> None:
    answer = central.post("/v1/loss-reports", {"person_token": central.token(special)}, new_key())
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_a_person_token_lives_one_hour(central: Running) -> None:
    token = central.token("employee_normal")
    central.clock.advance(hours=1)
    answer = central.post("/v1/loss-reports", {"person_token": token}, new_key())
    assert (answer.status_code, answer.json()["code"]) == (403, "token_expired")


def test_a_forged_person_token_stands_for_nobody(central: Running) -> None:
    answer = central.post("/v1/loss-reports", {"person_token": "x" * 43}, new_key())
    assert (answer.status_code, answer.json()["code"]) == (403, "token_expired")
