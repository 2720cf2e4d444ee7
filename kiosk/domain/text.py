"""Small repairs of text as people and chips write it."""

from __future__ import annotations

from typing import Final

_FULL_WIDTH_OFFSET = 0xFEE0
_HALF_WIDTH: Final = {code + _FULL_WIDTH_OFFSET: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """Full-width letters, digits, punctuation and the ideographic space as their ASCII forms."""
    return text.translate(_HALF_WIDTH)


def without_blanks(text: str) -> str:
    return "".join(text.split())


def has_control_characters(text: str) -> bool:
    """C0, DEL and C1: nothing a person writes in a form or a code of ours holds."""
    return any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in text)


def has_chinese(text: str) -> bool:
    """Any ideograph (private use ones of rare names too), as opposed to a text in Latin letters."""
    return any(ord(char) >= 0x2E80 for char in text)
