"""Look-up by every kind of document, and by the electronic card."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from backend.records.tables import PersonRow
from tests.contract.backend.errand_steps import problem
from tests.contract.backend.server import PEOPLE, Running, look_up_body, new_key


@pytest.mark.parametrize(
    "special", ["permit_holder", "foreigner", "foreigner_2017", "passport", "passport_same_number"]
)
def test_every_kind_of_document_finds_its_holder(one_office: Running, special: str) -> None:
    person = PEOPLE[special]
    body = look_up_body(person) | {"nationality": person.nationality, "birth_date": None}
    answer = one_office.post("/v1/look-ups", body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["name"] == person.name


def test_a_passport_is_looked_up_with_its_state(central: Running) -> None:
    body = look_up_body(PEOPLE["passport"])
    assert problem(central.post("/v1/look-ups", body)) == (404, "person_unknown")
    assert problem(central.post("/v1/look-ups", body | {"nationality": "XXX"})) == (409, "name_differs")
    assert problem(central.post("/v1/look-ups", body | {"nationality": "D"})) == (404, "person_unknown")


def test_a_passport_number_finds_nobody_under_another_kind_of_document(central: Running) -> None:
    body = look_up_body(PEOPLE["passport"]) | {"document_kind": "resident_id"}
    assert problem(central.post("/v1/look-ups", body)) == (404, "person_unknown")


def test_either_name_of_a_document_may_be_that_of_the_record(central: Running) -> None:
    body = look_up_body(PEOPLE["foreigner"])
    both = body | {"name": "样玛丽", "english_name": "Sample  Maria"}
    assert central.post("/v1/look-ups", both).status_code == 200
    with central.backend.services.sessions.begin() as session:
        session.get_one(PersonRow, f"P-{PEOPLE['foreigner'].card_number}-0").english_name = "MARY SAMPLE"
    assert central.post("/v1/look-ups", body | {"name": "Mary Sample"}).status_code == 200


def test_a_name_that_differs_says_where_it_is_corrected(one_office: Running) -> None:
    answer = one_office.look_up("name_differs")
    assert problem(answer) == (409, "name_differs")
    assert answer.json()["corrected_at"] == "employer"
    resident = look_up_body(PEOPLE["resident_normal"]) | {"name": "李其他"}
    assert one_office.post("/v1/look-ups", resident).json()["corrected_at"] == "community"


def test_a_number_that_differs_says_where_it_is_corrected_and_nothing_is_guessed(central: Running) -> None:
    answer = central.look_up("number_differs")
    assert problem(answer) == (409, "number_differs")
    assert answer.json()["corrected_at"] == "employer"
    somebody_else = look_up_body(PEOPLE["number_differs"]) | {"name": "SAMPLE PAUL"}
    assert problem(central.post("/v1/look-ups", somebody_else)) == (404, "person_unknown")


# --- electronic card --------------------------------------------------------------------------------------------------


def shown_code(central: Running, special: str) -> str:
    answer = central.http.post("/bench/e-cards", json={"document_number": PEOPLE[special].document_number})
    assert answer.status_code == 200, answer.text
    return answer.json()["code"]


def look_up_e_card(central: Running, code: str) -> httpx.Response:
    return central.post("/v1/e-card-look-ups", {"code": code})


def test_an_electronic_card_identifies_its_holder_once(central: Running) -> None:
    code = shown_code(central, "employee_normal")
    assert PEOPLE["employee_normal"].document_number not in code
    found = look_up_e_card(central, code)
    assert found.json()["name"] == PEOPLE["employee_normal"].name
    assert problem(look_up_e_card(central, code)) == (409, "e_card_used")


def test_two_terminals_with_one_electronic_card_identify_one_person_once(central: Running) -> None:
    code = shown_code(central, "employee_normal")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: look_up_e_card(central, code), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", (404, "e_card_malformed")),
        ("https://example.org/", (404, "e_card_malformed")),
        ("ESSC1:short", (404, "e_card_malformed")),
        ("ESSC1:" + "A" * 22, (404, "e_card_unknown")),
    ],
)
def test_a_code_that_is_no_card_of_the_platform_is_refused(
    one_office: Running, code: str, expected: tuple[int, str]
) -> None:
    assert problem(look_up_e_card(one_office, code)) == expected


def test_an_electronic_card_shown_too_long_is_refused(one_office: Running) -> None:
    code = shown_code(one_office, "employee_normal")
    one_office.clock.advance(seconds=60)
    assert problem(look_up_e_card(one_office, code)) == (410, "e_card_expired")


def test_a_loss_report_stops_the_electronic_card_as_well(central: Running) -> None:
    code = shown_code(central, "employee_normal")
    central.post("/v1/loss-reports", {"person_token": central.token("employee_normal")}, new_key())
    assert problem(look_up_e_card(central, code)) == (409, "e_card_stopped")
    assert central.look_up("employee_normal").status_code == 200  # the way on: the document


@pytest.mark.parametrize("special", ["not_activated", "cancelled"])
def test_the_electronic_copy_of_a_card_out_of_use_is_refused(one_office: Running, special: str) -> None:
    assert problem(look_up_e_card(one_office, shown_code(one_office, special))) == (409, "e_card_inactive")
