"""Waiting for a person: what can be done, what to bring, two large ways to begin."""

from __future__ import annotations

from kiosk.flow.texts import text
from kiosk.flow.views import Picture
from screens.screen import Screen
from screens.widgets.block import Column, Gap, Strip
from screens.widgets.contents import Pages
from screens.widgets.pictures import Drawing
from screens.widgets.signs import Sign
from screens.widgets.words import Words

STORY = (
    (Picture.ID_CARD_ON_READER, "screen.attract.one"),
    (Picture.PHONE_CODE_TO_CAMERA, "screen.attract.two"),
    (Picture.RECEIPT, "screen.attract.three"),
)


class AttractScreen(Screen):
    pass


class Tiles(Pages):
    """What can be done, what to bring, fee, days: side by side on a wide screen, in pages where letters are large."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.wide_columns, self.gap_mm = 2, 5


class Story(Strip):
    """The whole visit in three drawings."""

    is_illustration = True
    """Says nothing that the visit does not say again: the first to give way where letters are large."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.fill, self.pad_x_mm, self.pad_y_mm, self.gap_mm, self.radius_mm = "tint", 4, 6, 2, 5
        for number, (picture, key) in enumerate(STORY):
            if number:
                self.add_widget(Sign(sign=">", height_mm=8))
            column = Column(weight=1, gap_mm=2)
            column.add_widget(Gap(weight=1))
            column.add_widget(Drawing(picture=picture, height_mm=42, least_mm=20))
            column.add_widget(Words(text=text(key), role="small", is_bold=True, halign="center", is_balanced=True))
            column.add_widget(Gap(weight=1))
            self.add_widget(column)
