"""The scenarios of `make fleet` with forty terminals: the same code, minutes of simulated time in a blink."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.fleet.rollouts.decision import Limits
from kiosk.fleet.report import ConfigState, Slot
from simulation.conduct import Conduct, Kind
from simulation.scenarios import SCENARIOS, dearer, play
from simulation.world import MINUTE_S, World, make_world

COUNT = 40
LIMITS = Limits(min_payments=20)
"""So few take few payments."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(COUNT, tmp_path, seed=1)
    made.settle()
    return made


@pytest.mark.parametrize("name", ["healthy", "silent"])
def test_what_must_come_of_it_comes_of_it(world: World, name: str) -> None:
    share = 0.2 if SCENARIOS[name].most_share < 1 else None
    outcome = play(name, world, limits=LIMITS, most_share=share)
    assert outcome.is_right, outcome.line()
    assert outcome.touched + outcome.counted["waiting"] == COUNT


def test_payments_that_fail_halt_and_everybody_is_led_back(world: World) -> None:
    """In a small fleet the whole first half is needed before ten points can be told from chance."""
    outcome = play("payments", world, limits=LIMITS.model_copy(update={"min_payments": 200}), most_share=0.5)
    assert (outcome.state, outcome.reason, outcome.behind, outcome.changed) == ("halted", "payments_dropped", 0, 0)
    assert outcome.is_right, outcome.line()


def test_terminals_that_go_back_halt_it_and_go_back_for_good(world: World) -> None:
    world.behave(lambda number, _chance: Conduct(Kind.REVERTING) if number % 4 == 0 else Conduct())
    bundle = world.publish("dearer", dearer)
    rollout_id = world.launch(bundle, LIMITS)
    world.play(rollout_id, 8 * 3600, lambda _text: None)
    counted = world.outcomes(rollout_id)
    assert (world.rollout(rollout_id).state, counted["reverted"] > 0) == ("halted", True)
    assert len(world.touched(rollout_id)) <= COUNT / 2
    for _ in range(6):
        world.pass_time(MINUTE_S)
    assert {one.runs for one in world.terminals} == {world.first}
    assert {one.state.state for one in world.terminals} == {ConfigState.CONFIRMED}, "led back by a new wish"


def test_a_liar_is_not_believed(world: World) -> None:
    world.behave(lambda number, _chance: Conduct(Kind.LYING) if number % 6 == 0 else Conduct())
    bundle = world.publish("dearer", dearer)
    rollout_id = world.launch(bundle, LIMITS.model_copy(update={"min_payments": 0, "soak_s": 60}))
    world.play(rollout_id, 3 * 3600, lambda _text: None)
    counted = world.outcomes(rollout_id)
    liars = [one for one in world.terminals if one.conduct.kind is Kind.LYING]
    assert all(one.runs == world.first for one in liars)
    assert world.rollout(rollout_id).state == "running"
    assert counted["pending"] > 0
    assert counted["confirmed"] <= COUNT - len(liars)


def test_a_restart_changes_nothing_but_the_number_of_the_boot(world: World) -> None:
    before = [one.state for one in world.terminals]
    for terminal in world.terminals:
        terminal.restart_soon()
    world.pass_time(MINUTE_S)
    assert [one.state for one in world.terminals] == before
    assert {one.state.slot for one in world.terminals} == {Slot.ACTIVE}


def test_the_same_seed_is_the_same_story(tmp_path: Path) -> None:
    def told(folder: Path) -> str:
        folder.mkdir()
        world = make_world(20, folder, seed=5)
        world.settle()
        return ",".join(f"{one.place.terminal_id}{one.state.since}" for one in world.terminals)

    assert told(tmp_path / "one") == told(tmp_path / "two")


def test_a_fleet_of_one_gets_its_change(tmp_path: Path) -> None:
    """Nobody is in its first waves."""
    world = make_world(1, tmp_path, seed=1)
    world.settle()
    bundle = world.publish("dearer", dearer)
    rollout_id = world.launch(bundle, Limits(soak_s=0, min_payments=0))
    world.play(rollout_id, 3600, lambda _text: None)
    assert world.rollout(rollout_id).state == "finished"
    assert world.terminals[0].runs == bundle.sha256
