"""kill -9 of the terminal's program at every journal boundary of a paid visit and at random moments.

The person touches at once (`quick_terminal`), so a whole visit takes about a second; devices, network, backend and
payment sandbox are the real programs of the workbench. After the kill the terminal is started again and must settle
what was cut off; then the same person comes again and goes through to the end: exactly one charge, one application.
"""

from __future__ import annotations

import configparser
import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.workbench import PYTHON, Workbench
from tests.bench_driver.people import Registry, Somebody
from tests.bench_driver.recorded import SUBMITTED_STATES, Recorded
from tests.faults.aftermath import Aftermath, Scene, start_again
from tests.faults.quick_terminal import PEOPLE, WAYS
from tests.tour.bench_client import BenchClient, TourError

VISIT_LIMIT_S = 40.0
VISITS_AFTERWARDS = 3
"""Who is told that something cannot be done just now comes again."""
LOOK_S = 0.02
QUICK = {"poll_payment_s": "0.5", "take_things_s": "5"}


@dataclass(frozen=True)
class Death:
    """How a visit is cut off: right before or after a commit, or so many seconds after it began."""

    before_commit: int = 0
    after_commit: int = 0
    after_s: float | None = None


NO_DEATH = Death()


@dataclass
class QuickWorkbench(Workbench):
    """A workbench whose terminal has a person in place of the glass."""

    death: Death = NO_DEATH
    way: str = WAYS[0]

    def _start_screen(self) -> None:
        """Nobody looks at one."""

    def start_terminal(self) -> None:
        command = [PYTHON, "-m", "tests.faults.quick_terminal", "--config", str(self._written_config())]
        command += ["--pays", self.way, "--dies-before", str(self.death.before_commit)]
        command += ["--dies-after", str(self.death.after_commit)]
        self._start("terminal", command, self.ports.remote_view)


@dataclass
class Lobby:
    """One workbench and its terminal, over which people are sent one by one."""

    scene: Scene
    workbench: QuickWorkbench
    visit_s: dict[str, float] = field(default_factory=dict[str, float])
    """How long an undisturbed visit takes, by the way of paying."""

    # --- one visit ---

    def visit(self, somebody: Somebody, way: str, after_s: float | None = None) -> int:
        """The person comes and acts until they have gone or the program is dead; how many commits were seen."""
        bench, terminal = self.scene.bench, self.workbench.program("terminal")
        bench.do("identity", "place", **somebody.document)
        if way == "payer_code":
            code = bench.phone("payer-code", behaviour="pays")["payer_code"]
            bench.do("camera", "show", content=code, style="easy")
        served = self._look().get("visits", 0)
        door = os.open(self.workbench.root / "terminal" / PEOPLE, os.O_WRONLY | os.O_NONBLOCK)
        with os.fdopen(door, "w") as pipe:
            pipe.write("one\n")
        killer = threading.Timer(VISIT_LIMIT_S if after_s is None else after_s, terminal.kill)
        killer.start()
        try:
            return self._accompany(terminal, served)
        finally:
            killer.cancel()
            bench.do("identity", "remove")
            bench.do("camera", "clear")

    def _accompany(self, terminal: subprocess.Popen[bytes], served: int) -> int:
        """Pay what is shown, once."""
        paid: set[str] = set()
        commits = 0
        while terminal.poll() is None:
            shown = self._look()
            commits = max(commits, shown.get("commits") or 0)
            code = shown.get("code", "")
            if code and code not in paid:
                paid.add(code)
                self._pay(code)
            if shown.get("visits", served) > served:
                break
            threading.Event().wait(LOOK_S)
        return commits

    def _look(self) -> dict[str, Any]:
        return self.scene.bench.screen()  # empty while nobody answers

    def _pay(self, code_url: str) -> None:
        try:
            self.scene.bench.phone("pay", code_url=code_url)
        except TourError:  # it was cancelled in the same moment
            return

    def is_home(self) -> bool:
        return self._look().get("view") == "AttractView"

    # --- one round ---

    def measure(self, way: str) -> int:
        """An undisturbed visit; the number of its commits."""
        self._restart_with(NO_DEATH, way)
        begun_s = time.monotonic()
        commits = self.visit(self.scene.registry.add(), way)
        self.visit_s[way] = time.monotonic() - begun_s
        return commits

    def kill_in_visit(self, death: Death, way: str) -> Aftermath:
        """A visit that is cut off, a restart, and the person's second try."""
        in_program = Death(death.before_commit, death.after_commit)
        if (self.workbench.death, self.workbench.way) != (in_program, way):
            self._restart_with(in_program, way)
        somebody = self.scene.registry.add()
        self.visit(somebody, way, death.after_s)
        self.workbench.kill("terminal")  # it may have been faster than its death
        self.workbench.death = NO_DEATH
        aftermath = start_again(self.scene, somebody, self.is_home)
        for _ in range(VISITS_AFTERWARDS):
            self.visit(somebody, way)
            if not self._not_exactly_one(somebody):
                break
        return Aftermath((*aftermath.wrong, *self._not_exactly_one(somebody)), aftermath.settled_s)

    def _restart_with(self, death: Death, way: str) -> None:
        self.workbench.kill("terminal")
        self.workbench.death, self.workbench.way = death, way
        self.workbench.start_terminal()
        self.scene.bench.wait_until(self.is_home, "the attract screen")

    def _not_exactly_one(self, somebody: Somebody) -> tuple[str, ...]:
        recorded, person = self.scene.recorded, somebody.person_id
        captures, states = recorded.captures(person), [state for _, state in recorded.applications(person)]
        wrong = (
            ("charged twice", captures > 1),
            ("not charged", captures < 1),
            ("two applications", len(states) > 1),
            ("no application", not SUBMITTED_STATES.issuperset(states) or not states),
        )
        return tuple(word for word, is_so in wrong if is_so)


@contextmanager
def lobby(folder: Path) -> Iterator[Lobby]:
    config = folder / "quick.ini"
    settings = configparser.ConfigParser(interpolation=None)
    settings.read("kiosk.ini", encoding="utf-8")
    settings["timeouts"].update(QUICK)
    with config.open("w", encoding="utf-8") as file:
        settings.write(file)
    with QuickWorkbench(root=folder, config=config, joins_fleet=False) as workbench:
        registry = Registry(workbench.root / "backend")
        scene = Scene(workbench, registry, Recorded(BenchClient(workbench.bench_url), workbench.root))
        scene.bench.wait_until(lambda: scene.bench.screen().get("view") == "AttractView", "the attract screen")
        try:
            yield Lobby(scene, workbench)
        finally:
            registry.close()


def boundaries(lobby: Lobby, way: str) -> tuple[Death, ...]:
    """Right before and right after every commit of a paid visit."""
    commits = lobby.measure(way)
    return tuple(death for at in range(1, commits + 1) for death in (Death(before_commit=at), Death(after_commit=at)))


def random_death(lobby: Lobby, way: str, dice: random.Random) -> Death:
    return Death(after_s=dice.uniform(0.0, lobby.visit_s[way] * 1.05))
