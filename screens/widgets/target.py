"""What can be touched. A target knows the touch it stands for; `screens.finger` decides when it is meant."""

from __future__ import annotations

from collections.abc import Hashable

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from screens.theme import Look
from screens.widgets.block import Column, Panel, Strip
from screens.widgets.words import Words


class Target(Panel):
    """Mix-in of everything that can be touched."""

    touch = ObjectProperty(None, allownone=True)
    """The event for the flow; None when `action` turns a page here."""
    action = ObjectProperty(None, allownone=True)
    is_enabled = BooleanProperty(True)
    is_primary = BooleanProperty(False)
    is_pressed = BooleanProperty(False)
    is_repeatable = BooleanProperty(False)
    """Meant as often as touched, like a key."""
    kind = "button"

    def press(self, *, is_pressed: bool) -> None:
        """Shows at once that the finger has been felt. Colours follow even out of the picture: it may come back."""
        self.is_pressed = is_pressed
        for block in self.walk_shown():
            block.redraw()

    def on_is_pressed(self, *_: object) -> None:
        """Also off the picture: a screen that comes back must not show the touch that led away from it."""
        self.dress()

    def dress(self) -> None:
        """Sets the colours that belong to the present state."""

    def caption(self, look: Look) -> str:
        """The words on it, for the machine-readable list."""
        texts = [block.string(look) for block in self.walk_shown() if isinstance(block, Words)]
        return " ".join(texts)

    def ink(self) -> Hashable:
        return (super().ink(), self.is_pressed, self.is_enabled)


class PushButton(Target, Column):
    """Styles: `primary` filled, `secondary` outlined, `quiet` on the paper, `header` on the band, `key` of a keypad."""

    text = ObjectProperty(None, allownone=True)
    style = StringProperty("secondary")
    role = StringProperty("body")
    is_high = BooleanProperty(False)
    """As high as a primary button even if it is not one."""
    high_mm = NumericProperty(0.0)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.pad_x_mm = 5
        self.pad_y_mm = 0
        self.words = Words(text=self.text, halign="center", is_bold=True, weight=1, is_balanced=True)
        self.add_widget(self.words)
        self.bind(text=self._on_words, style=self._on_words, role=self._on_words, is_enabled=self._on_words)
        self._on_words()

    def _on_words(self, *_: object) -> None:
        self.words.text = self.text
        self.words.role = self.role
        self.dress()

    def has_content(self) -> bool:
        return bool(self.is_shown) and self.text is not None

    def dress(self) -> None:
        self.is_primary = self.style == "primary"
        self.fill, self.border, self.words.colour = _STYLES[self.style, bool(self.is_pressed)]
        if not self.is_enabled:
            frame = "" if self.style == "quiet" else "line"  # without colour, too, unlike one that is open
            self.fill, self.border, self.words.colour = "", frame, "ink_soft"

    def height_for(self, look: Look, width: float) -> float:
        least = look.tokens.primary if self.style == "primary" or self.is_high else look.tokens.target
        words = self.words.height_for(look, width - 2 * self.pads(look)[0])
        return max(look.px(max(least, self.high_mm)) + 1, words + look.px(5))

    def least_for(self, look: Look, width: float) -> float:
        least = look.tokens.primary if self.style == "primary" or self.is_high else look.tokens.target
        return max(look.px(least) + 1, self.words.height_for(look, width - 2 * self.pads(look)[0]) + look.px(5))

    def width_for(self, look: Look) -> float:
        return max(look.px(look.tokens.target) + 1, self.words.width_for(look) + 2 * self.pads(look)[0])


_STYLES: dict[tuple[str, bool], tuple[str, str, str]] = {
    ("primary", False): ("primary", "", "on_primary"),
    ("primary", True): ("primary_pressed", "", "on_primary"),
    ("secondary", False): ("surface", "primary", "ink"),
    ("secondary", True): ("pressed", "primary", "ink"),
    ("quiet", False): ("", "edge", "ink"),
    ("quiet", True): ("pressed", "edge", "ink"),
    ("key", False): ("surface", "edge", "ink"),
    ("key", True): ("pressed", "primary", "ink"),
    ("header", False): ("header", "on_header", "on_header"),
    ("header", True): ("header_pressed", "on_header", "on_header"),
}


class TileTarget(Target, Strip):
    """A card that can be touched as a whole."""

    def dress(self) -> None:
        if not self.is_enabled:
            self.fill, self.border = "", "line"
        elif self.is_pressed:
            self.fill, self.border = "pressed", "primary"
        else:
            self.fill, self.border = "surface", "primary" if self.is_primary else "edge"
