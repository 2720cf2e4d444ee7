"""What people and others hold before the camera, and what becomes of a payment."""

from __future__ import annotations

from kiosk.domain.id_number import id_check_digit
from tests.bench_driver.recorded import Recorded
from tests.bench_driver.visit import Visit

LARGEST_CODE = "7" * 7089
"""Digits in a QR code of version 40, level L."""
ID_NUMBER = "11010519491231002X"
OTHER_ID_NUMBER = "11010518991231002" + id_check_digit("11010518991231002")
HOSTILE = (
    (ID_NUMBER, "looks_like_id_number"),
    ("https://example.org/pay?" + ID_NUMBER, "not_payment"),
    (OTHER_ID_NUMBER, "looks_like_id_number"),
    ("\x1b[2J\x00'; DROP TABLE payments; --", "not_payment"),
    ("SSK1:abcdefghijklmnopqrstuv", "resume"),
    ("x" * 1200, "not_payment"),
    (LARGEST_CODE, "oversized"),
)


def test_what_is_no_payment_code_is_named_and_never_reaches_the_gateway(visit: Visit, recorded: Recorded) -> None:
    visit.to_scan()
    for content, problem in HOSTILE:
        visit.show(content)
        visit.reads(f"pay_scan.problem.{problem}")
    visit.bench.do("camera", "show_two", a="130000000000000001", b="130000000000000002")
    visit.reads("pay_scan.problem.several_codes")
    assert recorded.payments(visit.person.person_id) == []
    visit.bench.do("camera", "clear")
    visit.show_payer_code()
    visit.bench.wait_for("DoneView", "confirm")
    assert recorded.captures(visit.person.person_id) == 1


def test_a_payment_that_brings_no_money_is_explained_and_can_be_tried_again(visit: Visit, recorded: Recorded) -> None:
    visit.to_payment()
    for behaviour, problem in (("insufficient", "insufficient"), ("expired", "code_expired")):
        visit.touch("option.show_phone", "PayScanView", "option.other_way")
        visit.show_payer_code(behaviour)
        visit.bench.wait_for("ChoiceView", "option.show_phone")
        visit.reads(f"pay.problem.{problem}")
        visit.bench.do("camera", "clear")
    visit.touch("option.show_phone", "PayScanView", "option.other_way")
    code = visit.show_payer_code("asks_password")
    visit.reads("pay_scan.password")
    visit.bench.phone("cancel", payer_code=code)
    visit.bench.wait_for("ChoiceView", "option.show_phone")
    visit.bench.do("camera", "clear")
    assert recorded.captures(visit.person.person_id) == 0
    visit.touch("option.show_phone", "PayScanView", "option.other_way")
    visit.show_payer_code()
    visit.bench.wait_for("DoneView", "confirm")
    assert recorded.captures(visit.person.person_id) == 1


def test_a_code_on_the_screen_can_be_cancelled_and_shown_anew(visit: Visit, recorded: Recorded) -> None:
    visit.to_payment()
    visit.touch("option.scan_screen", "PayCodeView", "option.cancel")
    visit.bench.touch("option.cancel")
    visit.reads("pay.problem.cancelled")
    visit.touch("option.scan_screen", "PayCodeView", "option.cancel")
    screen = visit.bench.wait(lambda now: bool(now.get("codes")), "a code to scan")
    visit.bench.phone("pay", code_url=screen["codes"][0]["content"])
    visit.bench.wait_for("DoneView", "confirm")
    assert recorded.captures(visit.person.person_id) == 1
    assert len(recorded.applications(visit.person.person_id)) == 1


def test_an_answer_that_the_gateway_loses_does_not_cost_twice(visit: Visit, recorded: Recorded) -> None:
    visit.to_scan()
    visit.bench.payment_act("faults", drop_next_response=1)
    visit.show_payer_code()
    visit.bench.wait_for("DoneView", "confirm")
    assert recorded.captures(visit.person.person_id) == 1


def test_a_payment_that_nobody_can_tell_ends_with_a_number_and_without_a_second_request(
    visit: Visit, recorded: Recorded
) -> None:
    visit.to_scan()
    visit.bench.payment_act("faults", system_error_next=1)
    visit.show_payer_code()
    visit.reads("paying.unclear")
    visit.bench.wait_for("ProblemView", "option.finish")
    visit.reads("being_checked.do_not_pay_again")
    visit.touch("option.finish", "TakeThingsView", "confirm")
    assert recorded.captures(visit.person.person_id) == 0
    assert len(recorded.payments(visit.person.person_id)) == 1
