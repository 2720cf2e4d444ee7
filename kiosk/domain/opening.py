"""When a place is open: spans of each weekday, and days on which it is closed whatever the weekday. Beijing time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kiosk.domain.beijing_time import in_beijing

Span = tuple[time, time]
LOOK_AHEAD_DAYS = 400


@dataclass(frozen=True)
class OpeningHours:
    """`week` has Monday first; a span ends before its end: at closing time it is closed."""

    week: tuple[tuple[Span, ...], ...]
    closed_days: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        local = in_beijing(at)
        return any(opens <= local.time() < closes for opens, closes in self._spans(local.date()))

    def opens_next(self, at: datetime) -> datetime | None:
        """The next opening after `at`; None when there is none within a year or so."""
        local = in_beijing(at)
        for ahead in range(LOOK_AHEAD_DAYS):
            day = local.date() + timedelta(days=ahead)
            for opens, _ in self._spans(day):
                moment = datetime.combine(day, opens, local.tzinfo)
                if moment > local:
                    return moment
        return None

    def _spans(self, day: date) -> tuple[Span, ...]:
        return () if day in self.closed_days else self.week[day.weekday()]
