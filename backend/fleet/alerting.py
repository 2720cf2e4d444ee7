"""What people are told of a fleet: once when it begins, hourly while it lasts, once when it is over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from backend.fleet.conditions import Condition, Finding

REPEAT_AFTER = timedelta(hours=1)
LASTS = timedelta(minutes=2)
"""A degraded terminal is told of only when it stays so: paper is being changed, a plug was pulled."""
ALWAYS_TOLD = frozenset({"equivocation", "bad_signature", "sequence_fork"})


class Telling(StrEnum):
    BEGAN = "began"
    STILL = "still"
    OVER = "over"


@dataclass(frozen=True)
class OpenAlert:
    terminal_id: str
    kind: str
    told_at: datetime


@dataclass(frozen=True)
class Note:
    """One thing to tell. `kind` is a condition, or a word of `ALWAYS_TOLD`."""

    terminal_id: str
    kind: str
    telling: Telling


def kind_of(finding: Finding, since: datetime, now: datetime) -> str | None:
    """The alert that a terminal's condition asks for; None: nobody needs to come."""
    if finding.condition is Condition.OK:
        return None
    if finding.condition is Condition.DEGRADED and now - since < LASTS:
        return None
    return finding.condition.value


def notes(open_alerts: Iterable[OpenAlert], wanted: Mapping[str, str | None], now: datetime) -> tuple[Note, ...]:
    """What to tell now. `wanted` has every terminal that was looked at and the alert its condition asks for."""
    told: list[Note] = []
    standing: set[tuple[str, str]] = set()
    for alert in open_alerts:
        if alert.terminal_id not in wanted or alert.kind in ALWAYS_TOLD:
            continue
        standing.add((alert.terminal_id, alert.kind))
        if wanted[alert.terminal_id] != alert.kind:
            told.append(Note(alert.terminal_id, alert.kind, Telling.OVER))
        elif now - alert.told_at >= REPEAT_AFTER:
            told.append(Note(alert.terminal_id, alert.kind, Telling.STILL))
    for terminal_id, kind in wanted.items():
        if kind is not None and (terminal_id, kind) not in standing:
            told.append(Note(terminal_id, kind, Telling.BEGAN))
    return tuple(told)
