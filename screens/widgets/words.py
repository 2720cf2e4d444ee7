"""Text: translated by the look, broken into lines by our own rules, drawn as one texture."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any

from kivy.core import text as core_text
from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.flow.texts import LITERAL, Text
from screens.line_break import break_lines
from screens.say import Say
from screens.theme import Look
from screens.typography import set_apart
from screens.widgets.block import Block, Box
from screens.widgets.rare import rare_in, register_faces, texture_of, without_rare

CORE_LABEL: Any = core_text.Label
"""Kivy chooses its provider at run time."""

ROOMY_AIR, TIGHT_AIR = 1.8, 0.45
MOST_EM = 36
"""Longest line: well below 40 Han characters, about 80 letters (WCAG 2.2 1.4.8)."""

FONT_NAME = "Roboto"
"""Our face is registered over Kivy's default, so no widget can show boxes for Chinese."""


def register_fonts(regular: str, bold: str) -> None:
    """Files of one folder; the faces for rare characters lie beside them."""
    register_faces(Path(regular).parent)
    core_text.LabelBase.register(FONT_NAME, fn_regular=regular, fn_bold=bold, fn_italic=regular, fn_bolditalic=bold)


@lru_cache(maxsize=64)
def _ruler(font_px: int, is_bold: bool) -> Any:
    return CORE_LABEL(font_name=FONT_NAME, font_size=font_px, bold=is_bold)


@lru_cache(maxsize=20_000)
def _advance_px(character: str, font_px: int, is_bold: bool) -> float:
    ruler = _ruler(font_px, is_bold)
    two, one = ruler.get_extents(character * 2)[0], ruler.get_extents(character)[0]
    return float(max(two - one, 0))


@lru_cache(maxsize=64)
def line_px(font_px: int, is_bold: bool) -> float:
    return float(_ruler(font_px, is_bold).get_extents("国")[1])


@lru_cache(maxsize=2000)
def line_width_px(line: str, font_px: int, is_bold: bool) -> float:
    """As it will be drawn."""
    return float(_ruler(font_px, is_bold).get_extents(line)[0])


def text_px(text: str, font_px: int, is_bold: bool) -> float:
    return sum(_advance_px(character, font_px, is_bold) for character in text)


class Words(Block):
    """`text` is a `Text` of the flow or data as it stands; nothing to show when it is empty."""

    text = ObjectProperty(None, allownone=True)
    role = StringProperty("body")
    roomy_role = StringProperty("")
    """Instead of `role` on a screen that has little to say."""
    tight_role = StringProperty("")
    """Instead of `role` on a screen that is full."""
    colour = StringProperty("ink")
    is_bold = BooleanProperty(False)
    halign = StringProperty("left")
    valign = StringProperty("middle")
    is_balanced = BooleanProperty(False)
    is_visible = BooleanProperty(True)
    least_lines = NumericProperty(1)

    def has_content(self) -> bool:
        return bool(self.is_shown) and self.text is not None and self.text != ""

    _said: tuple[Text, Say, str] | None = None
    """The text said last, by whom, and how: a layout asks for the same string many times."""

    def string(self, look: Look) -> str:
        text: object = self.text
        if not isinstance(text, Text):
            return str(text)
        if self._said is None or self._said[0] is not text or self._said[1] is not look.say:
            self._said = (text, look.say, look.say(text))
        return self._said[2]

    def shown(self, look: Look) -> str:
        """As it is set: what a person typed or a chip said stays as it is."""
        is_data = not isinstance(self.text, Text) or self.text.key == LITERAL
        return self.string(look) if is_data else set_apart(self.string(look))

    def font_px(self, look: Look) -> int:
        if self.roomy_role and look.air >= ROOMY_AIR:
            return look.font_px(self.roomy_role)
        return look.font_px(self.tight_role if self.tight_role and look.air <= TIGHT_AIR else self.role)

    def lines(self, look: Look, width: float) -> tuple[str, ...]:
        font_px = self.font_px(look)
        limit = int(min(width, MOST_EM * font_px))
        return _broken(self.shown(look), limit, font_px, self.is_bold, self.is_balanced)

    def height_for(self, look: Look, width: float) -> float:
        lines = max(len(self.lines(look, width)), int(self.least_lines))
        return lines * line_px(self.font_px(look), self.is_bold)

    def width_for(self, look: Look) -> float:
        font_px = self.font_px(look)
        return max(line_width_px(line, font_px, self.is_bold) for line in self.shown(look).split("\n")) + 2

    def least_width_for(self, look: Look) -> float:
        """The width below which a word would have to be cut."""
        font_px = self.font_px(look)
        return max(line_width_px(word, font_px, self.is_bold) for word in (self.shown(look).split() or [""])) + 2

    def ink(self) -> Hashable:
        return (self.text, self.colour, self.role, self.is_bold)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        lines = self.lines(look, self.width)
        label = CORE_LABEL(
            text="\n".join(map(without_rare, lines)),
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
        left, bottom = round(x[self.halign]), round(y[self.valign])
        group.add(Rectangle(texture=texture, pos=(left, bottom), size=texture.size))
        self._draw_rare(look, group, Box(left, bottom, *texture.size))

    def _draw_rare(self, look: Look, group: InstructionGroup, box: Box) -> None:
        """Characters that the usual face lacks, each over the room left for it."""
        font_px, lines = self.font_px(look), self.lines(look, self.width)
        spare_share = {"left": 0.0, "center": 0.5, "right": 1.0}[self.halign]
        for number, line in enumerate(lines):
            for at, face in rare_in(line):
                texture = texture_of(line[at], face, font_px)
                start = box.x + (box.width - line_width_px(line, font_px, self.is_bold)) * spare_share
                x = start + text_px(without_rare(line[:at]), font_px, self.is_bold) + (font_px - texture.width) / 2
                middle = box.y + box.height * (len(lines) - number - 0.5) / len(lines)
                pos = (round(x), round(middle - texture.height / 2))
                group.add(Rectangle(texture=texture, pos=pos, size=texture.size))


def forget_texts() -> None:
    """At the end of a session: what people's texts said must not stay in a cache."""
    _broken.cache_clear()
    line_width_px.cache_clear()


@lru_cache(maxsize=2000)
def _broken(text: str, width: int, font_px: int, is_bold: bool, is_balanced: bool) -> tuple[str, ...]:
    limit = float(width)
    lines: tuple[str, ...] = ()
    for _ in range(8):  # sums of advances are a guess (kerning); the whole lines decide
        lines = break_lines(text, limit, lambda part: text_px(part, font_px, is_bold), is_balanced=is_balanced)
        excess = max(line_width_px(line, font_px, is_bold) for line in lines) - width
        if excess <= 0:
            break
        limit -= excess + 1
    return lines
