"""What the fault trials found, as lines for people and as one JSON file that parts of the trials add to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Line:
    """One trial. `found`: what went wrong, by kind; `is_ok` says whether that is as it must be.

    `lost`, `double` and `leaks` count what a person would suffer from: work or money lost, done twice, data left
    behind. A trial that must find losses, because it tries weaker settings, counts none.
    """

    name: str
    count: int
    of_what: str
    is_ok: bool
    found: Mapping[str, int] = field(default_factory=dict[str, int])
    lost: int = 0
    double: int = 0
    leaks: int = 0
    note: str = ""

    def __str__(self) -> str:
        found = ", ".join(f"{word} {count}" for word, count in self.found.items()) or "no losses"
        note = f"; {self.note}" if self.note else ""
        return f"{'ok  ' if self.is_ok else 'FAIL'}  {self.name:50s} {self.count:7,d} {self.of_what:16s} {found}{note}"


@dataclass(frozen=True)
class Summary:
    """All lines together."""

    lost: int
    double: int
    leaks: int
    is_ok: bool
    counts: Mapping[str, int]

    def __str__(self) -> str:
        counts = ", ".join(f"{count:,d} {of_what}" for of_what, count in self.counts.items())
        return f"lost={self.lost} double={self.double} leaks={self.leaks}  ({counts})"


def summary_of(lines: Iterable[Line]) -> Summary:
    kept, counts = tuple(lines), dict[str, int]()
    for line in kept:
        counts[line.of_what] = counts.get(line.of_what, 0) + line.count
    lost, double, leaks = (sum(getattr(line, word) for line in kept) for word in ("lost", "double", "leaks"))
    is_ok = bool(kept) and all(line.is_ok for line in kept) and not (lost or double or leaks)
    return Summary(lost, double, leaks, is_ok, counts)


def merge_report(path: Path, part: str, lines: Sequence[Line]) -> Summary:
    """Replace this part's lines in the report, keep those of the others, and sum up all that is there."""
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    parts: dict[str, Any] = known.get("parts", {})
    parts[part] = {"is_ok": all(line.is_ok for line in lines), "lines": [asdict(line) for line in lines]}
    summary = summary_of(Line(**line) for each in parts.values() for line in each["lines"])
    path.parent.mkdir(parents=True, exist_ok=True)
    report = {"summary": asdict(summary), "parts": parts}
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return summary
