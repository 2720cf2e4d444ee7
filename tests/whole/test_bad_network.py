"""The line to the backend fails at each call: the person is told, can try again, and pays once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bench_driver.recorded import SUBMITTED_STATES, Recorded
from tests.bench_driver.visit import Visit
from tests.bench_driver.words import says

Fault = tuple[str, dict[str, Any]]
QUICK: tuple[Fault, ...] = (
    ("cut", {}),
    ("fail", {"status": 500}),
    ("fail", {"status": 503}),
    ("garble", {}),
    ("lose_answers", {}),
)
HANGING: Fault = ("hang", {})
SLOW: Fault = ("slow", {"seconds": 3})
LOOK_UP, LOSS, APPLY = "/look-ups", "/loss-reports", "/applications HTTP"
PAY, ASK, SUBMIT = "/payments HTTP", "GET /v1/payments/", "/submission"


def _let_fail(visit: Visit, fault: Fault, path: str) -> None:
    verb, fields = fault
    visit.bench.do("network", verb, path=path, **fields)


def test_a_look_up_without_an_answer_can_be_tried_again(visit: Visit) -> None:
    visit.to_identify()
    _let_fail(visit, HANGING, LOOK_UP)
    visit.place()
    visit.reads("trouble.look_up_silent.title")
    for fault in QUICK:
        _let_fail(visit, fault, LOOK_UP)
        visit.touch("option.again", "ProblemView", "option.again")
        visit.reads("trouble.look_up_silent.do")
    _let_fail(visit, SLOW, LOOK_UP)
    visit.bench.touch("option.again")
    visit.reads("looking_up.title")
    visit.bench.wait_for("RecordView", "confirm")


def test_a_loss_report_without_an_answer_can_be_tried_again(visit: Visit, recorded: Recorded) -> None:
    visit.to_reason()
    visit.touch("option.lost", "ExplainView", "confirm")
    for fault in QUICK:
        _let_fail(visit, fault, LOSS)
        visit.touch("confirm", "ProblemView", "option.again")
        visit.reads("trouble.loss_silent.title")
        visit.touch("option.again", "ExplainView", "confirm")
    visit.bench.do("network", "pass")
    visit.bench.touch("confirm")
    visit.reads("loss_stopped.title")
    assert len(recorded.loss_reports(visit.person.person_id)) == 1


def test_an_application_without_an_answer_is_made_once_and_keeps_every_answer(visit: Visit, recorded: Recorded) -> None:
    before = visit.to_check()["texts"]
    for fault in QUICK:
        _let_fail(visit, fault, APPLY)
        visit.touch("confirm", "ProblemView", "option.again")
        visit.reads("trouble.apply_silent.title")
        assert visit.touch("option.again", "CheckView", "confirm")["texts"] == before
    visit.bench.do("network", "pass")
    visit.touch("confirm", "ChoiceView", "option.show_phone")
    assert len(recorded.applications(visit.person.person_id)) == 1


def test_a_payment_without_an_answer_is_asked_about_and_charged_once(payer: Visit, recorded: Recorded) -> None:
    payer.to_payment()
    for fault in (*QUICK[:2], *QUICK[3:]):
        payer.touch("option.show_phone", "PayScanView", "option.other_way")
        _let_fail(payer, fault, PAY)
        payer.show_payer_code("insufficient")
        payer.reads("paying.slow")
        payer.bench.do("camera", "clear")
        payer.bench.do("network", "pass")
        payer.bench.wait_for("ChoiceView", "option.show_phone")
        payer.reads("pay.problem.insufficient")
    payer.touch("option.show_phone", "PayScanView", "option.other_way")
    _let_fail(payer, ("lose_answers", {}), PAY)
    payer.show_payer_code()
    payer.bench.wait_for("DoneView", "confirm")
    assert recorded.captures(payer.person.person_id) == 1


def test_a_payment_whose_outcome_is_not_answered_is_asked_about_until_it_is(payer: Visit, recorded: Recorded) -> None:
    payer.to_scan()
    code = payer.show_payer_code("asks_password")
    payer.reads("pay_scan.password")
    _let_fail(payer, ("fail", {"status": 503}), ASK)
    payer.bench.phone("password", payer_code=code)
    payer.reads("paying.slow")
    payer.bench.do("network", "pass")
    payer.bench.wait_for("DoneView", "confirm")
    assert recorded.captures(payer.person.person_id) == 1


@pytest.mark.parametrize("fault", [QUICK[0], QUICK[3], QUICK[4]], ids=lambda fault: fault[0])
def test_a_paid_application_that_is_not_confirmed_is_kept_and_sent_again(
    payer: Visit, recorded: Recorded, fault: Fault
) -> None:
    payer.to_scan()
    _let_fail(payer, fault, SUBMIT)
    payer.show_payer_code()
    payer.reads("submission_delayed.kept")
    payer.reads("interim.printed")
    payer.bench.do("network", "pass")
    payer.bench.wait_for("DoneView", "confirm")
    payer.bench.touch("confirm")
    payer.reads("receipt.printed")
    payer.leave()
    payer.bench.wait_until(lambda: _is_submitted(payer, recorded), "the application submitted")
    assert recorded.captures(payer.person.person_id) == 1


def test_a_slow_backend_is_waited_for(payer: Visit, recorded: Recorded) -> None:
    payer.to_scan()
    _let_fail(payer, SLOW, SUBMIT)
    payer.show_payer_code()
    payer.reads("submitting.title")
    payer.bench.wait_for("DoneView", "confirm")
    assert _is_submitted(payer, recorded)


def test_without_a_line_the_terminal_says_so_and_comes_back_by_itself(visit: Visit) -> None:
    visit.to_mobile()
    visit.type("1380")
    visit.bench.do("network", "cut")
    visit.reads("notice.central_slow")
    visit.bench.wait(lambda screen: "138 0" in screen["texts"], "what was typed")
    visit.bench.do("network", "pass")
    visit.bench.wait(lambda screen: "138 0" in screen["texts"] and not _is_slow(screen), "the line back")
    visit.touch("option.known", "ChoiceView", "option.pickup")


def _is_slow(screen: dict[str, Any]) -> bool:
    return says(screen, "notice.central_slow")


def _is_submitted(visit: Visit, recorded: Recorded) -> bool:
    states = [state for _, state in recorded.applications(visit.person.person_id)]
    return len(states) == 1 and states[0] in SUBMITTED_STATES
