"""Steps that the journeys of the errands share. Pictures are kept of what an errand has of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench_driver.tidy import come_home
from tests.bench_driver.words import says
from tests.tour.bench_client import BenchClient
from tests.tour.journeys import Tour

Screen = dict[str, Any]


def start(tour: Tour, language: str, *, is_more: bool = False) -> BenchClient:
    """From whatever was before to the page with everything that can be done here, or to the one with more."""
    come_home(tour.bench)
    tour.bench.touch(f"start_{language}")
    tour.bench.wait_for("ChoiceView", "option.more")
    if is_more:
        tour.bench.touch("option.more")
        tour.bench.wait_for("ChoiceView", "option.links")
    return tour.bench


def choose(tour: Tour, language: str, purpose: str, *, is_more: bool = False) -> None:
    """Chosen and agreed to; the document is asked for."""
    bench = start(tour, language, is_more=is_more)
    bench.touch(f"option.{purpose}")
    agree(tour)


def agree(tour: Tour) -> None:
    tour.bench.wait_for("ExplainView", "confirm")
    tour.album.keep("notice")
    tour.bench.touch("confirm")
    tour.bench.wait_for("DeviceView", "option.passport")


def lay_down(tour: Tour, special: str) -> None:
    """A document on the reader, and the record it leads to."""
    tour.bench.do("identity", "place", person=special)
    tour.bench.wait_for("RecordView", "confirm")


def known(tour: Tour, special: str, *, is_kept: bool = True) -> None:
    lay_down(tour, special)
    if is_kept:
        tour.album.keep("record")
    tour.bench.touch("confirm")


def reads(tour: Tour, key: str) -> Screen:
    """Wait until a text stands on the screen."""
    return tour.bench.wait(lambda screen: says(screen, key), key)


def keep_when(tour: Tour, key: str, name: str) -> Screen:
    screen = reads(tour, key)
    tour.album.keep(name)
    return screen


def step(tour: Tour, element_id: str, view: str, then: str | None = None, keep: str | None = None) -> Screen:
    """Touch, wait for what comes next, and keep its picture under a name."""
    tour.bench.touch(element_id)
    screen = tour.bench.wait_for(view, then)
    if keep:
        tour.album.keep(keep)
    return screen


def type_keys(tour: Tour, keys: str) -> None:
    for key in keys:
        tour.bench.touch(f"key.{key}")


def show(tour: Tour, content: str, then: Callable[[Screen], bool], what: str) -> Screen:
    """Hold a code before the camera until it was understood."""
    tour.bench.do("camera", "show", content=content, style="easy")
    screen = tour.bench.wait(then, what)
    tour.bench.do("camera", "clear")
    return screen


def damaged_at_this_office(tour: Tour) -> None:
    """From the reason to the check page, with what is known and nothing special."""
    step(tour, "option.damaged", "DeviceView", "option.handed_in")
    tour.bench.touch("option.handed_in")
    mobile_and_office(tour)


def mobile_and_office(tour: Tour) -> None:
    """From the telephone to the check page."""
    mobile(tour)
    step(tour, "option.pickup", "ChoiceView", "option.CY01")
    step(tour, "option.CY01", "ChoiceView", "option.keep")
    step(tour, "option.keep", "CheckView", "confirm")


def mobile(tour: Tour) -> None:
    """The known number, or another one where none is known."""
    screen = tour.bench.wait_for("KeypadView", "key.1")
    if any(element["id"] == "option.known" for element in screen["elements"]):
        tour.bench.touch("option.known")
    else:
        type_keys(tour, "13800138000")
        tour.bench.touch("confirm")
    tour.bench.wait_for("ChoiceView", "option.pickup")


def pay(tour: Tour) -> None:
    """From the ways of paying to the end, with a good code."""
    step(tour, "option.show_phone", "PayScanView")
    code = tour.bench.phone("payer-code", behaviour="pays")["payer_code"]
    show(tour, code, lambda screen: screen.get("view") == "DoneView", "paid and submitted")


def end(tour: Tour, element_id: str) -> dict[str, Any]:
    """Touch what ends the visit, take everything, and see the attract screen; nothing to tell."""
    bench = tour.bench
    bench.touch(element_id)
    bench.wait_for("TakeThingsView", "confirm")
    tour.album.keep("take-things")
    bench.do("identity", "remove")
    bench.do("card", "remove")
    bench.touch("confirm")
    bench.wait_for("AttractView", "start_zh")
    return {}
