"""The one time zone of the service."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Fixed at +08:00: no summer time since 1991, and a terminal without zone files still tells the right day."""


def in_beijing(moment: datetime) -> datetime:
    """The same moment as a clock in the lobby shows it; a moment without offset is a bug (ValueError)."""
    if moment.tzinfo is None:
        raise ValueError("a moment carries its offset")
    return moment.astimezone(BEIJING)
