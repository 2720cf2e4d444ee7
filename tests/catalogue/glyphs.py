"""A7: every character has a glyph in the face it is drawn with, and the faces are the simplified Chinese ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from tests.catalogue.findings import Tally
from tests.catalogue.picture import Picture, said

FULL_NAME = 4
UNSEEN = frozenset(map(ord, " \n\u00a0\u3000"))


@cache
def characters_of(font: Path) -> frozenset[int]:
    with TTFont(str(font), lazy=True) as face:
        return frozenset(face.getBestCmap())


@cache
def name_of(font: Path) -> str:
    with TTFont(str(font), lazy=True) as face:
        names: Any = face["name"]
        return str(names.getDebugName(FULL_NAME))


def check_glyphs(picture: Picture, fonts: Path, tally: Tally) -> None:
    """A character outside the two faces must be in one of the fallback faces, which the screens draw it with."""
    regular, bold = fonts / "NotoSansSC-Regular.otf", fonts / "NotoSansSC-Bold.otf"
    for words in picture.words:
        wanted = {ord(character) for character in said(words)} - UNSEEN
        missing = sorted(wanted - characters_of(bold if words.is_bold else regular) - fallback_characters(fonts))
        failure = f"“{said(words)}” has no glyph for {' '.join(f'U+{each:04X}' for each in missing)}"
        tally.look("A7", failure if missing else "", picture.place(words))


@cache
def fallback_characters(fonts: Path) -> frozenset[int]:
    return frozenset().union(*map(characters_of, fallback_faces(fonts)))


def fallback_faces(fonts: Path) -> tuple[Path, ...]:
    return tuple(sorted(fonts.glob("Fallback-*")))


def check_faces(fonts: Path, tally: Tally) -> None:
    for file in sorted(fonts.glob("NotoSansSC-*.otf")):
        is_simplified = " SC" in name_of(file)
        tally.look("A7", "" if is_simplified else f"{file.name} is {name_of(file)}: not the simplified Chinese face")
