"""Waiting for a person: what can be done, what to bring, two large ways to begin."""

from __future__ import annotations

from kiosk.flow.texts import text
from kiosk.flow.views import Picture
from screens.screen import Screen
from screens.theme import Look
from screens.widgets.block import Choices, Column, Gap, Strip
from screens.widgets.contents import Pages
from screens.widgets.pictures import Drawing
from screens.widgets.signs import Sign
from screens.widgets.target import TileTarget
from screens.widgets.words import Words

STORY = (
    (Picture.ID_CARD_ON_READER, "screen.attract.one"),
    (Picture.PHONE_CODE_TO_CAMERA, "screen.attract.two"),
    (Picture.RECEIPT, "screen.attract.three"),
)


class AttractScreen(Screen):
    pass


class Starts(Choices):
    """The two ways to begin; on a wide screen always side by side, on two lines where words are long."""

    def is_stacked(self, look: Look, width: float) -> bool:
        return look.is_portrait and super().is_stacked(look, width)


class ElderButton(TileTarget):
    """Large, slow and spoken: what it does stands beside its name."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.pad_x_mm, self.pad_y_mm, self.gap_mm, self.radius_mm = 4, 1, 3, 4.5
        self.add_widget(Sign(sign="sound", height_mm=11))
        words = Column(weight=1, gap_mm=1)
        words.add_widget(Gap(weight=1))
        words.add_widget(Words(text=text("screen.start.elder"), role="body", is_bold=True))
        about = Words(text=text("screen.start.elder.about"), role="small", least_air=0.6)
        about.is_dispensable = True  # the screens show it as soon as it is touched
        words.add_widget(about)
        words.add_widget(Gap(weight=1))
        self.add_widget(words)
        self.dress()

    def height_for(self, look: Look, width: float) -> float:
        return max(super().height_for(look, width), look.px(look.tokens.primary) + 1)

    def least_for(self, look: Look, width: float) -> float:
        return max(super().least_for(look, width), look.px(look.tokens.primary) + 1)


class Tiles(Pages):
    """What can be done, what to bring, fee, days: side by side on a wide screen, in pages where letters are large."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.wide_columns, self.gap_mm = 2, 5


class Story(Strip):
    """The whole visit in three drawings."""

    is_dispensable = True

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
