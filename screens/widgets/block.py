"""Blocks: widgets that say how high they must be and are then given their place, at once and without triggers.

Kivy's own layouts settle over several frames; ours are arranged in one pass, so a picture is complete when it is first
drawn and nothing jumps. A block draws into `canvas.before` and only when what it shows has changed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple, Protocol, runtime_checkable

from kivy.graphics import Color, InstructionGroup, SmoothLine, SmoothRoundedRectangle
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from screens.painting import add_opaque
from screens.theme import Look


class Box(NamedTuple):
    """Pixels, origin bottom left as in Kivy."""

    x: float
    y: float
    width: float
    height: float


@runtime_checkable
class Turning(Protocol):
    """Something with pages of its own."""

    def turns_to(self, element_id: str) -> Iterator[None]:
        """Turns, step by step, to where the element may be; nothing when it has no such element."""
        ...


class Block(Widget):
    weight = NumericProperty(0.0)
    """Share of the spare height (in a Column) or width (in a Strip)."""
    tall_weight = NumericProperty(0.0)
    """Share of the spare height inside a Split on a high screen."""
    is_shown = BooleanProperty(True)
    least_air = NumericProperty(0.0)
    """Left out when the look is tighter than this: helpful, but not needed."""
    only = StringProperty("")
    """`portrait` or `landscape`: left out on the other."""
    is_dispensable = False
    """May be left out, words and all: they are said again where they are needed."""
    element_id = StringProperty("")

    def __init__(self, **properties: object) -> None:
        self.look: Look | None = None
        self._drawn: Hashable = None
        super().__init__(size_hint=(None, None), **properties)

    def blocks(self) -> list[Block]:
        """The children to show, first one first (Kivy keeps them last first)."""
        return [child for child in reversed(self.children) if isinstance(child, Block) and child.has_content()]

    def has_content(self) -> bool:
        return bool(self.is_shown)

    def blocks_in(self, look: Look) -> list[Block]:
        """The children to show in this look."""
        elsewhere = "landscape" if look.is_portrait else "portrait"
        return [child for child in self.blocks() if look.air >= child.least_air and child.only != elsewhere]

    def height_for(self, look: Look, width: float) -> float:
        """The height that it likes at this width, pixels."""
        del look, width
        return 0.0

    def least_for(self, look: Look, width: float) -> float:
        """The height that it can live with (drawings shrink, lists turn pages)."""
        return self.height_for(look, width)

    def width_for(self, look: Look) -> float:
        """The width that it needs by itself."""
        del look
        return 0.0

    def arrange(self, look: Look, box: Box) -> None:
        x, y = round(box.x), round(box.y)
        self.look = look
        self.pos = (x, y)
        self.size = (round(box.x + box.width) - x, round(box.y + box.height) - y)
        self.place(look)
        self.redraw()

    def place(self, look: Look) -> None:
        """Gives the children their places."""

    def redraw(self) -> None:
        look = self.look
        if look is None:
            return
        ground: Any = self.canvas
        state = (id(look), *self.pos, *self.size, self.ink())
        if state != self._drawn:
            self._drawn = state
            ground.before.clear()
            group = InstructionGroup()
            self.draw(look, group)
            ground.before.add(group)

    def ink(self) -> Hashable:
        """What the drawing depends on besides place and look."""
        return None

    def draw(self, look: Look, group: InstructionGroup) -> None:
        """Adds the drawing to `group`."""

    def vanish(self) -> None:
        """Leaves the picture: nothing drawn, nothing to touch."""
        self.look = None
        self._drawn = None
        ground: Any = self.canvas
        ground.before.clear()
        self.size = (0, 0)
        for child in self.children:
            if isinstance(child, Block):
                child.vanish()

    def walk_shown(self) -> Iterator[Block]:
        """The block and all below it that are in the picture, in reading order."""
        if self.look is None:
            return
        yield self
        for child in reversed(self.children):
            if isinstance(child, Block):
                yield from child.walk_shown()


def draw_panel(
    group: InstructionGroup,
    look: Look,
    box: Box,
    *,
    fill: str = "",
    border: str = "",
    radius_mm: float = 3.5,
    border_mm: float | None = None,
) -> None:
    """A rounded rectangle with a border inside its edge."""
    radius = min(look.px(radius_mm), box.width / 2, box.height / 2)
    if fill:
        group.add(Color(*look.colour(fill)))
        shape = SmoothRoundedRectangle(pos=(box.x, box.y), size=(box.width, box.height), radius=[radius] * 4)
        add_opaque(group, shape, is_smooth=True)
    if border:
        thickness = max(1.5, look.px_per_mm * (border_mm or look.palette.border_mm))
        inset = thickness / 2 + 0.5
        group.add(Color(*look.colour(border)))
        group.add(
            SmoothLine(
                rounded_rectangle=(
                    box.x + inset,
                    box.y + inset,
                    box.width - 2 * inset,
                    box.height - 2 * inset,
                    max(1.0, radius - inset),
                    24,
                ),
                width=thickness / 2,
                close=True,
            )
        )


class Panel(Block):
    """A block with padding and an optional rounded ground."""

    fill = StringProperty("")
    border = StringProperty("")
    radius_mm = NumericProperty(3.5)
    border_mm = NumericProperty(0.0)
    pad_x_mm = NumericProperty(0.0)
    pad_y_mm = NumericProperty(0.0)
    gap_mm = NumericProperty(4.0)

    def pads(self, look: Look) -> tuple[float, float]:
        return look.px(self.pad_x_mm), look.space(self.pad_y_mm) if self.pad_y_mm else 0.0

    def gap(self, look: Look) -> float:
        return look.space(self.gap_mm) if self.gap_mm else 0.0

    def ink(self) -> Hashable:
        return (self.fill, self.border)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        if self.fill or self.border:
            box = Box(self.x, self.y, self.width, self.height)
            border_mm = self.border_mm or None
            draw_panel(
                group, look, box, fill=self.fill, border=self.border, radius_mm=self.radius_mm, border_mm=border_mm
            )


class Column(Panel):
    """Children from top to bottom. Spare height goes to weights; missing height is taken from what can shrink."""

    def height_for(self, look: Look, width: float) -> float:
        return self._sum(look, [child.height_for(look, self._inner(look, width)) for child in self.blocks_in(look)])

    def least_for(self, look: Look, width: float) -> float:
        return self._sum(look, [child.least_for(look, self._inner(look, width)) for child in self.blocks_in(look)])

    def width_for(self, look: Look) -> float:
        widths = [child.width_for(look) for child in self.blocks_in(look)]
        return max(widths, default=0.0) + 2 * self.pads(look)[0]

    def _inner(self, look: Look, width: float) -> float:
        return width - 2 * self.pads(look)[0]

    def _sum(self, look: Look, heights: list[float]) -> float:
        return sum(heights) + self.gap(look) * max(0, len(heights) - 1) + 2 * self.pads(look)[1]

    def place(self, look: Look) -> None:
        hide_absent(self, look)
        children = self.blocks_in(look)
        pad_x, pad_y = self.pads(look)
        width = self.width - 2 * pad_x
        gap = self.gap(look)
        room = self.height - 2 * pad_y - gap * max(0, len(children) - 1)
        top = self.top - pad_y
        for child, height in zip(children, column_heights(children, look, width, room), strict=True):
            child.arrange(look, Box(self.x + pad_x, top - height, width, height))
            top -= height + gap


def column_heights(
    children: list[Block], look: Look, width: float, room: float, *, is_split: bool = False
) -> list[float]:
    natural = [child.height_for(look, width) for child in children]
    spare = room - sum(natural)
    weights = [float(child.tall_weight if is_split else child.weight) for child in children]
    if spare >= 0:
        total = sum(weights) or 1.0
        return [height + spare * weight / total for height, weight in zip(natural, weights, strict=True)]
    return shrunk(natural, [child.least_for(look, width) for child in children], room)


def shrunk(natural: list[float], least: list[float], room: float) -> list[float]:
    """Heights that fit the room: each gives up the same part of what it can."""
    wanted = [max(high, low) for high, low in zip(natural, least, strict=True)]
    slack = [high - low for high, low in zip(wanted, least, strict=True)]
    share = min(1.0, max(0.0, sum(wanted) - room) / (sum(slack) or 1.0))
    return [height - loose * share for height, loose in zip(wanted, slack, strict=True)]


def hide_absent(parent: Block, look: Look) -> None:
    shown = set(parent.blocks_in(look))
    for child in parent.children:
        if isinstance(child, Block) and child not in shown:
            child.vanish()


class Strip(Panel):
    """Children from left to right, all as high as the strip. Without weight a child has the width it needs."""

    def widths(self, look: Look, width: float) -> list[float]:
        children = self.blocks_in(look)
        room = width - 2 * self.pads(look)[0] - self.gap(look) * max(0, len(children) - 1)
        fixed = [0.0 if child.weight else child.width_for(look) for child in children]
        total = sum(float(child.weight) for child in children) or 1.0
        spare = room - sum(fixed)
        return [
            spare * float(child.weight) / total if child.weight else need
            for child, need in zip(children, fixed, strict=True)
        ]

    def height_for(self, look: Look, width: float) -> float:
        widths = self.widths(look, width)
        heights = [child.height_for(look, part) for child, part in zip(self.blocks_in(look), widths, strict=True)]
        return max(heights, default=0.0) + 2 * self.pads(look)[1]

    def least_for(self, look: Look, width: float) -> float:
        widths = self.widths(look, width)
        heights = [child.least_for(look, part) for child, part in zip(self.blocks_in(look), widths, strict=True)]
        return max(heights, default=0.0) + 2 * self.pads(look)[1]

    def width_for(self, look: Look) -> float:
        children = self.blocks_in(look)
        return (
            sum(child.width_for(look) for child in children)
            + self.gap(look) * max(0, len(children) - 1)
            + 2 * self.pads(look)[0]
        )

    def place(self, look: Look) -> None:
        hide_absent(self, look)
        pad_x, pad_y = self.pads(look)
        left = self.x + pad_x
        for child, width in zip(self.blocks_in(look), self.widths(look, self.width), strict=True):
            child.arrange(look, Box(left, self.y + pad_y, width, self.height - 2 * pad_y))
            left += width + self.gap(look)


class Split(Strip):
    """Side by side on a wide screen, one below the other on a high one."""

    gap_mm = NumericProperty(8.0)

    def is_stacked(self, look: Look, width: float) -> bool:
        del width
        return look.is_portrait

    def height_for(self, look: Look, width: float) -> float:
        if not self.is_stacked(look, width):
            return super().height_for(look, width)
        return self._stacked(look, [child.height_for(look, width) for child in self.blocks_in(look)])

    def least_for(self, look: Look, width: float) -> float:
        if not self.is_stacked(look, width):
            return super().least_for(look, width)
        return self._stacked(look, [child.least_for(look, width) for child in self.blocks_in(look)])

    def _stacked(self, look: Look, heights: list[float]) -> float:
        return sum(heights) + self.gap(look) * max(0, len(heights) - 1)

    def place(self, look: Look) -> None:
        if not self.is_stacked(look, self.width):
            super().place(look)
            return
        hide_absent(self, look)
        children = self.blocks_in(look)
        gap = self.gap(look)
        top = self.top
        room = self.height - gap * max(0, len(children) - 1)
        for child, height in zip(
            children, column_heights(children, look, self.width, room, is_split=True), strict=True
        ):
            child.arrange(look, Box(self.x, top - height, self.width, height))
            top -= height + gap


class Choices(Split):
    """Buttons beside one another where their words fit on one line each, otherwise one below the other."""

    gap_mm = NumericProperty(4.0)

    def is_stacked(self, look: Look, width: float) -> bool:
        children = self.blocks_in(look)
        return any(
            child.width_for(look) > share for child, share in zip(children, self.widths(look, width), strict=True)
        )


class Gap(Block):
    """Empty room; with a weight it takes what is left."""

    height_mm = NumericProperty(0.0)

    def height_for(self, look: Look, width: float) -> float:
        del width
        return look.space(self.height_mm) if self.height_mm else 0.0


class Rule(Block):
    """A thin line between parts."""

    def height_for(self, look: Look, width: float) -> float:
        del width
        return max(1.0, look.px(0.4))

    def draw(self, look: Look, group: InstructionGroup) -> None:
        group.add(Color(*look.colour("line")))
        group.add(
            SmoothLine(points=[self.x, self.center_y, self.right, self.center_y], width=max(1.0, self.height / 2))
        )
