"""Progress, an unpaid application, the damaged card later, the certificate again, collecting."""

from __future__ import annotations

from typing import Any

import pytest

from backend.certificates.tables import CertificateRow
from backend.payments.tables import PaymentRow
from kiosk.domain.application import PaymentState
from tests.contract.backend.errand_steps import problem, progress
from tests.contract.backend.server import Running, new_key


def ask(central: Running, number: str, errand: str, special: str, **members: Any) -> Any:
    body = {"person_token": central.token(special)} | members
    return central.post(f"/v1/applications/{number}/{errand}", body, new_key())


def unpaid(central: Running, special: str = "employee_normal") -> str:
    answer = central.apply(special)
    assert answer.status_code == 201, answer.text
    return answer.json()["application_number"]


def add_payment(central: Running, number: str, state: PaymentState) -> None:
    now = central.clock.now()
    with central.backend.services.sessions.begin() as session:
        session.add(
            PaymentRow(
                payment_number=f"ZF-{state}",
                application_number=number,
                fingerprint="x",
                terminal_id="lobby-1",
                method="CODE_SHOWN",
                amount_fen=2000,
                state=state,
                created_at=now,
                expires_at=now,
            )
        )


def production_says(central: Running, number: str, state: str) -> int:
    return central.http.post("/bench/production", json={"application_number": number, "state": state}).status_code


# --- progress ---------------------------------------------------------------------------------------------------------


def test_the_timeline_has_dates_behind_and_promises_ahead(central: Running) -> None:
    number = central.apply_and_pay("employee_normal")
    central.submit(number)
    [tracked] = progress(central, "employee_normal")
    steps = {step["state"]: (step["mark"], step["at"] is not None, step["expected"]) for step in tracked["timeline"]}
    assert steps == {
        "PAID": ("past", True, None),
        "ACCEPTED": ("now", True, None),
        "PRODUCING": ("to_come", False, "2026-09-30"),
        "AT_OUTLET": ("to_come", False, "2026-10-10"),
        "COLLECTED": ("to_come", False, None),
    }
    assert (tracked["next_action"], tracked["is_late"], tracked["errands"]) == ("wait", False, ["certificate"])


def test_every_point_of_the_way_says_what_to_do_now(one_office: Running) -> None:
    number = unpaid(one_office)
    seen = [progress(one_office, "employee_normal")[0]["next_action"]]
    one_office.pay(number)
    seen.append(progress(one_office, "employee_normal")[0]["next_action"])
    one_office.submit(number)
    for state in ("PRODUCING", "AT_OUTLET", "COLLECTED", "ACTIVATED"):
        assert production_says(one_office, number, state) == 200
        one_office.clock.advance(hours=1)
        seen.append(progress(one_office, "employee_normal")[0]["next_action"])
    assert seen == ["pay", "submit", "wait", "collect", "activate", "nothing"]
    marks = [step["at"] for step in progress(one_office, "employee_normal")[0]["timeline"]]
    assert all(marks)
    assert marks == sorted(marks)


def test_a_card_past_its_day_is_late_and_the_hotline_knows(one_office: Running) -> None:
    one_office.submit(one_office.apply_and_pay("employee_normal"))
    one_office.clock.advance(days=12)
    [tracked] = progress(one_office, "employee_normal")
    assert (tracked["is_late"], tracked["next_action"]) == (True, "call")


def test_seeded_people_stand_at_their_points(one_office: Running) -> None:
    assert progress(one_office, "at_outlet")[0]["next_action"] == "collect"
    assert progress(one_office, "hand_in_later")[0]["next_action"] == "hand_in_card"
    assert progress(one_office, "employee_normal") == []


def test_production_cannot_tell_what_cannot_follow(one_office: Running) -> None:
    assert production_says(one_office, unpaid(one_office), "AT_OUTLET") == 409


# --- an unpaid application --------------------------------------------------------------------------------------------


def test_an_unpaid_application_is_taken_up_by_its_owner(central: Running) -> None:
    number = unpaid(central)
    answer = ask(central, number, "resumption", "employee_normal").json()
    assert (answer["amount_due_fen"], answer["open_payment_number"]) == (2000, None)
    assert answer["pay_by"] == "2026-09-30T02:00:00Z"


def test_an_open_payment_is_named_and_not_doubled(one_office: Running) -> None:
    number = unpaid(one_office)
    add_payment(one_office, number, PaymentState.UNKNOWN)
    answer = ask(one_office, number, "resumption", "employee_normal").json()
    assert answer["open_payment_number"] == "ZF-UNKNOWN"


def test_an_application_that_expired_unpaid_may_be_paid_after_all(central: Running) -> None:
    number = unpaid(central)
    central.clock.advance(hours=25)
    for job in central.backend.jobs:
        job()
    assert central.get(f"/v1/applications/{number}").json()["state"] == "PAYMENT_EXPIRED"
    assert ask(central, number, "resumption", "employee_normal").json()["application"]["state"] == "AWAITING_PAYMENT"
    for job in central.backend.jobs:  # it has a day again
        job()
    assert central.get(f"/v1/applications/{number}").json()["state"] == "AWAITING_PAYMENT"


def test_an_expired_application_stays_closed_while_another_is_open(central: Running) -> None:
    number = unpaid(central)
    central.clock.advance(hours=25)
    for job in central.backend.jobs:
        job()
    unpaid(central)
    assert problem(ask(central, number, "resumption", "employee_normal")) == (409, "application_open")


def test_cancelling_ends_an_unpaid_application_and_frees_the_person(central: Running) -> None:
    number = unpaid(central)
    assert ask(central, number, "cancellation", "employee_normal").json()["state"] == "CANCELLED"
    assert problem(ask(central, number, "resumption", "employee_normal")) == (409, "application_state")
    assert problem(ask(central, number, "cancellation", "employee_normal")) == (409, "application_state")
    assert central.apply("employee_normal").status_code == 201


@pytest.mark.parametrize("state", [PaymentState.CREATED, PaymentState.REQUESTED, PaymentState.UNKNOWN])
def test_nothing_is_cancelled_while_money_may_be_on_its_way(central: Running, state: PaymentState) -> None:
    number = unpaid(central)
    add_payment(central, number, state)
    assert problem(ask(central, number, "cancellation", "employee_normal")) == (409, "payment_open")
    assert central.get(f"/v1/applications/{number}").json()["state"] == "AWAITING_PAYMENT"


def test_a_payment_that_was_closed_without_money_does_not_hold_the_application(one_office: Running) -> None:
    number = unpaid(one_office)
    add_payment(one_office, number, PaymentState.CLOSED)
    assert ask(one_office, number, "cancellation", "employee_normal").status_code == 200


def test_what_is_paid_is_not_cancelled(one_office: Running) -> None:
    number = one_office.apply_and_pay("employee_normal")
    assert problem(ask(one_office, number, "cancellation", "employee_normal")) == (409, "already_paid")


def test_money_that_arrives_after_the_cancellation_is_refused(central: Running) -> None:
    number = unpaid(central)
    ask(central, number, "cancellation", "employee_normal")
    assert getattr(central.pay(number), "code", None) == "application_state"


@pytest.mark.parametrize("errand", ["resumption", "cancellation", "card-hand-in"])
def test_somebody_elses_application_is_refused(one_office: Running, errand: str) -> None:
    number = unpaid(one_office)
    members = {"damaged_card": "handed_in"} if errand == "card-hand-in" else {}
    answer = ask(one_office, number, errand, "resident_normal", **members)
    assert problem(answer) == (403, "application_not_yours")
    assert problem(ask(one_office, "SQ-none", errand, "resident_normal", **members)) == (404, "not_found")


# --- the damaged card -------------------------------------------------------------------------------------------------


def test_a_damaged_card_may_be_handed_in_later(central: Running) -> None:
    number = central.apply_and_pay("employee_normal", reason="DAMAGED")
    done = central.submit(number, "later").json()
    assert (done["hand_in_due"], done["handed_in_at"]) == ("2026-10-19", None)
    tracked = progress(central, "employee_normal")[0]
    assert (tracked["card_hand_in"], tracked["next_action"]) == ("due", "hand_in_card")
    central.clock.advance(days=30)
    assert progress(central, "employee_normal")[0]["card_hand_in"] == "overdue"
    handed = ask(central, number, "card-hand-in", "employee_normal", damaged_card="read_and_handed_in").json()
    assert handed["handed_in_at"] is not None
    again = ask(central, number, "card-hand-in", "employee_normal", damaged_card="handed_in")
    assert problem(again) == (409, "hand_in_state")
    assert progress(central, "employee_normal")[0]["card_hand_in"] == "done"


def test_a_card_handed_in_at_once_is_awaited_by_nobody(one_office: Running) -> None:
    number = one_office.apply_and_pay("employee_normal", reason="DAMAGED")
    assert one_office.submit(number, "handed_in").json()["handed_in_at"] is not None
    assert progress(one_office, "employee_normal")[0]["card_hand_in"] == "done"


def test_a_lost_card_cannot_be_promised_for_later(one_office: Running) -> None:
    assert problem(one_office.submit(one_office.apply_and_pay("employee_normal"), "later")) == (422, "malformed")


def test_a_person_who_left_before_handing_in_is_still_awaited(one_office: Running) -> None:
    one_office.apply_and_pay("employee_normal", reason="DAMAGED")
    one_office.clock.advance(minutes=11)
    for job in one_office.backend.jobs:
        job()
    assert progress(one_office, "employee_normal")[0]["card_hand_in"] == "due"


# --- the certificate again --------------------------------------------------------------------------------------------


def test_each_print_is_counted_once_per_key(central: Running) -> None:
    done = central.submit(central.apply_and_pay("employee_normal")).json()
    path = f"/v1/certificates/{done['certificate_number']}/prints"
    body, key = {"person_token": central.token("employee_normal")}, new_key()
    first, again = central.post(path, body, key), central.post(path, body, key)
    assert first.status_code == 201
    assert first.json() == again.json()
    assert first.json()["print_count"] == 1
    assert (first.json()["name_masked"], first.json()["document_number_masked"][-4:]) == ("王**", "0017")
    assert central.post(path, body, new_key()).json()["print_count"] == 2
    assert progress(central, "employee_normal")[0]["certificate_prints"] == 2


def test_somebody_elses_or_a_withdrawn_certificate_is_refused(central: Running) -> None:
    done = central.submit(central.apply_and_pay("employee_normal")).json()
    path = f"/v1/certificates/{done['certificate_number']}/prints"
    other = central.post(path, {"person_token": central.token("resident_normal")}, new_key())
    assert problem(other) == (403, "certificate_not_yours")
    with central.backend.services.sessions.begin() as session:
        session.get_one(CertificateRow, done["certificate_number"]).withdrawn_at = central.clock.now()
    mine = {"person_token": central.token("employee_normal")}
    assert problem(central.post(path, mine, new_key())) == (410, "certificate_withdrawn")
    assert problem(central.post("/v1/certificates/ZM-none/prints", mine, new_key())) == (404, "not_found")
    assert "certificate" not in progress(central, "employee_normal")[0]["errands"]


# --- collecting -------------------------------------------------------------------------------------------------------


def test_where_when_and_with_what_a_card_is_collected_is_told_to_anybody(one_office: Running) -> None:
    guide = one_office.get("/v1/collection-guide").json()
    assert guide["ready_if_applied_today"] == "2026-10-10"
    assert {paper["who"] for paper in guide["papers"]} == {"self", "agent", "guardian"}
    assert "SY01" not in {office["office_id"] for office in guide["offices"]}
