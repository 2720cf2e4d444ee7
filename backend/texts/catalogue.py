"""The words of public pages and of the certificate, by key, in Chinese and English."""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from backend.clock import CITY_ZONE

_MONTHS = calendar.month_name


class Language(StrEnum):
    ZH = "zh"
    EN = "en"

    @property
    def other(self) -> Language:
        return Language.EN if self is Language.ZH else Language.ZH


@dataclass(frozen=True)
class Texts:
    """One language. A key is `section.name`; an unknown key is a bug and raises KeyError."""

    language: Language
    by_key: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        return self.by_key[key].format(**values)

    def date(self, day: date) -> str:
        return self("word.date", year=day.year, month=day.month, day=day.day, month_name=_MONTHS[day.month])

    def moment(self, moment: datetime) -> str:
        """In the city's time."""
        at = moment.astimezone(CITY_ZONE)
        clock = {"hour": f"{at.hour:02}", "minute": f"{at.minute:02}", "month_name": _MONTHS[at.month]}
        return self("word.moment", year=at.year, month=at.month, day=at.day, **clock)

    def card_date(self, day: date | None, about_days: int | None) -> str:
        return self.date(day) if day else self("word.about_days", days=about_days)


def load_texts() -> dict[Language, Texts]:
    return {language: Texts(language, _read(language)) for language in Language}


def _read(language: Language) -> dict[str, str]:
    """`zh.toml` and what stands beside it as `zh_*.toml`; a section lives in one file."""
    sections: dict[str, dict[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob(f"{language}*.toml")):
        sections |= tomllib.loads(path.read_text(encoding="utf-8"))
    return {f"{section}.{name}": text for section, words in sections.items() for name, text in words.items()}
