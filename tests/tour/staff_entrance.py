"""Staff at the door: cards that open nothing, wrong PINs, a lock-out that no kill takes away."""

from __future__ import annotations

from typing import Any

from tests.bench_driver.words import says
from tests.tour.bench_client import TourError
from tests.tour.journeys import Tour
from tests.tour.staff_steps import (
    come_in,
    go_out,
    insert,
    payer,
    put_right,
    reads,
    staff_card,
    turns_page,
    type_pin,
    unlock,
)

TRIES = 5


def locked_out(tour: Tour) -> dict[str, Any]:
    """Five wrong PINs lock the card; the program is killed and started, and the card is still locked."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        bench.do("card", "insert_staff", holder="revoked")
        reads(tour, "staff.refused.withdrawn")
        album.keep("card-withdrawn")
        bench.do("card", "insert_staff", holder="clone")
        reads(tour, "staff.refused.not_genuine")
        album.keep("card-not-genuine")
        insert(tour)
        album.keep("pin")
        _five_wrong_pins(tour)
        album.keep("locked-out")
        _kill_and_start(tour)
        bench.do("card", "remove")
        bench.wait_for("AttractView", "start_zh")
        insert_locked(tour)
        album.keep("locked-out-after-kill")
        bench.wait(lambda screen: not says(screen, "staff.pin.locked"), "the end of the lock-out", 60.0)
        unlock(tour)
        album.keep("home")
        go_out(tour)
    return {"kills": 1}


def _five_wrong_pins(tour: Tour) -> None:
    """Each wrong one brings the keys in a new order."""
    pin = staff_card(tour.bench, "attendant")["pin"]
    wrong = "".join(str((int(digit) + 1) % 10) for digit in pin)
    for number in range(TRIES):
        turns_page(tour, lambda: type_pin(tour, wrong))
        if number == 0:
            reads(tour, "staff.pin.wrong")
            tour.album.keep("pin-wrong")
    reads(tour, "staff.pin.locked")


def _kill_and_start(tour: Tour) -> None:
    tour.workbench.kill("terminal")
    tour.workbench.start_terminal()


def insert_locked(tour: Tour) -> None:
    tour.bench.do("card", "insert_staff", holder="attendant")
    reads(tour, "staff.pin.locked")


def knock_on_a_citizen(tour: Tour) -> dict[str, Any]:
    """Staff come while somebody is served: they wait, or the citizen ends; money is never cut."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        visit = payer(tour)
        visit.to_record()
        bench.do("card", "insert_staff", holder="attendant")
        bench.wait(lambda screen: screen.get("overlay") == "StaffKnock", "the question")
        album.keep("knock")
        bench.touch("option.staff_wait")
        bench.wait(lambda screen: screen.get("overlay") is None, "the citizen's page")
        album.keep("staff-waits")
        bench.do("card", "remove")
        bench.do("card", "insert_staff", holder="attendant")
        bench.touch("option.staff_in")
        bench.wait_for("TakeThingsView", "confirm")
        album.keep("citizen-takes-things")
        bench.do("identity", "remove")
        bench.touch("confirm")
        bench.wait_for("StaffPinView", "key.1")
        unlock(tour)
        go_out(tour)
    return {}


def roles(tour: Tour) -> dict[str, Any]:
    """What each role finds under all tasks; what it may not do says so."""
    bench, album = tour.bench, tour.album
    closed: dict[str, list[str]] = {}
    with put_right(tour):
        for holder in ("attendant", "technician", "auditor"):
            come_in(tour, holder)
            bench.touch("option.menu")
            screen = bench.wait_for("ChoiceView")
            album.keep(f"all-tasks-{holder}")
            closed[holder] = [
                one["id"] for one in screen["elements"] if one["id"].startswith("option.") and not one["is_enabled"]
            ]
            go_out(tour)
    if "option.mapping" not in closed["attendant"]:
        raise TourError("an attendant may map devices")
    return {"closed": closed}
