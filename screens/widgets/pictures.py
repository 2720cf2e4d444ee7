"""Drawings that explain: each `Picture` in one style, flat fills of the theme under even lines, the act in the accent."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from kivy.graphics import InstructionGroup
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.flow.views import Picture
from screens.theme import Look
from screens.widgets.block import Block, Box, draw_panel
from screens.widgets.device_pictures import DEVICE_DRAWINGS
from screens.widgets.object_pictures import OBJECT_DRAWINGS
from screens.widgets.pen import Pen

DRAWINGS: dict[Picture, Callable[[Pen], None]] = {**OBJECT_DRAWINGS, **DEVICE_DRAWINGS}


class Drawing(Block):
    """`picture` as large as its box allows; can give up room down to `least_mm`."""

    picture = ObjectProperty(None, allownone=True)
    height_mm = NumericProperty(20.0)
    least_mm = NumericProperty(0.0)
    is_framed = BooleanProperty(False)
    """On a tinted rounded ground."""
    fill = StringProperty("tint")

    def has_content(self) -> bool:
        return bool(self.is_shown) and self.picture is not None

    def height_for(self, look: Look, width: float) -> float:
        del width
        return look.px(self.height_mm)

    def least_for(self, look: Look, width: float) -> float:
        del width
        return look.px(self.least_mm or self.height_mm)

    def width_for(self, look: Look) -> float:
        return look.px(self.height_mm)

    def ink(self) -> Hashable:
        return (self.picture, self.fill)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        box = Box(self.x, self.y, self.width, self.height)
        if self.is_framed:
            draw_panel(group, look, box, fill=self.fill, radius_mm=4)
            inset = min(box.width, box.height) * 0.09
            box = Box(box.x + inset, box.y + inset, box.width - 2 * inset, box.height - 2 * inset)
        DRAWINGS[self.picture](Pen(look, group, box))
