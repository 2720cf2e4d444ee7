"""Time in the sandbox: the true time for signatures, and a trading time that the bench may push forward."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

Clock = Callable[[], datetime]
BEIJING = timezone(timedelta(hours=8))


def true_time() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  this is the sandbox's clock port


class TradingClock:
    """`now` runs with `base` and can be advanced, so that two hours need not be waited for."""

    def __init__(self, base: Clock = true_time) -> None:
        self._base = base
        self._lead = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._base() + self._lead

    def advance(self, seconds: float) -> datetime:
        if seconds < 0:
            raise ValueError("time does not go back")
        with self._lock:
            self._lead += timedelta(seconds=seconds)
        return self.now()


def rfc3339(moment: datetime) -> str:
    """As WeChat Pay writes times: Beijing time, whole seconds."""
    return moment.astimezone(BEIJING).replace(microsecond=0).isoformat()
