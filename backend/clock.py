"""The backend's time and chance, as ports, so that a test decides both."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

CITY_ZONE = ZoneInfo("Asia/Shanghai")
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I: people read these numbers aloud


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  this is the port


class Numbers(Protocol):
    def number(self, prefix: str, day: date) -> str:
        """A fresh number for a person to keep: prefix, date, eight characters nobody can guess."""
        ...

    def token(self) -> str:
        """A fresh secret, URL-safe, 256 bits."""
        ...


class RandomNumbers:
    def number(self, prefix: str, day: date) -> str:
        return f"{prefix}{day:%y%m%d}" + "".join(secrets.choice(_ALPHABET) for _ in range(8))

    def token(self) -> str:
        return secrets.token_urlsafe(32)


def city_day(moment: datetime) -> date:
    """The calendar day in the city at that moment."""
    return moment.astimezone(CITY_ZONE).date()
