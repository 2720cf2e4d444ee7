"""The money trials as a part of `python -m tests.faults`."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tqdm import tqdm

from tests.faults.lossy import Fate
from tests.faults.money_machine import Money, Weather
from tests.faults.money_office import money_office
from tests.faults.money_terminal import Cut
from tests.faults.report import Line


@dataclass(frozen=True)
class Size:
    trials: int
    steps: int
    messages: int


SMALL = Size(trials=8, steps=12, messages=1)
WHOLE = Size(trials=200, steps=30, messages=8)


@dataclass(frozen=True)
class OneFault:
    """A visit in which a single thing goes wrong, at a chosen message after the person chose how to pay."""

    way: int
    weather: Weather
    cut: Cut = Cut.NEVER

    def __str__(self) -> str:
        way = ("code shown", "payer's code")[self.way]
        gateway = "gateway's answer lost " * self.weather.answers_lost + "gateway fails " * self.weather.orders_failed
        fate = f"message {len(self.weather.fates)} {self.weather.fates[-1]} " if self.weather.fates else ""
        return f"{way}: {fate}{gateway}{'' if self.cut is Cut.NEVER else self.cut}".strip()


def single_faults(messages: int) -> tuple[OneFault, ...]:
    """Every fate at each of the first messages, the gateway's troubles, and the power at its worst moments."""
    weathers = (
        *(Weather((Fate.WELL,) * at + (fate,)) for at in range(messages) for fate in Fate),
        Weather((), 1, 0),
        Weather((), 2, 0),
        Weather((), 0, 1),
    )
    calm = tuple(OneFault(way, weather) for way in (0, 1) for weather in weathers)
    return calm + tuple(OneFault(way, Weather(), cut) for way in (0, 1) for cut in Cut)


def go_through(fault: OneFault) -> None:
    """The visit with its fault, to the reckoning; AssertionError says what was lost."""
    visit = Money()
    visit.the_visit_comes_to_its_payment(fault.weather, fault.cut, fault.way, "pays")
    if visit.terminal.codes:
        visit.office.phone("pay", code_url=visit.terminal.codes[-1])
    visit.time_passes(20)
    visit.teardown()


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
    logging.getLogger("backend").setLevel(logging.CRITICAL)  # what it says of broken gateways is wanted here
    with tempfile.TemporaryDirectory(prefix="money") as folder, money_office(Path(folder)) as office:
        Money.office = office
        yield _one_by_one(size)
        yield _any_order(size)
    yield Line("money that moved in them", Money.captures, "captures", Money.captures > 0)


TWICE = ("twice", "two payments")
"""Words of the reckoning for what is worse than late."""


def _line(name: str, count: int, found: dict[str, int]) -> Line:
    double = sum(any(word in what for word in TWICE) for what in found)
    return Line(name, count, "paid visits", not found, found, lost=len(found) - double, double=double)


def _one_by_one(size: Size) -> Line:
    faults, found = single_faults(size.messages), dict[str, int]()
    for fault in tqdm(faults, desc="one fault each", unit=" visits", leave=False):
        try:
            go_through(fault)
        except AssertionError as error:
            found[f"{fault}: {_words_of(error)}"] = 1
    return _line("one fault at every message", len(faults), found)


def _any_order(size: Size) -> Line:
    before, found = Money.trials, dict[str, int]()
    with tqdm(total=size.trials, desc="any faults", unit=" visits", leave=False) as bar:
        Money.on_trial = bar.update
        try:
            run_state_machine_as_test(Money, settings=settings_of(size))
        except AssertionError as error:
            found[_words_of(error)] = 1
    return _line("any faults, in any order", Money.trials - before, found)


def _words_of(error: AssertionError) -> str:
    return str(error).split("\n", maxsplit=1)[0] or "assertion"
