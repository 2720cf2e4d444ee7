"""Staff and what is not settled: a payment in doubt, a submission that does not arrive, a receipt printed once more."""

from __future__ import annotations

import shutil
from typing import Any

from tests.bench_driver.words import says
from tests.tour.journeys import Tour
from tests.tour.staff_steps import (
    back_home,
    come_in,
    go_out,
    menu,
    payer,
    printed_after,
    put_right,
    reads,
    receipts,
    touch_entry,
)


def unsettled(tour: Tour) -> dict[str, Any]:
    """The power goes while a phone asks for its password: asked about in vain, handed over, settled once it pays."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        code = _cut_off_while_paying(tour)
        come_in(tour)
        touch_entry(tour, "unsettled")
        item = _only_item(tour)
        album.keep("list")
        bench.touch(item)
        bench.wait_for("StaffPageView", "option.retry")
        album.keep("one")
        bench.touch("option.retry")
        reads(tour, "staff.settling.still_open", 60.0)
        album.keep("still-open")
        bench.touch("option.hand_over")
        reads(tour, "staff.settling.handed_over", 60.0)
        album.keep("handed-over")
        bench.phone("password", payer_code=code)
        bench.touch("option.list")
        bench.touch(_only_item(tour))
        bench.touch("option.retry")
        reads(tour, "staff.settling.settled", 60.0)
        album.keep("settled")
        bench.touch("option.list")
        reads(tour, "staff.unsettled.none")
        album.keep("nothing-left")
        back_home(tour)
        go_out(tour)
    return {"item": item}


def _cut_off_while_paying(tour: Tour) -> str:
    """The payer's code, whose phone waits for a password."""
    visit = payer(tour)
    visit.to_scan()
    code = visit.show_payer_code("asks_password")
    reads(tour, "pay_scan.password")
    tour.workbench.kill("terminal")
    tour.bench.do("camera", "clear")
    tour.bench.do("identity", "remove")
    tour.workbench.start_terminal()
    tour.bench.wait_for("AttractView", "start_zh", 60.0)
    return code


def _only_item(tour: Tour) -> str:
    screen = tour.bench.wait(lambda now: says(now, "staff.unsettled.hint"), "what is not settled")
    (item,) = (one["id"] for one in screen["elements"] if one["id"].startswith("option.payment:"))
    return item


def copies(tour: Tour) -> dict[str, Any]:
    """A receipt by the end of its number, twice: each is marked as a copy with its count."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        visit = payer(tour)
        visit.to_receipt()
        visit.leave()
        come_in(tour)
        menu(tour, "reprint")
        bench.wait_for("ChoiceView", "option.by_number")
        album.keep("receipts")
        number = next(
            one["id"].removeprefix("option.")
            for one in bench.screen()["elements"]
            if one["id"].startswith("option.") and one["id"] != "option.by_number"
        )
        bench.touch("option.by_number")
        bench.wait_for("TextEntryView", "key.1")
        for character in "0000":
            bench.touch(f"key.{character}")
        bench.touch("confirm")
        reads(tour, "staff.reprint.problem.not_found")
        album.keep("no-such-number")
        bench.touch("key.clear")
        for character in number[-4:]:
            bench.touch(f"key.{character}")
        album.keep("number-typed")
        first = printed_after(tour, len(receipts(bench)), lambda: bench.touch("confirm"))
        reads(tour, "staff.reprint.done")
        album.keep("copy-printed")
        bench.touch("option.list")
        bench.wait_for("ChoiceView", "option.by_number")
        second = printed_after(tour, len(receipts(bench)), lambda: bench.touch(f"option.{number}"))
        reads(tour, "staff.reprint.done")
        album.keep("copy-printed-again")
        for name, paper in (("copy-1", first), ("copy-2", second)):
            shutil.copyfile(paper["file"], album.folder / f"{name}.png")
        bench.touch("option.list")
        back_home(tour)
        go_out(tour)
    return {"first": first["lines"][:6], "second": second["lines"][:6]}
