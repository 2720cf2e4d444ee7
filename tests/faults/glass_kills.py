"""kill -9 of the terminal with its real screen, in the middle of a visit made with real touches; then a restart."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from requests import RequestException

from tests.bench_driver.tidy import is_home, make_well
from tests.bench_driver.visit import Visit
from tests.faults.aftermath import Aftermath, Scene, start_again
from tests.tour.bench_client import BenchClient, TourError

APPLYING = ("application_intended", "application_made")
PAYING = (
    "payment_intended",
    "payment_changed",
    "submission_intended",
    "submitted",
    "print_begun",
    "printed",
)
BOUNDARIES = (*APPLYING, *PAYING)
LOOK_S = 0.01
GRACE_S = 15.0


class KilledError(Exception):
    """The terminal of this visit was killed."""


@dataclass(frozen=True)
class MortalBench(BenchClient):
    """Ends the visit at once when the terminal is dead."""

    killed: threading.Event = field(default_factory=threading.Event)

    def screen(self) -> dict[str, Any]:
        if self.killed.is_set():
            raise KilledError
        return super().screen()


def kill_at(scene: Scene, kind: str) -> Aftermath:
    """Kill as soon as the journal of a visit holds this kind of step; what is wrong after the restart."""
    before = scene.journal.newest()
    is_due = lambda: any(found == kind for _, found in scene.journal.kinds_after(before))  # noqa: E731  a condition
    return _visit_and_kill(scene, is_due, is_whole=kind in APPLYING)


def kill_after(scene: Scene, seconds: float, *, is_whole: bool) -> Aftermath:
    """Kill at some moment of a visit; what is wrong after the restart."""
    clock = threading.Event()
    timer = threading.Timer(seconds, clock.set)
    timer.start()
    try:
        return _visit_and_kill(scene, clock.is_set, is_whole=is_whole)
    finally:
        timer.cancel()


def _visit_and_kill(scene: Scene, is_due: Callable[[], bool], *, is_whole: bool) -> Aftermath:
    somebody = scene.registry.add(**({} if is_whole else {"open_application": "AWAITING_PAYMENT"}))
    bench, over = MortalBench(scene.bench.url), threading.Event()
    killer = threading.Thread(target=_kill_when_due, args=(scene, is_due, bench.killed, over), daemon=True)
    killer.start()
    try:
        _pay_and_print(Visit(bench, somebody), is_whole=is_whole)
    except (KilledError, TourError, RequestException):
        if not bench.killed.wait(GRACE_S):
            raise
    finally:
        over.set()
        killer.join(GRACE_S)
    if not bench.killed.is_set():
        scene.workbench.kill("terminal")  # the visit was faster than the moment
    make_well(scene.bench)
    return start_again(scene, somebody, lambda: is_home(scene.bench.screen()))


def _kill_when_due(scene: Scene, is_due: Callable[[], bool], killed: threading.Event, over: threading.Event) -> None:
    while not over.wait(LOOK_S):
        if is_due():
            scene.workbench.kill("terminal")
            killed.set()
            return


def _pay_and_print(visit: Visit, *, is_whole: bool) -> None:
    """A whole visit, or one that goes on with an unpaid application."""
    if is_whole:
        visit.to_payment()
    else:
        visit.to_record()
        visit.touch("confirm", "ChoiceView", "option.show_phone")
    visit.touch("option.show_phone", "PayScanView", "option.other_way")
    visit.show_payer_code()
    visit.bench.wait_for("DoneView", "confirm")
    visit.bench.touch("confirm")
    visit.reads("receipt.printed")
    visit.leave()


def kill_random(scene: Scene, dice: random.Random) -> Aftermath:
    """Mostly visits that begin shortly before the payment, where a cut costs most."""
    is_whole = dice.random() < 0.25
    return kill_after(scene, dice.uniform(0.5, 9.0 if is_whole else 5.0), is_whole=is_whole)
