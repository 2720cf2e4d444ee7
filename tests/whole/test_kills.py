"""The terminal is killed in the middle of a paid visit; many more moments: `python -m tests.faults --only kills`."""

from __future__ import annotations

import random

import pytest

from deploy.workbench import Workbench
from tests.bench_driver.people import Registry
from tests.bench_driver.recorded import Recorded
from tests.faults.aftermath import Scene
from tests.faults.glass_kills import kill_at, kill_random
from tests.tour.bench_client import BenchClient

COSTLY = ("application_made", "payment_changed", "print_begun")
"""Made but not paid; paid but not submitted; printed or not, nobody knows."""


@pytest.fixture
def scene(workbench: Workbench, registry: Registry, recorded: Recorded, bench: BenchClient) -> Scene:
    return Scene(workbench, registry, recorded)


@pytest.mark.parametrize("kind", COSTLY)
def test_a_kill_right_after_a_step_of_the_journal_costs_nobody_anything(scene: Scene, kind: str) -> None:
    assert kill_at(scene, kind).wrong == ()


def test_a_kill_at_any_moment_costs_nobody_anything(scene: Scene) -> None:
    assert kill_random(scene, random.Random()).wrong == ()
