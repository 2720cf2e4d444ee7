"""The journal on disk: SQLite through APSW, WAL and synchronous=FULL, one connection. Belongs to one thread.

A commit is on disk before `commit` returns. The steps are a hash chain. On a full disk the ballast is given up and the
money goes on; what is telemetry is dropped and counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from kiosk.journal.ballast import NoReserve, Reserve
from kiosk.journal.chain import GENESIS, ChainFault, Link, chained
from kiosk.journal.database import DURABLE, Database, Manner
from kiosk.journal.entries import (
    JournalDamagedError,
    JournalError,
    JournalFullError,
    JournalUnknownError,
    Lane,
    OutboxItem,
    Step,
    StepKind,
)
from kiosk.journal.outbox import TELEMETRY_BOUND, Outbox, ParkedItem, WaitingItem
from kiosk.journal.reading import Reader, RecordedStep

T = TypeVar("T")

FACTS = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
KEPT = timedelta(days=90)
"""How long settled steps and delivered keys stay."""


def schema_scripts() -> tuple[str, ...]:
    """Oldest first: what a journal goes through from nothing to what this program expects."""
    scripts = sorted((Path(__file__).parent / "schema").glob("*.sql"))
    return tuple(script.read_text(encoding="utf-8") for script in scripts)


@dataclass(frozen=True)
class Figures:
    """What staff and the backend want to know about the journal."""

    waiting: Mapping[Lane, int]
    parked: int
    telemetry_dropped: int
    is_short_of_room: bool
    """The ballast is given up: only money goes into the outbox."""
    set_aside: str
    """File name of a damaged journal that staff have not acknowledged; empty when there is none."""


class Store:
    """Opening raises `JournalError` when nothing may be promised, `JournalDamagedError` when the file is not whole,
    `JournalUnknownError` when a newer program wrote it. A journal of an older program is brought up to date.

    `replaces` names a journal whose place a new one takes: it then `needs_acknowledgement`. `schema`: other scripts
    than this program's own.
    """

    def __init__(  # noqa: PLR0913  keywords, each with its usual value
        self,
        path: Path,
        now: Callable[[], datetime],
        *,
        reserve: Reserve | None = None,
        before_close: Callable[[], None] = lambda: None,
        must_exist: bool = False,
        replaces: str = "",
        telemetry_bound: int = TELEMETRY_BOUND,
        manner: Manner = DURABLE,
        schema: Sequence[str] | None = None,
    ) -> None:
        self._now = now
        self._schema = schema_scripts() if schema is None else schema
        self._reserve = reserve or NoReserve()
        self._before_close = before_close
        self._db = Database(path, manner)
        try:
            self._head = self._opened(must_exist, replaces)
        except JournalError:
            self._db.close()
            raise
        self._outbox = Outbox(self._db, telemetry_bound=telemetry_bound)
        self._is_short_of_room = not self._reserve.lay()

    def close(self) -> None:
        """After an error nothing is said of an orderly end: the next start finds what a power cut would leave."""
        if not self._db.is_broken:
            with suppress(OSError):  # a disk that fails now takes nothing away
                self._before_close()
        self._db.close()

    def commit(self, steps: Sequence[Step], deliveries: Sequence[OutboxItem] = ()) -> None:
        """One business step with what it must send, in one transaction, on disk when this returns."""
        self._head = self._transact(lambda: self._written(steps, deliveries))

    # --- outbox ----------------------------------------------------------------------------------------------------

    def waiting(self, lane: Lane, limit: int = 100) -> tuple[WaitingItem, ...]:
        """What is to be delivered, oldest first."""
        return self._outbox.waiting(lane, limit)

    def claim(self, items: Sequence[WaitingItem]) -> bool:
        """Count an attempt before it is made; False when one of them waits no longer."""
        return self._transact(lambda: self._outbox.claim(items))

    def mark_delivered(self, keys: Sequence[str]) -> None:
        self._transact(lambda: self._outbox.mark_delivered(keys, self._now().isoformat()))

    def park(self, key: str, reason: str) -> None:
        """Set aside what the backend will never take; staff see it."""
        self._transact(lambda: self._outbox.park(key, reason, self._now().isoformat()))

    def parked(self) -> tuple[ParkedItem, ...]:
        return self._outbox.parked()

    def retry(self, key: str) -> bool:
        """Let what was set aside wait again, under the same key; False when it is not set aside."""
        return self._transact(lambda: self._outbox.retry(key))

    def hand_over(self, key: str, steps: Sequence[Step], deliveries: Sequence[OutboxItem]) -> bool:
        """What was set aside is somebody else's from now on; False when it is not set aside."""

        def handed() -> tuple[bool, Link]:
            is_parked = self._outbox.hand_over(key, self._now().isoformat())
            return is_parked, self._written(steps, deliveries) if is_parked else self._head

        is_parked, self._head = self._transact(handed)
        return is_parked

    def state_of(self, key: str) -> str:
        """`waiting`, `delivered`, `parked`, `handed_over`; empty when no such key is kept any more."""
        return self._outbox.state_of(key)

    # --- reading ---------------------------------------------------------------------------------------------------

    def steps(self, after: int = 0) -> Iterator[RecordedStep]:
        return Reader(self._db).steps(after)

    def unsettled_steps(self) -> tuple[RecordedStep, ...]:
        """Everything since the last moment when nothing was unfinished."""
        return tuple(self.steps(int(self._db.read("SELECT settled_seq FROM summary")[0][0])))

    def steps_of(self, kinds: Iterable[StepKind], since: datetime) -> tuple[RecordedStep, ...]:
        """Steps of these kinds from that moment on, in order."""
        return Reader(self._db).steps_of(kinds, since)

    def verify(self) -> ChainFault | None:
        """The first place where the chain is broken: deleted, edited, reordered or cut."""
        return Reader(self._db).verify()

    def figures(self) -> Figures:
        parked = self._db.read("SELECT count(*) FROM outbox WHERE state = 'parked'")
        dropped, set_aside = self._db.read("SELECT telemetry_dropped, set_aside FROM summary")[0]
        waiting = {lane: self._outbox.count(lane) for lane in Lane}
        return Figures(waiting, parked[0][0], dropped, self._is_short_of_room, set_aside)

    # --- upkeep ----------------------------------------------------------------------------------------------------

    def mark_settled(self, seq: int) -> None:
        """Nothing up to and including this step needs looking at again."""
        sql = "UPDATE summary SET settled_seq = max(settled_seq, ?)"
        self._transact(lambda: self._db.write(sql, (seq,)))

    def tidy(self) -> bool:
        """When nobody is there: forget what is old and settled, empty the WAL, lay the ballast again.

        Touches nothing that is unfinished, and may be cut off anywhere. False: there was no room for it, another time.
        """
        before = (self._now() - KEPT).isoformat()
        try:
            self._transact(lambda: self._forget(before))
            self._with_room(self._db.checkpoint)
        except JournalFullError:
            return False
        self._is_short_of_room = not self._reserve.lay()
        return True

    @property
    def needs_acknowledgement(self) -> bool:
        """A damaged journal was set aside, and staff have not said that they know: no service until then."""
        return bool(self.figures().set_aside)

    def acknowledge(self) -> None:
        """Staff know that a damaged journal was set aside."""
        self._head = self._transact(lambda: self._acknowledged(self.figures().set_aside))

    def _acknowledged(self, set_aside: str) -> Link:
        self._db.write("UPDATE summary SET set_aside = ''")
        return self._written((Step(StepKind.JOURNAL_ACKNOWLEDGED, set_aside),), ())

    def _forget(self, before: str) -> None:
        self._outbox.purge_delivered(before)
        oldest_kept = self._db.read(
            "SELECT seq, hash FROM steps WHERE at < ? AND seq <= (SELECT settled_seq FROM summary)"
            " ORDER BY seq DESC LIMIT 1",
            (before,),
        )
        for seq, digest in oldest_kept:
            self._db.write("DELETE FROM steps WHERE seq <= ?", (seq,))
            self._db.write("UPDATE summary SET base_seq = ?, base_hash = ?", (seq, digest))

    # --- inside ----------------------------------------------------------------------------------------------------

    def _opened(self, must_exist: bool, replaces: str) -> Link:
        self._db.check()
        version = self._db.version
        if version > len(self._schema):
            raise JournalUnknownError(version)
        if version == 0:
            if must_exist or self._db.read("SELECT name FROM sqlite_schema"):
                raise JournalDamagedError("there is no journal in the file")
            return self._db.transact(lambda: self._created(replaces))
        if version < len(self._schema):
            self._db.transact(lambda: self._bring_up_from(version))
        reader = Reader(self._db)
        head = reader.head()
        if (reader.newest() or reader.base()) != head:
            raise JournalDamagedError("the newest steps are gone")
        return head

    def _created(self, replaces: str) -> Link:
        self._bring_up_from(0)
        self._db.write(
            "INSERT INTO summary (one, base_seq, base_hash, head_seq, head_hash, settled_seq, telemetry_dropped,"
            " set_aside) VALUES (1, 0, ?, 0, ?, 0, 0, ?)",
            (GENESIS, GENESIS, replaces),
        )
        self._head = Link(0, GENESIS)
        return self._written((Step(StepKind.JOURNAL_SET_ASIDE, replaces),), ()) if replaces else self._head

    def _bring_up_from(self, version: int) -> None:
        """All or nothing, within one transaction."""
        for script in self._schema[version:]:
            self._db.run_script(script)
        self._db.run_script(f"PRAGMA user_version = {len(self._schema)}")

    def _written(self, steps: Sequence[Step], deliveries: Sequence[OutboxItem]) -> Link:
        head = self._head
        for step in steps:
            head = self._append(step, head)
        self._db.write("UPDATE summary SET head_seq = ?, head_hash = ?", (head.seq, head.hash))
        dropped = sum(self._put(item) for item in deliveries)
        if dropped:
            self._db.write("UPDATE summary SET telemetry_dropped = telemetry_dropped + ?", (dropped,))
        return head

    def _append(self, step: Step, head: Link) -> Link:
        facts = FACTS.encode(dict(step.facts))
        row = chained(head, self._now().isoformat(), step.kind.value, step.subject, facts)
        sql = "INSERT INTO steps (seq, at, kind, subject, facts, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
        self._db.write(sql, row)
        return Link(row.seq, row.hash)

    def _put(self, item: OutboxItem) -> int:
        """Returns how many items of telemetry had to go."""
        dropped = 0
        if item.lane is Lane.TELEMETRY:
            if self._is_short_of_room:
                return 1
            dropped = self._outbox.make_telemetry_room()
        self._outbox.put(item)
        return dropped

    def _transact(self, work: Callable[[], T]) -> T:
        return self._with_room(lambda: self._db.transact(work))

    def _with_room(self, work: Callable[[], T]) -> T:
        """On a full disk once more, with the room of the ballast and from then on without telemetry."""
        try:
            return work()
        except JournalFullError:
            self._is_short_of_room = True
            self._outbox.recount()
            self._reserve.release()
            return work()
