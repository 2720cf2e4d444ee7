"""What every story of staff does: put a card in, type the PIN, go to a page, leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests

from tests.bench_driver.tidy import come_home
from tests.bench_driver.visit import Visit
from tests.bench_driver.words import says
from tests.tour.bench_client import CALL_LIMIT_S, BenchClient, TourError
from tests.tour.journeys import Tour

Screen = dict[str, Any]


def staff_card(bench: BenchClient, holder: str) -> dict[str, Any]:
    """`holder`, `role` and `pin` of one of the bench's staff cards."""
    cards = requests.get(f"{bench.url}/api/staff-cards", timeout=CALL_LIMIT_S).json()
    return next(card for card in cards if card["holder"] == holder)


def insert(tour: Tour, holder: str = "attendant") -> Screen:
    """The card is in and the PIN is asked for."""
    tour.bench.do("card", "insert_staff", holder=holder)
    return tour.bench.wait_for("StaffPinView", "key.1")


def type_pin(tour: Tour, pin: str) -> None:
    for digit in pin:
        tour.bench.touch(f"key.{digit}")
    tour.bench.touch("confirm")


def unlock(tour: Tour, holder: str = "attendant") -> Screen:
    """From the PIN to the home page."""
    type_pin(tour, staff_card(tour.bench, holder)["pin"])
    return tour.bench.wait_for("StaffHomeView", "option.menu")


def come_in(tour: Tour, holder: str = "attendant") -> Screen:
    insert(tour, holder)
    return unlock(tour, holder)


def go_out(tour: Tour) -> None:
    """The card is taken out; whatever stands beneath is back."""
    tour.bench.do("card", "remove")
    tour.bench.wait(lambda screen: not str(screen.get("view")).startswith("Staff"), "the end of staff mode")


def menu(tour: Tour, entry: str) -> None:
    """From the home page to one of all tasks."""
    tour.bench.touch("option.menu")
    tour.bench.wait_for("ChoiceView", "option.tests")
    tour.bench.touch(f"option.{entry}")


def back_home(tour: Tour) -> None:
    """By the way back, from wherever it leads home."""
    while tour.bench.screen().get("view") != "StaffHomeView":
        turns_page(tour, lambda: tour.bench.touch("back"))
    tour.bench.wait_for("StaffHomeView", "option.menu")


def turns_page(tour: Tour, act: Callable[[], object]) -> Screen:
    """Wait for the page that comes after `act`, be it of the same view."""
    serial = tour.bench.screen().get("serial")
    act()
    return tour.bench.wait(lambda screen: screen.get("serial") != serial, "the next page")


def reads(tour: Tour, key: str, limit_s: float | None = None) -> Screen:
    return tour.bench.wait(lambda screen: says(screen, key), key, limit_s)


def touch_entry(tour: Tour, option: str) -> None:
    """What is wrong, by the page that it leads to."""

    def found(screen: Screen) -> str | None:
        ids = (one["id"] for one in screen.get("elements", []) if one["is_enabled"])
        return next((each for each in ids if each.startswith("entry.") and each.endswith(f".{option}")), None)

    screen = tour.bench.wait(lambda now: found(now) is not None, f"an entry that leads to {option}")
    tour.bench.touch(found(screen) or "")


def payer(tour: Tour) -> Visit:
    """Somebody who has applied and not paid, so that the way to the receipt is short."""
    return Visit(tour.bench, tour.registry.add(open_application="AWAITING_PAYMENT"), has_applied=True)


def receipts(bench: BenchClient) -> list[dict[str, Any]]:
    return bench.do("printer", "receipts")["receipts"]


def printed_after(tour: Tour, count: int, act: Callable[[], None]) -> dict[str, Any]:
    """The newest piece of paper once `act` has brought one more than `count`."""
    act()
    tour.bench.wait_until(lambda: len(receipts(tour.bench)) > count, "paper in the tray")
    return receipts(tour.bench)[-1]


@contextmanager
def put_right(tour: Tour) -> Iterator[None]:
    """Whatever a story broke is whole again for the next one."""
    try:
        yield
    finally:
        come_home(tour.bench)


def expect(is_so: bool, what: str) -> None:
    if not is_so:
        raise TourError(what)
