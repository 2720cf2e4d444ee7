"""One record, one line: JSON with sorted keys, chained by SHA-256, sealed now and then with the terminal's key.

    {"at":"...","boot":3,"disposition":"success","facts":{...},"hash":"...","number":202,"phase":"end","prev":"...",
     "role":"attendant","seq":17,"staff":1,"word":"staff_session"}

`hash` is the SHA-256 of the line without it; `prev` is the hash of the record before, so every record vouches for all
before it. A seal (`sealed`) carries `signature`: ECDSA P-256 with SHA-256 over `SEAL_CONTEXT`, terminal, seq and prev.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from kiosk.audit.catalogue import BY_WORD, PHASES, ROLES, OwnWord, Value, accepted
from kiosk.flow.staff.facts import AuditPhase, AuditWord, Disposition

GENESIS = "0" * 64
HIGHEST_STAFF = 999_999
SEAL_CONTEXT = "lobby-kiosk audit seal 1"


@dataclass(frozen=True)
class Entry:
    """What is to be recorded. `staff` is 0 where nobody is known."""

    word: AuditWord | OwnWord
    phase: AuditPhase = AuditPhase.ONCE
    disposition: Disposition = Disposition.NONE
    role: str = ""
    staff: int = 0
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Link:
    """A place in the chain."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True)
class Record:
    seq: int
    at: datetime
    boot: int
    """Counts the starts of the program, so that order never hangs on the clock."""
    number: int
    word: str
    phase: str
    disposition: str
    role: str
    staff: int
    facts: dict[str, Value]
    prev: str
    hash: str
    signature: str = ""

    @property
    def link(self) -> Link:
        return Link(self.seq, self.hash)


def next_record(before: Link, entry: Entry, at: datetime, boot: int, signature: str = "") -> Record:
    """The record that follows `before`. What has no place in the catalogue is left out and counted."""
    definition = BY_WORD[entry.word.value]
    facts, refused = accepted(definition, entry.facts)
    if refused:
        facts["facts_refused"] = refused
    body: dict[str, Any] = {
        "seq": before.seq + 1,
        "at": at.isoformat(),
        "boot": boot,
        "number": definition.number,
        "word": definition.word.value,
        "phase": entry.phase.value,
        "disposition": entry.disposition.value,
        "role": entry.role,
        "staff": entry.staff,
        "facts": facts,
        "prev": before.hash,
    }
    if signature:
        body["signature"] = signature
    return Record(**{**body, "at": at}, hash=digest(body))


def line_of(record: Record) -> bytes:
    body = {**_body(record), "hash": record.hash}
    return _canonical(body) + b"\n"


def digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(body)).hexdigest()


def is_intact(record: Record) -> bool:
    """The line is what it was when it was written."""
    return digest(_body(record)) == record.hash


def sealed_bytes(terminal_id: str, seq: int, prev: str) -> bytes:
    """What the seal with this place signs."""
    return f"{SEAL_CONTEXT}\n{terminal_id}\n{seq}\n{prev}\n".encode()


def parse_line(line: bytes) -> Record | None:
    """None for anything that this program would not have written."""
    try:
        raw: object = json.loads(line)
    except ValueError:
        return None
    return _record(cast("dict[str, Any]", raw)) if isinstance(raw, dict) else None


def _record(raw: dict[str, Any]) -> Record | None:
    try:
        record = Record(**{**raw, "at": datetime.fromisoformat(raw["at"])})
    except (TypeError, KeyError, ValueError):
        return None
    return record if _is_in_catalogue(record) else None


def _is_in_catalogue(record: Record) -> bool:
    """The schema itself keeps people out: an unknown word or field is no record of ours."""
    definition = BY_WORD.get(record.word)
    if definition is None or record.number != definition.number:
        return False
    if record.phase not in {phase.value for phase in PHASES[definition.is_pair]} or record.role not in {*ROLES, ""}:
        return False
    if not isinstance(record.staff, int) or not 0 <= record.staff <= HIGHEST_STAFF:
        return False
    facts = [(name, value) for name, value in record.facts.items() if name != "facts_refused"]
    return accepted(definition, facts)[1] == 0


def _body(record: Record) -> dict[str, Any]:
    body = {name: getattr(record, name) for name in Record.__dataclass_fields__ if name != "hash"}
    body["at"] = record.at.isoformat()
    if not record.signature:
        del body["signature"]
    return body


def _canonical(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
