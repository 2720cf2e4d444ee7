"""Breaks Chinese and English text into lines: no line starts with closing or ends with opening punctuation.

Kivy breaks before any character, so `，` and `）` land at line starts (避头尾 of GB/T 15834 and CLREQ 3.1.3 forbid it).
Pure: the caller passes in how wide a piece of text is.
"""

from __future__ import annotations

from collections.abc import Callable

NEVER_STARTS = frozenset("，。、；：！？）》」』】〕”’…—～·%％℃,.;:!?)]}>")
NEVER_ENDS = frozenset("（《「『【〔“‘([{<￥¥$")

UNITS = frozenset("年月日元个位号天分秒张步页次")
"""Not parted from the number before them."""

Measure = Callable[[str], float]


def break_lines(text: str, width: float, measure: Measure, *, is_balanced: bool = False) -> tuple[str, ...]:
    """The lines of `text` that fit `width`; line feeds in the text stay. `is_balanced` evens them out."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        units = _units(paragraph)
        broken = _greedy(units, width, measure)
        if len(broken) > 1 and (is_balanced or _has_orphan(broken)):
            broken = _balanced(units, width, measure, len(broken))
        lines.extend(broken)
    return tuple(lines)


def _has_orphan(lines: list[str]) -> bool:
    return len(lines[-1].strip("，。、；：！？,.;:!?")) <= 1


def _balanced(units: list[str], width: float, measure: Measure, count: int) -> list[str]:
    """The narrowest setting with the same number of lines, found by halving; never so narrow that a word is cut."""
    widest = max(measure(unit.rstrip()) for unit in units)
    low, high = min(max(width / 2, widest), width), width
    for _ in range(6):
        middle = (low + high) / 2
        if len(_greedy(units, middle, measure)) <= count:
            high = middle
        else:
            low = middle
    return _greedy(units, high, measure)


def _units(text: str) -> list[str]:
    """Pieces that stay together: a Latin word, a grouped number, a Han character with its punctuation."""
    units: list[str] = []
    for character in text:
        if units and _sticks(units[-1], character):
            units[-1] += character
        else:
            units.append(character)
    return units


def _sticks(previous: str, character: str) -> bool:
    before = previous[-1]
    if character == " ":
        return True
    if before == " ":
        is_after_number = len(previous) > 1 and previous[-2].isdigit()
        return is_after_number and (character.isdigit() or character in UNITS)
    if (before == "星" and character == "期") or previous.endswith("星期"):  # the name of a day
        return True
    if character in NEVER_STARTS or before in NEVER_ENDS:
        return True
    return _is_latin(before) and _is_latin(character)


def _is_latin(character: str) -> bool:
    return character.isascii() or "\u00a0" <= character <= "\u024f"


def _greedy(units: list[str], width: float, measure: Measure) -> list[str]:
    lines: list[str] = []
    line = ""
    for unit in units:
        for piece in _pieces(unit, width, measure):
            if line and measure((line + piece).rstrip()) > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
    lines.append(line.rstrip())
    return lines


def _pieces(unit: str, width: float, measure: Measure) -> list[str]:
    """A unit wider than the line is cut between characters: better than clipped."""
    if measure(unit.rstrip()) <= width:
        return [unit]
    pieces = [""]
    for character in unit:
        if pieces[-1] and measure(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces
