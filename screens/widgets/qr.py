"""A QR code from rectangles on whole pixels, black on white with its quiet zone in every theme (ISO/IEC 18004)."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

import segno
from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.properties import NumericProperty, StringProperty

from screens.theme import Look
from screens.widgets.block import Block

QUIET_MODULES = 4
BLACK = (0.0, 0.0, 0.0, 1.0)
WHITE = (1.0, 1.0, 1.0, 1.0)


@lru_cache(maxsize=16)
def modules(content: str) -> list[list[bool]]:
    """Rows from the top; error correction M, raised for free where the version allows."""
    return [[bool(cell) for cell in row] for row in segno.make_qr(content, error="m").matrix]


def forget_codes() -> None:
    modules.cache_clear()


def runs(row: list[bool]) -> list[tuple[int, int]]:
    """Dark stretches of a row: first module, count."""
    found: list[tuple[int, int]] = []
    for index, is_dark in enumerate([*row, False]):
        if is_dark and (index == 0 or not row[index - 1]):
            found.append((index, 0))
        elif not is_dark and found and found[-1][1] == 0:
            found[-1] = (found[-1][0], index - found[-1][0])
    return found


class QrCode(Block):
    content = StringProperty("", allownone=True)
    side_mm = NumericProperty(70.0)
    """Of the modules, without the quiet zone."""
    least_mm = NumericProperty(60.0)

    def has_content(self) -> bool:
        return bool(self.is_shown) and bool(self.content)

    def _with_quiet_zone(self, side_mm: float) -> float:
        count = len(modules(self.content))
        return side_mm * (count + 2 * QUIET_MODULES) / count

    def height_for(self, look: Look, width: float) -> float:
        del width
        return look.px(self._with_quiet_zone(self.side_mm)) + len(modules(self.content))

    def least_for(self, look: Look, width: float) -> float:
        del width
        count = len(modules(self.content)) + 2 * QUIET_MODULES
        return look.px(self._with_quiet_zone(self.least_mm)) + count

    def width_for(self, look: Look) -> float:
        return self.height_for(look, 0)

    def ink(self) -> Hashable:
        return self.content

    def draw(self, look: Look, group: InstructionGroup) -> None:
        del look
        matrix = modules(self.content)
        count = len(matrix) + 2 * QUIET_MODULES
        cell = max(1, int(min(self.width, self.height) // count))
        side = cell * count
        left, bottom = round(self.center_x - side / 2), round(self.center_y - side / 2)
        self.module_px, self.module_count = cell, len(matrix)
        group.add(Color(*WHITE))
        group.add(Rectangle(pos=(left, bottom), size=(side, side)))
        group.add(Color(*BLACK))
        for number, row in enumerate(matrix):
            y = bottom + (count - QUIET_MODULES - 1 - number) * cell
            for first, length in runs(row):
                x = left + (QUIET_MODULES + first) * cell
                group.add(Rectangle(pos=(x, y), size=(length * cell, cell)))
