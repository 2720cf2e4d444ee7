"""Volume and brightness: less, how much, more."""

from __future__ import annotations

from collections.abc import Hashable

from kivy.graphics import InstructionGroup
from kivy.properties import NumericProperty, ObjectProperty

from kiosk.flow.staff.views import Level
from kiosk.flow.touches import OptionChosen
from screens.screen import Screen
from screens.theme import Look
from screens.widgets.block import Block, Box, Column, Strip, draw_panel
from screens.widgets.target import PushButton
from screens.widgets.words import Words

STEPS = 10


class StaffLevelsScreen(Screen):
    pass


class Levels(Column):
    levels = ObjectProperty(())

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_mm = 8
        self.bind(levels=self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        self.clear_widgets()
        levels: tuple[Level, ...] = self.levels
        for level in levels:
            self.add_widget(_level(level))


def _level(level: Level) -> Column:
    card = Column(fill="surface", border="line", radius_mm=4.5, pad_x_mm=7, pad_y_mm=5, gap_mm=4)
    words = Strip(gap_mm=4)
    words.add_widget(Words(text=level.label, role="lead", is_bold=True, weight=1))
    words.add_widget(Words(text=f"{level.percent} %", role="lead", is_bold=True))
    card.add_widget(words)
    card.add_widget(LevelBar(percent=level.percent))
    keys = Strip(gap_mm=4)
    for way, caption, is_open in (
        ("down", level.down, level.percent > level.least),
        ("up", level.up, level.percent < 100),
    ):
        option_id = f"{level.level_id}.{way}"
        keys.add_widget(
            PushButton(
                text=caption,
                is_high=True,
                touch=OptionChosen(option_id),
                element_id=f"option.{option_id}",
                is_enabled=is_open,
                is_repeatable=True,
                weight=1,
            )
        )
    card.add_widget(keys)
    return card


class LevelBar(Block):
    """Ten steps, as many full as it is loud or bright."""

    percent = NumericProperty(0)

    def height_for(self, look: Look, width: float) -> float:
        del width
        return look.px(10)

    def ink(self) -> Hashable:
        return self.percent

    def draw(self, look: Look, group: InstructionGroup) -> None:
        gap = look.px(2)
        width = (self.width - gap * (STEPS - 1)) / STEPS
        for index in range(STEPS):
            is_full = self.percent >= (index + 1) * 100 / STEPS
            box = Box(self.x + index * (width + gap), self.y, width, self.height)
            draw_panel(group, look, box, fill="primary" if is_full else "surface", border="primary", radius_mm=1.5)
