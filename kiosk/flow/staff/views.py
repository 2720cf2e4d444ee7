"""View models of staff mode, where the citizens' views do not serve. All of them answer with the citizens' touches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kiosk.flow.staff.facts import Verdict
from kiosk.flow.texts import Text
from kiosk.flow.views import Line, Option, Phase, Picture


@dataclass(frozen=True)
class StaffPinView:
    """Six digits on keys in a new order; `KeyPressed`, `Confirmed`. What is typed is never part of a picture."""

    question: Text
    hint: Text
    typed_count: int
    digits: str = field(repr=False)
    """The ten digits in the order of the keys."""
    confirm: Text
    can_confirm: bool = False
    is_locked: bool = False
    problem: Text | None = None


@dataclass(frozen=True)
class StaffEntry:
    """Something that is wrong: what, what to do, who must do it. `OptionChosen(option_id)` leads there."""

    option_id: str
    verdict: Verdict
    title: Text
    do: Text
    who: Text
    is_enabled: bool = True
    """False where the role of who is there may not open the page."""


@dataclass(frozen=True)
class StaffTile:
    """One thing in one word."""

    name: Text
    word: Text
    verdict: Verdict


@dataclass(frozen=True)
class ChartDay:
    """One day: bars for sessions and those completed, a line for metres of paper."""

    day: date
    label: Text
    sessions: int
    completed: int
    paper_m: int


@dataclass(frozen=True)
class Chart:
    title: Text
    sessions: Text
    completed: Text
    paper: Text
    days: tuple[ChartDay, ...]


@dataclass(frozen=True)
class StaffHomeView:
    """One glance: `OptionChosen` of an entry or of `options`."""

    title: Text
    verdict: Verdict
    entries: tuple[StaffEntry, ...]
    devices: tuple[StaffTile, ...]
    facts: tuple[StaffTile, ...]
    options: tuple[Option, ...]
    chart: Chart | None = None
    notice: Text | None = None
    is_notice_good: bool = True


@dataclass(frozen=True)
class StaffPageView:
    """One thing, how it stands, and what can be done with it."""

    title: Text
    verdict: Verdict
    lines: tuple[Line, ...]
    options: tuple[Option, ...]
    reference: Text | None = None


@dataclass(frozen=True)
class MeasuredLine:
    label: Text
    value: Text
    verdict: Verdict


@dataclass(frozen=True)
class StaffTestView:
    """A test of one device, its rows as they come, and the question for what only a person can judge."""

    title: Text
    instruction: Text
    phase: Phase
    message: Text
    rows: tuple[MeasuredLine, ...] = ()
    shows_preview: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class TouchGridView:
    """Cells to wipe over with a finger: `OptionChosen("cell.<number>")`, numbered from 0 in reading order."""

    title: Text
    instruction: Text
    cells: int
    touched: frozenset[int]
    options: tuple[Option, ...]
    is_over: bool = False
    """The cells that are not among the touched ones are dead."""


@dataclass(frozen=True)
class RulerView:
    """A bar of exactly `length_mm`, to be measured with a ruler on the glass."""

    title: Text
    instruction: Text
    length_mm: int
    options: tuple[Option, ...]


@dataclass(frozen=True)
class GuideStep:
    text: Text
    picture: Picture
    phase: Phase
    """DONE behind us, WORKING now, WAITING ahead."""


@dataclass(frozen=True)
class GuideView:
    """Work with the hands, step by step; the step that is on stands large with its picture."""

    title: Text
    steps: tuple[GuideStep, ...]
    phase: Phase
    message: Text
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class StaffReportView:
    """The readiness report on one page; `done` of `total` while it is being made."""

    title: Text
    verdict: Verdict
    message: Text
    rows: tuple[MeasuredLine, ...]
    options: tuple[Option, ...]
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Level:
    """`OptionChosen("<level_id>.down" | "<level_id>.up")`."""

    level_id: str
    label: Text
    percent: int
    least: int
    down: Text
    up: Text


@dataclass(frozen=True)
class StaffLevelsView:
    title: Text
    hint: Text
    levels: tuple[Level, ...]
    options: tuple[Option, ...]


StaffView = (
    StaffPinView
    | StaffHomeView
    | StaffPageView
    | StaffTestView
    | TouchGridView
    | RulerView
    | GuideView
    | StaffReportView
    | StaffLevelsView
)
"""The other pages of staff mode are views of the citizens' screens."""


@dataclass(frozen=True)
class StaffKnock:
    """Over a citizen's screen: staff are here. `OptionChosen("staff_in" | "staff_wait" | "staff_help")`."""

    title: Text
    detail: Text
    options: tuple[Option, ...]
