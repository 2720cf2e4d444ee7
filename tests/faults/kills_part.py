"""kill -9 of the terminal as a part of `python -m tests.faults`."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tqdm import tqdm

from deploy.workbench import Workbench
from tests.bench_driver.people import Registry
from tests.bench_driver.recorded import Recorded
from tests.bench_driver.tidy import come_home
from tests.faults import glass_kills
from tests.faults.aftermath import SETTLED_WITHIN_S, Aftermath, Scene
from tests.faults.quick_kills import Lobby, boundaries, lobby, random_death
from tests.faults.quick_terminal import WAYS
from tests.faults.report import Line
from tests.tour.bench_client import BenchClient

DOUBLES = frozenset({"charged twice", "two applications"})


@dataclass(frozen=True)
class Size:
    """`boundaries`: of each way to pay, at most; `glass`: with the real screen and touches."""

    boundaries: int
    random: int
    glass: int


SMALL = Size(boundaries=3, random=2, glass=0)
WHOLE = Size(boundaries=1_000, random=200, glass=12)
Round = Callable[[], Aftermath]


def trials(size: Size, seed: int = 1) -> Iterator[Line]:
    dice = random.Random(seed)
    with TemporaryDirectory(prefix="kiosk-kills-") as folder, lobby(Path(folder)) as opened:
        yield _line("kill -9 before and after every commit of a visit", _at_boundaries(opened, size, dice))
        yield _line("kill -9 at random moments of a visit", _at_random(opened, size, dice))
    if size.glass:
        with TemporaryDirectory(prefix="kiosk-kills-") as folder, Workbench(root=Path(folder)) as workbench:
            yield _line("kill -9 with a real screen and fingers", _with_glass(workbench, size, dice))


def _at_boundaries(lobby: Lobby, size: Size, dice: random.Random) -> Iterable[Round]:
    for way in WAYS:
        deaths = boundaries(lobby, way)
        for death in sorted(dice.sample(deaths, min(size.boundaries, len(deaths))), key=deaths.index):
            yield lambda way=way, death=death: lobby.kill_in_visit(death, way)


def _at_random(lobby: Lobby, size: Size, dice: random.Random) -> Iterable[Round]:
    for way in WAYS:
        for _ in range(size.random // len(WAYS)):
            yield lambda way=way: lobby.kill_in_visit(random_death(lobby, way, dice), way)


def _with_glass(workbench: Workbench, size: Size, dice: random.Random) -> Iterable[Round]:
    registry = Registry(workbench.root / "backend")
    scene = Scene(workbench, registry, Recorded(BenchClient(workbench.bench_url), workbench.root))
    come_home(scene.bench)
    for kind in glass_kills.BOUNDARIES:
        yield lambda kind=kind: glass_kills.kill_at(scene, kind)
    for _ in range(size.glass):
        yield lambda: glass_kills.kill_random(scene, dice)
    registry.close()


def _line(name: str, rounds: Iterable[Round]) -> Line:
    found: Counter[str] = Counter()
    worst_s, count = 0.0, 0
    for run in tqdm(rounds, desc=name, unit=" kills", leave=False):
        aftermath = run()
        found.update(aftermath.wrong)
        worst_s, count = max(worst_s, aftermath.settled_s), count + 1
    if worst_s > SETTLED_WITHIN_S:
        found["settled late"] += 1
    double = sum(many for word, many in found.items() if word in DOUBLES)
    lost = sum(many for word, many in found.items() if word not in DOUBLES and word != "settled late")
    note = f"settled at worst {worst_s:.1f} s after the start"
    return Line(name, count, "kills", not found, dict(found), lost=lost, double=double, note=note)
