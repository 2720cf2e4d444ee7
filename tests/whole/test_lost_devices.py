"""Devices that are lost in the middle of a visit, and found again."""

from __future__ import annotations

from typing import Any

from tests.bench_driver.recorded import Recorded
from tests.bench_driver.visit import Visit
from tests.bench_driver.words import says

BACK_WITHIN_S = 5.0
"""A device that returns is in service within so many seconds."""

WAYS_TO_PAY = ("option.show_phone", "option.scan_screen")


def _printer(visit: Visit, verb: str, **fields: Any) -> None:
    visit.bench.do("printer", verb, **fields)


def test_no_fee_is_asked_for_without_paper_and_the_answers_stay(visit: Visit, recorded: Recorded) -> None:
    _printer(visit, "paper", level="out")
    visit.reads("missing.paper")
    before = visit.to_check()["texts"]
    visit.touch("confirm", "ProblemView", "option.again")
    visit.reads("missing.paper")
    _printer(visit, "paper", level="full")
    assert visit.touch("option.again", "CheckView", "confirm")["texts"] == before
    assert recorded.applications(visit.person.person_id) == []


def test_a_printer_that_fails_on_the_page_of_the_fee_closes_the_payment_until_it_is_back(payer: Visit) -> None:
    payer.to_payment()
    _printer(payer, "cover", open=True)
    screen = payer.reads("missing.receipt_printer")
    assert not any(one["is_enabled"] for one in screen["elements"] if one["id"] in WAYS_TO_PAY)
    _printer(payer, "cover", open=False)
    payer.bench.wait_for("ChoiceView", "option.scan_screen")


def test_a_receipt_that_did_not_print_is_said_to_be_so_and_printed_again(payer: Visit, recorded: Recorded) -> None:
    payer.to_submitted()
    _printer(payer, "cover", open=True)
    payer.bench.touch("confirm")
    payer.reads("receipt.problem.cover_open")
    _printer(payer, "cover", open=False)
    payer.bench.touch("option.print_again")
    payer.reads("receipt.printed")
    for verb, fields, problem in (
        ("paper", {"level": "out"}, "paper_out"),
        ("run_out_after", {"mm": 30}, "paper_out"),
        ("silent", {"on": True}, "no_answer"),
        ("fail_after", {"mm": 30, "fault": "cover"}, "cover_open"),
    ):
        _printer(payer, verb, **fields)
        payer.touch("option.print_copy", "ReceiptView", "option.print_again")
        payer.reads(f"receipt.problem.{problem}")
        _printer(payer, "reset")
        payer.touch("option.print_again", "ReceiptView", "option.print_copy")
        payer.reads("receipt.printed")
    assert recorded.captures(payer.person.person_id) == 1
    payer.leave()


def test_a_camera_that_sees_nothing_is_explained_and_comes_back(payer: Visit, recorded: Recorded) -> None:
    payer.to_scan()
    for verb, problem in (("cover", "covered"), ("black", "black"), ("freeze", "frozen"), ("go_down", "no_stream")):
        payer.bench.do("camera", verb)
        payer.reads(f"pay_scan.problem.{problem}")
        payer.bench.do("camera", "come_up" if verb == "go_down" else "clear")
        payer.bench.wait(
            lambda screen, problem=problem: not says(screen, f"pay_scan.problem.{problem}"), "the camera back", 10.0
        )
    payer.show_payer_code()
    payer.bench.wait_for("DoneView", "confirm")
    assert recorded.captures(payer.person.person_id) == 1


def test_an_identity_reader_that_was_pulled_out_is_missed_and_found_again(visit: Visit) -> None:
    visit.to_identify()
    visit.bench.do("identity", "unplug")
    visit.reads("missing.identity_reader")
    visit.bench.do("identity", "plug")
    visit.bench.wait(lambda screen: not says(screen, "missing.identity_reader"), "the reader back", BACK_WITHIN_S)
    visit.place()
    visit.bench.wait_for("RecordView", "confirm")


def test_without_an_identity_reader_nobody_is_led_into_a_dead_end(visit: Visit) -> None:
    visit.bench.do("identity", "unplug")
    visit.reads("missing.identity_reader")
    screen = visit.touch("start_zh", "ChoiceView", "option.more")
    assert not next(one for one in screen["elements"] if one["id"] == "option.replace")["is_enabled"]
    visit.bench.do("identity", "plug")
    visit.touch("option.replace", "ExplainView", "confirm")


def test_a_card_reader_service_that_died_is_found_again_within_seconds(visit: Visit) -> None:
    visit.to_hand_in()
    visit.bench.do("reader", "kill")
    visit.reads("hand_in.instruction_no_reader")
    visit.bench.do("reader", "restart")
    visit.reads("hand_in.instruction", BACK_WITHIN_S)
    visit.bench.do("card", "insert", **visit.person.card)
    visit.reads("hand_in.read")


def test_a_card_reader_that_dies_while_it_reads_is_no_dead_end(visit: Visit) -> None:
    visit.to_hand_in()
    visit.bench.do("card", "answer_slowly", seconds=0.3)
    visit.bench.do("card", "insert", **visit.person.card)
    visit.reads("hand_in.reading")
    visit.bench.do("reader", "kill")
    visit.bench.wait(lambda screen: screen.get("phase") == "trouble", "the failed read")
    visit.bench.do("card", "answer_slowly", seconds=0)
    visit.bench.do("reader", "restart")
    visit.touch("option.handed_in", "KeypadView", "option.known")
