"""The hash chain over the steps: an edit, a gap, a reordering or a cut shows, and where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

GENESIS = bytes(32)


class ChainedRow(NamedTuple):
    """A row of `steps`, as it lies in the file."""

    seq: int
    at: str
    kind: str
    subject: str
    facts: str
    prev_hash: bytes
    hash: bytes


@dataclass(frozen=True)
class Link:
    """A place in the chain."""

    seq: int
    hash: bytes


@dataclass(frozen=True)
class ChainFault:
    """Where the chain breaks, and how: `missing`, `reordered`, `edited`, `cut`."""

    seq: int
    what: str


def chained(before: Link, at: str, kind: str, subject: str, facts: str) -> ChainedRow:
    """The row that follows `before`."""
    seq = before.seq + 1
    return ChainedRow(seq, at, kind, subject, facts, before.hash, _digest(before.hash, seq, at, kind, subject, facts))


def find_fault(rows: Iterable[ChainedRow], base: Link, head: Link) -> ChainFault | None:
    """The first break between `base` (the last pruned step) and `head` (the newest one that was ever written)."""
    last = base
    for row in rows:
        if row.seq != last.seq + 1:
            return ChainFault(last.seq + 1, "missing")
        if row.hash != _digest(row.prev_hash, *row[:5]):
            return ChainFault(row.seq, "edited")
        if row.prev_hash != last.hash:
            return ChainFault(row.seq, "reordered")
        last = Link(row.seq, row.hash)
    return None if last == head else ChainFault(last.seq + 1, "cut")


def _digest(prev_hash: bytes, seq: int, at: str, kind: str, subject: str, facts: str) -> bytes:
    """Lengths stand before the texts, so that no two rows can run together into the same bytes."""
    lengths = f"{len(at)},{len(kind)},{len(subject)},{len(facts)}"
    return hashlib.sha256(prev_hash + f"{seq};{lengths};{at}{kind}{subject}{facts}".encode()).digest()
