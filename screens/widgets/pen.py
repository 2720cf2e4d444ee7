"""A pen for drawings in a square of 100 x 100 units, y upwards: smooth lines over flat fills of the theme."""

from __future__ import annotations

from math import cos, hypot, radians, sin

from kivy.graphics import Color, Ellipse, InstructionGroup, Line, Mesh, Rectangle, SmoothEllipse, SmoothLine
from kivy.graphics.tesselator import Tesselator

from screens.theme import Look
from screens.widgets.block import Box

Point = tuple[float, float]
STROKE = 2.4


def arc(x: float, y: float, radius: float, start: float, end: float, steps: int = 24) -> list[Point]:
    """Points of an arc; degrees anticlockwise from the right."""
    angles = [radians(start + (end - start) * index / steps) for index in range(steps + 1)]
    return [(x + radius * cos(angle), y + radius * sin(angle)) for angle in angles]


def rounded(x: float, y: float, width: float, height: float, radius: float) -> list[Point]:
    """Outline of a rounded rectangle, anticlockwise."""
    radius = min(radius, width / 2, height / 2)
    corners = ((x + width, y + height, 0), (x, y + height, 90), (x, y, 180), (x + width, y, 270))
    points: list[Point] = []
    for corner_x, corner_y, start in corners:
        inner_x = corner_x + (-radius if start in {0, 270} else radius)
        inner_y = corner_y + (-radius if start in {0, 90} else radius)
        points.extend(arc(inner_x, inner_y, radius, start, start + 90, 8))
    return points


def turned(points: list[Point], degrees: float, about: Point) -> list[Point]:
    cosine, sine = cos(radians(degrees)), sin(radians(degrees))
    x, y = about
    return [(x + (px - x) * cosine - (py - y) * sine, y + (px - x) * sine + (py - y) * cosine) for px, py in points]


class Pen:
    """Draws into `group` within the largest square that `box` holds; `turn` tilts what is drawn next."""

    def __init__(self, look: Look, group: InstructionGroup, box: Box) -> None:
        side = min(box.width, box.height)
        self._look = look
        self._group = group
        self._unit = side / 100
        self._left = box.x + (box.width - side) / 2
        self._bottom = box.y + (box.height - side) / 2
        self._degrees = 0.0
        self._about: Point = (50, 50)

    def turn(self, degrees: float, x: float = 50, y: float = 50) -> Pen:
        self._degrees, self._about = degrees, (x, y)
        return self

    def straight(self) -> Pen:
        return self.turn(0)

    def shape(
        self, points: list[Point], fill: str | None = "surface", line: str | None = "primary", width: float = STROKE
    ) -> None:
        """A closed shape, filled and outlined."""
        flat = self._flat(points)
        if fill:
            self._color(fill)
            tesselator = Tesselator()
            tesselator.add_contour(flat)
            if tesselator.tesselate():
                for vertices, indices in tesselator.meshes:
                    self._group.add(Mesh(vertices=vertices, indices=indices, mode="triangle_fan"))
        if line:
            self._stroke(flat, line, width, is_closed=True)

    def line(self, points: list[Point], line: str = "primary", width: float = STROKE) -> None:
        """An open line with round ends."""
        flat = self._flat(points)
        self._stroke(flat, line, width, is_closed=False)
        for x, y in ((flat[0], flat[1]), (flat[-2], flat[-1])):
            self._round(x, y, self._thickness(width) / 2)

    def panel(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        radius: float = 4,
        fill: str | None = "surface",
        line: str | None = "primary",
        stroke: float = STROKE,
    ) -> None:
        self.shape(rounded(x, y, width, height, radius), fill, line, stroke)

    def disc(
        self,
        x: float,
        y: float,
        radius: float,
        fill: str | None = "surface",
        line: str | None = "primary",
        width: float = STROKE,
    ) -> None:
        self.shape(arc(x, y, radius, 0, 360, 48)[:-1], fill, line, width)

    def dot(self, x: float, y: float, radius: float, fill: str = "primary") -> None:
        self._color(fill)
        flat = self._flat([(x, y)])
        self._round(flat[0], flat[1], radius * self._unit)

    def square(self, x: float, y: float, side: float, fill: str = "primary") -> None:
        self._color(fill)
        flat = self._flat([(x, y)])
        if self._degrees:
            self.shape([(x, y), (x + side, y), (x + side, y + side), (x, y + side)], fill, None)
        else:
            self._group.add(Rectangle(pos=(flat[0], flat[1]), size=(side * self._unit, side * self._unit)))

    def dashes(self, start: Point, end: Point, line: str = "primary", width: float = STROKE, dash: float = 4) -> None:
        length = hypot(end[0] - start[0], end[1] - start[1])
        count = max(1, round(length / (dash * 2)))
        for index in range(count):
            first, last = index / count, (index + 0.5) / count
            ends = [
                (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part) for part in (first, last)
            ]
            self.line(ends, line, width)

    def arrow(self, start: Point, end: Point, line: str = "accent", width: float = 4.2, head: float = 9) -> None:
        """A bold arrow: what the person is to do."""
        length = hypot(end[0] - start[0], end[1] - start[1]) or 1
        along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
        across = (-along[1], along[0])
        base = (end[0] - along[0] * head, end[1] - along[1] * head)
        self.line([start, base], line, width)
        self.shape(
            [
                end,
                (base[0] + across[0] * head * 0.72, base[1] + across[1] * head * 0.72),
                (base[0] - across[0] * head * 0.72, base[1] - across[1] * head * 0.72),
            ],
            line,
            line,
            1.6,
        )

    def _flat(self, points: list[Point]) -> list[float]:
        placed = turned(points, self._degrees, self._about) if self._degrees else points
        flat: list[float] = []
        for x, y in placed:
            flat += (self._left + x * self._unit, self._bottom + y * self._unit)
        return flat

    def _color(self, name: str) -> None:
        self._group.add(Color(*self._look.colour(name)))

    def _thickness(self, width: float) -> float:
        return max(1.6, width * self._unit)

    def _stroke(self, flat: list[float], line: str, width: float, *, is_closed: bool) -> None:
        self._color(line)
        thickness = self._thickness(width)
        if is_closed:
            flat = [*flat, *flat[:4]]  # the overlap closes the joint cleanly
        if thickness < 6:
            self._group.add(SmoothLine(points=flat, width=thickness / 2))
        else:
            self._group.add(Line(points=flat, width=thickness / 2, joint="round", cap="round"))
            self._group.add(SmoothLine(points=flat, width=thickness / 2 - 0.6, overdraw_width=1.4))

    def _round(self, x: float, y: float, radius: float) -> None:
        kind = SmoothEllipse if radius > 1.5 else Ellipse
        self._group.add(kind(pos=(x - radius, y - radius), size=(2 * radius, 2 * radius), segments=32))
