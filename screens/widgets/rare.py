"""Rare characters of names: which face has them when the usual one has not. Set-up writes `coverage.txt`.

A name comes from a chip and must be shown as it is, never typed again. Like Kivy's own list of fonts this is one list
for the process, filled when the fonts are registered.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kivy.core import text as core_text

COVERAGE = "coverage.txt"
FIRST_HAN = "\u2e80"
"""Below this every character of ours is in the usual face: most texts need no look at all."""

BLANK = "\u3000"
"""As wide as a Han character; the rare one is drawn over it."""


@dataclass(frozen=True)
class Face:
    """The characters of one font, as ranges in order."""

    name: str
    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    def has(self, character: str) -> bool:
        at = bisect_right(self.firsts, ord(character)) - 1
        return at >= 0 and ord(character) <= self.lasts[at]


_FACES: list[Face] = []


def register_faces(fonts_dir: Path) -> None:
    """The usual face first, then those to fall back on. Without a list nothing is rare."""
    file = fonts_dir / COVERAGE
    lines = file.read_text(encoding="ascii").splitlines() if file.is_file() else []
    _FACES[:] = [_face(line) for line in lines]
    for face in _FACES[1:]:
        core_text.LabelBase.register(face.name, fn_regular=str(fonts_dir / face.name))


def _face(line: str) -> Face:
    name, *ranges = line.split()
    pairs = [tuple(int(end, 16) for end in each.split("-")) for each in ranges]
    return Face(name, tuple(first for first, _last in pairs), tuple(last for _first, last in pairs))


def face_for(character: str) -> str:
    """The face to draw it with; empty for the usual one, also when no face has it."""
    if character < FIRST_HAN or not _FACES or _FACES[0].has(character):
        return ""
    return next((face.name for face in _FACES[1:] if face.has(character)), "")


def rare_in(line: str) -> list[tuple[int, str]]:
    """Place in the line and face of each rare character."""
    return [(at, face) for at, character in enumerate(line) if (face := face_for(character))]


def without_rare(line: str) -> str:
    """The line with room left for its rare characters."""
    return "".join(BLANK if face_for(character) else character for character in line)


def texture_of(character: str, face: str, font_px: int) -> Any:
    label: Any = core_text.Label(text=character, font_name=face, font_size=font_px)
    label.refresh()
    return label.texture
