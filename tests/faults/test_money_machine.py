"""The money trials at a small size; `python -m tests.faults --only money` runs them at length."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.money_machine import Money
from tests.faults.money_office import MoneyOffice, money_office
from tests.faults.money_part import SMALL, settings_of


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoneyOffice]:
    with money_office(tmp_path_factory.mktemp("money")) as opened:
        yield opened


def test_whatever_fails_nobody_pays_twice_and_nothing_paid_is_lost(office: MoneyOffice) -> None:
    Money.office = office
    run_state_machine_as_test(Money, settings=settings_of(SMALL))
