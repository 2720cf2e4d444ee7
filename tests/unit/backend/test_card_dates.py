from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from backend.reference.card_dates import card_date, is_working_day, published_year
from kiosk.central.wire import CalendarYear


@pytest.mark.parametrize(
    ("submitted", "ready"),
    [
        (date(2026, 2, 12), date(2026, 2, 25)),
        (date(2026, 2, 14), date(2026, 2, 27)),
        (date(2026, 4, 30), date(2026, 5, 9)),
        (date(2026, 9, 29), date(2026, 10, 10)),
        (date(2026, 9, 30), date(2026, 10, 12)),
        (date(2026, 1, 2), date(2026, 1, 7)),
        (date(2026, 12, 27), date(2026, 12, 31)),
    ],
)
def test_the_card_is_ready_after_four_legal_working_days(submitted: date, ready: date) -> None:
    assert card_date(submitted, 4, {}) == ready


def test_beyond_the_published_calendar_there_is_no_date() -> None:
    assert card_date(date(2026, 12, 28), 4, {}) is None


def test_an_override_opens_a_year_and_wins() -> None:
    year = CalendarYear(holidays=(date(2027, 1, 1),), workdays=(date(2027, 1, 2),))
    assert card_date(date(2026, 12, 30), 2, {"2027": year}) == date(2027, 1, 2)


def test_the_published_year_as_data_says_the_same_as_the_library() -> None:
    year = published_year(2026)
    assert year is not None
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [is_working_day(day, {"2026": year}) for day in days] == [is_working_day(day, {}) for day in days]
    assert published_year(2027) is None


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_second_library_agrees_on_every_day(year: int) -> None:
    second_opinion = holidays.country_holidays("CN", years=year)
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if is_working_day(day, {}) != second_opinion.is_working_day(day)] == []
