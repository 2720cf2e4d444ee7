"""The texts that people read: `assets/locale/<language>/*.toml`, looked up by key.

Tables nest, keys are dotted: `[pay] title = "Pay {fee}"` is `pay.title`. A placeholder is `{name}`; where English
needs the singular, `{count|day|days}` chooses between two words by the whole number `count`. There is no other
markup and no escape: a brace that is no placeholder is a fault. Values are written by their type: see `Value`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, cast

from babel.core import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal

from kiosk.domain.beijing_time import BEIJING, in_beijing
from kiosk.domain.language import Language
from kiosk.domain.money import FEN_PER_YUAN, Money

Value = str | int | date | time | Money
"""Texts as they are, whole numbers grouped, days with their weekday, moments (`datetime`) in Beijing time."""

WRITTEN_LANGUAGES: Final = (Language.ZH, Language.EN)
"""Those with files; the pseudo-language is made."""

_PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*)(?:\|([^{}|]*)\|([^{}|]*))?\}")


class FaultKind(StrEnum):
    MISSING_KEY = "missing_key"
    MISSING_VALUE = "missing_value"
    """A placeholder got no value; `detail` is its name."""
    PLACEHOLDERS_DIFFER = "placeholders_differ"
    STRAY_BRACE = "stray_brace"
    EMPTY = "empty"


@dataclass(frozen=True)
class CatalogueFault:
    """Something wrong with a text; never holds a value, so that it can be logged."""

    kind: FaultKind
    key: str
    language: Language
    detail: str = ""


class CatalogueError(ValueError):
    """Files that cannot be used; says all that is wrong with them, one line each."""


def _ignore(_fault: CatalogueFault) -> None:
    pass


@dataclass(frozen=True)
class Catalogue:
    """All texts of all written languages. A fault met on the way is told to `report`; the screen stays up."""

    texts: Mapping[Language, Mapping[str, str]]
    report: Callable[[CatalogueFault], None] = _ignore

    def text(self, key: str, language: Language, /, **values: Value) -> str:
        """The text with its values in place; the key itself when there is no such text."""
        template = self.template(key, language)
        if template is None:
            self.report(CatalogueFault(FaultKind.MISSING_KEY, key, language))
            return key

        def fill(placeholder: re.Match[str]) -> str:
            name = placeholder[1]
            if name in values:
                return _filled(placeholder, values[name], language)
            self.report(CatalogueFault(FaultKind.MISSING_VALUE, key, language, name))
            return placeholder[0]

        return _PLACEHOLDER.sub(fill, template)

    def template(self, key: str, language: Language) -> str | None:
        """As written, with its placeholders; None when there is no such text."""
        if language is not Language.PSEUDO:
            return self.texts[language].get(key)
        english = self.texts[Language.EN].get(key)
        return None if english is None else pseudo(english)


# --- values ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Formats:
    """Patterns of the Unicode locale data markup (UTS 35)."""

    locale: Locale
    day: str
    day_short: str
    day_rest: str
    moment: str
    yuan: str
    yuan_and_fen: str


_CHINESE: Final = _Formats(
    Locale("zh", "CN", script="Hans"),
    "y年M月d日 EEEE",
    "M月d日",
    "y年 EEEE",
    "y年M月d日 HH:mm",
    "#,##0 元",
    "#,##0.00 元",
)
_ENGLISH: Final = _Formats(
    Locale("en", "GB"), "EEEE, d MMMM y", "d MMM", "EEEE, y", "d MMMM y, HH:mm", "¤¤ #,##0", "¤¤ #,##0.00"
)


def format_value(value: Value, language: Language) -> str:
    """A value as people of that language write it."""
    formats = _CHINESE if language is Language.ZH else _ENGLISH
    match value:
        case bool():
            raise TypeError("a yes or no is two texts, not a value in one")
        case str():
            return value
        case int():
            return format_decimal(value, locale=formats.locale)
        case Money():
            return _format_money(value, formats)
        case datetime():
            return format_datetime(in_beijing(value), formats.moment, tzinfo=BEIJING, locale=formats.locale)
        case date():
            return format_date(value, formats.day, locale=formats.locale)
        case time():
            return format_time(value, "HH:mm", locale=formats.locale)


def format_day_in_two(day: date, language: Language) -> tuple[str, str]:
    """A day for large print: what people look for, then year and weekday: 11月26日 / 2026年 星期四."""
    formats = _CHINESE if language is Language.ZH else _ENGLISH
    return (
        format_date(day, formats.day_short, locale=formats.locale),
        format_date(day, formats.day_rest, locale=formats.locale),
    )


def _format_money(amount: Money, formats: _Formats) -> str:
    is_whole = amount.amount_fen % FEN_PER_YUAN == 0
    pattern = formats.yuan if is_whole else formats.yuan_and_fen
    yuan = Decimal(amount.yuan_text())
    return format_currency(yuan, amount.currency, pattern, locale=formats.locale, currency_digits=False)


@dataclass(frozen=True)
class Slot:
    """A placeholder. With `plural` it chooses between two words instead of showing its value."""

    name: str
    singular: str | None = None
    plural: str | None = None


def parts_of(template: str) -> tuple[str | Slot, ...]:
    """A template as what stands between its placeholders and these, in order."""
    parts: list[str | Slot] = []
    at = 0
    for found in _PLACEHOLDER.finditer(template):
        parts += [template[at : found.start()], Slot(found[1], found[2], found[3])]
        at = found.end()
    return tuple(part for part in (*parts, template[at:]) if part != "")


def _filled(placeholder: re.Match[str], value: Value, language: Language) -> str:
    singular, plural = placeholder[2], placeholder[3]
    if singular is None:
        return format_value(value, language)
    return singular if value == 1 else plural


# --- loading ---------------------------------------------------------------------------------------------------------


def load_catalogue(directory: Path, report: Callable[[CatalogueFault], None] = _ignore) -> Catalogue:
    """Every `<directory>/<language>/*.toml`. Raises `CatalogueError` with everything that is wrong with the files."""
    errors: list[str] = []
    texts = {language: _load_language(directory / language, errors) for language in WRITTEN_LANGUAGES}
    if errors:
        raise CatalogueError("\n".join(errors))
    return Catalogue(texts, report)


def _load_language(directory: Path, errors: list[str]) -> Mapping[str, str]:
    files = sorted(directory.glob("*.toml"))
    if not files:
        errors.append(f"{directory.name}: no texts")
    texts: dict[str, str] = {}
    for file in files:
        for key, text in _entries(file, errors):
            if key in texts:
                errors.append(f"{directory.name}/{file.name}: {key} is there already")
            texts[key] = text
    return texts


def _entries(file: Path, errors: list[str]) -> Iterator[tuple[str, str]]:
    name = f"{file.parent.name}/{file.name}"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:  # not TOML, or not UTF-8
        errors.append(f"{name}: {error}")
        return
    for key, value in _flattened(table, ""):
        if isinstance(value, str):
            yield key, value
        else:
            errors.append(f"{name}: {key} is no text")


def _flattened(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flattened(cast("dict[str, Any]", value), f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


# --- checks ----------------------------------------------------------------------------------------------------------


def catalogue_faults(catalogue: Catalogue) -> tuple[CatalogueFault, ...]:
    """What a translator has to put right: texts missing, empty or malformed, placeholders that differ by language."""
    keys = sorted({key for texts in catalogue.texts.values() for key in texts})
    return tuple(fault for key in keys for fault in _faults_of_key(catalogue, key))


def _faults_of_key(catalogue: Catalogue, key: str) -> Iterator[CatalogueFault]:
    written = {language: texts[key] for language, texts in catalogue.texts.items() if key in texts}
    for language in catalogue.texts:
        if language not in written:
            yield CatalogueFault(FaultKind.MISSING_KEY, key, language)
    for language, text in written.items():
        yield from _faults_of_text(key, language, text)
    names_by_language = {language: placeholder_names(text) for language, text in written.items()}
    everywhere = frozenset[str]().union(*names_by_language.values())
    for language, names in names_by_language.items():
        if names != everywhere:
            missing = ", ".join(sorted(everywhere - names))
            yield CatalogueFault(FaultKind.PLACEHOLDERS_DIFFER, key, language, missing)


def _faults_of_text(key: str, language: Language, text: str) -> Iterator[CatalogueFault]:
    if not text.strip():
        yield CatalogueFault(FaultKind.EMPTY, key, language)
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        yield CatalogueFault(FaultKind.STRAY_BRACE, key, language)


def placeholder_names(text: str) -> frozenset[str]:
    return frozenset(found[1] for found in _PLACEHOLDER.finditer(text))


# --- the pseudo-language ---------------------------------------------------------------------------------------------

_ACCENTED: Final = str.maketrans("aeiou", "áéíóú")  # in every Chinese font, since pinyin needs them
_KEPT_IN_PSEUDO: Final = re.compile(r"(\{[^{}]*\}|\[[^\[\]]*\])")
"""Placeholders, and tags of marked-up texts."""
_PADDING: Final = " ~~~~"


def pseudo(english: str) -> str:
    """English with accents, in brackets and at least 40 % longer; placeholders and tags stay."""
    pieces = _KEPT_IN_PSEUDO.split(english)
    accented = "".join(piece if at % 2 else piece.translate(_ACCENTED) for at, piece in enumerate(pieces))
    missing = (len(english) * 4 + 9) // 10
    padding = (_PADDING * missing)[:missing]
    if padding.endswith(" "):  # a bracket after a space could begin a line
        padding = f"{padding[:-1]}~"
    return f"[{accented}{padding}]"
