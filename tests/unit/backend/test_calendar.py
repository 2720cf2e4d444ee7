from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from backend.reference.calendar import calendar_of, published_year, ready_on
from backend.reference.service import load_reference
from kiosk.central.wire import CalendarYear, Reference
from kiosk.domain.beijing_time import BEIJING
from kiosk.domain.rules import LeadTime
from kiosk.domain.working_days import ToBeConfirmed, WorkCalendar, YearOverride, card_date
from kiosk.services.records import reference_of


@pytest.mark.parametrize(
    ("submitted", "ready"),
    [
        (date(2026, 2, 12), date(2026, 2, 25)),
        (date(2026, 4, 30), date(2026, 5, 9)),
        (date(2026, 9, 30), date(2026, 10, 12)),
        (date(2026, 12, 27), date(2026, 12, 31)),
    ],
)
def test_the_card_is_ready_after_four_legal_working_days(submitted: date, ready: date) -> None:
    assert ready_on(submitted, 4, {}) == ready


def test_beyond_the_published_calendar_there_is_no_date() -> None:
    assert ready_on(date(2026, 12, 28), 4, {}) is None


def test_an_override_opens_a_year_and_wins() -> None:
    fixed = (date(2027, 1, 1), date(2027, 5, 1), date(2027, 10, 1))
    year = CalendarYear(holidays=fixed, workdays=(date(2027, 1, 2),))
    assert ready_on(date(2026, 12, 30), 2, {"2027": year}) == date(2027, 1, 2)


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_published_year_as_data_says_the_same_as_the_tables_it_came_from(year: int) -> None:
    table = published_year(year)
    assert table is not None
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    as_data = calendar_of({str(year): table})
    assert [as_data.is_working_day(day) for day in days] == [WorkCalendar().is_working_day(day) for day in days]
    assert YearOverride(frozenset(table.holidays), frozenset(table.workdays)).covers(year)


def test_a_year_that_is_not_published_is_not_sent() -> None:
    assert published_year(2027) is None


def test_terminal_and_backend_promise_the_same_day_on_every_day_of_a_year() -> None:
    """The promise on the check page and the one on the certificate come from one reference by two ways."""
    data = load_reference()
    pinned = reference_of(Reference.model_validate_json(data.reference.model_dump_json()))
    for n in range(365):
        day = date(2026, 1, 1) + timedelta(days=n)
        lead = data.lead_time(day).working_days
        ready = card_date(datetime(day.year, day.month, day.day, 9, tzinfo=BEIJING), LeadTime(lead), pinned.calendar)
        assert data.card_date(day) == (None if isinstance(ready, ToBeConfirmed) else ready)
