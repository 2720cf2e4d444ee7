"""The number of a social security card (EF05 tag 07) and its check character (rule of GB 11714)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.domain.personal import Personal
from kiosk.domain.text import half_width, without_blanks

_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_NINE: Final = re.compile(r"[0-9A-Z]{9}")
_UNCHECKED_PREFIX: Final = "CON"
"""Personalisers give numbers with this beginning no check character."""


class CardNumberWarning(StrEnum):
    """What is odd about a number. Real cards carry odd numbers: note it, never refuse the card."""

    FORM = "form"
    CHECK_CHARACTER = "check_character"


@dataclass(frozen=True, repr=False)
class CardNumber(Personal):
    text: str
    warning: CardNumberWarning | None = None

    @property
    def last_four(self) -> str:
        return self.text[-4:]


def card_check_character(first8: str) -> str:
    """The ninth character for the eight (0-9, A-Z) before it."""
    total = sum(weight * int(char, 36) for weight, char in zip(_WEIGHTS, first8, strict=True))
    value = 11 - total % 11
    return {10: "X", 11: "0"}.get(value, str(value))


def check_card_number(text: str) -> CardNumber:
    """The number as read, upper case without blanks, with a warning where it is odd."""
    number = without_blanks(half_width(text)).upper()
    return CardNumber(number, _warning(number))


def _warning(number: str) -> CardNumberWarning | None:
    if number.startswith(_UNCHECKED_PREFIX):
        return None
    if not _NINE.fullmatch(number):
        return CardNumberWarning.FORM
    if card_check_character(number[:8]) != number[8]:
        return CardNumberWarning.CHECK_CHARACTER
    return None
