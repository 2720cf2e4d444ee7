"""What a check found, where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Shares of the picture, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Finding:
    """One failure of one criterion on one picture. `place` is None when it belongs to no part of it."""

    criterion: str
    what: str
    place: Place | None = None


@dataclass
class Tally:
    """How often each criterion was looked at, and what failed."""

    looked: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def look(self, criterion: str, failure: str = "", place: Place | None = None) -> None:
        """One thing looked at; an empty `failure` means that it is in order."""
        self.looked[criterion] += 1
        if failure:
            self.findings.append(Finding(criterion, failure, place))


def place_of(stage: Any, block: Any) -> Place:
    width, height = float(stage.width), float(stage.height)
    return Place(
        block.x / width, (height - block.top) / height, max(1, block.width) / width, max(1, block.height) / height
    )
