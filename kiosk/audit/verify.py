"""The verifier: walks the lines once and says of every break where it is and what was done.

| what was done | what is seen | where |
|---|---|---|
| a line edited | its own hash does not fit: `edited` | that record |
| an edited line with its hash made anew | the next record does not follow it: `replaced` | that record |
| a line taken out | numbers jump: `missing` | the numbers that are gone |
| lines exchanged | a number comes after a higher one: `reordered` | both places |
| a line put in, or twice | a number comes again: `repeated` | that line |
| a line that is no record | `unreadable` | that line |
| the end cut off | the head file, a journal step or the backend knows a later record: `cut` | from the first one gone |
| all rewritten with fresh hashes | the seals no longer fit the key: `forged` | from the seal before to that seal |

A record after the last seal that is both rewritten and in none of the witnesses cannot be told from a true one: that is
what the periodic seal, the head file, the journal and the upload bound to a few records and a few minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kiosk.audit.catalogue import OwnWord
from kiosk.audit.keys import PublicKey
from kiosk.audit.records import Link, Record, is_intact, parse_line, sealed_bytes


@dataclass(frozen=True)
class Finding:
    """One break: from record `first` to record `last`; `line` counts from 1, 0 when no line stands for it."""

    what: str
    first: int
    last: int
    line: int = 0

    def __str__(self) -> str:
        records = f"record {self.first}" if self.first == self.last else f"records {self.first} to {self.last}"
        return f"{records}: {self.what}" + (f" (line {self.line})" if self.line else "")


@dataclass(frozen=True)
class Proof:
    """What a walk over the log found."""

    findings: tuple[Finding, ...]
    head: Link
    """The last record that is whole and in its place."""
    records: int
    sealed_to: int
    """Every record up to this one is vouched for by a signature."""

    @property
    def is_sound(self) -> bool:
        return not self.findings


@dataclass
class _Walk:
    """Where the walk is; lives for one call of `verify`."""

    key: PublicKey | None
    terminal_id: str
    last: Link = field(default_factory=Link)
    records: int = 0
    sealed_to: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])

    def take(self, number: int, line: bytes) -> None:
        record = parse_line(line)
        if record is None:
            expected = self.last.seq + 1
            self._found("unreadable", expected, expected, number)
            self.last = Link(expected, "")
            return
        self.records += 1
        self._judge(number, record)

    def _judge(self, line: int, record: Record) -> None:
        expected = self.last.seq + 1
        if record.seq < expected:
            before = any(each.first <= record.seq <= each.last for each in self.findings if each.what == "missing")
            self._found("reordered" if before else "repeated", record.seq, record.seq, line)
            return
        if record.seq > expected:
            self._found("missing", expected, record.seq - 1, line)
        elif self.last.hash and record.prev != self.last.hash and is_intact(record):
            self._found("replaced", max(1, expected - 1), max(1, expected - 1), line - 1)
        if not is_intact(record):
            self._found("edited", record.seq, record.seq, line)
            self.last = Link(record.seq, record.hash)
            return
        self._check_seal(line, record)
        self.last = record.link

    def _check_seal(self, line: int, record: Record) -> None:
        if record.word != OwnWord.SEALED.value or self.key is None:
            return
        if self.key.verifies(record.signature, sealed_bytes(self.terminal_id, record.seq, record.prev)):
            self.sealed_to = record.seq
        else:
            self._found("forged", self.sealed_to + 1, record.seq, line)

    def _found(self, what: str, first: int, last: int, line: int) -> None:
        self.findings.append(Finding(what, first, last, line))


def verify(lines: Iterable[bytes], key: PublicKey | None, terminal_id: str, witnesses: Iterable[Link] = ()) -> Proof:
    """Walk all lines. `witnesses`: places that others remember (head file, journal, backend)."""
    walk, wanted = _Walk(key, terminal_id), {link.seq: link.hash for link in witnesses if link.seq}
    for number, line in enumerate(lines, start=1):
        before = walk.last
        walk.take(number, line)
        known = wanted.get(walk.last.seq)
        if walk.last != before and known is not None and walk.last.hash not in ("", known):
            walk.findings.append(Finding("rewritten", walk.sealed_to + 1, walk.last.seq, number))
    latest = max(wanted, default=0)
    if latest > walk.last.seq:
        walk.findings.append(Finding("cut", walk.last.seq + 1, latest))
    return Proof(tuple(_told(walk.findings)), walk.last, walk.records, walk.sealed_to)


def _told(findings: list[Finding]) -> Iterator[Finding]:
    """Numbers that are missing at one place and turn up at another were only moved."""
    moved = {each.first for each in findings if each.what == "reordered"}
    for each in findings:
        is_moved_gap = each.what == "missing" and set(range(each.first, each.last + 1)) <= moved
        if not is_moved_gap:
            yield each
