"""Numbers, amounts and days as English says them, word by word: each word is a clip of its own."""

from __future__ import annotations

from datetime import date, time

from kiosk.domain.money import FEN_PER_YUAN, Money

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_GROUPS = ("", "thousand", "million", "billion")
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
_THIRTIETH = "thirtieth"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DIGITS = _SMALL[:10]


def number_words(value: int) -> tuple[str, ...]:
    """Whole numbers below 10**12."""
    if value < 0:
        return ("minus", *number_words(-value))
    words: list[str] = []
    for group in range(len(_GROUPS) - 1, -1, -1):
        part = value // 1000**group % 1000
        if part:
            words += _below_thousand(part)
            words += [_GROUPS[group]] if group else []
    return tuple(words) or ("zero",)


def _below_thousand(value: int) -> list[str]:
    hundreds, rest = divmod(value, 100)
    words = [_SMALL[hundreds], "hundred"] if hundreds else []
    if rest:
        words += ["and"] if hundreds else []
        words += [_SMALL[rest]] if rest < 20 else [_TENS[rest // 10 - 2], *([_SMALL[rest % 10]] if rest % 10 else [])]
    return words


def money_words(amount: Money) -> tuple[str, ...]:
    yuan, fen = divmod(amount.amount_fen, FEN_PER_YUAN)
    return (*number_words(yuan), "yuan", *((*number_words(fen), "fen") if fen else ()))


def date_words(day: date) -> tuple[str, ...]:
    century, rest = divmod(day.year, 100)
    is_plain = day.year % 1000 < 10
    year = (
        number_words(day.year)
        if is_plain
        else (*number_words(century), *(number_words(rest) if rest else ("hundred",)))
    )
    return (WEEKDAYS[day.weekday()], *_ordinal(day.day), MONTHS[day.month - 1], *year)


def _ordinal(day: int) -> tuple[str, ...]:
    if day <= len(_ORDINALS):
        return (_ORDINALS[day - 1],)
    if day == 30:
        return (_THIRTIETH,)
    return (_TENS[day // 10 - 2], _ORDINALS[day % 10 - 1])


def time_words(moment: time) -> tuple[str, ...]:
    if moment.minute == 0:
        return (*number_words(moment.hour), "o'clock")
    minutes = number_words(moment.minute)
    return (*number_words(moment.hour), *(("oh", *minutes) if moment.minute < 10 else minutes))


SIGNS = {"-": "dash", "#": "number sign"}
"""Typed by themselves; within a number a sign is a pause."""

VOCABULARY = (
    *SIGNS.values(),
    *_SMALL, *_TENS, *_GROUPS[1:], *_ORDINALS, _THIRTIETH, *MONTHS, *WEEKDAYS, "hundred", "and", "yuan", "fen",
    "minus", "o'clock", "oh",
)  # fmt: skip
