"""Steps, items and stores for the tests of the journal."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import apsw

from kiosk.journal.entries import Lane, OutboxItem, Step, StepKind

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=8)))


def noon() -> datetime:
    return NOON


def step(subject: str, kind: StepKind = StepKind.PAYMENT_INTENDED, **facts: str | int | bool) -> Step:
    return Step(kind, subject, tuple(facts.items()))


def item(key: str, lane: Lane = Lane.MONEY) -> OutboxItem:
    return OutboxItem(key, lane, "test", f'{{"for":"{key}"}}')


def tamper(path: Path, sql: str) -> None:
    """What somebody with a screwdriver does to the file."""
    db = apsw.Connection(str(path))
    db.execute(sql)
    db.close()


class HandClock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.at_s = 0.0

    def monotonic_s(self) -> float:
        return self.at_s

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.at_s)
