"""One record, one line: JSON with sorted keys, chained by SHA-256, sealed now and then with the terminal's key.

    {"at":"...","boot":3,"disposition":"success","facts":{...},"hash":"...","number":202,"phase":"end","prev":"...",
     "role":"attendant","seq":17,"signature":"","staff":1,"word":"staff_session"}

`hash` is the SHA-256 of the line without it; `prev` is the hash of the record before, so every record vouches for all
before it. A seal (`sealed`) carries `signature`: ECDSA P-256 with SHA-256 over `SEAL_CONTEXT`, terminal, seq and prev.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kiosk.audit.catalogue import BY_WORD, OwnWord, Value, accepted
from kiosk.domain.staff import Role
from kiosk.flow.staff.facts import AuditPhase, AuditWord, Disposition

GENESIS = "0" * 64
HIGHEST_STAFF = 999_999
FACTS_REFUSED = "facts_refused"
"""How many facts had no place in the record: a fault of ours, told without what they held."""
SEAL_CONTEXT = "lobby-kiosk audit seal 1"


@dataclass(frozen=True)
class Entry:
    """What is to be recorded. `staff` is 0 where nobody is known."""

    word: AuditWord | OwnWord
    phase: AuditPhase = AuditPhase.ONCE
    disposition: Disposition = Disposition.NONE
    role: Role | None = None
    staff: int = 0
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Link:
    """A place in the chain."""

    seq: int = 0
    hash: str = GENESIS


class Record(BaseModel):
    """A line, parsed. Values keep the form in which they were written, so that the hash can be made again."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    seq: Annotated[int, Field(ge=1)]
    at: Annotated[str, Field(pattern=r"^[0-9T:.+-]{19,40}$")]
    """RFC 3339; order comes from seq."""
    boot: Annotated[int, Field(ge=1)]
    """Counts the starts of the program."""
    number: int
    word: str
    phase: AuditPhase
    disposition: Disposition
    role: Role | None
    staff: Annotated[int, Field(ge=0, le=HIGHEST_STAFF)]
    facts: dict[str, Value]
    prev: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signature: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/=]{0,120}$")] = ""

    @model_validator(mode="after")
    def _is_in_catalogue(self) -> Self:
        """The schema itself keeps people out: an unknown word or field is no record of ours."""
        definition = BY_WORD.get(self.word)
        if definition is None or self.number != definition.number:
            raise ValueError("not in the catalogue")
        facts = [(name, value) for name, value in self.facts.items() if name != FACTS_REFUSED]
        if accepted(definition, facts)[1]:
            raise ValueError("not in the catalogue")
        return self

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def link(self) -> Link:
        return Link(self.seq, self.hash)


def next_record(before: Link, entry: Entry, at: datetime, boot: int, signature: str = "") -> Record:
    """The record that follows `before`. What has no place in the catalogue is left out and counted."""
    definition = BY_WORD[entry.word.value]
    facts, refused = accepted(definition, entry.facts)
    if refused:
        facts[FACTS_REFUSED] = refused
    unhashed = Record(
        seq=before.seq + 1,
        at=at.isoformat(),
        boot=boot,
        number=definition.number,
        word=definition.word.value,
        phase=entry.phase,
        disposition=entry.disposition,
        role=entry.role,
        staff=entry.staff,
        facts=facts,
        prev=before.hash,
        hash=GENESIS,
        signature=signature,
    )
    return unhashed.model_copy(update={"hash": digest(unhashed)})


def line_of(record: Record) -> bytes:
    return _canonical(record.model_dump(mode="json")) + b"\n"


def digest(record: Record) -> str:
    return hashlib.sha256(_canonical(record.model_dump(mode="json", exclude={"hash"}))).hexdigest()


def is_intact(record: Record) -> bool:
    """The line is what it was when it was written."""
    return digest(record) == record.hash


def sealed_bytes(terminal_id: str, seq: int, prev: str) -> bytes:
    """What the seal with this place signs."""
    return f"{SEAL_CONTEXT}\n{terminal_id}\n{seq}\n{prev}\n".encode()


def parse_line(line: bytes) -> Record | None:
    """None for anything that this program would not have written."""
    try:
        return Record.model_validate_json(line)
    except ValidationError:
        return None


def _canonical(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
