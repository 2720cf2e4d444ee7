"""The outbox table: what must still reach the backend. Writing methods run inside the store's transactions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.journal.database import Database
from kiosk.journal.entries import Lane, OutboxItem

LANE_NUMBERS = {Lane.MONEY: 0, Lane.ACKNOWLEDGEMENT: 1, Lane.TELEMETRY: 2}
LANES = {number: lane for lane, number in LANE_NUMBERS.items()}
TELEMETRY_BOUND = 5_000
DROPPED_AT_ONCE = 100


@dataclass(frozen=True)
class WaitingItem:
    """`attempts` were made so far, successful or not."""

    seq: int
    item: OutboxItem
    attempts: int


@dataclass(frozen=True)
class ParkedItem:
    """What the backend will never take, for staff."""

    item: OutboxItem
    reason: str
    parked_at: str


class Outbox:
    def __init__(self, db: Database, *, telemetry_bound: int = TELEMETRY_BOUND) -> None:
        self._db = db
        self._telemetry_bound = telemetry_bound
        self._telemetry_room = 0  # how many more surely fit; counted anew when it is used up

    def put(self, item: OutboxItem) -> None:
        """A key that is known already is not put twice."""
        self._db.write(
            "INSERT INTO outbox (key, lane, kind, body, state) VALUES (?, ?, ?, ?, 'waiting')"
            " ON CONFLICT (key) DO NOTHING",
            (item.key, LANE_NUMBERS[item.lane], item.kind, item.body),
        )

    def make_telemetry_room(self) -> int:
        """Drop the oldest telemetry when the lane is full; returns how many were dropped."""
        if self._telemetry_room > 0:
            self._telemetry_room -= 1
            return 0
        waiting = self.count(Lane.TELEMETRY)
        excess = 0
        if waiting >= self._telemetry_bound:
            excess = waiting - self._telemetry_bound + min(DROPPED_AT_ONCE, self._telemetry_bound)
            self._drop_oldest_telemetry(excess)
        self._telemetry_room = self._telemetry_bound - (waiting - excess) - 1
        return excess

    def recount(self) -> None:
        """A transaction was undone: what is known about the room may be wrong."""
        self._telemetry_room = 0

    def _drop_oldest_telemetry(self, count: int) -> None:
        self._db.write(
            "DELETE FROM outbox WHERE seq IN"
            " (SELECT seq FROM outbox WHERE state = 'waiting' AND lane = ? ORDER BY seq LIMIT ?)",
            (LANE_NUMBERS[Lane.TELEMETRY], count),
        )

    def count(self, lane: Lane) -> int:
        """How many wait in this lane."""
        sql = "SELECT count(*) FROM outbox WHERE state = 'waiting' AND lane = ?"
        return int(self._db.read(sql, (LANE_NUMBERS[lane],))[0][0])

    def waiting(self, lane: Lane, limit: int) -> tuple[WaitingItem, ...]:
        """What is to be delivered, oldest first."""
        rows = self._db.read(
            "SELECT seq, key, lane, kind, body, attempts FROM outbox"
            " WHERE state = 'waiting' AND lane = ? ORDER BY seq LIMIT ?",
            (LANE_NUMBERS[lane], limit),
        )
        return tuple(
            WaitingItem(seq, OutboxItem(key, LANES[number], kind, body), attempts)
            for seq, key, number, kind, body, attempts in rows
        )

    def parked(self) -> tuple[ParkedItem, ...]:
        rows = self._db.read(
            "SELECT key, lane, kind, body, reason, done_at FROM outbox WHERE state = 'parked' ORDER BY seq"
        )
        return tuple(
            ParkedItem(OutboxItem(key, LANES[number], kind, body), reason, done_at)
            for key, number, kind, body, reason, done_at in rows
        )

    def claim(self, items: Sequence[WaitingItem]) -> bool:
        """Count an attempt before it is made; False when one of them waits no longer."""
        changed = 0
        for waiting in items:
            changed += self._db.write(
                "UPDATE outbox SET attempts = attempts + 1 WHERE key = ? AND state = 'waiting' AND attempts = ?",
                (waiting.item.key, waiting.attempts),
            )
        return changed == len(items)

    def mark_delivered(self, keys: Sequence[str], at: str) -> None:
        """A delivered money key is remembered for a while, so that it is never put again; telemetry goes at once."""
        for key in keys:
            self._db.write("DELETE FROM outbox WHERE key = ? AND lane = ?", (key, LANE_NUMBERS[Lane.TELEMETRY]))
            self._mark(key, "delivered", "", at)

    def park(self, key: str, reason: str, at: str) -> None:
        self._mark(key, "parked", reason, at)

    def retry(self, key: str) -> bool:
        sql = "UPDATE outbox SET state = 'waiting', reason = '', done_at = '' WHERE key = ? AND state = 'parked'"
        return self._db.write(sql, (key,)) > 0

    def hand_over(self, key: str, at: str) -> bool:
        sql = "UPDATE outbox SET state = 'handed_over', done_at = ? WHERE key = ? AND state = 'parked'"
        return self._db.write(sql, (at, key)) > 0

    def state_of(self, key: str) -> str:
        rows = self._db.read("SELECT state FROM outbox WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else ""

    def _mark(self, key: str, state: str, reason: str, at: str) -> None:
        self._db.write(
            "UPDATE outbox SET state = ?, reason = ?, done_at = ? WHERE key = ? AND state = 'waiting'",
            (state, reason, at, key),
        )

    def purge_delivered(self, before: str) -> None:
        self._db.write("DELETE FROM outbox WHERE state IN ('delivered', 'handed_over') AND done_at < ?", (before,))
