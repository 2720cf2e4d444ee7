"""Staff at the printer: paper that runs out under a citizen's receipt, a jam, a card that somebody forgot."""

from __future__ import annotations

import shutil
from typing import Any

from tests.bench_driver.journal_watch import JournalWatch
from tests.bench_driver.words import says
from tests.tour.journeys import Tour
from tests.tour.staff_steps import (
    back_home,
    come_in,
    expect,
    go_out,
    menu,
    payer,
    put_right,
    reads,
    receipts,
    touch_entry,
    turns_page,
    unlock,
)

PAPER_LEFT_MM = 40
"""So much of the receipt still comes out."""


def paper_runs_out(tour: Tour) -> dict[str, Any]:
    """The roll ends in the middle of a receipt; staff refill it, and the receipt is printed again and marked."""
    with put_right(tour):
        visit = payer(tour)
        visit.to_submitted()
        _roll_ends_under_the_receipt(tour)
        _staff_come_to_the_citizen(tour)
        _refill(tour)
        facts = _receipt_comes_again(tour)
        visit.leave()
        _citizens_are_served(tour)
    return facts


def _roll_ends_under_the_receipt(tour: Tour) -> None:
    bench, album = tour.bench, tour.album
    bench.do("printer", "run_out_after", mm=PAPER_LEFT_MM)
    bench.touch("confirm")
    reads(tour, "receipt.problem.paper_out")
    album.keep("citizen-no-paper")


def _staff_come_to_the_citizen(tour: Tour) -> None:
    bench, album = tour.bench, tour.album
    bench.do("card", "insert_staff", holder="attendant")
    bench.wait(lambda screen: screen.get("overlay") == "StaffKnock", "the question whether staff may come in")
    album.keep("knock")
    bench.touch("option.staff_help")
    bench.wait_for("StaffPinView", "key.1")
    album.keep("pin")
    unlock(tour)
    reads(tour, "staff.concern.receipt_waits")
    album.keep("home-no-paper")


def _refill(tour: Tour) -> None:
    bench, album = tour.bench, tour.album
    touch_entry(tour, "refill")
    reads(tour, "staff.paper.refill.open")
    album.keep("refill-open")
    turns_page(tour, lambda: bench.do("printer", "cover", open=True))
    album.keep("refill-roll")
    bench.do("printer", "paper", level="full")
    turns_page(tour, lambda: bench.touch("option.next"))
    album.keep("refill-close")
    bench.do("printer", "cover", open=False)
    reads(tour, "staff.paper.done_receipt")
    album.keep("refill-done")


def _receipt_comes_again(tour: Tour) -> dict[str, Any]:
    """By itself: nobody touches anything until the countdown is over."""
    bench, album = tour.bench, tour.album
    bench.wait(lambda now: says(now, "receipt.printed"), "the receipt printed again", 60.0)
    album.keep("receipt-again")
    papers = receipts(bench)
    again = papers[-1]
    shutil.copyfile(again["file"], album.folder / "receipt-again.png")
    shutil.copyfile(papers[-2]["file"], album.folder / "test-strip.png")
    watch = JournalWatch(tour.workbench.root / "terminal")
    bench.wait_until(
        lambda: watch.newest_facts("print_begun").get("copy") == "possible_duplicate", "the mark of a copy"
    )
    return {"receipt_codes": again["decoded"], "copy": "possible_duplicate"}


def _citizens_are_served(tour: Tour) -> None:
    tour.bench.wait_for("AttractView", "start_zh")
    tour.bench.do("card", "remove")
    tour.album.keep("served-again")


def jam_and_forgotten_card(tour: Tour) -> dict[str, Any]:
    """A paper jam is cleared by the guide, and a card that somebody left is taken in."""
    with put_right(tour):
        come_in(tour)
        _clear_jam(tour)
        menu(tour, "card")
        tour.bench.wait_for("ExplainView", "confirm")
        tour.album.keep("card-taken-in")
        tour.bench.touch("confirm")
        reads(tour, "staff.done.card")
        tour.album.keep("home-card-recorded")
        go_out(tour)
    return {}


def _clear_jam(tour: Tour) -> None:
    bench, album = tour.bench, tour.album
    bench.do("printer", "cutter_error", on=True)
    reads(tour, "staff.paper_do.jammed")
    album.keep("home-cutter")
    menu(tour, "jam")
    reads(tour, "staff.paper.jam.open")
    album.keep("jam-open")
    turns_page(tour, lambda: bench.do("printer", "cover", open=True))
    album.keep("jam-pull")
    bench.do("printer", "cutter_error", on=False)
    turns_page(tour, lambda: bench.touch("option.next"))
    bench.do("printer", "cover", open=False)
    reads(tour, "staff.paper.done")
    album.keep("jam-done")
    bench.touch("option.home")
    bench.wait_for("StaffHomeView", "option.menu")
    expect(tour.bench.screen().get("view") == "StaffHomeView", "the home page after a jam")


def strip_fails(tour: Tour) -> dict[str, Any]:
    """The new roll lies wrong: the guide says what the printer still says, and begins again."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        come_in(tour)
        menu(tour, "refill")
        reads(tour, "staff.paper.refill.open")
        turns_page(tour, lambda: bench.touch("option.next"))
        turns_page(tour, lambda: bench.touch("option.next"))
        bench.do("printer", "run_out_after", mm=5)
        bench.touch("option.next")
        reads(tour, "staff.print_problem.paper_out")
        album.keep("refill-strip-failed")
        bench.do("printer", "paper", level="full")
        bench.touch("option.again")
        reads(tour, "staff.paper.done")
        album.keep("refill-strip-good")
        bench.touch("option.home")
        back_home(tour)
        go_out(tour)
    return {}
