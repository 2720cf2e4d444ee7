"""What several staff screens share: signs for verdicts, lines of measured values, entries of what is wrong."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty

from kiosk.flow.staff.facts import Verdict
from kiosk.flow.staff.views import MeasuredLine, StaffEntry, StaffTile
from kiosk.flow.texts import Text
from kiosk.flow.touches import OptionChosen
from screens.theme import Look
from screens.widgets.block import Block, Column, Gap, Strip
from screens.widgets.contents import Pages
from screens.widgets.signs import Sign
from screens.widgets.target import TileTarget
from screens.widgets.words import Words

VERDICT_SIGNS: dict[Verdict, str] = {
    Verdict.GOOD: "tick",
    Verdict.WARNING: "!",
    Verdict.BAD: "stop",
    Verdict.UNKNOWN: "?",
}
"""Shape says it before colour does."""

VERDICT_GROUNDS: dict[Verdict, tuple[str, str]] = {
    Verdict.GOOD: ("good_tint", "good"),
    Verdict.WARNING: ("warning_tint", "warning"),
    Verdict.BAD: ("warning_tint", "warning"),
    Verdict.UNKNOWN: ("tint", "primary"),
}


class Banner(Strip):
    """The verdict in one line, large."""

    text = ObjectProperty(None, allownone=True)
    verdict = ObjectProperty(Verdict.UNKNOWN)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.pad_x_mm, self.pad_y_mm, self.gap_mm, self.radius_mm = 6, 4, 5, 4.5
        self.mark = Sign(height_mm=12)
        self.words = Words(weight=1, is_bold=True, role="lead")
        self.add_widget(self.mark)
        self.add_widget(self.words)
        self.bind(text=self._on_state, verdict=self._on_state)
        self._on_state()

    def _on_state(self, *_: object) -> None:
        self.mark.sign = VERDICT_SIGNS[self.verdict]
        self.fill, self.border = VERDICT_GROUNDS[self.verdict]
        self.words.text = self.text

    def has_content(self) -> bool:
        return bool(self.is_shown) and self.text is not None


class EntryCard(TileTarget):
    """What is wrong, what to do, who must do it; the whole card leads to where it is mended."""

    def __init__(self, entry: StaffEntry, number: int) -> None:
        super().__init__(touch=OptionChosen(entry.option_id), element_id=f"entry.{number}.{entry.option_id}")
        self.is_enabled = entry.is_enabled
        self.pad_x_mm, self.pad_y_mm, self.gap_mm, self.radius_mm = 5, 2.5, 5, 4.5
        self.add_widget(Sign(sign=VERDICT_SIGNS[entry.verdict], height_mm=11))
        words = Column(weight=1, gap_mm=0)
        words.add_widget(Gap(weight=1))
        words.add_widget(Words(text=entry.title, role="body", is_bold=True))
        words.add_widget(Words(text=entry.do, role="small", colour="ink_soft"))
        words.add_widget(Words(text=entry.who, role="small", is_bold=True))
        words.add_widget(Gap(weight=1))
        self.add_widget(words)
        if entry.is_enabled:
            self.add_widget(Sign(sign=">", height_mm=8))
        self.dress()

    def dress(self) -> None:
        """What somebody else must do has no edge: in every theme it is words and no button."""
        super().dress()
        if not self.is_enabled:
            self.border = ""

    def height_for(self, look: Look, width: float) -> float:
        return max(super().height_for(look, width), look.px(look.tokens.primary) + 1)

    def least_for(self, look: Look, width: float) -> float:
        return max(super().least_for(look, width), look.px(look.tokens.target) + 1)


class Tile(Strip):
    """A thing in one word, with the sign of its verdict."""

    def __init__(self, tile: StaffTile) -> None:
        super().__init__(gap_mm=4, pad_x_mm=4, pad_y_mm=1.5, radius_mm=3)
        self.fill, self.border = "surface", "warning" if tile.verdict in {Verdict.WARNING, Verdict.BAD} else "line"
        self.add_widget(Sign(sign=VERDICT_SIGNS[tile.verdict], height_mm=8))
        words = Column(weight=1, gap_mm=0)
        words.add_widget(Words(text=tile.name, role="small", colour="ink_soft"))
        words.add_widget(Words(text=tile.word, role="small", is_bold=True))
        self.add_widget(words)


class TileGrid(Pages):
    """Tiles in as many columns as the screen is wide."""

    tiles = ObjectProperty(())
    can_page = False

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_mm = 3
        self.bind(tiles=self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        tiles: tuple[StaffTile, ...] = self.tiles
        self.fill_with([Tile(tile) for tile in tiles])

    def column_count(self, look: Look, width: float) -> int:
        return int(max(1, min(3, width // (look.px(70) * look.tokens.small / 4.8))))


class MeasuredStrip(Strip):
    """Sign, label and value on one line."""

    def __init__(self, line: MeasuredLine) -> None:
        super().__init__(gap_mm=4, pad_y_mm=1)
        self.add_widget(Sign(sign=VERDICT_SIGNS[line.verdict], height_mm=7))
        self.add_widget(Words(text=line.label, role="small", colour="ink_soft", weight=1))
        self.add_widget(Words(text=line.value, role="small", is_bold=True, weight=0.9, halign="right"))


class MeasuredList(Pages):
    """Measured values, one below the other; pages of its own when there are many."""

    lines = ObjectProperty(())
    has_two_columns = BooleanProperty(False)
    gap_mm = NumericProperty(1.5)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_across_mm = 12
        self.bind(lines=self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        lines: tuple[MeasuredLine, ...] = self.lines
        self.fill_with([MeasuredStrip(line) for line in lines])

    def column_count(self, look: Look, width: float) -> int:
        del width
        return 2 if self.has_two_columns and not look.is_portrait else 1


def heading(words: Text) -> Block:
    return Words(text=words, role="small", is_bold=True)
