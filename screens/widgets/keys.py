"""Our own keys: digits, and the characters of addresses. No system keyboard, nothing that it could remember."""

from __future__ import annotations

from collections.abc import Hashable

from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.flow.composing import MOST_CANDIDATES
from kiosk.flow.keyboard import (
    DIGIT_KEYS,
    EDIT_KEYS,
    HAN_KEYS,
    KEY_NAMES,
    LATIN_KEYS,
    PHONE_KEYS,
    PINYIN_KEYS,
    KeyboardPage,
)
from kiosk.flow.texts import text
from kiosk.flow.touches import CandidateChosen, Confirmed, KeyboardPageChosen, KeyPressed
from screens.theme import Look
from screens.widgets.block import Box, Column, Panel, Split, Strip
from screens.widgets.target import PushButton
from screens.widgets.words import Words, text_px


def key_button(key: str, caption: object | None = None, role: str = "body") -> PushButton:
    button = PushButton(
        text=key if caption is None else caption,
        style="key",
        role=role,
        touch=KeyPressed(key),
        element_id=f"key.{KEY_NAMES.get(key, key)}",
    )
    button.pad_x_mm = 1.5
    return button


class EntryField(Column):
    """What has been typed, large; never cleared by a problem."""

    lead = ObjectProperty(None, allownone=True)
    value = StringProperty("")
    letters = StringProperty("")
    """Pinyin that is not written yet, set after the value in another colour."""
    placeholder = ObjectProperty(None, allownone=True)
    is_wrong = BooleanProperty(False)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.fill, self.border, self.pad_x_mm, self.pad_y_mm, self.gap_mm, self.border_mm = (
            "surface",
            "primary",
            6,
            1,
            1,
            0.8,
        )
        self.lead_words = Words(role="small", colour="ink_soft")
        self.words = TypedWords()
        self.add_widget(self.lead_words)
        self.add_widget(self.words)
        for name in ("lead", "value", "letters", "placeholder", "is_wrong"):
            self.fbind(name, self._on_state)
        self._on_state()

    def _on_state(self, *_: object) -> None:
        self.border = "warning" if self.is_wrong else "primary"
        self.lead_words.text = self.lead
        written = self.value + self.letters
        self.words.text = written or self.placeholder
        self.words.unwritten = len(self.letters)
        self.words.is_bold = bool(written)
        self.words.role = "heading" if written else "body"
        self.words.colour = "ink" if written else "ink_soft"
        self.words.has_caret = bool(written)


class TypedWords(Words):
    """Typed text with a caret after it; empty or not, it keeps the height of a typed line."""

    has_caret = BooleanProperty(False)
    unwritten = NumericProperty(0)
    """How many characters at the end are underlined: they are still pinyin."""

    def height_for(self, look: Look, width: float) -> float:
        lines = len(self.lines(look, width))
        return max(lines, 1) * look.font_px("heading") * 1.46

    def ink(self) -> Hashable:
        return (super().ink(), self.has_caret, self.unwritten)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        super().draw(look, group)
        font_px = look.font_px("heading")
        end = text_px(self.lines(look, self.width)[-1], font_px, True) if self.has_caret else -look.px(2.5)
        last = self.lines(look, self.width)[-1] if self.has_caret else ""
        pinyin = text_px(last[-int(self.unwritten) :], font_px, True) if self.unwritten else 0.0
        if pinyin:
            group.add(Color(*look.colour("accent")))
            group.add(Rectangle(pos=(self.x + end - pinyin, self.y + font_px * 0.12), size=(pinyin, look.px(0.8))))
        bottom = self.y + font_px * 0.2 if self.has_caret else self.center_y - font_px * 0.5
        group.add(Color(*look.colour("accent")))
        group.add(
            Rectangle(pos=(self.x + min(end + look.px(1), self.width - 2), bottom), size=(look.px(0.8), font_px * 1.05))
        )


SPACE_SIGN = "␣"
LONG_CANDIDATE = 5.7
"""Characters of a candidate on one line; longer ones take two."""


class KeyGrid(Panel):
    """Keys in rows of equal width; `key_mm` is the height that they like."""

    columns = NumericProperty(3)
    key_mm = NumericProperty(25.0)

    def column_count(self, look: Look, width: float) -> int:
        del look, width
        return int(self.columns)

    def places(self, look: Look, width: float) -> list[tuple[int, float]]:
        """Row and column of each key."""
        count = self.column_count(look, width)
        return [divmod(index, count) for index in range(len(self.blocks()))]

    def row_count(self, look: Look, width: float) -> int:
        return 1 + max((row for row, _ in self.places(look, width)), default=-1)

    def _stack(self, look: Look, width: float, key_px: float) -> float:
        rows = self.row_count(look, width)
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
        count, gap, rows = self.column_count(look, self.width), self.gap(look), self.row_count(look, self.width)
        width = (self.width - gap * (count - 1)) / count
        height = (self.height - gap * (rows - 1)) / rows
        for key, (row, column) in zip(self.blocks(), self.places(look, self.width), strict=False):
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
    lengths = ObjectProperty(())
    """How long the rows are when the first choice fits: letters stand as on every keyboard."""

    def column_count(self, look: Look, width: float) -> int:
        cell = look.px(look.tokens.target) + 2 + self.gap(look)
        most = min(int((width + self.gap(look)) // cell), 10 if look.is_portrait else 20)
        return next((count for count in self.choices if count <= most), self.choices[-1])

    def places(self, look: Look, width: float) -> list[tuple[int, float]]:
        count = self.column_count(look, width)
        if count != self.columns_of_rows():
            return super().places(look, width)
        return [
            (row, column + (count - length) / 2) for row, length in enumerate(self.lengths) for column in range(length)
        ]

    def columns_of_rows(self) -> int:
        return max(self.lengths, default=0)


class CandidateGrid(KeyGrid):
    """The ways to write what was typed, in places that never move: an empty place is nothing to touch."""

    key_mm = NumericProperty(16.0)
    texts = ObjectProperty(())
    columns = 4

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        for number in range(MOST_CANDIDATES):
            button = PushButton(style="secondary", touch=CandidateChosen(number), element_id=f"candidate.{number}")
            button.pad_x_mm = 1.5
            self.add_widget(button)
        self.bind(texts=self._on_texts)
        self._on_texts()

    def _on_texts(self, *_: object) -> None:
        for number, button in enumerate(reversed(self.children)):
            button.text = self.texts[number] if number < len(self.texts) else None

    def column_count(self, look: Look, width: float) -> int:
        cell = LONG_CANDIDATE * look.font_px("body") + look.px(3) + self.gap(look)
        return max(1, min(int((width + self.gap(look)) // cell), MOST_CANDIDATES // self._rows(look)))

    def row_count(self, look: Look, width: float) -> int:
        """Full or empty: the keys below never jump."""
        del width
        return self._rows(look)

    def _rows(self, look: Look) -> int:
        return 2 if look.is_portrait else 1

    def place(self, look: Look) -> None:
        super().place(look)
        for key in self.blocks()[self.column_count(look, self.width) * self._rows(look) :]:
            key.vanish()


class Keyboard(Column):
    """Digits, then one page of keys: pinyin with its candidates, common characters, or letters; corrections below.

    On a wide screen the button that ends typing stands at the end of the last row.
    """

    page = ObjectProperty(KeyboardPage.CHARACTERS)
    pages = ObjectProperty(tuple(KeyboardPage))
    candidates = ObjectProperty(())
    confirm = ObjectProperty(None, allownone=True)
    can_confirm = BooleanProperty(False)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_mm = 4
        self.offered = CandidateGrid()
        self.digits = _keys(DIGIT_KEYS, (10, 5))
        self.letters = {
            KeyboardPage.PINYIN: _keys(PINYIN_KEYS, (13, 10, 9, 7, 5), (10, 9, 7)),
            KeyboardPage.CHARACTERS: _keys(HAN_KEYS, (16, 12, 8, 6)),
            KeyboardPage.LETTERS: _keys(LATIN_KEYS, (15, 10, 7, 5), (10, 10, 9)),
        }
        self.turns = {page: _page_button(page) for page in KeyboardPage}
        last = Split(gap_mm=4)
        self.turning = _strip(*self.turns.values())
        last.add_widget(self.turning)
        last.add_widget(_strip(*map(_edit_key, EDIT_KEYS)))
        self.end = PushButton(style="primary", only="landscape", weight=0.7, touch=Confirmed(), element_id="confirm")
        last.add_widget(self.end)
        for block in (self.offered, self.digits, *self.letters.values(), last):
            self.add_widget(block)
        for name in ("page", "pages", "candidates", "confirm", "can_confirm"):
            self.fbind(name, self._on_state)
        self._on_state()

    def _on_state(self, *_: object) -> None:
        self.offered.is_shown = self.page is KeyboardPage.PINYIN
        self.offered.texts = self.candidates
        for page, grid in self.letters.items():
            grid.is_shown = page is self.page
        self.turning.is_shown = len(self.pages) > 1
        for page, button in self.turns.items():
            button.is_shown = page in self.pages and len(self.pages) > 1
            button.style = "primary" if page is self.page else "quiet"
        self.end.text, self.end.is_enabled = self.confirm, self.can_confirm


def _keys(characters: str, choices: tuple[int, ...], lengths: tuple[int, ...] = ()) -> LetterGrid:
    grid = LetterGrid(choices=choices, lengths=lengths)
    for character in characters:
        grid.add_widget(key_button(character, SPACE_SIGN if character == " " else None))
    return grid


def _page_button(page: KeyboardPage) -> PushButton:
    button = PushButton(
        text=text(f"screen.keyboard.{page}"),
        style="quiet",
        weight=1,
        touch=KeyboardPageChosen(page),
        element_id=f"keyboard.{page}",
    )
    button.pad_x_mm = 1.5
    return button


def _edit_key(key: str) -> PushButton:
    button = key_button(key, text(f"screen.key.{key}"))
    button.weight = 1
    return button


def _strip(*buttons: PushButton) -> Strip:
    strip = Strip(gap_mm=4, weight=1)
    for button in buttons:
        strip.add_widget(button)
    return strip
