"""Errands around one's own application and card, each with its most likely mishap."""

from __future__ import annotations

from typing import Any

from tests.bench_driver.words import says
from tests.tour.errand_steps import (
    choose,
    damaged_at_this_office,
    end,
    keep_when,
    known,
    lay_down,
    mobile_and_office,
    pay,
    reads,
    start,
    step,
)
from tests.tour.journeys import Tour

Facts = dict[str, Any]


def progress(tour: Tour) -> Facts:
    """Somebody who never applied is told so; the next one sees the timeline and what can be done."""
    bench = tour.bench
    choose(tour, "en", "progress")
    known(tour, "not_activated", is_kept=False)
    keep_when(tour, "trouble.no_application.title", "nothing-applied-for")
    bench.touch("option.finish")
    choose(tour, "en", "progress")
    known(tour, "at_outlet")
    bench.wait_for("RecordView", "decline")
    tour.album.keep("timeline")
    return end(tour, "decline")


def certificate_again(tour: Tour) -> Facts:
    """The printer has no paper; staff put some in, and the certificate is printed under its count."""
    bench = tour.bench
    choose(tour, "zh", "certificate")
    known(tour, "at_outlet", is_kept=False)
    bench.wait_for("RecordView", "decline")
    tour.album.keep("which-certificate")
    bench.do("printer", "paper", level="out")
    bench.touch("confirm")
    bench.wait_for("ReceiptView", "option.print_again")
    tour.album.keep("no-paper")
    bench.do("printer", "paper", level="full")
    bench.touch("option.print_again")
    bench.wait_for("ReceiptView", "option.print_copy")
    tour.album.keep("printed")
    lines = bench.do("printer", "receipts")["receipts"][-1]["lines"]
    return end(tour, "option.finish") | {"receipt_lines": lines}


def loss_only(tour: Tour) -> Facts:
    """Stopped at once, with a slip; whoever comes again is told that it is stopped already."""
    bench = tour.bench
    choose(tour, "en", "loss_only")
    known(tour, "foreigner_2017", is_kept=False)
    bench.wait_for("ExplainView", "confirm")
    tour.album.keep("what-it-means")
    bench.touch("confirm")
    keep_when(tour, "loss_stopped.now", "stopped")
    bench.touch("confirm")
    bench.wait_for("ReceiptView", "option.new_card")
    bench.wait(lambda screen: says(screen, "own.loss.printed"), "the slip on paper")
    tour.album.keep("slip")
    lines = bench.do("printer", "receipts")["receipts"][-1]["lines"]
    end(tour, "option.finish")
    choose(tour, "en", "loss_only")
    known(tour, "foreigner_2017", is_kept=False)
    keep_when(tour, "own.loss.earlier", "stopped-already")
    return end(tour, "decline") | {"receipt_lines": lines}


def collection(tour: Tour) -> Facts:
    """Nobody has to say who they are; the backend is away for a moment at first."""
    bench = start(tour, "zh", is_more=True)
    tour.album.keep("more")
    bench.do("network", "cut")
    bench.touch("option.guidance")
    bench.wait(lambda screen: screen.get("view") == "ProblemView" or says(screen, "missing.central"), "no answer")
    tour.album.keep("no-answer")
    bench.do("network", "pass")
    start(tour, "zh", is_more=True)
    bench.wait_for("ChoiceView", "option.guidance")
    step(tour, "option.guidance", "ChoiceView", "option.agent", keep="who-collects")
    step(tour, "option.agent", "ExplainView", "confirm", keep="papers")
    step(tour, "confirm", "ChoiceView", "option.CY01", keep="offices")
    step(tour, "option.CY01", "RecordView", "confirm", keep="office")
    bench.touch("confirm")
    bench.wait_for("AttractView", "start_zh")
    return {}


def pay_unpaid(tour: Tour) -> Facts:
    """An application of last time; the payment code is an old picture at first."""
    bench = tour.bench
    choose(tour, "en", "progress")
    known(tour, "awaiting_payment", is_kept=False)
    bench.wait_for("RecordView", "decline")
    tour.album.keep("not-paid-yet")
    step(tour, "confirm", "ChoiceView", "option.show_phone", keep="how-to-pay")
    step(tour, "option.show_phone", "PayScanView")
    old = bench.phone("payer-code", behaviour="expired")["payer_code"]
    bench.do("camera", "show", content=old, style="easy")
    bench.wait(lambda screen: screen.get("phase") == "trouble" or screen.get("view") == "ChoiceView", "an old code")
    tour.album.keep("old-code")
    bench.do("camera", "clear")
    bench.wait_for("ChoiceView", "option.show_phone")
    pay(tour)
    tour.album.keep("submitted")
    bench.touch("confirm")
    bench.wait_for("ReceiptView", "option.print_copy")
    return end(tour, "option.finish")


def cancel_unpaid(tour: Tour) -> Facts:
    """Applies, leaves before paying, comes back, hesitates, and cancels."""
    bench = tour.bench
    choose(tour, "zh", "replace")
    known(tour, "pre_lost", is_kept=False)
    step(tour, "option.lost", "KeypadView")
    mobile_and_office(tour)
    step(tour, "confirm", "ChoiceView", "option.show_phone")
    bench.touch("end")
    bench.wait(lambda screen: any(one["id"] == "end_confirm" for one in screen.get("elements", [])), "the question")
    tour.album.keep("leaves-without-paying", both=False)
    choose(tour, "zh", "progress")
    known(tour, "pre_lost", is_kept=False)
    bench.wait_for("RecordView", "decline")
    tour.album.keep("not-paid-yet")
    step(tour, "decline", "ChoiceView", "option.cancel", keep="what-can-be-done")
    step(tour, "option.cancel", "ExplainView", "decline", keep="really-cancel")
    step(tour, "decline", "ChoiceView", "option.cancel")
    step(tour, "option.cancel", "ExplainView", "confirm")
    step(tour, "confirm", "DoneView", "confirm", keep="cancelled")
    return end(tour, "confirm")


def hand_in_later(tour: Tour) -> Facts:
    """The damaged card is brought after all; first it is somebody else's that goes in."""
    bench = tour.bench
    choose(tour, "en", "progress")
    known(tour, "hand_in_later", is_kept=False)
    bench.wait_for("RecordView", "decline")
    tour.album.keep("card-is-due")
    step(tour, "confirm", "DeviceView", "option.handed_in")
    bench.do("card", "insert", person="employee_normal")
    reads(tour, "hand_in.problem.other_person")
    tour.album.keep("somebody-elses-card")
    bench.do("card", "remove")
    bench.do("card", "insert", person="hand_in_later")
    bench.wait(lambda screen: screen.get("phase") == "done", "the old card read")
    tour.album.keep("own-card")
    bench.do("card", "remove")
    step(tour, "option.handed_in", "DoneView", "confirm", keep="handed-in")
    return end(tour, "confirm")


def differing_data(tour: Tour) -> Facts:
    """A name, then a number that is not that of the record: where it is corrected, and nothing is guessed."""
    bench = tour.bench
    for special, key in (("name_differs", "name_differs.employer"), ("number_differs", "number_differs.employer")):
        choose(tour, "en", "replace")
        bench.do("identity", "place", person=special)
        keep_when(tour, f"trouble.{key}.title", special.replace("_", "-"))
        end(tour, "option.finish")
    return {}


def damaged_for_a_permit_holder(tour: Tour) -> Facts:
    """A resident of Hong Kong with a residence permit, which was moved while it was read."""
    bench = tour.bench
    choose(tour, "zh", "replace")
    bench.do("identity", "fail_next", status_byte=0x41, count=1)
    bench.do("identity", "place", person="permit_holder")
    bench.wait(lambda screen: screen.get("phase") == "trouble", "not read")
    tour.album.keep("moved")
    bench.do("identity", "remove")
    lay_down(tour, "permit_holder")
    tour.album.keep("record")
    step(tour, "confirm", "ChoiceView", "option.damaged")
    damaged_at_this_office(tour)
    tour.album.keep("check")
    step(tour, "confirm", "ChoiceView", "option.show_phone")
    pay(tour)
    bench.touch("confirm")
    bench.wait_for("ReceiptView", "option.print_copy")
    return end(tour, "option.finish")


def foreigner(tour: Tour) -> Facts:
    """A foreigner's card of 2023, with its English name; a card that is none lay there first."""
    bench = tour.bench
    choose(tour, "en", "replace")
    bench.touch("option.other_document")
    keep_when(tour, "trouble.other_document.title", "other-document")
    step(tour, "option.again", "DeviceView", "option.passport")
    lay_down(tour, "foreigner")
    tour.album.keep("record")
    step(tour, "confirm", "ChoiceView", "option.damaged")
    damaged_at_this_office(tour)
    tour.album.keep("check")
    step(tour, "confirm", "ChoiceView", "option.show_phone")
    pay(tour)
    bench.touch("confirm")
    bench.wait_for("ReceiptView", "option.print_copy")
    return end(tour, "option.finish")
