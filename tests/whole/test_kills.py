"""The terminal is killed in the middle of a paid visit; many more moments: `python -m tests.faults --only kills`."""

from __future__ import annotations

import random

import pytest

from deploy.workbench import Workbench
from tests.bench_driver.people import Registry
from tests.bench_driver.recorded import Recorded
from tests.faults.kills import BOUNDARIES, Scene, kill_at, kill_random
from tests.tour.bench_client import BenchClient


@pytest.fixture
def scene(workbench: Workbench, registry: Registry, recorded: Recorded, bench: BenchClient) -> Scene:
    return Scene(workbench, registry, recorded)


@pytest.mark.parametrize("kind", BOUNDARIES)
def test_a_kill_right_after_a_step_of_the_journal_costs_nobody_anything(scene: Scene, kind: str) -> None:
    assert kill_at(scene, kind) == ()


@pytest.mark.parametrize("seed", range(3))
def test_a_kill_at_any_moment_costs_nobody_anything(scene: Scene, seed: int) -> None:
    assert kill_random(scene, random.Random(seed)) == ()
