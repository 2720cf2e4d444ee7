"""What a staff page says to somebody who does not see it: all that is written there and is no control."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from kiosk.flow.staff.views import (
    GuideView,
    MeasuredLine,
    RulerView,
    StaffHomeView,
    StaffLevelsView,
    StaffPageView,
    StaffPinView,
    StaffReportView,
    StaffTestView,
    StaffTile,
    StaffView,
    TouchGridView,
)
from kiosk.flow.texts import Text, literal

Said = tuple[str, Text]
"""The part of the page, and its words."""


def read_of(view: StaffView) -> Iterable[Said]:
    match view:
        case StaffPinView():
            return (("title", view.question), ("hint", view.hint), *_some("problem", view.problem))
        case StaffHomeView():
            return _home(view)
        case StaffPageView():
            lines = ((f"line.{number}", line.text) for number, line in enumerate(view.lines, start=1))
            return (("title", view.title), *lines, *_some("reference", view.reference))
        case StaffTestView():
            first = (("title", view.title), ("instruction", view.instruction), ("phase", view.message))
            return (*first, *_measured(view.rows))
        case TouchGridView() | RulerView():
            return (("title", view.title), ("instruction", view.instruction))
        case GuideView():
            steps = ((f"step.{number}", step.text) for number, step in enumerate(view.steps, start=1))
            return (("title", view.title), *steps, ("phase", view.message))
        case StaffReportView():
            return (("title", view.title), ("phase", view.message), *_some("note", view.note), *_measured(view.rows))
        case StaffLevelsView():
            levels = ((f"level.{level.level_id}", level.label) for level in view.levels)
            return (("title", view.title), ("hint", view.hint), *levels)
        case _:
            assert_never(view)


def _home(view: StaffHomeView) -> Iterator[Said]:
    yield ("title", view.title)
    yield from _some("notice", view.notice)
    yield from _tiles(view.devices, "device")
    chart = view.chart
    if chart is not None:
        yield from (("chart", chart.title), ("chart.1", chart.sessions), ("chart.2", chart.completed))
        yield ("chart.3", chart.paper)
        for number, day in enumerate(chart.days, start=1):
            yield (f"chart.day.{number}", day.label)
            yield (f"chart.day.{number}.sessions", literal(str(day.sessions)))
    yield from _tiles(view.facts, "fact")


def _tiles(tiles: tuple[StaffTile, ...], part: str) -> Iterator[Said]:
    for number, tile in enumerate(tiles, start=1):
        yield (f"{part}.{number}.name", tile.name)
        yield (f"{part}.{number}.word", tile.word)


def _measured(lines: tuple[MeasuredLine, ...]) -> Iterator[Said]:
    for number, line in enumerate(lines, start=1):
        yield (f"row.{number}.label", line.label)
        yield (f"row.{number}.value", line.value)


def _some(part: str, said: Text | None) -> Iterator[Said]:
    if said is not None:
        yield (part, said)
