"""The money trials at a small size; `python -m tests.faults --only money` runs them at length."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.money_machine import Money
from tests.faults.money_office import MoneyOffice, money_office
from tests.faults.money_part import SMALL, OneFault, go_through, settings_of, single_faults


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoneyOffice]:
    with money_office(tmp_path_factory.mktemp("money")) as opened:
        Money.office = opened
        yield opened


@pytest.mark.parametrize("fault", single_faults(SMALL.messages), ids=str)
def test_one_fault_loses_nothing_and_takes_nothing_twice(office: MoneyOffice, fault: OneFault) -> None:
    go_through(fault)


def test_any_faults_in_any_order_lose_nothing_and_take_nothing_twice(office: MoneyOffice) -> None:
    run_state_machine_as_test(Money, settings=settings_of(SMALL))
