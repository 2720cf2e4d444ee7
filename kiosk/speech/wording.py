"""A text as the pieces of its sound: fixed words, words of numbers and days, and words that only this person has.

Fixed words are what stands between the placeholders of a template; each has a clip whose name follows from the text's
key, so that a recording can take its place. Values are said by their type. Numbers that are data (a telephone, an
identity document) are said figure by figure in the groups in which they are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import groupby

from kiosk.domain.beijing_time import in_beijing
from kiosk.domain.language import Language
from kiosk.domain.money import Money
from kiosk.flow.texts import BILINGUAL, LITERAL, Text, TextValue, text
from kiosk.i18n import Catalogue, Slot, parts_of
from kiosk.speech import chinese, english

_SPELLED = re.compile(r"[0-9A-Za-z*#+\-]+")
_SPOKEN = re.compile(r"\w")
_SHORT_NUMBER = 2
"""Figures up to which a number in a name or an address is said as a number (8号楼); longer ones figure by figure."""


class Kind(StrEnum):
    FIXED = "fixed"
    """Has a clip made at set-up."""
    FREE = "free"
    """Is made when it is said."""
    PAUSE = "pause"


@dataclass(frozen=True)
class Piece:
    kind: Kind
    words: str
    language: Language
    clip: str = ""
    """Name of the clip, within its language."""


def script_of(catalogue: Catalogue, wanted: Text, language: Language) -> tuple[Piece, ...]:
    """The pieces of one text, in order. A text that the catalogue does not have is silent; the catalogue reports it."""
    spoken = Language.EN if language is Language.PSEUDO else language
    return tuple(_Script(catalogue, spoken).text(wanted))


def words_of(pieces: tuple[Piece, ...]) -> str:
    """What is heard, to read."""
    return " ".join(piece.words for piece in pieces if piece.words)


def fixed_pieces(catalogue: Catalogue) -> Iterator[Piece]:
    """Everything that can be made ahead: all fixed words of all texts, and the words of values."""
    for language, texts in catalogue.texts.items():
        for word in vocabulary(language):
            yield _value(word, language)
        for key in texts:
            yield from _fixed_of(key, texts[key], language)


def vocabulary(language: Language) -> tuple[str, ...]:
    """The words of numbers, days and letters; each once."""
    words = chinese.VOCABULARY if language is Language.ZH else english.VOCABULARY
    return tuple(dict.fromkeys((*words, *_LETTERS)))


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _fixed_of(key: str, template: str, language: Language) -> Iterator[Piece]:
    for name, part in _named(key, template):
        if isinstance(part, str):
            yield from _fixed(name, part, language)
        elif part.singular is not None and part.plural is not None:
            yield from _fixed(f"{name}.one", part.singular, language)
            yield from _fixed(f"{name}.other", part.plural, language)


def _named(key: str, template: str) -> Iterator[tuple[str, str | Slot]]:
    """`KEY` for a text without placeholders, `KEY.1`, `KEY.2`... for the parts of one with them."""
    parts = parts_of(template)
    is_whole = len(parts) == 1 and isinstance(parts[0], str)
    for number, part in enumerate(parts, start=1):
        yield (key if is_whole else f"{key}.{number}"), part


def _fixed(name: str, words: str, language: Language) -> Iterator[Piece]:
    if _SPOKEN.search(words):
        yield Piece(Kind.FIXED, words.strip(), language, name)
    elif words.strip():
        yield Piece(Kind.PAUSE, "", language)


def _value(word: str, language: Language) -> Piece:
    return Piece(Kind.FIXED, word, language, f"value.{word}")


@dataclass(frozen=True)
class _Script:
    catalogue: Catalogue
    language: Language

    def text(self, wanted: Text) -> Iterator[Piece]:
        values = dict(wanted.values)
        if wanted.key == LITERAL:
            yield from self.value(values["value"])
        elif wanted.key == BILINGUAL:
            yield from self.value(values["zh" if self.language is Language.ZH else "en"])
        else:
            yield from self._template(wanted.key, values)

    def _template(self, key: str, values: dict[str, TextValue]) -> Iterator[Piece]:
        template = self.catalogue.template(key, self.language)
        if template is None:
            self.catalogue.text(key, self.language)  # reports the missing key
            return
        for name, part in _named(key, template):
            if isinstance(part, str):
                yield from _fixed(name, part, self.language)
            elif part.singular is not None and part.plural is not None:
                is_one = values.get(part.name) == 1
                words = part.singular if is_one else part.plural
                yield from _fixed(f"{name}.{'one' if is_one else 'other'}", words, self.language)
            elif part.name in values:
                yield from self.value(values[part.name])

    def value(self, value: TextValue) -> Iterator[Piece]:
        words = chinese if self.language is Language.ZH else english
        match value:
            case Text():
                yield from self.text(value)
            case str():
                yield from self._data(value)
            case Money():
                yield from self._words(words.money_words(value))
            case datetime():
                moment = in_beijing(value)
                yield from self._words(words.date_words(moment.date()))
                yield from self._words(words.time_words(time(moment.hour, moment.minute)))
            case date():
                yield from self._words(words.date_words(value))
            case int():
                yield from self._words(words.number_words(value))

    def _words(self, words: tuple[str, ...]) -> Iterator[Piece]:
        return (_value(word, self.language) for word in words)

    def _data(self, value: str) -> Iterator[Piece]:
        """Names and addresses as words; numbers and codes figure by figure, with a pause where a group ends."""
        for number, group in enumerate(value.split()):
            if number:
                yield Piece(Kind.PAUSE, "", self.language)
            yield from self._group(group)

    def _group(self, group: str) -> Iterator[Piece]:
        at = 0
        for found in _SPELLED.finditer(group):
            yield from self._free(group[at : found.start()])
            yield from self._code(found[0])
            at = found.end()
        yield from self._free(group[at:])

    def _free(self, words: str) -> Iterator[Piece]:
        if _SPOKEN.search(words):
            yield Piece(Kind.FREE, words, self.language)

    def _code(self, code: str) -> Iterator[Piece]:
        signs = chinese.SIGNS if self.language is Language.ZH else english.SIGNS
        if code in signs:
            yield from self._words((signs[code],))
            return
        if _is_word(code):
            yield Piece(Kind.FREE, code, Language.EN)
            return
        for sort, characters in groupby(code, _sort_of):
            run = "".join(characters)
            match sort:
                case _Sort.FIGURES if len(run) <= _SHORT_NUMBER and run == code:
                    yield from self.value(int(run))
                case _Sort.FIGURES:
                    yield from self._words(tuple(map(_figure(self.language), run)))
                case _Sort.LETTERS:
                    yield from self._words(tuple(run.upper()))
                case _Sort.HIDDEN:
                    yield from self.text(text("speech.masked", count=len(run)))
                case _Sort.SIGNS:
                    yield Piece(Kind.PAUSE, "", self.language)


class _Sort(StrEnum):
    FIGURES = "figures"
    LETTERS = "letters"
    HIDDEN = "hidden"
    SIGNS = "signs"


def _sort_of(character: str) -> _Sort:
    if character.isdecimal():
        return _Sort.FIGURES
    if character == "*":
        return _Sort.HIDDEN
    return _Sort.LETTERS if character.isalpha() else _Sort.SIGNS


def _is_word(code: str) -> bool:
    """A name in Latin letters, and no code."""
    return code.replace("-", "").isalpha() and len(code) > 1 and not code.isupper()


def _figure(language: Language) -> Callable[[str], str]:
    figures = chinese.DIGITS if language is Language.ZH else english.DIGITS
    return lambda figure: figures[int(figure)]
