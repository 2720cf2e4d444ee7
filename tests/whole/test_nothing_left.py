"""Nothing of a person is left, however the visit ended; all ends: `python -m tests.faults --only canary`."""

from __future__ import annotations

import pytest

from deploy.workbench import Workbench
from tests.bench_driver.people import Registry
from tests.faults.canary_visits import leaks_after
from tests.tour.bench_client import BenchClient


@pytest.mark.parametrize("end", ["cancel", "fault"])
def test_nothing_of_a_person_is_left_and_a_disk_that_fails_closes_the_terminal(
    end: str, workbench: Workbench, registry: Registry, bench: BenchClient
) -> None:
    assert leaks_after(end, workbench, registry, bench) == ()
