"""A person who was cut off and begins again: nothing blocks them, nothing is made twice; and fees that buy nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from backend.applications.tables import ApplicationRow
from backend.jobs import run_once
from backend.records.tables import CardRow
from kiosk.domain.application import CardState
from tests.contract.backend.server import PEOPLE, Running, application_body, new_key

AT_ONCE = 8


@pytest.fixture
def free(central: Running) -> Running:
    """A backend of an office that takes no fee."""
    data = central.backend.services.reference
    fees = tuple(row.model_copy(update={"fee_fen": 0}) for row in data.reference.fees)
    data.reference = data.reference.model_copy(update={"fees": fees})
    return central


def applied(office: Running, key: str | None = None, **changes: Any) -> dict[str, Any]:
    body = application_body(office.token("employee_normal")) | {"fee_fen": 0} | changes
    answer = office.post("/v1/applications", body, key or new_key())
    assert answer.status_code == 201, answer.text
    return answer.json()


def states(office: Running) -> dict[str, str]:
    number = PEOPLE["employee_normal"].card_number
    with office.backend.services.sessions() as session:
        rows = session.scalars(select(ApplicationRow).where(ApplicationRow.card_number == number)).all()
        return {row.application_number: str(row.state) for row in rows}


# --- free applications ---


def test_a_free_application_cut_off_before_submission_keeps_nobody_from_applying_again(free: Running) -> None:
    first = applied(free)
    assert free.look_up("employee_normal").json()["open_application"] is None
    second = applied(free, office_id="DC01")
    assert states(free) == {first["application_number"]: "CANCELLED", second["application_number"]: "SUBMITTED"}
    assert free.submit(second["application_number"]).json()["state"] == "ACCEPTED"


def test_the_same_key_takes_the_same_free_application_up_again(free: Running) -> None:
    body, key = application_body(free.token("employee_normal")) | {"fee_fen": 0}, new_key()
    answers = [free.post("/v1/applications", body, key) for _ in range(3)]
    assert len({answer.json()["application_number"] for answer in answers}) == 1
    assert list(states(free).values()) == ["SUBMITTED"]


def test_a_submission_on_its_way_for_the_one_that_made_room_changes_nothing(free: Running) -> None:
    first = applied(free)["application_number"]
    second = applied(free)["application_number"]
    late = free.submit(first)
    assert (late.status_code, late.json()["code"]) == (409, "application_state")
    assert free.submit(second).json()["state"] == "ACCEPTED"


def test_a_free_application_that_is_final_is_not_replaced(free: Running) -> None:
    free.submit(applied(free)["application_number"])
    body = application_body(free.token("employee_normal")) | {"fee_fen": 0}
    assert free.post("/v1/applications", body, new_key()).json()["code"] == "application_open"
    assert free.look_up("employee_normal").json()["open_application"]["state"] == "ACCEPTED"


def test_a_refused_new_application_leaves_the_unfinished_one_alone(free: Running) -> None:
    first = applied(free)["application_number"]
    body = application_body(free.token("employee_normal")) | {"fee_fen": 0, "bank_code": "B99"}
    assert free.post("/v1/applications", body, new_key()).json()["code"] == "bank_not_allowed"
    assert states(free) == {first: "SUBMITTED"}


def test_many_at_once_leave_one_open(free: Running) -> None:
    body = application_body(free.token("employee_normal")) | {"fee_fen": 0}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: free.post("/v1/applications", body, new_key()).status_code, range(AT_ONCE)))
    assert set(answers) == {201}
    assert sorted(states(free).values()) == ["CANCELLED"] * (AT_ONCE - 1) + ["SUBMITTED"]


def test_an_unpaid_application_still_waits_for_its_fee(central: Running) -> None:
    central.apply("employee_normal")
    assert central.look_up("employee_normal").json()["open_application"]["state"] == "AWAITING_PAYMENT"
    assert central.apply("employee_normal").json()["code"] == "application_open"


# --- paid, and there is nothing to replace any more ---


def card_becomes(office: Running, state: CardState) -> None:
    with office.backend.services.sessions.begin() as session:
        session.get_one(CardRow, PEOPLE["employee_normal"].card_number).state = state


@pytest.mark.parametrize("state", [CardState.CANCELLED, CardState.SUPERSEDED])
def test_a_paid_application_without_a_card_to_replace_is_rejected_and_its_fee_is_due_back(
    central: Running, state: CardState
) -> None:
    number = central.apply_and_pay("employee_normal")
    card_becomes(central, state)
    key = new_key()
    answers = [central.submit(number, key=key), central.submit(number, key=key), central.submit(number)]
    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(200, "REJECTED")] * 3
    assert answers[0].json()["submitted_at"] is None
    services = central.backend.services
    with services.sessions() as session:
        assert session.scalars(services.applications.paid_in_vain()).all() == [number]


def test_one_that_no_terminal_submits_is_rejected_by_the_job(central: Running) -> None:
    number = central.apply_and_pay("employee_normal")
    card_becomes(central, CardState.CANCELLED)
    central.clock.advance(minutes=11)
    run_once(central.backend.jobs)
    assert central.get(f"/v1/applications/{number}").json()["state"] == "REJECTED"


def test_what_a_terminal_says_wrongly_is_settled_by_the_job_and_not_refunded(central: Running) -> None:
    """A submission that is refused for good is parked at the terminal; the money is for a card all the same."""
    number = central.apply_and_pay("damaged", reason="DAMAGED", bank_code="B11")
    assert central.submit(number, "not_applicable").status_code == 422
    central.clock.advance(minutes=11)
    run_once(central.backend.jobs)
    assert central.get(f"/v1/applications/{number}").json()["state"] == "PRODUCING"
    services = central.backend.services
    with services.sessions() as session:
        assert session.scalars(services.applications.paid_in_vain()).all() == []


def test_a_card_that_was_only_reported_lost_meanwhile_is_replaced_all_the_same(central: Running) -> None:
    number = central.apply_and_pay("employee_normal", reason="DAMAGED")
    card_becomes(central, CardState.LOST)
    assert central.submit(number, "handed_in").json()["state"] == "ACCEPTED"


def test_a_rejected_application_lets_the_person_apply_no_more_than_the_card_does(central: Running) -> None:
    number = central.apply_and_pay("employee_normal")
    card_becomes(central, CardState.CANCELLED)
    central.submit(number)
    assert central.look_up("employee_normal").json()["open_application"] is None
    assert central.apply("employee_normal").json()["code"] == "card_state"
