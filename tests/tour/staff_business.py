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
    """A paid application that the backend does not take: tried in vain, handed over, and settled once it can be."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        visit = payer(tour)
        visit.to_scan()
        bench.do("network", "fail", status=503, path="/submission")
        visit.show_payer_code()
        bench.wait(lambda screen: says(screen, "submission_delayed.title"), "an application that waits", 90.0)
        album.keep("citizen-application-waits")
        _leave(tour)
        come_in(tour)
        touch_entry(tour, "unsettled")
        screen = bench.wait(lambda now: says(now, "staff.unsettled.hint"), "what is not settled")
        album.keep("list")
        ids = [one["id"] for one in screen["elements"] if one["id"].startswith("option.")]
        bench.touch(ids[0])
        bench.wait_for("StaffPageView", "option.retry")
        album.keep("one")
        bench.touch("option.retry")
        reads(tour, "staff.settling.still_open", 60.0)
        album.keep("still-open")
        bench.touch("option.hand_over")
        reads(tour, "staff.settling.handed_over", 60.0)
        album.keep("handed-over")
        bench.touch("option.list")
        bench.do("network", "pass")
        bench.wait(lambda now: says(now, "staff.unsettled.title"), "the list")
        album.keep("list-afterwards")
        back_home(tour)
        go_out(tour)
    return {"items": len(ids)}


def _leave(tour: Tour) -> None:
    """The citizen goes, with what there is."""
    bench = tour.bench
    ids = ("option.receipt", "option.finish", "confirm")
    bench.wait(lambda screen: _touched_one(tour, screen, ids), "the attract screen", 60.0)


def _touched_one(tour: Tour, screen: dict[str, Any], ids: tuple[str, ...]) -> bool:
    """True at the attract screen; on the way there one touch a look."""
    if screen.get("view") == "AttractView":
        return True
    if screen.get("view") == "TakeThingsView":
        tour.bench.do("identity", "remove")
    enabled = {one["id"] for one in screen.get("elements", []) if one["is_enabled"]}
    way = next((each for each in ids if each in enabled), None)
    if way is not None:
        tour.bench.try_touch(way)
    return False


def copies(tour: Tour) -> dict[str, Any]:
    """A receipt by the last digits of its number, twice: each is marked as a copy with its count."""
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
        bench.wait_for("KeypadView", "key.1")
        for digit in "0000":
            bench.touch(f"key.{digit}")
        bench.touch("confirm")
        reads(tour, "staff.reprint.problem.not_found")
        album.keep("no-such-number")
        bench.touch("key.clear")
        digits = "".join(each for each in number if each.isdigit())[-6:]
        for digit in digits:
            bench.touch(f"key.{digit}")
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
