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
)


def unsettled(tour: Tour) -> dict[str, Any]:
    """A paid application that the backend does not take: tried again in vain, handed over, settled."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        visit = payer(tour)
        visit.to_scan()
        bench.do("network", "fail", status=500, path="/submission")
        visit.show_payer_code()
        bench.wait(lambda screen: says(screen, "submission_delayed.title"), "an application that waits", 90.0)
        album.keep("citizen-application-waits")
        return _settle(tour)


def _settle(tour: Tour) -> dict[str, Any]:
    return {}


def copies(tour: Tour) -> dict[str, Any]:
    """A receipt by the last digits of its number, twice: each is marked as a copy with its count."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        visit = payer(tour)
        visit.to_receipt()
        number = str(bench.screen().get("number") or "")
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
