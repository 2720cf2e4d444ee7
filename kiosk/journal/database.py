"""One SQLite connection that promises durability or refuses: settings asserted, errors of the disk final.

After a failed fsync the kernel forgets what it could not write, and a retry would succeed and lie. So any error but a
full disk ends the connection for good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import apsw

from kiosk.journal.entries import JournalDamagedError, JournalError, JournalFullError

T = TypeVar("T")
Value = str | int | bytes

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can corrupt a WAL that two connections reset and checkpoint at once."""

PRAGMAS: Mapping[str, str | int] = {
    "locking_mode": "exclusive",  # nobody else opens the file, and the index of the WAL needs no shared memory file
    "synchronous": 2,  # FULL: the WAL is synced at every commit
    "journal_mode": "wal",
    "foreign_keys": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
    "secure_delete": 1,
}
"""Set in this order, then read back."""
READING_PRAGMAS: Mapping[str, str | int] = {"query_only": 1, "trusted_schema": 0, "cell_size_check": 1, "mmap_size": 0}


@dataclass(frozen=True)
class Manner:
    """How SQLite treats the file; `vfs` names another way to the disk than the system's own."""

    pragmas: Mapping[str, str | int]
    flags: int
    busy_limit_ms: int = 0
    vfs: str | None = None


DURABLE = Manner(PRAGMAS, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, busy_limit_ms=2_000)
"""A reading tool may keep a starting terminal waiting that long; the other way round it is told at once."""
READING = Manner(READING_PRAGMAS, apsw.SQLITE_OPEN_READONLY)


class Database:
    """Belongs to one thread. Raises `JournalError` when nothing may be promised any more."""

    def __init__(self, path: Path, manner: Manner) -> None:
        check_sqlite(apsw.sqlite_lib_version())
        self._is_broken = False
        self._db = self._guarded(lambda: apsw.Connection(str(path), flags=manner.flags, vfs=manner.vfs))
        try:
            self._guarded(lambda: self._prepare(manner))
        except JournalError:
            self.close()
            raise

    def close(self) -> None:
        """A disk that fails now takes nothing away: what was acknowledged lies in the WAL. After an error the WAL is
        left as it is for the next start.
        """
        with suppress(apsw.Error):
            self._db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, int(self._is_broken))
            self._db.close()
        self._db.close(force=True)

    def read(self, sql: str, values: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query that is small by its nature."""
        return self._guarded(lambda: list(self._db.execute(sql, values)))

    def stream(self, sql: str, values: Sequence[Value] = ()) -> Iterator[tuple[Any, ...]]:
        """Rows one by one; nothing may be written before the last is fetched."""
        cursor = self._guarded(lambda: self._db.execute(sql, values))
        while (row := self._guarded(cursor.fetchone)) is not None:
            yield row

    def write(self, sql: str, values: Sequence[Value] = ()) -> int:
        """One statement inside `transact`; returns how many rows it changed."""
        self._db.execute(sql, values)
        return self._db.changes()

    def transact(self, work: Callable[[], T]) -> T:
        """Run `work` as one transaction: on disk when this returns, or undone when it raises.

        Raises JournalFullError when there was no room (the connection stays good), JournalError for ever after
        anything else that the disk did.
        """

        def whole() -> T:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                result = work()
                self._db.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            return result

        return self._guarded(whole)

    def run_script(self, script: str) -> None:
        """Several statements inside `transact`."""
        for _ in self._db.execute(script):
            pass

    def checkpoint(self) -> None:
        """Move the WAL into the database file and cut it to nothing."""
        self._guarded(lambda: self._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE))

    def check(self) -> None:
        """Raises JournalDamagedError when the structure of the file is not whole."""
        if self.read("PRAGMA quick_check(1)") != [("ok",)]:
            raise JournalDamagedError("the file is damaged")

    @property
    def is_broken(self) -> bool:
        """An error of the disk was final."""
        return self._is_broken

    @property
    def version(self) -> int:
        return int(self.read("PRAGMA user_version")[0][0])

    # --- inside ----------------------------------------------------------------------------------------------------

    def _prepare(self, manner: Manner) -> None:
        self._db.set_busy_timeout(manner.busy_limit_ms)
        for name, wanted in manner.pragmas.items():
            self._db.pragma(name, wanted)
            in_force = self._db.pragma(name)
            if in_force != wanted and not (name == "mmap_size" and in_force is None):  # None: cannot map at all
                raise JournalError(f"pragma {name} is not {wanted}")
        if manner.flags & apsw.SQLITE_OPEN_READWRITE and self._db.readonly("main"):
            raise JournalDamagedError("not writable")  # a header that claims a format of the future

    def _roll_back(self) -> None:
        if self._db.in_transaction:  # SQLite may have rolled back by itself
            self._db.execute("ROLLBACK")

    def _guarded(self, work: Callable[[], T]) -> T:
        if self._is_broken:
            raise JournalError("an earlier error of the disk was final")
        try:
            return work()
        except apsw.FullError as error:
            raise JournalFullError("no room on the disk") from error
        except (apsw.CorruptError, apsw.NotADBError, apsw.IOError, apsw.ReadOnlyError) as error:
            self._is_broken = True
            raise JournalDamagedError(type(error).__name__) from error
        except apsw.BusyError as error:
            raise JournalError("in use by a running terminal") from error
        except apsw.Error as error:
            self._is_broken = True
            raise JournalError(type(error).__name__) from error


def check_sqlite(version: str) -> None:
    """Refuse an SQLite that is known to lose data."""
    if tuple(int(part) for part in version.split(".")[:3]) < OLDEST_SQLITE:
        raise JournalError(f"SQLite {version} is too old")
