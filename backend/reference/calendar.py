"""The working days of the service on the wire, and the promise that follows from them.

What a working day is stands in `kiosk.domain.working_days`: terminal and backend promise the same day because they
count with the same code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from kiosk.central.wire import CalendarYear
from kiosk.domain.beijing_time import BEIJING
from kiosk.domain.rules import LeadTime
from kiosk.domain.working_days import ToBeConfirmed, WorkCalendar, YearOverride, card_date

SATURDAY = 5
PUBLISHED = WorkCalendar()


def ready_on(submitted: date, working_days: int, years: Mapping[str, CalendarYear]) -> date | None:
    """The `working_days`-th working day after `submitted`; None when a day on the way is outside all calendars."""
    noon = datetime.combine(submitted, time(12), BEIJING)
    ready = card_date(noon, LeadTime(working_days), calendar_of(years))
    return None if isinstance(ready, ToBeConfirmed) else ready


def calendar_of(years: Mapping[str, CalendarYear]) -> WorkCalendar:
    return WorkCalendar(
        {int(year): YearOverride(frozenset(table.holidays), frozenset(table.workdays)) for year, table in years.items()}
    )


def published_year(year: int) -> CalendarYear | None:
    """The published exceptions of one year: days off on weekdays, the holidays that are the same every year, and
    weekend days worked. None when that year is not published.
    """
    if not PUBLISHED.is_known(year):
        return None
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    return CalendarYear(
        holidays=tuple(day for day in days if not PUBLISHED.is_working_day(day) and _is_exception(day)),
        workdays=tuple(day for day in days if PUBLISHED.is_working_day(day) and day.weekday() >= SATURDAY),
    )


def _is_exception(day: date) -> bool:
    """A terminal whose own tables end earlier knows a whole year by its fixed holidays, whatever weekday they are."""
    return day.weekday() < SATURDAY or (day.month, day.day) in ((1, 1), (5, 1), (10, 1))
