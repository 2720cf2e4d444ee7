"""The one table: on the terminal, as Markdown and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from tests.measure.rows import Goal, Result, Row

HEADINGS = ("part", "what", "measured", "anchor", "ratio", "goal", "reached")
REACHED = {True: "yes", False: "NO", None: ""}


@dataclass(frozen=True)
class Report:
    """`failures`: part -> why it gave nothing."""

    results: Mapping[str, Result]
    failures: Mapping[str, str]
    surroundings: Mapping[str, Any]

    def rows(self) -> list[tuple[str, Row]]:
        return [(part, row) for part, result in self.results.items() for row in result.rows]

    def missed(self) -> list[tuple[str, Row]]:
        return [(part, row) for part, row in self.rows() if row.is_reached is False]


def surroundings(*, is_quick: bool) -> dict[str, Any]:
    """Where this was measured: times are nothing without it."""
    return {
        "cores": os.cpu_count(),
        "load_average_at_start": round(os.getloadavg()[0], 2),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "kivy": version("kivy"),
        "is_quick": is_quick,
    }


def markdown(report: Report) -> str:
    facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in report.surroundings.items())
    lines = ["# Figures", "", facts, "", _line(HEADINGS), _line(["---", "---", "---:", "---:", "---:", "---:", "---"])]
    lines += [_line(_cells(part, row)) for part, row in report.rows()]
    lines += ["", *(f"- **{part}** gave nothing: {why}" for part, why in report.failures.items())]
    lines += ["", *(f"- {row.what}: {row.note}" for _part, row in report.rows() if row.note)]
    return "\n".join(lines) + "\n"


def plain(report: Report) -> str:
    """For a terminal: columns under one another."""
    table = [HEADINGS, *(_cells(part, row) for part, row in report.rows())]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(HEADINGS))]
    lines = ["  ".join(map(_fitted, cells, widths, HEADINGS)) for cells in table]
    judged = [row for _part, row in report.rows() if row.is_reached is not None]
    lines += [f"{part} gave nothing: {why}" for part, why in report.failures.items()]
    return "\n".join([*lines, f"{sum(bool(row.is_reached) for row in judged)} of {len(judged)} goals reached"])


def _fitted(cell: str, width: int, heading: str) -> str:
    return cell.rjust(width) if heading in ("measured", "ratio", "goal") else cell.ljust(width)


def write_json(report: Report, file: Path) -> None:
    content = {
        "surroundings": report.surroundings,
        "rows": [_as_json(part, row) for part, row in report.rows()],
        "failures": dict(report.failures),
        "values": {
            part: {
                chart.title: {name: list(values) for name, values in chart.series.items()} for chart in result.charts
            }
            for part, result in report.results.items()
        },
    }
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _as_json(part: str, row: Row) -> dict[str, Any]:
    return {
        "part": part,
        "what": row.what,
        "measured": row.measured,
        "unit": row.unit,
        "anchor": row.anchor,
        "anchor_what": row.anchor_what,
        "ratio": row.ratio,
        "goal": goal_text(row.goal),
        "is_reached": row.is_reached,
        "note": row.note,
    }


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cells(part: str, row: Row) -> tuple[str, ...]:
    anchor = "" if row.anchor is None else f"{number(row.anchor)} ({row.anchor_what})"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return (
        part,
        row.what,
        f"{number(row.measured)} {row.unit}",
        anchor,
        ratio,
        goal_text(row.goal),
        REACHED[row.is_reached],
    )


def goal_text(goal: Goal | None) -> str:
    if goal is None:
        return ""
    sign = "<=" if goal.sense == "at most" else ">="
    return f"{sign} {number(goal.limit)}{' x' if goal.of == 'ratio' else ''}"


def number(value: float) -> str:
    """Three figures that mean something."""
    if value == round(value) and abs(value) < 1e6:
        return f"{value:.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
