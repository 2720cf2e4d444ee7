"""The money trials as a part of `python -m tests.faults`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tqdm import tqdm

from tests.faults.money_machine import Money
from tests.faults.money_office import money_office
from tests.faults.report import Line


@dataclass(frozen=True)
class Size:
    trials: int
    steps: int


SMALL = Size(trials=12, steps=12)
WHOLE = Size(trials=400, steps=30)


def settings_of(size: Size) -> settings:
    """No shrinking: a trial costs a second, and its steps can be read as they are."""
    return settings(
        max_examples=size.trials,
        stateful_step_count=size.steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


def trials(size: Size) -> Iterator[Line]:
    Money.trials = Money.captures = 0
    found: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="money") as folder, money_office(Path(folder)) as office:
        Money.office = office
        with tqdm(total=size.trials, desc="money", unit=" trials", leave=False) as bar:
            Money.on_trial = bar.update
            try:
                run_state_machine_as_test(Money, settings=settings_of(size))
            except AssertionError as error:
                found[str(error).split("\n", maxsplit=1)[0] or "assertion"] = 1
    yield Line("one person's money, any faults, any order", Money.trials, "visits", not found, found)
    yield Line("money that moved in them", Money.captures, "captures", Money.captures > 0)
