"""Reading a journal: for the store itself, and for tools while no terminal runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.journal.chain import ChainedRow, ChainFault, Link, find_fault
from kiosk.journal.database import READING, Database
from kiosk.journal.entries import JournalDamagedError, JournalError, Step, StepKind


@dataclass(frozen=True)
class RecordedStep:
    seq: int
    at: datetime
    step: Step


class Reader:
    def __init__(self, db: Database) -> None:
        self._db = db

    def close(self) -> None:
        self._db.close()

    def steps(self, after: int = 0) -> Iterator[RecordedStep]:
        """In order; read to the end before anything is written."""
        return (_recorded(row) for row in self._rows(after))

    def steps_of(self, kinds: Iterable[StepKind], since: datetime) -> tuple[RecordedStep, ...]:
        """Steps of these kinds from that moment on, in order."""
        words = sorted(kind.value for kind in kinds)
        marks = ", ".join("?" * len(words))
        sql = (
            "SELECT seq, at, kind, subject, facts, prev_hash, hash FROM steps"  # noqa: S608  marks only
            f" WHERE kind IN ({marks}) AND at >= ? ORDER BY seq"
        )
        return tuple(_recorded(ChainedRow(*row)) for row in self._db.stream(sql, (*words, since.isoformat())))

    def verify(self) -> ChainFault | None:
        """The first place where the chain is broken."""
        return find_fault(self._rows(0), self.base(), self.head())

    def base(self) -> Link:
        return self._link("base_seq, base_hash")

    def head(self) -> Link:
        return self._link("head_seq, head_hash")

    def newest(self) -> Link | None:
        """The last step that is there."""
        rows = self._db.read("SELECT seq, hash FROM steps ORDER BY seq DESC LIMIT 1")
        return Link(*rows[0]) if rows else None

    def _link(self, columns: str) -> Link:
        rows = self._db.read(f"SELECT {columns} FROM summary")  # noqa: S608  column names of our own
        if not rows:
            raise JournalDamagedError("the summary is gone")
        return Link(*rows[0])

    def _rows(self, after: int) -> Iterator[ChainedRow]:
        sql = "SELECT seq, at, kind, subject, facts, prev_hash, hash FROM steps WHERE seq > ? ORDER BY seq"
        return (ChainedRow(*row) for row in self._db.stream(sql, (after,)))


def _recorded(row: ChainedRow) -> RecordedStep:
    step = Step(StepKind(row.kind), row.subject, tuple(json.loads(row.facts).items()))
    return RecordedStep(row.seq, datetime.fromisoformat(row.at), step)


def open_reader(path: Path) -> Reader:
    """For tools: changes nothing. Raises JournalError, also while a terminal holds the journal."""
    reader = Reader(Database(path, READING))
    try:
        reader.head()  # only reading shows whether somebody holds the file
    except JournalError:
        reader.close()
        raise
    return reader
