"""Staff and the devices: the home page with something wrong everywhere, and the test of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.bench_driver.words import says
from tests.tour.journeys import Tour
from tests.tour.staff_steps import (
    back_home,
    come_in,
    go_out,
    menu,
    put_right,
    reads,
)

CELLS = 48
DEAD_CELL = 17


Act = tuple[str, str, dict[str, Any]]
"""Peripheral, verb and fields."""


@dataclass(frozen=True)
class Fault:
    """`key`: of a text that the home page shows for it."""

    name: str
    key: str
    breaks: Act
    mends: Act


SHUT: Act = ("printer", "cover", {"open": False})
FULL: Act = ("printer", "paper", {"level": "full"})
FAULTS = (
    Fault("cover-open", "detail_do.cover_open", ("printer", "cover", {"open": True}), SHUT),
    Fault("paper-low", "paper_do.low", ("printer", "paper", {"level": "low"}), FULL),
    Fault("no-paper", "paper_do.out", ("printer", "paper", {"level": "out"}), FULL),
    Fault("printer-gone", "device_word.poweroff", ("printer", "go_down", {}), ("printer", "come_up", {})),
    Fault("identity-gone", "detail_do.port_missing", ("identity", "unplug", {}), ("identity", "plug", {})),
    Fault("camera-gone", "device.code_scanner", ("camera", "go_down", {}), ("camera", "come_up", {})),
    Fault("speaker-gone", "device.speaker", ("speaker", "go_down", {}), ("speaker", "come_up", {})),
    Fault("keypad-gone", "device.keypad", ("keypad", "unplug", {}), ("keypad", "plug", {})),
    Fault("network-cut", "concern.central", ("network", "cut", {}), ("network", "pass", {})),
)
TOGETHER = frozenset({"cover-open", "identity-gone", "camera-gone", "speaker-gone", "keypad-gone", "network-cut"})


def faults_at_home(tour: Tour) -> dict[str, Any]:
    """One fault after the other, then many at once; each has its words, its way out and who must act."""
    with put_right(tour):
        come_in(tour)
        tour.album.keep("all-well")
        for fault in FAULTS:
            _one_fault(tour, fault)
        _many_faults(tour)
        go_out(tour)
    return {"faults": [fault.name for fault in FAULTS]}


def _one_fault(tour: Tour, fault: Fault) -> None:
    bench = tour.bench
    _do(tour, fault.breaks)
    bench.wait(lambda screen: _is_entry(screen, f"staff.{fault.key}"), f"{fault.name} at home", 60.0)
    tour.album.keep(fault.name)
    _do(tour, fault.mends)
    bench.wait(lambda screen: not _entries(screen), f"{fault.name} mended", 60.0)


def _many_faults(tour: Tour) -> None:
    together = [fault for fault in FAULTS if fault.name in TOGETHER]
    for fault in together:
        _do(tour, fault.breaks)
    tour.bench.wait(lambda screen: len(_entries(screen)) >= len(TOGETHER) - 2, "many things at once", 60.0)
    tour.album.keep("many-at-once")
    for fault in together:
        _do(tour, fault.mends)


def _do(tour: Tour, act: Act) -> None:
    peripheral, verb, fields = act
    tour.bench.do(peripheral, verb, **fields)


def _entries(screen: dict[str, Any]) -> list[str]:
    return [one["id"] for one in screen.get("elements", []) if one["id"].startswith("entry.")]


def _is_entry(screen: dict[str, Any], key: str) -> bool:
    return bool(_entries(screen)) and says(screen, key)


def every_test(tour: Tour) -> dict[str, Any]:
    """The test of each device, with a good end; the list then says when each was tested."""
    with put_right(tour):
        come_in(tour)
        menu(tour, "tests")
        tour.bench.wait_for("ChoiceView", "option.card_reader")
        tour.album.keep("tests")
        for test in (_printer, _speaker, _identity, _camera, _network, _ruler, _glass, _card):
            test(tour)
            tour.bench.wait_for("ChoiceView", "option.card_reader")
        tour.album.keep("tests-done")
        back_home(tour)
        go_out(tour)
    return {}


def _begin(tour: Tour, test: str) -> None:
    tour.bench.touch(f"option.{test}")
    tour.bench.wait(lambda screen: screen.get("view") != "ChoiceView", f"the test of {test}")


def _over(tour: Tour, name: str) -> None:
    tour.bench.wait_for("StaffTestView", "option.done", 60.0)
    tour.album.keep(name)
    tour.bench.touch("option.done")


def _printer(tour: Tour) -> None:
    _begin(tour, "receipt_printer")
    tour.bench.wait_for("StaffTestView", "option.yes")
    tour.album.keep("test-printer-question")
    tour.bench.touch("option.yes")
    _over(tour, "test-printer")


def _speaker(tour: Tour) -> None:
    _begin(tour, "speaker")
    tour.bench.wait_for("StaffTestView", "option.yes")
    tour.album.keep("test-speaker-question")
    tour.bench.touch("option.yes")
    _over(tour, "test-speaker")


def _identity(tour: Tour) -> None:
    _begin(tour, "identity_reader")
    reads(tour, "staff.measure.module_id")
    tour.album.keep("test-identity-lay", both=False)
    tour.bench.do("identity", "place", person="resident_normal")
    _over(tour, "test-identity")
    tour.bench.do("identity", "remove")


def _camera(tour: Tour) -> None:
    _begin(tour, "code_scanner")
    tour.bench.do("camera", "show", content="A SAMPLE CODE", style="easy")
    reads(tour, "staff.measure.decoded")
    tour.album.keep("test-camera-preview")
    tour.bench.do("camera", "clear")
    tour.bench.touch("option.finish")
    _over(tour, "test-camera")


def _network(tour: Tour) -> None:
    _begin(tour, "network")
    _over(tour, "test-network")


def _ruler(tour: Tour) -> None:
    _begin(tour, "display")
    tour.bench.wait_for("RulerView", "option.yes")
    tour.album.keep("test-ruler")
    tour.bench.touch("option.yes")
    _over(tour, "test-ruler-done")


def _glass(tour: Tour) -> None:
    _begin(tour, "touch")
    tour.bench.wait_for("TouchGridView", "cell.0")
    for cell in range(CELLS):
        if cell != DEAD_CELL:
            tour.bench.touch(f"cell.{cell}")
    tour.album.keep("test-glass")
    tour.bench.touch("option.finish")
    tour.bench.wait_for("TouchGridView", "option.done")
    tour.album.keep("test-glass-dead-field")
    tour.bench.touch("option.done")


def _card(tour: Tour) -> None:
    """The staff card goes out for it, and comes back in."""
    _begin(tour, "card_reader")
    tour.album.keep("test-card-exchange")
    tour.bench.do("card", "insert", person="resident_normal")
    tour.bench.wait_for("StaffTestView", "option.done")
    tour.album.keep("test-card")
    tour.bench.touch("option.done")
    reads(tour, "staff.card_awaited.title")
    tour.album.keep("test-card-put-yours-back")
    tour.bench.do("card", "insert_staff", holder="attendant")
