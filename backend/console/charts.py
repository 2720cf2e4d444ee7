"""Small charts as SVG: a line of the last day, a bar of parts. Colours and sizes are the style sheet's. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from markupsafe import Markup

WIDTH, HEIGHT = 240, 44
_MARGIN = 3


@dataclass(frozen=True)
class Series:
    """One number for each hour, oldest first."""

    values: tuple[int, ...]

    @property
    def newest(self) -> int:
        return self.values[-1] if self.values else 0

    @property
    def total(self) -> int:
        return sum(self.values)

    @property
    def largest(self) -> int:
        return max(self.values, default=0)


def per_hour(moments: Iterable[datetime], now: datetime, hours: int = 24) -> Series:
    """How many fell into each of the last hours."""
    counts = [0] * hours
    for moment in moments:
        age = int((now - moment) / timedelta(hours=1))
        if 0 <= age < hours:
            counts[hours - 1 - age] += 1
    return Series(tuple(counts))


def level_per_hour(now_count: int, steps: Sequence[tuple[datetime, int]], now: datetime, hours: int = 24) -> Series:
    """A level at the end of each hour, found backwards from the present one and its changes (moment, +1 or -1)."""
    levels = []
    for hour in range(hours):
        end = now - timedelta(hours=hour)
        levels.append(now_count - sum(change for moment, change in steps if moment > end))
    return Series(tuple(max(0, level) for level in reversed(levels)))


def sparkline(series: Series, label: str) -> Markup:
    """A line with the ground below it filled; `label` is what somebody hears who does not see it."""
    values = series.values or (0, 0)
    top = max(1, *values)
    step = (WIDTH - 2 * _MARGIN) / max(1, len(values) - 1)
    points = [
        (_MARGIN + index * step, HEIGHT - _MARGIN - value / top * (HEIGHT - 3 * _MARGIN))
        for index, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    ground = f"{_MARGIN},{HEIGHT - _MARGIN} {line} {points[-1][0]:.1f},{HEIGHT - _MARGIN}"
    return Markup(  # noqa: S704  numbers, and the one text is escaped
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        f'<polygon class="ground" points="{ground}"/><polyline class="line" points="{line}"/>'
        f'<circle class="end" cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="2.6"/></svg>'
    )


def bar(parts: Mapping[str, int], label: str, whole: int | None = None) -> Markup:
    """A bar of parts; each part's name is its class."""
    total = max(1, whole if whole is not None else sum(parts.values()))
    drawn, x = list[str](), 0.0
    for name, count in parts.items():
        width = count / total * 100
        if count:
            drawn.append(f'<rect class="{escape(name)}" x="{x:.2f}" y="0" width="{width:.2f}" height="8"/>')
        x += width
    return Markup(  # noqa: S704  numbers, and every text is escaped
        f'<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{escape(label)}">'
        f'<rect class="rest" x="0" y="0" width="100" height="8"/>{"".join(drawn)}</svg>'
    )
