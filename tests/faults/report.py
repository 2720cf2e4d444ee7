"""What the fault trials found, as lines for people and as one JSON file that parts of the trials add to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Line:
    """One trial. `found`: what went wrong, by kind; `is_ok` says whether that is as it must be."""

    name: str
    count: int
    of_what: str
    is_ok: bool
    found: Mapping[str, int] = field(default_factory=dict[str, int])

    def __str__(self) -> str:
        found = ", ".join(f"{word} {count}" for word, count in self.found.items()) or "no losses"
        return f"{'ok  ' if self.is_ok else 'FAIL'}  {self.name:44s} {self.count:7,d} {self.of_what:14s} {found}"


def merge_report(path: Path, part: str, lines: Sequence[Line]) -> None:
    """Replace this part's lines in the report and keep those of the others."""
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known[part] = {"is_ok": all(line.is_ok for line in lines), "lines": [asdict(line) for line in lines]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
