"""Where time comes from. Nothing else in the project asks the machine for it."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Protocol

from kiosk.domain.beijing_time import BEIJING


class Clock(Protocol):
    """Handed to everything that needs time, so that a test decides what time it is."""

    def monotonic_s(self) -> float:
        """Seconds since some fixed moment; never jumps. For durations and time limits."""
        ...

    def now(self) -> datetime:
        """The time of day in Beijing, with its offset. For what people read and for the journal; it may jump."""
        ...


class SystemClock:
    """The machine's own clock."""

    def monotonic_s(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(BEIJING)  # noqa: TID251  the one place that may ask
