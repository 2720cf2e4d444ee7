"""The log on disk: a plain file that only grows, one line per record, on disk before `record` returns.

A file and not a database: an exported copy is the log itself, byte for byte, any tool can read it, and the verifier
needs nothing of ours. It does not share the journal's fate either: staff who must look at a broken journal are recorded
all the same. What a file cannot tell, that its end was cut off, is told by three witnesses outside of it: the small
head file beside it, the journal's `audit_sealed` step, and the backend, which is sent every record.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.audit.catalogue import OwnWord
from kiosk.audit.keys import TerminalKey
from kiosk.audit.records import Entry, Link, Record, line_of, next_record, parse_line, sealed_bytes

SEAL_EVERY_RECORDS = 50
LONGEST_LINE = 4096


class AuditError(Exception):
    """The log cannot be written: what was asked for must not be done as if it were recorded."""


@dataclass(frozen=True)
class AuditFiles:
    """Where the log of one terminal lies."""

    directory: Path

    @property
    def log(self) -> Path:
        return self.directory / "audit.jsonl"

    @property
    def head(self) -> Path:
        return self.directory / "audit.head"

    @property
    def torn(self) -> Path:
        return self.directory / "audit.torn"

    @property
    def key(self) -> Path:
        return self.directory / "terminal-key.pem"


class AuditLog:
    """May be called from any thread; each call returns when its record is on disk.

    Opening mends what a power cut can leave: a torn last line is set aside and its place recorded.
    """

    def __init__(
        self,
        files: AuditFiles,
        terminal_id: str,
        key: TerminalKey,
        now: Callable[[], datetime],
        on_seal: Callable[[Record], None] = lambda _record: None,
    ) -> None:
        """`on_seal` hears of every seal once it is on disk. Raises AuditError."""
        self._files = files
        self._terminal_id = terminal_id
        self._key = key
        self._now = now
        self._on_seal = on_seal
        self._lock = threading.RLock()
        self._unsealed = 0
        files.directory.mkdir(parents=True, exist_ok=True)
        with _as_audit_error():
            torn = _mend(files)
            newest = _newest(files.log)
            self._fd = os.open(files.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._head = _head_of(newest.link if newest else Link(), read_head(files.head) or Link())
        self._boot = newest.boot + 1 if newest else 1
        if torn:
            self.record(Entry(OwnWord.LOG_MENDED, facts=(("octets", torn),)))
        self.record(Entry(OwnWord.LOG_OPENED, facts=(("records", self._head.seq),)))

    @property
    def head(self) -> Link:
        return self._head

    def record(self, entry: Entry) -> Record:
        """Append one record; every so many of them a seal follows. Raises AuditError."""
        with self._lock:
            record = self._append(entry)
            self._unsealed += 1
            if self._unsealed >= SEAL_EVERY_RECORDS:
                self.seal()
            return record

    def seal(self) -> Record | None:
        """Sign everything so far; None when nothing has come since the last seal. Raises AuditError."""
        with self._lock:
            if not self._unsealed:
                return None
            seq = self._head.seq + 1
            signature = self._key.sign(sealed_bytes(self._terminal_id, seq, self._head.hash))
            record = self._append(Entry(OwnWord.SEALED, facts=(("records", seq),)), signature)
            self._unsealed = 0
            self._on_seal(record)
            return record

    def close(self) -> None:
        with self._lock:
            self.seal()
            os.close(self._fd)

    def _append(self, entry: Entry, signature: str = "") -> Record:
        record = next_record(self._head, entry, self._now(), self._boot, signature)
        line = line_of(record)
        with _as_audit_error():
            self._write(line)
            self._head = record.link
            _write_head(self._files.head, self._head)
        return record

    def _write(self, line: bytes) -> None:
        """Whole or not at all: what a full disk took only half of is cut away again."""
        before = os.fstat(self._fd).st_size
        try:
            is_whole = os.write(self._fd, line) == len(line)
            os.fdatasync(self._fd)
        except OSError:
            os.ftruncate(self._fd, before)
            raise
        if not is_whole:
            os.ftruncate(self._fd, before)
            raise OSError("the disk is full")


class _as_audit_error:  # noqa: N801  a context manager that reads like a word
    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            raise AuditError(type(error).__name__) from error


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a log or of an exported copy; none when there is no file. Raises OSError."""
    if not path.exists():
        return
    with path.open("rb") as file:
        yield from file


def read_records(path: Path) -> Iterator[Record]:
    """Every line that is a record."""
    return (record for line in read_lines(path) if (record := parse_line(line)) is not None)


def read_head(path: Path) -> Link | None:
    """What the head file remembers; None when it says nothing."""
    try:
        seq, digest = path.read_text(encoding="ascii").split()
        return Link(int(seq), digest)
    except (OSError, ValueError):
        return None


def witnesses(files: AuditFiles, others: Sequence[Link] = ()) -> tuple[Link, ...]:
    head = read_head(files.head)
    return (*others, head) if head else tuple(others)


def _head_of(newest: Link, remembered: Link) -> Link:
    """The head file lags or agrees. Where it is ahead, the end of the log was cut off: the chain goes on behind what is
    gone, so that the gap stays to be seen.
    """
    return remembered if remembered.seq >= newest.seq else newest


def _write_head(path: Path, head: Link) -> None:
    """Not forced to the disk: it lags by what a power cut takes, and never runs ahead of the log."""
    fresh = path.with_suffix(".head-new")
    fresh.write_text(f"{head.seq} {head.hash}\n", encoding="ascii")
    fresh.replace(path)


def _mend(files: AuditFiles) -> int:
    """Set a torn last line aside; returns how many octets it had."""
    if not files.log.exists():
        return 0
    with files.log.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - LONGEST_LINE)
        file.seek(start)
        tail = file.read()
        keep = start + tail.rfind(b"\n") + 1
        if keep == size:
            return 0
        torn = tail[keep - start :]
        with files.torn.open("ab") as aside:
            aside.write(torn + b"\n")
        file.truncate(keep)
        file.flush()
        os.fsync(file.fileno())
        return len(torn)


def _newest(path: Path) -> Record | None:
    """The last record of the file, read from its end."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - LONGEST_LINE))
        lines = file.read().splitlines()
    return next((record for line in reversed(lines) if (record := parse_line(line)) is not None), None)
