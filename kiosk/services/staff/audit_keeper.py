"""Keeps the audit log of a running terminal: records, seals in time, has the journal witness, sends it to the backend.

What goes into the outbox is only the word that there is something to send, up to which record. What is sent then are
the lines of the file itself, from the first one that the backend does not know.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from pydantic import BaseModel, ConfigDict

from kiosk.audit.log import AuditError, AuditFiles, AuditLog, read_lines
from kiosk.audit.records import Entry, Link, Record, parse_line
from kiosk.central import wire
from kiosk.central.errors import Refused, Silent
from kiosk.flow.staff.effects import RecordAudit
from kiosk.journal.entries import JournalError, Lane, OutboxItem, Step, StepKind
from kiosk.journal.journal import Journal

AUDIT = "audit"
SEAL_EVERY_S = 600.0
LINES_AT_ONCE = 200
OCTETS_AT_ONCE = 40_000
"""The backend takes messages of 64 kB; quoting makes lines longer."""
MESSAGES_AT_MOST = 50


class _Word(BaseModel):
    """Body of the outbox item."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seq: int
    hash: str


class AuditKeeper:
    """May be called from any thread; `record` returns when the record is on disk."""

    def __init__(
        self,
        open_log: Callable[[Callable[[Record], None]], AuditLog],
        journal: Journal,
        wake_outbox: Callable[[], None],
        on_trouble: Callable[[str, BaseException], None],
        public_key: str,
    ) -> None:
        """`public_key`: base64 of what the seals are checked with."""
        self.public_key = public_key
        self._open_log = open_log
        self._journal = journal
        self._wake_outbox = wake_outbox
        self._on_trouble = on_trouble
        self._log: AuditLog | None = None
        self._is_sound = True
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="audit-seal", daemon=True)

    def start(self) -> None:
        try:
            self._log = self._open_log(self._sealed)
        except AuditError as error:
            self._lost(error)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        if self._log is not None:
            self._safely(self._log.close)

    @property
    def is_sound(self) -> bool:
        """Everything so far lies on the disk."""
        return self._is_sound and self._log is not None

    @property
    def head(self) -> Link:
        return self._log.head if self._log else Link()

    def record(self, entry: Entry) -> None:
        log = self._log
        if log is not None:
            self._safely(lambda: log.record(entry))

    def seal(self) -> None:
        """Now: at the end of what staff did, before a copy is taken away."""
        log = self._log
        if log is not None:
            self._safely(log.seal)

    def _run(self) -> None:
        while not self._stopping.wait(SEAL_EVERY_S):
            self.seal()

    def _sealed(self, seal: Record) -> None:
        """The journal's own chain says from now on how far this log reached; the backend is told by the same step."""
        word = _Word(seq=seal.seq, hash=seal.hash)
        item = OutboxItem(f"audit-{seal.hash[:32]}", Lane.TELEMETRY, AUDIT, word.model_dump_json())
        step = Step(StepKind.AUDIT_SEALED, str(seal.seq), (("hash", seal.hash),))
        try:
            self._journal.commit((step,), (item,))
        except JournalError as error:
            self._on_trouble("audit_not_witnessed", error)
        else:
            self._wake_outbox()

    def _safely(self, act: Callable[[], object]) -> None:
        try:
            act()
        except AuditError as error:
            self._lost(error)

    def _lost(self, error: AuditError) -> None:
        self._is_sound = False
        self._on_trouble("audit_failed", error)


def entry_of(effect: RecordAudit) -> Entry:
    """A staff id that is no number of the office is recorded as nobody's."""
    staff = int(effect.staff_id) if effect.staff_id.isdecimal() and len(effect.staff_id) <= 6 else 0
    return Entry(effect.word, effect.phase, effect.disposition, effect.role, staff, effect.facts)


class AuditUploads:
    """Sends what the backend does not know; called by the outbox's thread."""

    def __init__(
        self,
        files: AuditFiles,
        public_key: str,
        send: Callable[[wire.AuditUpload], wire.AuditReceived | Refused | Silent],
    ) -> None:
        self._files = files
        self._public_key = public_key
        self._send = send
        self._known_to = 0

    def deliver(self, item: OutboxItem) -> wire.AuditReceived | Refused | Silent:
        """Until the backend has the record that the item names, or an answer that is none."""
        word = _Word.model_validate_json(item.body)
        answer: wire.AuditReceived | Refused | Silent = wire.AuditReceived(contiguous_to=self._known_to)
        for _ in range(MESSAGES_AT_MOST):
            if self._known_to >= word.seq:
                break
            lines = _as_many_as_fit(self._lines_after(self._known_to))
            if not lines:
                break
            answer = self._send(wire.AuditUpload(public_key=self._public_key, lines=lines))
            if not isinstance(answer, wire.AuditReceived):
                return answer
            if answer.contiguous_to <= self._known_to:
                break  # it takes no more of them; what it found it has kept
            self._known_to = answer.contiguous_to
        return answer

    def _lines_after(self, seq: int) -> Iterator[str]:
        """From the first record behind that one; what stands between is sent as it is, for the backend to see."""
        is_fresh = False
        for line in read_lines(self._files.log):
            record = parse_line(line)
            is_fresh = is_fresh or (record is not None and record.seq > seq)
            if is_fresh:
                yield line.decode("utf-8", "replace").rstrip("\n")[:4096]


def _as_many_as_fit(lines: Iterator[str]) -> tuple[str, ...]:
    """At least one, if there is one."""
    taken: list[str] = []
    octets = 0
    for line in lines:
        octets += len(line)
        if taken and (octets > OCTETS_AT_ONCE or len(taken) == LINES_AT_ONCE):
            break
        taken.append(line)
    return tuple(taken)
