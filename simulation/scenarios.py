"""What is tried with a fleet, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

from backend.fleet.rollouts.decision import Limits
from backend.fleet.rollouts.service import FINISHED, HALTED, RUNNING
from kiosk.fleet.sections import Pricing, Sections
from simulation.conduct import Conduct, Kind
from simulation.world import MINUTE_S, RARE_EVERY, World

FIRST_PERCENT: Final = 0.01
TENTH: Final = 0.10
"""What 3 % by lot cannot hide from; one in five times none of them is in the first percent."""
LED_BACK_ROUNDS: Final = 4
LONGEST: Final = timedelta(hours=12)


@dataclass(frozen=True)
class Scenario:
    what: str
    conduct: Callable[[int, Random], Conduct]
    """Number of a terminal and its own chance -> how it behaves."""
    ends: str
    """State of the rollout that is right."""
    most_share: float = 1.0
    """Of the fleet, which may have been touched by then."""
    longest: timedelta = LONGEST


@dataclass(frozen=True)
class Outcome:
    """What came of one scenario. `is_right` is the verdict; everything else is for people."""

    scenario: str
    what: str
    terminals: int
    state: str
    reason: str
    wave: int
    touched: int
    allowed: int
    counted: Mapping[str, int]
    changed: int
    """Terminals that run the new bundle at the end."""
    behind: int
    """Touched ones that can speak and do not run what they are wished at the end."""
    simulated_minutes: int
    is_right: bool

    def line(self) -> str:
        counts = " ".join(f"{name}={number}" for name, number in self.counted.items() if number)
        verdict = "ok" if self.is_right else "WRONG"
        return (
            f"{self.scenario:10} {verdict:5} {self.state} {self.reason or '-'} wave={self.wave}"
            f" touched={self.touched}/{self.terminals} (allowed {self.allowed}) {counts}"
            f" changed={self.changed} behind={self.behind} hours={self.simulated_minutes / 60:.1f}"
        )


def _healthy(_number: int, chance: Random) -> Conduct:
    """Fifteen in a hundred are switched off; one in a hundred loses its network for half an hour at some time."""
    lot = chance.random()
    if lot < 0.15:
        return Conduct(Kind.AWAY)
    if lot < 0.16:
        return Conduct(Kind.CUT_OFF, cut_from_s=chance.uniform(1800, 3 * 3600), cut_for_s=1800)
    return Conduct()


def _reverting(number: int, _chance: Random) -> Conduct:
    """Three in a hundred, and as faults are: of one kind of machine."""
    return Conduct(Kind.REVERTING) if number % RARE_EVERY == 0 else Conduct()


def _of_these(kind: Kind, share: float) -> Callable[[int, Random], Conduct]:
    return lambda _number, chance: Conduct(kind) if chance.random() < share else Conduct()


SCENARIOS: Final[Mapping[str, Scenario]] = {
    "healthy": Scenario("a good change; 15 % of the fleet are switched off", _healthy, FINISHED),
    "reverting": Scenario("3 % of the fleet, one kind of machine, cannot work under it", _reverting, HALTED,
                          FIRST_PERCENT),
    "scattered": Scenario("3 % of the fleet, whichever, cannot work under it", _of_these(Kind.REVERTING, 0.03), HALTED,
                          TENTH),
    "silent": Scenario("30 % fall silent under it", _of_these(Kind.SILENT, 0.3), HALTED, FIRST_PERCENT),
    "payments": Scenario("payments succeed 10 points less often under it", _of_these(Kind.POOR, 1.0), HALTED,
                         FIRST_PERCENT),
    "lying": Scenario("10 % say that it runs well and keep what they have", _of_these(Kind.LYING, 0.1), RUNNING,
                      FIRST_PERCENT, timedelta(hours=2)),
    "cut-off": Scenario("20 % lose their network for two hours in the middle", lambda number, chance: Conduct(
        Kind.CUT_OFF, cut_from_s=5400 + chance.uniform(0, 600), cut_for_s=7200) if number % 5 == 0 else Conduct(),
        FINISHED),
}  # fmt: skip


def dearer(sections: Sections) -> Sections:
    """A change of money: five yuan more."""
    fees = tuple(row.model_copy(update={"fee_fen": row.fee_fen + 500}) for row in sections.pricing.fees)
    return sections.model_copy(update={"pricing": Pricing(fees=fees)})


def _say_nothing(_text: str) -> None:
    pass


def play(
    name: str,
    world: World,
    *,
    limits: Limits | None = None,
    most_share: float | None = None,
    say: Callable[[str], None] = _say_nothing,
) -> Outcome:
    """One scenario in a settled world, which is used up. `limits`, `most_share`: in place of the usual ones."""
    scenario = SCENARIOS[name]
    world.behave(scenario.conduct)
    began_s = world.clock.monotonic_s()
    bundle = world.publish("dearer", dearer)
    rollout_id = world.launch(bundle, limits)
    world.play(rollout_id, scenario.longest.total_seconds(), say)
    passed_s = world.clock.monotonic_s() - began_s
    for _ in range(LED_BACK_ROUNDS):
        world.pass_time(MINUTE_S)
    allowed = int(len(world.terminals) * (scenario.most_share if most_share is None else most_share))
    return _outcome(name, world, rollout_id, bundle.sha256, allowed, passed_s)


def _outcome(name: str, world: World, rollout_id: str, change: str, allowed: int, passed_s: float) -> Outcome:
    scenario, row = SCENARIOS[name], world.rollout(rollout_id)
    touched = set(world.touched(rollout_id))
    wished = world.first if row.state == HALTED else change
    reached = [one for one in world.terminals if one.place.terminal_id in touched and one.is_heard]
    behind = sum(one.runs != wished for one in reached)
    counted = world.outcomes(rollout_id)
    is_right = row.state == scenario.ends and len(touched) <= max(allowed, 1)
    if row.state != RUNNING:  # who can speak has followed: forward, or back
        is_right = is_right and behind == 0
    return Outcome(
        scenario=name,
        what=scenario.what,
        terminals=len(world.terminals),
        state=row.state,
        reason=row.reason,
        wave=row.wave,
        touched=len(touched),
        allowed=allowed,
        counted=counted,
        changed=sum(one.runs == change for one in world.terminals),
        behind=behind,
        simulated_minutes=round(passed_s / 60),
        is_right=is_right,
    )
