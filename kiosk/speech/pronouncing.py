"""Words as the synthesiser takes them: Mandarin as pinyin with tones, figures written out, each script to its voice.

The Mandarin voice of espeak-ng reads characters badly and pinyin well, so pypinyin reads the characters; what it gets
wrong in our texts stands in `assets/speech/pinyin.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from kiosk.domain.language import Language
from kiosk.speech import chinese

_LATIN = re.compile(r"[A-Za-z][A-Za-z'’.\- ]*")
_FIGURES = re.compile(r"\d+")
_LONGEST_NUMBER = 4
"""Figures up to which a number is said as one; a longer one is a telephone number or a code."""
_STOPS = str.maketrans("，。、；：！？“”（）", ",.,;:!?  ,,")


@dataclass(frozen=True)
class Reading:
    """Words for one voice."""

    language: Language
    words: str


@dataclass(frozen=True)
class Pronunciation:
    readings: Mapping[str, str]
    """Words -> pinyin."""

    def of(self, words: str, language: Language) -> tuple[Reading, ...]:
        """In a Chinese text, Latin words go to the English voice."""
        if language is not Language.ZH:
            return (Reading(language, _FIGURES.sub(lambda found: _english_figures(found[0]), words)),)
        return tuple(self._chinese(words))

    def _chinese(self, words: str) -> Iterator[Reading]:
        at = 0
        for found in _LATIN.finditer(words):
            yield from self._han(words[at : found.start()])
            yield Reading(Language.EN, found[0].strip())
            at = found.end()
        yield from self._han(words[at:])

    def _han(self, words: str) -> Iterator[Reading]:
        if any(character.isalnum() for character in words):
            yield Reading(Language.ZH, self.pinyin(_FIGURES.sub(lambda found: _chinese_figures(found[0]), words)))

    def pinyin(self, words: str) -> str:
        """`tui4 huan2, ...`: syllables with tone numbers, stops kept for the melody."""
        from pypinyin import Style, lazy_pinyin

        pieces: list[str] = []
        for part in self._split(words):
            if part in self.readings:
                pieces.append(self.readings[part])
            else:
                plain = part.translate(_STOPS)
                pieces += lazy_pinyin(plain, style=Style.TONE3, neutral_tone_with_five=True)
        return " ".join(piece.strip() for piece in pieces if piece.strip())

    def _split(self, words: str) -> list[str]:
        if not self.readings:
            return [words]
        longest_first = sorted(self.readings, key=len, reverse=True)
        return [part for part in re.split(f"({'|'.join(map(re.escape, longest_first))})", words) if part]


def load_pronunciation(file: Path) -> Pronunciation:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return Pronunciation(cast("dict[str, str]", table["readings"]))


def _chinese_figures(figures: str) -> str:
    if len(figures) <= _LONGEST_NUMBER:
        return "".join(chinese.number_words(int(figures)))
    return "".join(chinese.DIGITS[int(figure)] for figure in figures)


def _english_figures(figures: str) -> str:
    return figures if len(figures) <= _LONGEST_NUMBER else " ".join(figures)
