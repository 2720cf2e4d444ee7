"""Breaking text into lines as Chinese and English typesetting want it (GB/T 15834, appendix on line ends).

Works in whatever unit the caller's `width_of` measures: columns of a text printer or dots of a drawn line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence

NEVER_FIRST = frozenset("，。、；：？！）】》〉」』”’…—–～·％‰℃,.;:?!)]}%°-")
NEVER_LAST = frozenset("（【《〈「『“‘￥¥$#([{")

JOINERS = frozenset("–-’·")
"""Hold numbers and names together: 9:00–12:00."""

WidthOf = Callable[[str], int]


def columns_of(text: str) -> int:
    """Width on a character printer: Han and full-width signs take two columns."""
    return sum(2 if is_wide(character) else 1 for character in text)


def is_wide(character: str) -> bool:
    """Everything outside ASCII is set from the printer's 24 x 24 dots Chinese font."""
    return not character.isascii()


def printable(text: str) -> str:
    """`text` without anything that a printer could take for a command."""
    return "".join(map(_printable_character, text))


def _printable_character(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf":  # joiners and direction marks have no width on paper
            return ""
        case "Cs":
            return "□"
        case _:
            return character


def wrap(text: str, limit: int, width_of: WidthOf) -> tuple[str, ...]:
    """Lines of at most `limit`, evenly filled, so that no word is left alone; an empty text is one empty line."""
    if width_of(text.rstrip()) <= limit:
        return (text.rstrip(),)
    lines = _filled(text, limit, width_of)
    narrow, wide = limit // 2, limit
    while wide - narrow > width_of("一") // 2:
        middle = (narrow + wide) // 2
        tighter = _filled(text, middle, width_of)
        if len(tighter) > len(lines):
            narrow = middle
        else:
            lines, wide = tighter, middle
    return lines


def _filled(text: str, limit: int, width_of: WidthOf) -> tuple[str, ...]:
    """Each line as full as it gets."""
    lines: list[str] = []
    line = ""
    for unit in _units(text):
        if width_of((line + unit).rstrip()) <= limit:
            line += unit
            continue
        if line.strip():
            lines.append(line.rstrip())
        *full, line = _pieces(unit.lstrip(), limit, width_of)
        lines += full
    return (*lines, line.rstrip())


def _pieces(unit: str, limit: int, width_of: WidthOf) -> Sequence[str]:
    """A unit wider than the line (a long number, an address of a page) is broken where the line is full."""
    pieces = [""]
    for character in unit:
        if pieces[-1] and width_of((pieces[-1] + character).rstrip()) > limit:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _units(text: str) -> Iterator[str]:
    """What must stay together: a Latin word, a Han character, each with the signs that cling to it."""
    unit = ""
    for character in text:
        if unit and _may_break(unit[-1], character):
            yield unit
            unit = ""
        unit += character
    if unit:
        yield unit


def _may_break(left: str, right: str) -> bool:
    if right in NEVER_FIRST or left in NEVER_LAST or right == " " or left in JOINERS:
        return False
    return left == " " or is_wide(left) or is_wide(right)
