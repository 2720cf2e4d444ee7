"""Codes that lead to the office's other channels."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from kiosk.flow.texts import Text
from screens.screen import Screen
from screens.theme import Look
from screens.widgets.block import Block, Column, Split
from screens.widgets.contents import Pages
from screens.widgets.qr import QrCode
from screens.widgets.words import Words


class LinksScreen(Screen):
    pass


class CodeCard(Split):
    """The caption beside its code on a high screen, below it on a wide one, where cards are narrow."""

    def is_stacked(self, look: Look, width: float) -> bool:
        del width
        return not look.is_portrait


class CodeList(Pages):
    """Each code with its caption: below one another on a high screen, beside one another on a wide one."""

    codes = ObjectProperty(())

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.wide_columns = 3
        self.bind(codes=self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        codes: tuple[tuple[Text, str], ...] = self.codes
        self.fill_with([self._card(caption, content) for caption, content in codes])

    def _card(self, caption: Text, content: str) -> Block:
        row = CodeCard(gap_mm=6)
        row.add_widget(QrCode(content=content, side_mm=60, least_mm=60))
        row.add_widget(Words(text=caption, is_bold=True, weight=1, halign="center", is_balanced=True))
        card = Column(fill="surface", border="line", pad_x_mm=5, pad_y_mm=4)
        card.add_widget(row)
        return card
