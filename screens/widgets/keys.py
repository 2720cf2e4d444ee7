"""Our own keys: digits, and the characters of addresses. No system keyboard, nothing that it could remember."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.flow.keyboard import DIGIT_KEYS, EDIT_KEYS, HAN_KEYS, LATIN_KEYS, PHONE_KEYS
from kiosk.flow.texts import text
from kiosk.flow.touches import KeyPressed
from screens.theme import Look
from screens.widgets.block import Block, Box, Column, Panel, Strip
from screens.widgets.target import PushButton
from screens.widgets.words import Words, text_px


def key_button(key: str, caption: object | None = None, role: str = "body") -> PushButton:
    button = PushButton(
        text=key if caption is None else caption, style="key", role=role, touch=KeyPressed(key), element_id=f"key.{key}"
    )
    button.pad_x_mm = 1.5
    return button


class EntryField(Column):
    """What has been typed, large; never cleared by a problem."""

    lead = ObjectProperty(None, allownone=True)
    value = StringProperty("")
    placeholder = ObjectProperty(None, allownone=True)
    is_wrong = BooleanProperty(False)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.fill, self.border, self.pad_x_mm, self.pad_y_mm, self.gap_mm, self.border_mm = (
            "surface",
            "primary",
            6,
            4,
            1,
            0.8,
        )
        self.lead_words = Words(role="small", colour="ink_soft", least_air=0.42)
        self.words = TypedWords()
        self.add_widget(self.lead_words)
        self.add_widget(self.words)
        self.bind(lead=self._on_state, value=self._on_state, placeholder=self._on_state, is_wrong=self._on_state)
        self._on_state()

    def _on_state(self, *_: object) -> None:
        self.border = "warning" if self.is_wrong else "primary"
        self.lead_words.text = self.lead
        self.words.text = self.value or self.placeholder
        self.words.is_bold = bool(self.value)
        self.words.role = "heading" if self.value else "body"
        self.words.colour = "ink" if self.value else "ink_soft"
        self.words.has_caret = bool(self.value)


class TypedWords(Words):
    """Typed text with a caret after it; empty or not, it keeps the height of a typed line."""

    has_caret = BooleanProperty(False)

    def height_for(self, look: Look, width: float) -> float:
        lines = len(self.lines(look, width))
        return max(lines, 1) * look.font_px("heading") * 1.46

    def ink(self) -> Hashable:
        return (super().ink(), self.has_caret)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        super().draw(look, group)
        font_px = look.font_px("heading")
        end = text_px(self.lines(look, self.width)[-1], font_px, True) if self.has_caret else -look.px(2.5)
        bottom = self.y + font_px * 0.2 if self.has_caret else self.center_y - font_px * 0.5
        group.add(Color(*look.colour("accent")))
        group.add(
            Rectangle(pos=(self.x + min(end + look.px(1), self.width - 2), bottom), size=(look.px(0.8), font_px * 1.05))
        )


class KeyGrid(Panel):
    """Keys in rows of equal width; `key_mm` is the height that they like."""

    columns = NumericProperty(3)
    key_mm = NumericProperty(25.0)

    def column_count(self, look: Look, width: float) -> int:
        del look, width
        return int(self.columns)

    def _count_rows(self, look: Look, width: float) -> int:
        return -(-len(self.blocks()) // self.column_count(look, width))

    def _stack(self, look: Look, width: float, key_px: float) -> float:
        rows = self._count_rows(look, width)
        return rows * key_px + (rows - 1) * self.gap(look)

    def gap(self, look: Look) -> float:
        return look.px(look.tokens.gap) + 2

    def height_for(self, look: Look, width: float) -> float:
        key_px = min(look.grown(self.key_mm), look.px(self.key_mm * 1.35))
        return self._stack(look, width, max(key_px, self._least_key_px(look, width)))

    def least_for(self, look: Look, width: float) -> float:
        return self._stack(look, width, self._least_key_px(look, width))

    def _least_key_px(self, look: Look, width: float) -> float:
        """A target, and higher where a long caption takes two lines."""
        count = self.column_count(look, width)
        cell = (width - self.gap(look) * (count - 1)) / count
        captions = [
            key.words.height_for(look, cell - 2 * key.pads(look)[0])
            for key in self.blocks()
            if isinstance(key, PushButton)
        ]
        return max(look.px(look.tokens.target) + 1, max(captions, default=0.0))

    def place(self, look: Look) -> None:
        keys, count, gap = self.blocks(), self.column_count(look, self.width), self.gap(look)
        rows = self._count_rows(look, self.width)
        width = (self.width - gap * (count - 1)) / count
        height = (self.height - gap * (rows - 1)) / rows
        for index, key in enumerate(keys):
            row, column = divmod(index, count)
            x, top = self.x + column * (width + gap), self.top - row * (height + gap)
            key.arrange(look, Box(x, top - height, width, height))


class Keypad(KeyGrid):
    """The keys of a telephone."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        for key in PHONE_KEYS:
            is_edit = key in EDIT_KEYS
            self.add_widget(key_button(key, text(f"screen.key.{key}")) if is_edit else key_button(key, role="heading"))


class LetterGrid(KeyGrid):
    """As many columns as keys of the least width allow, of those numbers that fill every row."""

    key_mm = NumericProperty(18.0)
    choices = ObjectProperty((1,))

    def column_count(self, look: Look, width: float) -> int:
        cell = look.px(look.tokens.target) + 2 + self.gap(look)
        most = min(int((width + self.gap(look)) // cell), 10 if look.is_portrait else 20)
        return next((count for count in self.choices if count <= most), self.choices[-1])


class Keyboard(Column):
    """Two pages: address characters, or letters. Digits stand above both, corrections below."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_mm = 4
        self.candidates = Strip(gap_mm=3, is_shown=False)
        """Room for candidates of a pinyin method."""
        self.digits = _keys(DIGIT_KEYS, (10, 5))
        self.han, self.latin = _keys(HAN_KEYS, (16, 12, 8, 6)), _keys(LATIN_KEYS, (14, 7, 4))
        self.latin.is_shown = False
        self.switch = PushButton(style="quiet", weight=1, element_id="keyboard.page", action=self._turn)
        self.edit = _edit_keys(self.switch)
        for block in (self.candidates, self.digits, self.han, self.latin, self.edit):
            self.add_widget(block)
        self._name_switch()

    def turns_to(self, element_id: str) -> Iterator[None]:
        hidden = self.latin if self.han.is_shown else self.han
        if any(key.element_id == element_id for key in hidden.blocks()):
            self._turn()
            yield

    def _turn(self) -> None:
        self.han.is_shown, self.latin.is_shown = not self.han.is_shown, not self.latin.is_shown
        self._name_switch()

    def _name_switch(self) -> None:
        self.switch.text = text("screen.key.letters" if self.han.is_shown else "screen.key.characters")


def _keys(characters: str, choices: tuple[int, ...]) -> LetterGrid:
    grid = LetterGrid(choices=choices)
    for character in characters:
        grid.add_widget(key_button(character))
    return grid


def _edit_keys(switch: Block) -> Strip:
    strip = Strip(gap_mm=4)
    strip.add_widget(switch)
    for key in EDIT_KEYS:
        button = key_button(key, text(f"screen.key.{key}"))
        button.weight = 1
        strip.add_widget(button)
    return strip
