"""Amounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import FREE, Money

AMOUNTS = st.integers(min_value=0, max_value=10**9)


@pytest.mark.parametrize(
    ("amount_fen", "text"),
    [(0, "0.00"), (1, "0.01"), (10, "0.10"), (2000, "20.00"), (2050, "20.50"), (123456, "1234.56")],
)
def test_yuan_text_has_two_decimals(amount_fen: int, text: str) -> None:
    assert Money(amount_fen).yuan_text() == text


@given(AMOUNTS)
def test_yuan_text_loses_nothing(amount_fen: int) -> None:
    assert int(Money(amount_fen).yuan_text().replace(".", "")) == amount_fen


@given(AMOUNTS, AMOUNTS)
def test_amounts_add_and_compare_by_fen(left: int, right: int) -> None:
    assert Money(left) + Money(right) == Money(left + right)
    assert (Money(left) < Money(right)) == (left < right)


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="never negative"):
        Money(-1)


def test_the_currency_is_yuan_and_no_choice() -> None:
    assert Money(5).currency == "CNY"
    assert FREE.is_free
    assert not Money(1).is_free
