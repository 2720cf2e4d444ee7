"""The PIN: dots for what is typed, and keys that change places with every try."""

from __future__ import annotations

from collections.abc import Hashable

from kivy.graphics import InstructionGroup
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.domain.staff import PIN_LENGTH
from kiosk.flow.texts import text
from kiosk.flow.touches import KeyPressed
from screens.screen import Screen
from screens.theme import Look
from screens.widgets.block import Block, Box
from screens.widgets.keys import KeyGrid, key_button
from screens.widgets.pen import Pen
from screens.widgets.target import PushButton


class StaffPinScreen(Screen):
    pass


class PinDots(Block):
    """One ring per digit, filled when it is typed."""

    typed_count = NumericProperty(0)

    def height_for(self, look: Look, width: float) -> float:
        del width
        return look.sized(16)

    def ink(self) -> Hashable:
        return self.typed_count

    def draw(self, look: Look, group: InstructionGroup) -> None:
        side = look.sized(13)
        left = self.center_x - side * 1.25 * PIN_LENGTH / 2
        for index in range(PIN_LENGTH):
            box = Box(left + index * side * 1.25 + side * 0.125, self.center_y - side / 2, side, side)
            pen = Pen(look, group, box)
            pen.disc(50, 50, 34, "primary" if index < self.typed_count else "surface", "primary", 8)


class ShuffledPad(KeyGrid):
    """Ten digits where the flow puts them, clear and backspace in their usual places."""

    digits = StringProperty("0123456789")
    is_locked = BooleanProperty(False)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.bind(digits=self._fill, is_locked=self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        self.clear_widgets()
        for digit in self.digits[:9]:
            self.add_widget(self._key(digit))
        self.add_widget(key_button("clear", text("screen.key.clear")))
        for digit in self.digits[9:]:
            self.add_widget(self._key(digit))
        self.add_widget(key_button("backspace", text("screen.key.backspace")))

    def _key(self, digit: str) -> PushButton:
        button = key_button(digit, role="heading")
        button.touch = KeyPressed(digit)
        button.is_enabled = not self.is_locked
        return button
