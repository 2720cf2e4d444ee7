"""Text: translated by the look, broken into lines by our own rules, drawn as one texture."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase
from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.flow.texts import Text
from screens.line_break import break_lines
from screens.theme import Look
from screens.widgets.block import Block

FONT_NAME = "Roboto"
"""Our face is registered over Kivy's default, so no widget can show boxes for Chinese."""


def register_fonts(regular: str, bold: str) -> None:
    LabelBase.register(FONT_NAME, fn_regular=regular, fn_bold=bold, fn_italic=regular, fn_bolditalic=bold)


@lru_cache(maxsize=64)
def _ruler(font_px: int, is_bold: bool) -> CoreLabel:
    return CoreLabel(font_name=FONT_NAME, font_size=font_px, bold=is_bold)


@lru_cache(maxsize=20_000)
def _advance_px(character: str, font_px: int, is_bold: bool) -> float:
    ruler = _ruler(font_px, is_bold)
    two, one = ruler.get_extents(character * 2)[0], ruler.get_extents(character)[0]
    return float(max(two - one, 0))


@lru_cache(maxsize=64)
def line_px(font_px: int, is_bold: bool) -> float:
    return float(_ruler(font_px, is_bold).get_extents("国")[1])


def text_px(text: str, font_px: int, is_bold: bool) -> float:
    return sum(_advance_px(character, font_px, is_bold) for character in text)


class Words(Block):
    """`text` is a `Text` of the flow or data as it stands; nothing to show when it is empty."""

    text = ObjectProperty(None, allownone=True)
    role = StringProperty("body")
    colour = StringProperty("ink")
    is_bold = BooleanProperty(False)
    halign = StringProperty("left")
    valign = StringProperty("middle")
    is_balanced = BooleanProperty(False)
    is_visible = BooleanProperty(True)
    least_lines = NumericProperty(1)

    def has_content(self) -> bool:
        return bool(self.is_shown) and self.text is not None and self.text != ""  # noqa: PLC1901 - a Text is never equal to it

    def string(self, look: Look) -> str:
        return look.say(self.text) if isinstance(self.text, Text) else str(self.text)

    def font_px(self, look: Look) -> int:
        return look.font_px(self.role)

    def lines(self, look: Look, width: float) -> tuple[str, ...]:
        return _broken(self.string(look), int(width), self.font_px(look), self.is_bold, self.is_balanced)

    def height_for(self, look: Look, width: float) -> float:
        lines = max(len(self.lines(look, width)), int(self.least_lines))
        return lines * line_px(self.font_px(look), self.is_bold)

    def width_for(self, look: Look) -> float:
        font_px = self.font_px(look)
        return max(text_px(line, font_px, self.is_bold) for line in self.string(look).split("\n")) + 2

    def ink(self) -> Hashable:
        return (self.text, self.colour, self.role, self.is_bold)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        lines = self.lines(look, self.width)
        label = CoreLabel(
            text="\n".join(lines),
            font_name=FONT_NAME,
            font_size=self.font_px(look),
            bold=self.is_bold,
            halign=self.halign,
        )
        label.refresh()
        texture = label.texture
        self.texture_size = texture.size
        x = {"left": self.x, "center": self.center_x - texture.width / 2, "right": self.right - texture.width}
        y = {"top": self.top - texture.height, "middle": self.center_y - texture.height / 2, "bottom": self.y}
        group.add(Color(*look.colour(self.colour)))
        group.add(Rectangle(texture=texture, pos=(round(x[self.halign]), round(y[self.valign])), size=texture.size))


@lru_cache(maxsize=64)
def _broken(text: str, width: int, font_px: int, is_bold: bool, is_balanced: bool) -> tuple[str, ...]:
    """Cached for one picture's worth of texts only: what people's texts say must not stay."""
    return break_lines(text, width, lambda part: text_px(part, font_px, is_bold), is_balanced=is_balanced)
