"""The journal on disk: SQLite through APSW, WAL and synchronous=FULL, one connection. Belongs to one thread.

A commit is on disk before `commit` returns. The steps are a hash chain, so an edit, a gap or a reordering is found by
`verify`. Any error of the disk ends the store for good: after a failed fsync the kernel forgets what it could not
write, and a retry would succeed and lie.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw

from kiosk.journal.entries import JournalError, Lane, OutboxItem, Step, StepKind

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can corrupt a WAL that two connections reset and checkpoint at once."""
SCHEMA_VERSION = 1
GENESIS = bytes(32)
TELEMETRY_BOUND = 5_000
LANES = {Lane.MONEY: 0, Lane.ACKNOWLEDGEMENT: 1, Lane.TELEMETRY: 2}

SET_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "mmap_size=0",
    "secure_delete=ON",
)
EXPECTED_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "mmap_size": 0}


@dataclass(frozen=True)
class RecordedStep:
    seq: int
    at: datetime
    step: Step


@dataclass(frozen=True)
class WaitingItem:
    seq: int
    item: OutboxItem
    attempts: int


@dataclass(frozen=True)
class ChainFault:
    """Where the chain breaks, and how."""

    seq: int
    what: str


class Store:
    """Open with `Store(path, now)`; raises `JournalError` when nothing may be promised."""

    def __init__(self, path: Path, now: Callable[[], datetime], *, vfs: str | None = None) -> None:
        self._now = now
        self._is_broken = False
        check_sqlite(tuple(int(part) for part in apsw.sqlite_lib_version().split(".")[:3]))
        try:
            self._db = apsw.Connection(str(path), vfs=vfs)
            self._prepare()
            self._seq, self._hash = self._tail()
        except apsw.Error as error:
            raise JournalError(type(error).__name__) from error

    def close(self) -> None:
        self._db.close()

    def commit(self, steps: Sequence[Step], deliveries: Sequence[OutboxItem] = ()) -> None:
        """One business step with what it must send, in one transaction, on disk when this returns."""

        def write() -> tuple[int, bytes]:
            seq, chain = self._seq, self._hash
            for step in steps:
                seq, chain = self._append(step, seq + 1, chain)
            for item in deliveries:
                self._put(item)
            return seq, chain

        self._seq, self._hash = self._transact(write)

    # --- outbox ----------------------------------------------------------------------------------------------------

    def waiting(self, limit: int = 50) -> tuple[WaitingItem, ...]:
        """What is to be delivered, money first, oldest first."""
        rows = self._db.execute(
            "SELECT seq, key, lane, kind, body, attempts FROM outbox"
            " WHERE state = 'waiting' ORDER BY lane, seq LIMIT ?",
            (limit,),
        )
        lanes = {number: lane for lane, number in LANES.items()}
        return tuple(
            WaitingItem(seq, OutboxItem(key, lanes[lane], kind, body), attempts)
            for seq, key, lane, kind, body, attempts in rows
        )

    def claim(self, waiting: WaitingItem) -> bool:
        """Count an attempt before it is made; False when somebody was faster."""

        def write() -> bool:
            self._db.execute(
                "UPDATE outbox SET attempts = attempts + 1 WHERE seq = ? AND state = 'waiting' AND attempts = ?",
                (waiting.seq, waiting.attempts),
            )
            return self._db.changes() == 1

        return self._transact(write)

    def mark_delivered(self, seq: int) -> None:
        self._mark(seq, "delivered", "")

    def park(self, seq: int, reason: str) -> None:
        """Set aside what the backend will never take; staff see it."""
        self._mark(seq, "parked", reason)

    def outbox_counts(self) -> dict[str, int]:
        rows = self._db.execute("SELECT state, count(*) FROM outbox GROUP BY state")
        return {str(state): int(count) for state, count in rows}

    # --- reading ---------------------------------------------------------------------------------------------------

    def steps(self, after: int = 0) -> Iterator[RecordedStep]:
        for seq, at, kind, subject, facts, _, _ in self._rows(after):
            step = Step(StepKind(kind), subject, tuple(json.loads(facts).items()))
            yield RecordedStep(seq, datetime.fromisoformat(at), step)

    def verify(self) -> ChainFault | None:
        """The first place where the chain is broken: deleted, edited, reordered or cut."""
        expected_seq, chain = 1, GENESIS
        for seq, at, kind, subject, facts, prev_hash, own_hash in self._rows(0):
            if seq != expected_seq:
                return ChainFault(expected_seq, "missing")
            if prev_hash != chain:
                return ChainFault(seq, "reordered")
            if own_hash != _hash(prev_hash, seq, at, kind, subject, facts):
                return ChainFault(seq, "edited")
            expected_seq, chain = seq + 1, own_hash
        return None

    def _rows(self, after: int) -> Iterator[tuple[Any, ...]]:
        return iter(
            self._db.execute(
                "SELECT seq, at, kind, subject, facts, prev_hash, hash FROM steps WHERE seq > ? ORDER BY seq", (after,)
            )
        )

    # --- inside ----------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        for pragma in SET_PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}").fetchall()
        for name, expected in EXPECTED_PRAGMAS.items():
            if self._db.pragma(name) != expected:
                raise JournalError(f"pragma {name} is not {expected}")
        version = self._db.pragma("user_version")
        if version == 0:
            self._create()
        elif version != SCHEMA_VERSION:
            raise JournalError(f"schema version {version} is not known")

    def _create(self) -> None:
        script = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")
        with self._db:
            self._db.execute(script)
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _tail(self) -> tuple[int, bytes]:
        row = self._db.execute("SELECT seq, hash FROM steps ORDER BY seq DESC LIMIT 1").fetchone()
        return (int(row[0]), bytes(row[1])) if row else (0, GENESIS)

    def _append(self, step: Step, seq: int, chain: bytes) -> tuple[int, bytes]:
        facts = json.dumps(dict(step.facts), ensure_ascii=False, sort_keys=True)
        at = self._now().isoformat()
        digest = _hash(chain, seq, at, step.kind.value, step.subject, facts)
        row = (seq, at, step.kind.value, step.subject, facts, chain, digest)
        self._db.execute("INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return seq, digest

    def _put(self, item: OutboxItem) -> None:
        if item.lane is Lane.TELEMETRY:
            self._drop_oldest_telemetry()
        self._db.execute(
            "INSERT INTO outbox (key, lane, kind, body, state) VALUES (?, ?, ?, ?, 'waiting')"
            " ON CONFLICT (key) DO NOTHING",
            (item.key, LANES[item.lane], item.kind, item.body),
        )

    def _drop_oldest_telemetry(self) -> None:
        lane = LANES[Lane.TELEMETRY]
        self._db.execute(
            "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE lane = ? AND state = 'waiting'"
            " ORDER BY seq DESC LIMIT -1 OFFSET ?)",
            (lane, TELEMETRY_BOUND - 1),
        )

    def _mark(self, seq: int, state: str, reason: str) -> None:
        self._transact(
            lambda: self._db.execute("UPDATE outbox SET state = ?, reason = ? WHERE seq = ?", (state, reason, seq))
        )

    def _transact(self, write: Callable[[], Any]) -> Any:  # whatever `write` returns
        if self._is_broken:
            raise JournalError("an earlier write failed")
        try:
            with self._db:
                return write()
        except apsw.Error as error:
            self._is_broken = True
            raise JournalError(type(error).__name__) from error


def check_sqlite(version: tuple[int, ...]) -> None:
    """Refuse an SQLite that is known to lose data."""
    if version < OLDEST_SQLITE:
        raise JournalError(f"SQLite {'.'.join(map(str, version))} is too old")


def _hash(prev_hash: bytes, seq: int, at: str, kind: str, subject: str, facts: str) -> bytes:
    return hashlib.sha256(prev_hash + "\x1f".join((str(seq), at, kind, subject, facts)).encode()).digest()
