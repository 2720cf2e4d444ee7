"""A backend with its fleet in one program, and the time that passes for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.clock import Clock, RandomNumbers
from backend.composition import build_backend
from backend.fleet.alerting import Note
from backend.fleet.board import Posted
from backend.fleet.director import Wish
from backend.fleet.fleet import Fleet
from backend.fleet.keys_command import make_bench_keys
from backend.fleet.part import build_fleet
from backend.fleet.rollouts.counting import Outcome
from backend.fleet.rollouts.decision import Limits
from backend.fleet.rollouts.service import RUNNING
from backend.fleet.seeding import publish, sections_of_reference, seed_fleet
from backend.fleet.tables import ENROLLED, BundleRow, FleetTerminalRow, HealthRow, RolloutRow, TargetRow
from backend.migrations.migrate import migrate
from backend.problems import Refusal
from backend.reference.service import ReferenceData
from backend.settings import FONT, Settings
from kiosk.clock import Clock as TerminalClock
from kiosk.fleet.report import ConfigState
from kiosk.fleet.roots import Root, first_root
from kiosk.fleet.sections import Sections
from kiosk.logs import silent_log
from simulation.conduct import Conduct
from simulation.line import Counter, Line
from simulation.terminal import Known, Place, SimulatedTerminal

WHO: Final = "simulation"
START: Final = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)
"""Tuesday 10:00 in Beijing."""
MINUTE_S: Final = 61.0
"""Longer than the minute that the limit on targeting looks back."""
SOAK_S: Final = 900.0
"""While nothing is under way but time."""
FRESH: Final = timedelta(minutes=15)
"""Who has not answered by then is not waited for by the minute."""
DISTRICTS: Final = ("CY", "HD", "XC", "DC")
OFFICES_OF_EACH: Final = 25
MACHINES: Final = ("sim-tall", "sim-wall", "sim-desk")
RARE_MACHINE: Final = "sim-rare"
RARE_EVERY: Final = 33
"""About three percent of a fleet are of the rare kind."""


class WorldClock:
    """Stands still until it is told to move; the time of terminals and backend alike."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._passed_s = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed_s)

    def monotonic_s(self) -> float:
        return 1000.0 + self._passed_s

    def advance(self, seconds: float) -> None:
        self._passed_s += seconds


class Nobody:
    """Is on duty: alerts are kept in the database and told to no one."""

    def tell(self, notes: Sequence[Note]) -> None:
        pass


@dataclass
class World:
    """`pass_time` moves everybody by so many seconds; then the backend makes its round."""

    clock: WorldClock
    counter: Counter
    reference: ReferenceData
    keys: Path
    first: str
    """Address of the bundle that everybody begins with."""
    terminals: Sequence[SimulatedTerminal] = field(default_factory=tuple["SimulatedTerminal", ...])

    @property
    def fleet(self) -> Fleet:
        return self.counter.fleet

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        with self.counter.round():
            for terminal in self.terminals:
                terminal.pass_time(seconds, self.first)
        self.fleet.look_after()

    def settle(self) -> None:
        """Everybody who is there runs the first bundle, and has proved it."""
        for _ in range(MOST_ROUNDS_TO_SETTLE):
            self.pass_time(MINUTE_S)
            if all(_has_settled(terminal, self.first) for terminal in self.terminals):
                return
        raise RuntimeError("the fleet does not settle under its first bundle")

    def behave(self, conduct_of: Callable[[int, Random], Conduct]) -> None:
        """Number of a terminal and its own chance -> how it behaves from now on; who is away has been for a while."""
        for number, terminal in enumerate(self.terminals):
            terminal.behave(partial(conduct_of, number))
        for _ in range(2):
            self.pass_time(SOAK_S)

    # --- people ------------------------------------------------------------------------------------------------------

    def publish(self, bundle_id: str, change: Callable[[Sections], Sections]) -> BundleRow:
        with self.fleet.sessions.begin() as session:
            return publish(self.fleet, session, bundle_id, change(sections_of_reference(self.reference)), self.keys)

    def launch(self, bundle: BundleRow, limits: Limits | None = None) -> str:
        """A rollout that is under way; its id."""
        rollouts = self.fleet.rollouts
        with self.fleet.sessions.begin() as session:
            made = rollouts.create(session, bundle.sha256, WHO, limits)
        started: RolloutRow | Refusal = made
        if isinstance(made, RolloutRow):
            with self.fleet.sessions.begin() as session:
                started = rollouts.start(session, made.rollout_id, WHO)
        if isinstance(started, Refusal):
            raise TypeError(f"the rollout does not start: {started}")
        return started.rollout_id

    # --- questions ---------------------------------------------------------------------------------------------------

    def rollout(self, rollout_id: str) -> RolloutRow:
        with self.fleet.sessions() as session:
            return session.get_one(RolloutRow, rollout_id)

    def outcomes(self, rollout_id: str) -> Mapping[str, int]:
        """How many terminals came to which end."""
        query = select(TargetRow.outcome, func.count()).where(TargetRow.rollout_id == rollout_id)
        with self.fleet.sessions() as session:
            found = dict(session.execute(query.group_by(TargetRow.outcome)).all())
        return {outcome.value: found.get(outcome, 0) for outcome in Outcome}

    def touched(self, rollout_id: str) -> Sequence[str]:
        query = select(TargetRow.terminal_id).where(TargetRow.rollout_id == rollout_id)
        with self.fleet.sessions() as session:
            return session.scalars(query.where(TargetRow.targeted_at.is_not(None))).all()

    def pace_s(self, rollout_id: str) -> float:
        """Minutes while statements are on their way; longer steps while only time has to pass."""
        counted = self.outcomes(rollout_id)
        row = self.rollout(rollout_id)
        is_fresh = row.wave_began_at is not None and self.clock.now() - row.wave_began_at < FRESH
        is_under_way = row.reason in ("", "targeting") or (counted[Outcome.PENDING] and is_fresh)
        return MINUTE_S if is_under_way else SOAK_S

    def play(self, rollout_id: str, limit_s: float, say: Callable[[str], None]) -> None:
        """Until the rollout has ended, or so much time has passed."""
        ends_at = self.clock.monotonic_s() + limit_s
        while self.clock.monotonic_s() < ends_at:
            self.pass_time(self.pace_s(rollout_id))
            row = self.rollout(rollout_id)
            say(f"wave {row.wave} {row.state} {row.reason}")
            if row.state != RUNNING:
                return


MOST_ROUNDS_TO_SETTLE: Final = 40


def make_world(count: int, folder: Path, seed: int) -> World:
    """`folder` takes its keys; everything else is in memory. Nobody has begun anything; `settle` lets them."""
    clock = WorldClock()
    settings = Settings(
        folder / "state", "sqlite://", "http://127.0.0.1:1", "http://127.0.0.1:1", FONT, fleet_dir=folder / "keys"
    )
    make_bench_keys(folder / "keys", clock.now())
    fleet, reference = open_fleet(settings, clock)
    migrate(fleet.engine)
    with fleet.sessions.begin() as session:
        seed_fleet(fleet, session, reference, folder / "keys")
        first = session.scalars(select(BundleRow.sha256)).one()
    world = World(clock, Counter(fleet), reference, folder / "keys", first)
    world.terminals = populate(Crowd(world.counter, clock, reference, first, has_commands=False), count, seed)
    return world


def open_fleet(settings: Settings, clock: Clock) -> tuple[Fleet, ReferenceData]:
    services = build_backend(replace(settings, fleet_dir=None), clock, RandomNumbers()).services
    return build_fleet(settings, services, messenger=Nobody()), services.reference


def populate(crowd: Crowd, count: int, seed: int) -> Sequence[SimulatedTerminal]:
    """So many terminals; those that the fleet does not know yet are enrolled and wished the first bundle."""
    fleet, names = crowd.counter.fleet, [f"sim-{number:05d}" for number in range(count)]

    def adopt(session: Session) -> Mapping[str, Posted]:
        now = fleet.clock.now()
        known = set(session.scalars(select(FleetTerminalRow.terminal_id)))
        fresh = [(number, name) for number, name in enumerate(names) if name not in known]
        session.add_all(_enrolled(number, name, now) for number, name in fresh)
        bundle = session.get_one(BundleRow, crowd.first)
        return fleet.director.wish(session, {name: Wish(bundle) for _, name in fresh}, now)

    fleet.act(adopt)
    with fleet.sessions() as session:
        said = dict(session.execute(select(HealthRow.terminal_id, HealthRow.seq)).all())
    known, root, log = Known(), root_of(fleet), silent_log()
    reference = crowd.reference.reference
    terminals: list[SimulatedTerminal] = []
    for number, name in enumerate(names):
        place = Place(name, office_of(number), machine_of(number), root, reference, said.get(name, 0))
        line = Line(crowd.counter, name, has_commands=crowd.has_commands)
        chance = Random(seed * 1_000_003 + number)
        terminals.append(SimulatedTerminal(place, line, known, crowd.clock, chance, log))
    return terminals


@dataclass(frozen=True)
class Crowd:
    """What terminals have in common."""

    counter: Counter
    clock: TerminalClock
    reference: ReferenceData
    first: str
    has_commands: bool


def _enrolled(number: int, name: str, now: datetime) -> FleetTerminalRow:
    return FleetTerminalRow(
        terminal_id=name, office_id=office_of(number), state=ENROLLED, hardware=machine_of(number), enrolled_at=now
    )


def machine_of(number: int) -> str:
    return RARE_MACHINE if number % RARE_EVERY == 0 else MACHINES[number % len(MACHINES)]


def office_of(number: int) -> str:
    district = DISTRICTS[number // 7 % len(DISTRICTS)]
    return f"{district}{number % OFFICES_OF_EACH + 1:02d}"


def root_of(fleet: Fleet) -> Root:
    """Of one link: a simulated fleet is made with the newest root."""
    root = first_root(fleet.roots[-1])
    if not isinstance(root, Root):
        raise TypeError("the fleet's own root of trust is none")
    return root


def _has_settled(terminal: SimulatedTerminal, first: str) -> bool:
    return terminal.runs == first and terminal.state.state is ConfigState.CONFIRMED
