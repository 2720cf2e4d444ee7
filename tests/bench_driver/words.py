"""What the screen says, by the key of its text: tests speak in keys, people read sentences."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LOCALE = Path("assets/locale")
PARAMETER = re.compile(r"\\\{[a-z_0-9]+\\\}")


def says(screen: dict[str, Any], key: str) -> bool:
    """Whether a text with this key stands on the screen, in the language that it is in."""
    pattern = _pattern(screen.get("language", "zh"), key)
    return any(pattern.search(_plain(shown)) for shown in screen.get("texts", []))


@cache
def _pattern(language: str, key: str) -> re.Pattern[str]:
    return re.compile(PARAMETER.sub(".*", re.escape(_plain(_texts(language)[key]))))


@cache
def _texts(language: str) -> dict[str, str]:
    files = (LOCALE / language).glob("*.toml")
    return {key: text for file in files for key, text in tomllib.loads(file.read_text(encoding="utf-8")).items()}


def _plain(text: str) -> str:
    """Lines are broken for the eye."""
    return "".join(text.split())
