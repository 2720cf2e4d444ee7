"""What every part of the suite hands back: rows of the one table, and the single values that the plots show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from deploy.workbench import Workbench

Sense = Literal["at most", "at least"]
GoalOf = Literal["measured", "ratio"]


@dataclass(frozen=True)
class Goal:
    """`of`: what is held against `limit`, the measured value itself or its ratio to the anchor."""

    limit: float
    of: GoalOf = "measured"
    sense: Sense = "at most"

    def is_reached_by(self, value: float) -> bool:
        return value <= self.limit if self.sense == "at most" else value >= self.limit

    def use(self, value: float) -> float:
        """How much of what the goal allows is used: 1 is exactly the goal, less is better."""
        over, under = (value, self.limit) if self.sense == "at most" else (self.limit, value)
        if over == under:
            return 1.0
        return over / under if under else float("inf")


@dataclass(frozen=True)
class Row:
    """One figure. `anchor` is the same thing measured in the same run on what it is compared with."""

    what: str
    measured: float
    unit: str
    anchor: float | None = None
    anchor_what: str = ""
    goal: Goal | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """None without an anchor, or with one of 0."""
        return self.measured / self.anchor if self.anchor else None

    @property
    def judged(self) -> float | None:
        """The value that the goal speaks of."""
        return self.ratio if self.goal is not None and self.goal.of == "ratio" else self.measured

    @property
    def is_reached(self) -> bool | None:
        """None where there is no goal."""
        if self.goal is None or self.judged is None:
            return None
        return self.goal.is_reached_by(self.judged)


@dataclass(frozen=True)
class Chart:
    """Single values for one plot: name of a series -> values. `goal` is drawn as a line."""

    title: str
    unit: str
    series: Mapping[str, Sequence[float]]
    goal: float | None = None
    kind: Literal["distribution", "course"] = "distribution"
    """A distribution of times, or a course over `x`."""
    x: Sequence[float] = ()
    x_unit: str = ""


@dataclass(frozen=True)
class Result:
    rows: Sequence[Row]
    charts: Sequence[Chart] = ()


@dataclass(frozen=True)
class Run:
    """What a part is given. `workbench` starts everything when it is first asked for; `say` shows progress."""

    is_quick: bool
    folder: Path
    workbench: Callable[[], Workbench]
    say: Callable[[str], None] = field(default=lambda _text: None)

    def either(self, quick: int, full: int) -> int:
        return quick if self.is_quick else full


Part = Callable[[Run], Result]
