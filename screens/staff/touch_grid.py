"""Fields over the glass: each that feels a finger gets a tick; what stays open is a dead spot."""

from __future__ import annotations

from collections.abc import Hashable

from kivy.graphics import InstructionGroup
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty

from kiosk.flow.touches import OptionChosen
from screens.screen import Screen
from screens.theme import Look
from screens.widgets.block import Box, Panel
from screens.widgets.pen import Pen
from screens.widgets.signs import draw_sign
from screens.widgets.target import Target

NARROW, WIDE = 6, 8
"""Columns on a high and on a wide screen; 48 fields fill both."""


class TouchGridScreen(Screen):
    pass


class Cell(Target):
    """One field."""

    def __init__(self, number: int) -> None:
        super().__init__(touch=OptionChosen(f"cell.{number}"), element_id=f"cell.{number}")
        self.number = number
        self.is_felt = False
        self.is_dead = False
        self.dress()

    def caption(self, look: Look) -> str:
        del look
        return str(self.number + 1)

    def dress(self) -> None:
        if getattr(self, "is_dead", False):  # Kivy dresses it before it is made
            self.fill, self.border = "warning_tint", "warning"
        elif getattr(self, "is_felt", False) or self.is_pressed:
            self.fill, self.border = "good_tint", "good"
        else:
            self.fill, self.border = "surface", "edge"
        if not self.is_enabled:
            self.border = ""  # a result and no button any more

    def ink(self) -> Hashable:
        return (super().ink(), self.is_felt, self.is_dead)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        super().draw(look, group)
        if self.is_felt or self.is_dead:
            side = min(self.width, self.height) * 0.5
            pen = Pen(look, group, Box(self.center_x - side / 2, self.center_y - side / 2, side, side))
            draw_sign(pen, "tick" if self.is_felt else "stop", "good")


class TouchCells(Panel):
    """All fields, as large as the room allows."""

    cells = NumericProperty(0)
    touched = ObjectProperty(frozenset())
    is_over = BooleanProperty(False)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.bind(cells=self._fill, touched=self._mark, is_over=self._mark)
        self._fill()

    def _fill(self, *_: object) -> None:
        self.clear_widgets()
        for number in range(int(self.cells)):
            self.add_widget(Cell(number))
        self._mark()

    def _mark(self, *_: object) -> None:
        for cell in self.blocks():
            if isinstance(cell, Cell):
                cell.is_felt = cell.number in self.touched
                cell.is_dead = bool(self.is_over) and not cell.is_felt
                cell.is_enabled = not self.is_over
                cell.dress()

    def _columns(self, look: Look) -> int:
        return NARROW if look.is_portrait else WIDE

    def _gap_px(self, look: Look) -> float:
        return look.px(look.tokens.gap) + 2

    def height_for(self, look: Look, width: float) -> float:
        del width
        rows = -(-int(self.cells) // self._columns(look))
        return rows * (look.px(look.tokens.target) + 2) + (rows - 1) * self._gap_px(look)

    def place(self, look: Look) -> None:
        columns, gap = self._columns(look), self._gap_px(look)
        rows = -(-int(self.cells) // columns)
        width = (self.width - gap * (columns - 1)) / columns
        height = (self.height - gap * (rows - 1)) / rows
        for index, cell in enumerate(self.blocks()):
            row, column = divmod(index, columns)
            x, top = self.x + column * (width + gap), self.top - row * (height + gap)
            cell.arrange(look, Box(x, top - height, width, height))
