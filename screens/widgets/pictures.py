"""Drawings that explain: each `Picture` in one style, flat fills under even lines, the act in the accent."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from kivy.graphics import InstructionGroup
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.flow.views import Picture, Size
from screens.theme import TOKENS, Look
from screens.widgets.block import Block, Box, draw_panel
from screens.widgets.device_pictures import DEVICE_DRAWINGS
from screens.widgets.object_pictures import OBJECT_DRAWINGS
from screens.widgets.pen import Pen
from screens.widgets.staff_pictures import STAFF_DRAWINGS

DRAWINGS: dict[Picture, Callable[[Pen], None]] = {**OBJECT_DRAWINGS, **DEVICE_DRAWINGS, **STAFF_DRAWINGS}


class Drawing(Block):
    """`picture` as large as its box allows; can give up room down to `least_mm`."""

    picture = ObjectProperty(None, allownone=True)
    height_mm = NumericProperty(20.0)
    least_mm = NumericProperty(0.0)
    is_framed = BooleanProperty(False)
    """On a tinted rounded ground."""
    fill = StringProperty("tint")
    is_square = BooleanProperty(False)
    """A square of its own, not as high as the row; as large as the text wants it."""

    def has_content(self) -> bool:
        return bool(self.is_shown) and self.picture is not None

    def height_for(self, look: Look, width: float) -> float:
        del width
        return look.grown(self._wanted_mm(look))

    def least_for(self, look: Look, width: float) -> float:
        del width
        return look.px(self.least_mm) if self.least_mm else look.grown(self._wanted_mm(look))

    def width_for(self, look: Look) -> float:
        return look.grown(self._wanted_mm(look))

    def _wanted_mm(self, look: Look) -> float:
        scale = look.tokens.body / TOKENS[Size.STANDARD].body if self.is_square else 1.0
        return float(self.height_mm) * min(scale, 1.45)

    def ink(self) -> Hashable:
        return (self.picture, self.fill)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        box = Box(self.x, self.y, self.width, self.height)
        if self.is_square:
            side = min(self.width, self.height)
            box = Box(round(self.x), round(self.center_y - side / 2), side, side)
        if self.is_framed:
            draw_panel(group, look, box, fill=self.fill, radius_mm=4)
            inset = min(box.width, box.height) * 0.09
            box = Box(box.x + inset, box.y + inset, box.width - 2 * inset, box.height - 2 * inset)
        DRAWINGS[self.picture](Pen(look, group, box))
