"""Working days: golden dates, a second opinion, and what happens beyond the known calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.beijing_time import BEIJING
from kiosk.domain.rules import DayKind, LeadTime
from kiosk.domain.working_days import ToBeConfirmed, WorkCalendar, YearOverride, calendar_from_table, card_date

FOUR_DAYS = LeadTime(days=4)
PUBLISHED = WorkCalendar()
ONE_DAY = timedelta(days=1)

COVERED_DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 27))


def at(day: date, clock_time: time = time(10, 0)) -> datetime:
    return datetime.combine(day, clock_time, BEIJING)


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + n * ONE_DAY for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize(
    ("submitted", "ready"),
    [
        (date(2026, 2, 12), date(2026, 2, 25)),
        (date(2026, 2, 14), date(2026, 2, 27)),
        (date(2026, 4, 30), date(2026, 5, 9)),
        (date(2026, 9, 29), date(2026, 10, 10)),
        (date(2026, 9, 30), date(2026, 10, 12)),
        (date(2026, 1, 2), date(2026, 1, 7)),
    ],
)
def test_golden_card_dates(submitted: date, ready: date) -> None:
    assert card_date(at(submitted), FOUR_DAYS, PUBLISHED) == ready


def test_some_cards_are_ready_on_a_worked_saturday() -> None:
    ready = card_date(at(date(2026, 4, 30)), FOUR_DAYS, PUBLISHED)
    assert isinstance(ready, date)
    assert ready.strftime("%A") == "Saturday"


def test_the_last_submission_with_a_certain_date_is_27_december_2026() -> None:
    assert card_date(at(date(2026, 12, 27)), FOUR_DAYS, PUBLISHED) == date(2026, 12, 31)
    assert card_date(at(date(2026, 12, 28)), FOUR_DAYS, PUBLISHED) == ToBeConfirmed(about_days=4)


def monday_to_friday(submitted: date) -> date:
    day, left = submitted, 4
    while left:
        day += ONE_DAY
        left -= day.weekday() < 5
    return day


def test_monday_to_friday_would_be_wrong_on_64_of_361_days_of_2026() -> None:
    ready = {day: card_date(at(day), FOUR_DAYS, PUBLISHED) for day in days_of(2026)}
    known = {day: found for day, found in ready.items() if isinstance(found, date)}
    wrong = [
        abs((found - monday_to_friday(day)).days) for day, found in known.items() if found != monday_to_friday(day)
    ]
    assert (len(known), len(wrong), max(wrong)) == (361, 64, 8)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_a_second_library_agrees_on_every_day(year: int) -> None:
    second_opinion = holidays.country_holidays("CN", years=year)
    differing = [day for day in days_of(year) if PUBLISHED.is_working_day(day) != second_opinion.is_working_day(day)]
    assert not differing


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_year_has_248_working_days(year: int) -> None:
    assert sum(PUBLISHED.is_working_day(day) is True for day in days_of(year)) == 248


@given(COVERED_DAYS, st.integers(min_value=1, max_value=4))
def test_the_card_date_is_a_working_day_with_exactly_so_many_since(submitted: date, days: int) -> None:
    ready = card_date(at(submitted), LeadTime(days), PUBLISHED)
    assert isinstance(ready, date)
    between = [submitted + n * ONE_DAY for n in range(1, (ready - submitted).days + 1)]
    assert PUBLISHED.is_working_day(ready)
    assert sum(PUBLISHED.is_working_day(day) is True for day in between) == days


@given(st.dates(date(2004, 1, 1), date(2026, 12, 26)))
def test_a_later_submission_never_has_an_earlier_card(submitted: date) -> None:
    today = card_date(at(submitted), FOUR_DAYS, PUBLISHED)
    tomorrow = card_date(at(submitted + ONE_DAY), FOUR_DAYS, PUBLISHED)
    assert isinstance(today, date)
    assert isinstance(tomorrow, date)
    assert today <= tomorrow


def test_the_day_of_submission_is_the_one_in_beijing() -> None:
    late_evening_in_utc = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)  # Monday 01:00 in Beijing
    assert card_date(late_evening_in_utc, FOUR_DAYS, PUBLISHED) == date(2026, 3, 6)


def test_a_moment_without_offset_is_a_bug() -> None:
    with pytest.raises(ValueError, match="offset"):
        card_date(datetime(2026, 3, 2, 10, 0), FOUR_DAYS, PUBLISHED)  # noqa: DTZ001  the mistake itself


def test_a_lead_time_may_start_on_the_next_working_day() -> None:
    rolling = replace(FOUR_DAYS, starts_on_working_day=True)
    assert card_date(at(date(2026, 1, 2)), rolling, PUBLISHED) == date(2026, 1, 8)
    assert card_date(at(date(2026, 2, 14)), rolling, PUBLISHED) == date(2026, 2, 27)


def test_after_closing_counts_as_the_next_working_day_only_when_configured() -> None:
    monday = date(2026, 3, 2)
    closing = replace(FOUR_DAYS, closing_time=time(17, 0))
    assert card_date(at(monday, time(23, 59)), FOUR_DAYS, PUBLISHED) == date(2026, 3, 6)
    assert card_date(at(monday, time(16, 59)), closing, PUBLISHED) == date(2026, 3, 6)
    assert card_date(at(monday, time(17, 0)), closing, PUBLISHED) == date(2026, 3, 9)


def test_calendar_days_need_no_calendar() -> None:
    thirty_days = LeadTime(days=30, day_kind=DayKind.CALENDAR)
    assert card_date(at(date(2030, 1, 1)), thirty_days, PUBLISHED) == date(2030, 1, 31)


def test_a_card_made_on_the_spot_is_ready_the_same_day() -> None:
    assert card_date(at(date(2030, 1, 1)), LeadTime(days=0), PUBLISHED) == date(2030, 1, 1)


def test_beyond_the_calendar_the_kind_of_day_is_kept() -> None:
    rolling = LeadTime(days=3, day_kind=DayKind.CALENDAR, starts_on_working_day=True)
    assert card_date(at(date(2030, 1, 1)), rolling, PUBLISHED) == ToBeConfirmed(3, DayKind.CALENDAR)


TABLE_2027 = {"2027": {"holidays": ["2027-01-01", "2027-05-01", "2027-10-01"], "workdays": ["2027-01-09"]}}


def test_the_offices_table_adds_a_year() -> None:
    calendar = calendar_from_table(TABLE_2027)
    assert not PUBLISHED.is_known(2027)
    assert calendar.is_known(2027)
    assert card_date(at(date(2026, 12, 28)), FOUR_DAYS, calendar) == date(2027, 1, 4)
    assert card_date(at(date(2027, 1, 6)), FOUR_DAYS, calendar) == date(2027, 1, 11)
    assert card_date(at(date(2027, 12, 31)), FOUR_DAYS, calendar) == ToBeConfirmed(about_days=4)


def test_a_few_days_of_an_unpublished_year_do_not_make_it_known() -> None:
    calendar = calendar_from_table({"2027": {"holidays": ["2027-01-01"], "workdays": []}})
    assert not calendar.is_known(2027)
    assert calendar.is_working_day(date(2027, 1, 1)) is False
    assert card_date(at(date(2026, 12, 28)), FOUR_DAYS, calendar) == ToBeConfirmed(about_days=4)


def test_the_offices_table_wins_over_the_published_year() -> None:
    extra_holiday, extra_workday = date(2026, 3, 3), date(2026, 3, 7)
    calendar = WorkCalendar({2026: YearOverride(frozenset({extra_holiday}), frozenset({extra_workday}))})
    assert calendar.is_working_day(extra_holiday) is False
    assert calendar.is_working_day(extra_workday) is True
    assert calendar.is_working_day(date(2026, 2, 17)) is False
    assert card_date(at(date(2026, 3, 2)), FOUR_DAYS, calendar) == extra_workday


@pytest.mark.parametrize(
    "table",
    [
        {"2027": {"holidays": ["2027-02-30"]}},
        {"2027": {"holidays": ["2026-01-01"]}},
        {"2027": {"holidays": ["2027-01-01"], "workdays": ["2027-01-01"]}},
        {"next": {"holidays": []}},
    ],
)
def test_a_malformed_table_is_refused(table: dict[str, dict[str, list[str]]]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  any of several messages
        calendar_from_table(table)
