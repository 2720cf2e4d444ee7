"""Where a terminal meets the backend, as the network test and the report look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk.config import Settings


def _none() -> None:
    """Whoever shows a token has no certificate."""


@dataclass(frozen=True)
class Entrance:
    """`certificate_ends`: of the certificate that the terminal shows there, if it has one."""

    url: str
    ca_file: str | None = None
    certificate_ends: Callable[[], datetime | None] = _none


def entrance_of(settings: Settings) -> Entrance:
    """Of a terminal that belongs to no fleet."""
    central = settings.central
    return Entrance(str(central.url), str(central.ca_file) if central.ca_file else None)
