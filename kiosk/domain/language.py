"""The languages of the terminal."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    ZH = "zh"
    EN = "en"
    PSEUDO = "pseudo"
    """Made from English, 40 % longer and accented: shows texts that are cut off or do not come from the catalogue."""
