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


def test_what_is_no_payment_code_is_named_and_never_reaches_the_gateway(payer: Visit, recorded: Recorded) -> None:
    payer.to_scan()
    for content, problem in HOSTILE:
        payer.show(content)
        payer.reads(f"pay_scan.problem.{problem}")
    payer.bench.do("camera", "show_two", a="130000000000000001", b="130000000000000002")
    payer.reads("pay_scan.problem.several_codes")
    assert recorded.payments(payer.person.person_id) == []
    payer.bench.do("camera", "clear")
    payer.show_payer_code()
    payer.bench.wait_for("DoneView", "confirm")
    assert recorded.captures(payer.person.person_id) == 1


def test_a_payment_that_brings_no_money_is_explained_and_can_be_tried_again(payer: Visit, recorded: Recorded) -> None:
    payer.to_payment()
    for behaviour, problem in (("insufficient", "insufficient"), ("expired", "code_expired")):
        payer.touch("option.show_phone", "PayScanView", "option.other_way")
        payer.show_payer_code(behaviour)
        payer.bench.wait_for("ChoiceView", "option.show_phone")
        payer.reads(f"pay.problem.{problem}")
        payer.bench.do("camera", "clear")
    payer.touch("option.show_phone", "PayScanView", "option.other_way")
    code = payer.show_payer_code("asks_password")
    payer.reads("pay_scan.password")
    payer.bench.phone("cancel", payer_code=code)
    payer.bench.wait_for("ChoiceView", "option.show_phone")
    payer.bench.do("camera", "clear")
    assert recorded.captures(payer.person.person_id) == 0
    payer.touch("option.show_phone", "PayScanView", "option.other_way")
    payer.show_payer_code()
    payer.bench.wait_for("DoneView", "confirm")
    assert recorded.captures(payer.person.person_id) == 1


def test_a_code_on_the_screen_can_be_cancelled_and_shown_anew(payer: Visit, recorded: Recorded) -> None:
    payer.to_payment()
    payer.touch("option.scan_screen", "PayCodeView", "option.cancel")
    payer.bench.touch("option.cancel")
    payer.reads("pay.problem.cancelled")
    payer.touch("option.scan_screen", "PayCodeView", "option.cancel")
    screen = payer.bench.wait(lambda now: bool(now.get("codes")), "a code to scan")
    payer.bench.phone("pay", code_url=screen["codes"][0]["content"])
    payer.bench.wait_for("DoneView", "confirm")
    assert recorded.captures(payer.person.person_id) == 1
    assert len(recorded.applications(payer.person.person_id)) == 1


def test_an_answer_that_the_gateway_loses_does_not_cost_twice(payer: Visit, recorded: Recorded) -> None:
    payer.to_scan()
    payer.bench.payment_act("faults", drop_next_response=1)
    payer.show_payer_code()
    payer.bench.wait_for("DoneView", "confirm")
    assert recorded.captures(payer.person.person_id) == 1


def test_a_payment_that_nobody_can_tell_ends_with_a_number_and_without_a_second_request(
    payer: Visit, recorded: Recorded
) -> None:
    payer.to_scan()
    payer.bench.payment_act("faults", system_error_next=1)
    payer.show_payer_code()
    payer.reads("paying.unclear")
    payer.bench.wait_for("ProblemView", "option.finish")
    payer.reads("being_checked.do_not_pay_again")
    payer.touch("option.finish", "TakeThingsView", "confirm")
    assert recorded.captures(payer.person.person_id) == 0
    assert len(recorded.payments(payer.person.person_id)) == 1
