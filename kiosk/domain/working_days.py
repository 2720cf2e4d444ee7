"""When the new card is ready, counted in the working days that the State Council sets each year.

China moves working days onto weekends around its holidays, so Monday to Friday is wrong on one submission day in six.
The arrangement of a year is published in the November before it. Until it is known, the honest answer is
`ToBeConfirmed`, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import chinese_calendar  # pyright: ignore[reportMissingTypeStubs]  it has none

from kiosk.domain.beijing_time import in_beijing
from kiosk.domain.rules import DayKind, LeadTime

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class YearOverride:
    """One year as the office has it: free days, and weekend days that are worked. It wins over the built-in table."""

    holidays: frozenset[date]
    workdays: frozenset[date]

    def covers(self, year: int) -> bool:
        """Whether this is a whole year's arrangement and not a few corrections: the fixed holidays are in it."""
        return {date(year, 1, 1), date(year, 5, 1), date(year, 10, 1)} <= self.holidays


@dataclass(frozen=True)
class ToBeConfirmed:
    """The date lies beyond the known calendar: say "about so many days" and that the date follows."""

    about_days: int
    day_kind: DayKind = DayKind.WORKING


class _BeyondCalendarError(Exception):
    """A day of a year whose arrangement is not known."""


_NO_OVERRIDE = YearOverride(frozenset(), frozenset())


def _no_overrides() -> Mapping[int, YearOverride]:
    return {}


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked: the office's own years first, then the published arrangements up to the last known."""

    overrides: Mapping[int, YearOverride] = field(default_factory=_no_overrides)

    def is_known(self, year: int) -> bool:
        """False: no arrangement for that year, and nobody should be promised a date in it."""
        return self.is_working_day(date(year, 7, 1)) is not None

    def is_working_day(self, day: date) -> bool | None:
        """None when the year's arrangement is not known."""
        override = self.overrides.get(day.year, _NO_OVERRIDE)
        if day in override.workdays | override.holidays:
            return day in override.workdays
        published = _published_working_day(day)
        if published is None and override.covers(day.year):
            return day.weekday() < _SATURDAY
        return published


def _published_working_day(day: date) -> bool | None:
    try:
        return bool(chinese_calendar.is_workday(day))  # pyright: ignore[reportUnknownMemberType]  untyped library
    except NotImplementedError:  # the library's word for a year that it does not cover
        return None


def calendar_from_table(table: Mapping[str, Mapping[str, Iterable[str]]]) -> WorkCalendar:
    """From the pushed JSON `{"2027": {"holidays": ["2027-01-01", ...], "workdays": [...]}}`.

    Raises ValueError naming the year when a date is malformed, lies in another year or is in both lists.
    """
    return WorkCalendar({int(year): _year_from_table(int(year), lists) for year, lists in table.items()})


def _year_from_table(year: int, lists: Mapping[str, Iterable[str]]) -> YearOverride:
    holidays = frozenset(date.fromisoformat(text) for text in lists.get("holidays", ()))
    workdays = frozenset(date.fromisoformat(text) for text in lists.get("workdays", ()))
    if holidays & workdays:
        raise ValueError(f"{year}: {min(holidays & workdays)} is both a holiday and a working day")
    if any(day.year != year for day in holidays | workdays):
        raise ValueError(f"{year}: holds a day of another year")
    return YearOverride(holidays, workdays)


def card_date(submitted: datetime, lead: LeadTime, calendar: WorkCalendar) -> date | ToBeConfirmed:
    """The day on which the card is ready: day `lead.days` after the day of submission (Beijing time)."""
    try:
        day_zero = _day_zero(in_beijing(submitted), lead, calendar)
        if lead.day_kind is DayKind.CALENDAR:
            return day_zero + lead.days * _ONE_DAY
        return _nth_working_day_after(day_zero, lead.days, calendar)
    except _BeyondCalendarError:
        return ToBeConfirmed(lead.days, lead.day_kind)


def _day_zero(moment: datetime, lead: LeadTime, calendar: WorkCalendar) -> date:
    day = moment.date()
    is_late = lead.closing_time is not None and moment.time() >= lead.closing_time
    if is_late:
        return _nth_working_day_after(day, 1, calendar)
    if lead.starts_on_working_day:
        return _nth_working_day_after(day - _ONE_DAY, 1, calendar)
    return day


def _nth_working_day_after(day: date, count: int, calendar: WorkCalendar) -> date:
    while count > 0:
        day += _ONE_DAY
        count -= _is_worked(day, calendar)
    return day


def _is_worked(day: date, calendar: WorkCalendar) -> bool:
    is_working_day = calendar.is_working_day(day)
    if is_working_day is None:
        raise _BeyondCalendarError
    return is_working_day
