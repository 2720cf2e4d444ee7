"""kill -9 of the terminal in the middle of a paid visit, then a restart: nobody pays twice, nothing paid is lost."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from requests import RequestException
from tqdm import tqdm

from deploy.workbench import Workbench
from kiosk.journal.reading import open_reader
from tests.bench_driver.journal_watch import NAME, JournalWatch
from tests.bench_driver.people import Registry, Somebody
from tests.bench_driver.recorded import SUBMITTED_STATES, Recorded
from tests.bench_driver.tidy import come_home, is_home, make_well
from tests.bench_driver.visit import Visit
from tests.faults.report import Line
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
RANDOM_KILLS = 200
LOOK_S = 0.01
GRACE_S = 15.0
SETTLED_WITHIN_S = 60.0
ATTRACT_WITHIN_S = 30.0


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


@dataclass(frozen=True)
class Scene:
    """A running workbench and what was recorded on it."""

    workbench: Workbench
    registry: Registry
    recorded: Recorded

    @property
    def bench(self) -> BenchClient:
        return self.recorded.bench

    @property
    def journal(self) -> JournalWatch:
        return JournalWatch(self.workbench.root / "terminal")


def kill_at(scene: Scene, kind: str) -> Sequence[str]:
    """Kill as soon as the journal of a visit holds this kind of step; what is wrong after the restart."""
    before = scene.journal.newest()
    is_due = lambda: any(found == kind for _, found in scene.journal.kinds_after(before))  # noqa: E731  a condition
    return _visit_and_kill(scene, is_due, is_whole=kind in APPLYING)


def kill_after(scene: Scene, seconds: float, *, is_whole: bool) -> Sequence[str]:
    """Kill at some moment of a visit; what is wrong after the restart."""
    clock = threading.Event()
    timer = threading.Timer(seconds, clock.set)
    timer.start()
    try:
        return _visit_and_kill(scene, clock.is_set, is_whole=is_whole)
    finally:
        timer.cancel()


def _visit_and_kill(scene: Scene, is_due: Callable[[], bool], *, is_whole: bool) -> Sequence[str]:
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
    return (*_broken_journal(scene), *_after_restart(scene, somebody))


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


# --- afterwards ------------------------------------------------------------------------------------------------------


def _broken_journal(scene: Scene) -> Sequence[str]:
    reader = open_reader(scene.workbench.root / "terminal" / NAME)
    try:
        return ("journal broken",) if reader.verify() is not None else ()
    finally:
        reader.close()


def _after_restart(scene: Scene, somebody: Somebody) -> Sequence[str]:
    make_well(scene.bench)
    scene.workbench.start_terminal()
    wrong: list[str] = []
    try:
        scene.bench.wait(is_home, "the attract screen", ATTRACT_WITHIN_S)
    except TourError:
        wrong.append("no attract screen")
    try:
        scene.bench.wait_until(lambda: _is_settled(scene.recorded, somebody), "settled business", SETTLED_WITHIN_S)
    except TourError:
        wrong.append("not settled")
    if scene.recorded.captures(somebody.person_id) > 1:
        wrong.append("charged twice")
    if len(scene.recorded.applications(somebody.person_id)) > 1:
        wrong.append("two applications")
    return wrong


def _is_settled(recorded: Recorded, somebody: Somebody) -> bool:
    """No payment is open, and what was paid for is being made."""
    states = {state for _, state in recorded.payments(somebody.person_id)}
    if states & {"CREATED", "REQUESTED", "UNKNOWN"}:
        return False
    is_paid = "PAID" in states or recorded.captures(somebody.person_id) > 0
    return not is_paid or all(state in SUBMITTED_STATES for _, state in recorded.applications(somebody.person_id))


# --- the trials ------------------------------------------------------------------------------------------------------


def trials(random_kills: int = RANDOM_KILLS, seed: int = 1) -> Iterator[Line]:
    with TemporaryDirectory(prefix="kiosk-kills-") as folder, Workbench(root=Path(folder)) as workbench:
        registry = Registry(workbench.root / "backend")
        scene = Scene(workbench, registry, Recorded(BenchClient(workbench.bench_url), workbench.root))
        come_home(scene.bench)
        for kind in BOUNDARIES:
            wrong = Counter(kill_at(scene, kind))
            yield Line(f"kill -9 at {kind}", 1, "kill", not wrong, wrong)
        yield _random(scene, random_kills, random.Random(seed))
        registry.close()


def _random(scene: Scene, count: int, dice: random.Random) -> Line:
    wrong: Counter[str] = Counter()
    for _ in tqdm(range(count), desc="kills at random moments", unit=" kills", leave=False):
        wrong.update(kill_random(scene, dice))
    return Line("kill -9 at random moments", count, "kills", not wrong, wrong)


def kill_random(scene: Scene, dice: random.Random) -> Sequence[str]:
    """Mostly visits that begin shortly before the payment, where a cut costs most."""
    is_whole = dice.random() < 0.25
    return kill_after(scene, dice.uniform(0.5, 12.0 if is_whole else 7.0), is_whole=is_whole)
