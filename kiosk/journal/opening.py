"""Opening the journal of a terminal, whatever was left on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk.journal.ballast import Ballast
from kiosk.journal.entries import JournalDamagedError, JournalError, JournalUnknownError
from kiosk.journal.store import Store

WAL_SUFFIX = "-wal"
ATTEMPTS = 2


class Witness:
    """A small file beside the journal that remembers what must lie there: a WAL or a journal that is deleted shows.

    `open` while a store holds the journal (and after a cut), `closed` after an orderly end.
    """

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._path = journal.with_suffix(".witness")

    def opened(self) -> None:
        self._write("open")

    def closed(self) -> None:
        """Before the store closes, which removes the WAL."""
        self._write("closed")

    @property
    def is_there(self) -> bool:
        """A journal was opened here before."""
        return self._path.exists()

    def misses_something(self) -> bool:
        if not self.is_there:
            return False
        is_there = self._journal.exists() and self._journal.stat().st_size > 0
        needs_wal = self._path.read_bytes() == b"open"
        return not is_there or (needs_wal and not _wal_of(self._journal).exists())

    def _write(self, word: str) -> None:
        fresh = self._path.with_suffix(".witness-new")
        with fresh.open("wb") as file:
            file.write(word.encode())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)


def open_store(path: Path, now: Callable[[], datetime]) -> Store:
    """The store at `path`. A journal that is damaged, or that a newer program wrote, is set aside under a dated name
    that says which, and a new one is begun, which then `needs_acknowledgement`. Raises JournalError when not even
    that is possible.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        witness = Witness(path)
        found = _first_whole(path, now, witness)
        store = found if isinstance(found, Store) else _begun_anew(path, now, witness, found)
        witness.opened()
    except OSError as error:
        raise JournalError(type(error).__name__) from error
    return store


def _first_whole(path: Path, now: Callable[[], datetime], witness: Witness) -> Store | str:
    """Or the word for why there is none; the disk gets a second chance to read it."""
    for _ in range(ATTEMPTS):
        if witness.misses_something():
            break
        try:
            return _open(path, now, witness, must_exist=witness.is_there)
        except JournalUnknownError as error:
            return f"schema-{error.version}"
        except JournalDamagedError:
            continue
    return "damaged"


def _begun_anew(path: Path, now: Callable[[], datetime], witness: Witness, why: str) -> Store:
    name = _free_name(path, f"{path.name}.{now():%Y%m%dT%H%M%S}.{why}")
    for part in (path, _wal_of(path)):
        if part.exists():
            part.replace(path.with_name(name + part.name.removeprefix(path.name)))
    return _open(path, now, witness, replaces=name)


def _free_name(path: Path, wished: str) -> str:
    """What was set aside before is never written over."""
    names = (wished, *(f"{wished}-{number}" for number in range(2, 100)))
    return next(name for name in names if not path.with_name(name).exists())


def _open(
    path: Path, now: Callable[[], datetime], witness: Witness, *, must_exist: bool = False, replaces: str = ""
) -> Store:
    reserve = Ballast(path.with_suffix(".ballast"))
    return Store(path, now, reserve=reserve, before_close=witness.closed, must_exist=must_exist, replaces=replaces)


def _wal_of(path: Path) -> Path:
    return path.with_name(path.name + WAL_SUFFIX)
