"""What a killed terminal leaves, and what must be true after it was started again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deploy.workbench import Workbench
from kiosk.journal.reading import open_reader
from tests.bench_driver.journal_watch import NAME, JournalWatch
from tests.bench_driver.people import Registry, Somebody
from tests.bench_driver.recorded import SUBMITTED_STATES, Recorded
from tests.tour.bench_client import BenchClient, TourError

SETTLED_WITHIN_S = 5.0
"""From the start of the program to the last word on what was cut off."""
LIMIT_S = 60.0
OPEN_STATES = frozenset({"CREATED", "REQUESTED", "UNKNOWN"})


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


@dataclass(frozen=True)
class Aftermath:
    """What is wrong, and how long it took until nothing was open any more, in seconds."""

    wrong: tuple[str, ...]
    settled_s: float


def start_again(scene: Scene, somebody: Somebody, is_home: Callable[[], bool]) -> Aftermath:
    """The terminal was killed: start it and wait until this person's business is settled."""
    wrong = list(_broken_journal(scene))
    started_s = time.monotonic()
    scene.workbench.start_terminal()
    settled_s = LIMIT_S
    try:
        scene.bench.wait_until(lambda: is_settled(scene.recorded, somebody), "settled business", LIMIT_S)
        settled_s = time.monotonic() - started_s
    except TourError:
        wrong.append("not settled")
    try:
        scene.bench.wait_until(is_home, "the attract screen", LIMIT_S)
    except TourError:
        wrong.append("no attract screen")
    return Aftermath((*wrong, *doubles(scene.recorded, somebody)), settled_s)


def _broken_journal(scene: Scene) -> Sequence[str]:
    reader = open_reader(scene.workbench.root / "terminal" / NAME)
    try:
        return ("journal broken",) if reader.verify() is not None else ()
    finally:
        reader.close()


def is_settled(recorded: Recorded, somebody: Somebody) -> bool:
    """No payment is open, and what was paid for is being made."""
    states = {state for _, state in recorded.payments(somebody.person_id)}
    if states & OPEN_STATES:
        return False
    is_paid = "PAID" in states or recorded.captures(somebody.person_id) > 0
    return not is_paid or all(state in SUBMITTED_STATES for _, state in recorded.applications(somebody.person_id))


def doubles(recorded: Recorded, somebody: Somebody) -> Sequence[str]:
    wrong: list[str] = []
    if recorded.captures(somebody.person_id) > 1:
        wrong.append("charged twice")
    if len(recorded.applications(somebody.person_id)) > 1:
        wrong.append("two applications")
    return wrong
