"""On which day is the new card ready? Counts legal working days, make-up Saturdays and Sundays included.

The published calendar (chinese_calendar) ends with a year; beyond it there is no honest date, only "about so many
working days". Monday to Friday is never assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import chinese_calendar

from kiosk.central.wire import CalendarYear

SATURDAY = 5


def card_date(submitted: date, working_days: int, calendar: Mapping[str, CalendarYear]) -> date | None:
    """The `working_days`-th working day after `submitted`; None when a day on the way is outside all calendars."""
    day, left = submitted, working_days
    while left:
        day += timedelta(days=1)
        match is_working_day(day, calendar):
            case None:
                return None
            case True:
                left -= 1
            case False:
                pass
    return day


def is_working_day(day: date, calendar: Mapping[str, CalendarYear]) -> bool | None:
    """Whether the law makes `day` a working day; a year in `calendar` wins over the published one; None: not known."""
    year = calendar.get(str(day.year))
    if year is None:
        return published_working_day(day)
    if day in year.workdays:
        return True
    return day.weekday() < SATURDAY and day not in year.holidays


def published_working_day(day: date) -> bool | None:
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return None


def published_year(year: int) -> CalendarYear | None:
    """The published exceptions of one year: weekdays off, and weekend days worked; None when not published."""
    first = date(year, 1, 1)
    if published_working_day(first) is None:
        return None
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    exceptions = [day for day in days if published_working_day(day) != (day.weekday() < SATURDAY)]
    return CalendarYear(
        holidays=tuple(day for day in exceptions if day.weekday() < SATURDAY),
        workdays=tuple(day for day in exceptions if day.weekday() >= SATURDAY),
    )
