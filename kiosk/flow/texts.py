"""A text as the flow means it: a key of `assets/locale` and the values that go into it. Screens and paper translate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.money import Money


@dataclass(frozen=True)
class Text:
    """`values` are formatted by their type and the language: dates, money, numbers, nested texts."""

    key: str
    values: tuple[tuple[str, TextValue], ...] = ()


TextValue = str | int | date | datetime | Money | Text


def text(key: str, **values: TextValue) -> Text:
    return Text(key, tuple(sorted(values.items())))


LITERAL = "literal"
BILINGUAL = "bilingual"


def literal(value: str) -> Text:
    """A text that is data (a masked name, a number), the same in every language."""
    return Text(LITERAL, (("value", value),))


def bilingual(zh: str, en: str) -> Text:
    """A text that is data in both languages (an office, a bank)."""
    return Text(BILINGUAL, (("en", en), ("zh", zh)))
