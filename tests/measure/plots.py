"""Pictures of the figures: every goal in one, and one for each chart of single values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib import pyplot as plt  # after the backend is chosen
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.measure.report import Report, goal_text, number
from tests.measure.rows import Chart, Row

REACHED, MISSED, GOAL = "#2f7d6f", "#b8431f", "#17232b"
SERIES = ("#2f7d6f", "#d08a2e", "#4a6fa5", "#8a5a83")
SHOWN_USE = 4.0
"""Bars are cut off here; the figure stands beside them."""


def draw(report: Report, folder: Path) -> list[Path]:
    files = [_draw_goals(report, folder / "goals.png")]
    for part, result in report.results.items():
        files += [_draw_chart(chart, folder / f"{part}-{_slug(chart.title)}.png") for chart in result.charts]
    return files


# --- all goals -------------------------------------------------------------------------------------------------------


def _draw_goals(report: Report, file: Path) -> Path:
    judged = [row for _part, row in report.rows() if row.is_reached is not None]
    figure, axes = plt.subplots(figsize=(13, 1.4 + 0.42 * max(1, len(judged))))
    places = range(len(judged))
    uses = [_use(row) for row in judged]
    colours = [REACHED if row.is_reached else MISSED for row in judged]
    axes.barh(places, [min(use, SHOWN_USE) for use in uses], color=colours, height=0.62)
    for place, row, use in zip(places, judged, uses, strict=True):
        axes.text(min(use, SHOWN_USE) + 0.04, place, _words(row, use), va="center", fontsize=9)
    axes.axvline(1.0, color=GOAL, linewidth=1.6)
    axes.text(1.0, -0.85, "goal", ha="center", fontsize=10, color=GOAL)
    axes.set_yticks(places, [row.what for row in judged], fontsize=9.5)
    axes.set_ylim(len(judged) - 0.4, -1.3)
    axes.set_xlim(0, SHOWN_USE + 2.2)
    axes.set_xticks(np.arange(0, SHOWN_USE + 0.5, 0.5))
    axes.set_xlabel("share of what the goal allows (1 = exactly the goal, shorter is better)")
    axes.set_title("Figures against their goals", loc="left", fontsize=14)
    return _save(figure, axes, file)


def _use(row: Row) -> float:
    if row.goal is None or row.judged is None:
        return 0.0
    if row.goal.limit == 0:
        return 0.0 if row.is_reached else SHOWN_USE
    return row.goal.use(row.judged)


def _words(row: Row, use: float) -> str:
    ratio = f" = {row.ratio:.2f} x {number(row.anchor or 0)}" if row.ratio is not None else ""
    more = " (cut off)" if use > SHOWN_USE else ""
    return f"{number(row.measured)} {row.unit}{ratio}   goal {goal_text(row.goal)}{more}"


# --- single values ---------------------------------------------------------------------------------------------------


def _draw_chart(chart: Chart, file: Path) -> Path:
    figure, axes = plt.subplots(figsize=(10, 5))
    if chart.kind == "course":
        _draw_course(axes, chart)
    else:
        _draw_distribution(axes, chart)
    axes.set_title(chart.title, loc="left", fontsize=14)
    axes.grid(alpha=0.25)
    return _save(figure, axes, file)


def _draw_distribution(axes: Axes, chart: Chart) -> None:
    """The share of all values that are at most so long: medians and tails can be read off."""
    for colour, (name, values) in zip(SERIES, chart.series.items(), strict=False):
        ordered = np.sort(values)
        share = np.arange(1, len(ordered) + 1) / len(ordered) * 100
        median, p95 = np.percentile(ordered, (50, 95))
        label = f"{name}: median {number(median)}, p95 {number(p95)} {chart.unit} (n = {len(ordered)})"
        axes.step(ordered, share, where="post", color=colour, linewidth=2, label=label)
    _draw_goal(axes, chart)
    axes.set_xlim(0, _right_edge(chart))
    axes.axhline(50, color="grey", linewidth=0.6, linestyle=":")
    axes.axhline(95, color="grey", linewidth=0.6, linestyle=":")
    axes.set_yticks([0, 25, 50, 75, 95, 100])
    axes.set_ylabel("share of all, %")
    axes.set_xlabel(chart.unit)
    axes.legend(loc="lower right", frameon=True)


def _right_edge(chart: Chart) -> float:
    """A few stragglers must not press everything else to the edge."""
    tails = [float(np.percentile(values, 99)) for values in chart.series.values()]
    return 1.15 * max([*tails, chart.goal or 0.0])


def _draw_goal(axes: Axes, chart: Chart) -> None:
    if chart.goal is not None:
        axes.axvline(chart.goal, color=GOAL, linewidth=1.6, label=f"goal {number(chart.goal)} {chart.unit}")


def _draw_course(axes: Axes, chart: Chart) -> None:
    for colour, (name, values) in zip(SERIES, chart.series.items(), strict=False):
        axes.plot(chart.x, values, color=colour, linewidth=2, marker="o", markersize=3, label=name)
    axes.set_xlabel(chart.x_unit)
    axes.set_ylabel(chart.unit)
    lowest, highest = _span([value for values in chart.series.values() for value in values])
    axes.set_ylim(lowest, highest)
    axes.legend(loc="lower right", frameon=True)


def _span(values: Sequence[float]) -> tuple[float, float]:
    """At least a tenth of the value high, so that noise does not look like growth."""
    middle, half = (max(values) + min(values)) / 2, (max(values) - min(values)) / 2
    half = max(half * 1.3, 0.05 * middle)
    return middle - half, middle + half


def _save(figure: Figure, axes: Axes, file: Path) -> Path:
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, dpi=110)
    plt.close(figure)
    return file


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:48]
