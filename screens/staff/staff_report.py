"""The readiness report: a verdict, and every value that led to it."""

from __future__ import annotations

from collections.abc import Hashable

from kivy.graphics import InstructionGroup
from kivy.properties import NumericProperty

from screens.screen import Screen
from screens.theme import Look
from screens.widgets.block import Block, Box, draw_panel


class StaffReportScreen(Screen):
    pass


class PartDone(Block):
    """How much of it is done."""

    done = NumericProperty(0)
    total = NumericProperty(0)

    def has_content(self) -> bool:
        return bool(self.is_shown) and self.total > 0

    def height_for(self, look: Look, width: float) -> float:
        del width
        return look.px(8)

    def ink(self) -> Hashable:
        return (self.done, self.total)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        whole = Box(self.x, self.y, self.width, self.height)
        draw_panel(group, look, whole, fill="surface", border="primary", radius_mm=4)
        part = min(1.0, self.done / self.total)
        if part > 0:
            width = max(self.height, self.width * part)
            draw_panel(group, look, Box(self.x, self.y, width, self.height), fill="primary", radius_mm=4)
