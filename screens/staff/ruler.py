"""A bar of a known length on the glass: sizes are right when a ruler agrees."""

from __future__ import annotations

from collections.abc import Hashable

from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.properties import NumericProperty

from screens.screen import Screen
from screens.theme import Look
from screens.widgets.block import Block

TICK_MM = 10


class RulerScreen(Screen):
    pass


class RulerBar(Block):
    """Exactly `length_mm` from end to end, with a mark every centimetre."""

    length_mm = NumericProperty(100)

    def height_for(self, look: Look, width: float) -> float:
        del width
        return look.px(30)

    def ink(self) -> Hashable:
        return self.length_mm

    def draw(self, look: Look, group: InstructionGroup) -> None:
        length = look.px_per_mm * self.length_mm
        left, thin = self.center_x - length / 2, max(2.0, look.px(0.6))
        group.add(Color(*look.colour("ink")))
        group.add(Rectangle(pos=(left, self.center_y - thin), size=(length, 2 * thin)))
        for mark_mm in range(0, int(self.length_mm) + 1, TICK_MM):
            is_end = mark_mm in {0, self.length_mm}
            high = look.px(24 if is_end else 10)
            x = left + look.px_per_mm * mark_mm
            x = x if mark_mm == 0 else x - thin if is_end else x - thin / 2
            group.add(Rectangle(pos=(x, self.center_y - high / 2), size=(thin, high)))
