"""Numbers, amounts and days as Mandarin says them, word by word: each word is a clip of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from kiosk.domain.money import FEN_PER_YUAN, Money

DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


def number_words(value: int) -> tuple[str, ...]:
    """20 -> 二 十; 105 -> 一 百 零 五. Whole numbers below 10**16."""
    if value < 0:
        return ("负", *number_words(-value))
    words = tuple(_grouped(value)) or ("零",)
    return words[1:] if words[:2] == ("一", "十") else words


def _grouped(value: int) -> Iterator[str]:
    has_begun = False
    for group in range(len(_GROUPS) - 1, -1, -1):
        part = value // 10_000**group % 10_000
        if part:
            if has_begun and part < 1000:
                yield "零"
            yield from _below_ten_thousand(part)
            if group:
                yield _GROUPS[group]
            has_begun = True


def _below_ten_thousand(value: int) -> Iterator[str]:
    digits = f"{value}"
    is_gap = False
    for at, digit in enumerate(digits):
        if digit == "0":
            is_gap = True
            continue
        if is_gap:
            yield "零"
            is_gap = False
        yield DIGITS[int(digit)]
        if unit := _UNITS[len(digits) - at - 1]:
            yield unit


def money_words(amount: Money) -> tuple[str, ...]:
    yuan, fen = divmod(amount.amount_fen, FEN_PER_YUAN)
    words = [*number_words(yuan), "元"]
    if fen:
        words += [DIGITS[fen // 10], "角"] if fen >= 10 else ["零"]
        words += [DIGITS[fen % 10], "分"] if fen % 10 else []
    return tuple(words)


def date_words(day: date) -> tuple[str, ...]:
    year = (DIGITS[int(digit)] for digit in f"{day.year:04d}")
    return (*year, "年", *number_words(day.month), "月", *number_words(day.day), "日", WEEKDAYS[day.weekday()])


def time_words(moment: time) -> tuple[str, ...]:
    minutes = number_words(moment.minute)
    if moment.minute == 0:
        return (*number_words(moment.hour), "点")
    return (*number_words(moment.hour), "点", *(("零", *minutes) if moment.minute < 10 else minutes), "分")


SIGNS = {"-": "横杠", "#": "井号"}
"""Typed by themselves; within a number a sign is a pause."""

VOCABULARY = (
    *SIGNS.values(),
    *DIGITS,
    *_UNITS[1:],
    "万",
    "亿",
    "元",
    "角",
    "分",
    "年",
    "月",
    "日",
    "点",
    "负",
    *WEEKDAYS,
)
