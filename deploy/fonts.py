"""Set-up of the Chinese fonts: `python -m deploy.fonts --out .build/fonts`.

Debian's `fonts-noto-cjk` packs the faces of five regions into one collection, and most programs that open it get the
Japanese shapes (face 0). Screens and receipts need the simplified Chinese ones, so these are written out once as
files of their own. Characters of rare names that they lack come from `fonts-hanazono`; `coverage.txt` says which face
has what, so that a screen need not open a font to know. Nothing is done for a file that is already there.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

FACES = {
    "NotoSansSC-Regular.otf": ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
    "NotoSansSC-Bold.otf": ("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC Bold"),
}
"""Wanted file -> collection it comes from and full name of its face (index 2 in Debian 12)."""

FALLBACKS = {"Fallback-A.ttf": "HanaMinA.ttf", "Fallback-B.ttf": "HanaMinB.ttf"}
"""Wanted file -> file of the package: the Han characters of Unicode up to extension F (GB 18030-2022 level 3)."""

COVERAGE = "coverage.txt"
"""One line per face: its file, then the ranges of its characters as hexadecimal `first-last`."""

FONT_ROOTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
FULL_NAME_ID = 4  # OpenType `name` table


class FontPackageMissingError(Exception):
    """The collection, or the face in it, is not on this machine."""


def extract_missing(out: Path, roots: Sequence[Path] = FONT_ROOTS) -> list[Path]:
    """Write those fonts that `out` does not have yet; returns what was written."""
    written = [_extract(name, out, roots) for name in FACES if not (out / name).is_file()]
    written += [_copy(name, out, roots) for name in FALLBACKS if not (out / name).is_file()]
    if written or not (out / COVERAGE).is_file():
        written.append(_write_coverage(out))
    return written


def _copy(name: str, out: Path, roots: Sequence[Path]) -> Path:
    source = find_collection(FALLBACKS[name], roots, "fonts-hanazono")
    out.mkdir(parents=True, exist_ok=True)
    unfinished = (out / name).with_suffix(".part")
    shutil.copyfile(source, unfinished)
    return unfinished.replace(out / name)


def _write_coverage(out: Path) -> Path:
    from fontTools.ttLib import TTFont

    lines: list[str] = []
    for name in (next(iter(FACES)), *FALLBACKS):
        with TTFont(str(out / name), lazy=True) as face:
            lines.append(f"{name} {' '.join(ranges_of(face.getBestCmap() or ()))}\n")
    (out / COVERAGE).write_text("".join(lines), encoding="ascii")
    return out / COVERAGE


def ranges_of(characters: Iterable[int]) -> Iterator[str]:
    """`4e00-9fff` and so on, in order."""
    first = last = -2
    for character in sorted(characters):
        if character != last + 1:
            if last >= 0:
                yield f"{first:x}-{last:x}"
            first = character
        last = character
    if last >= 0:
        yield f"{first:x}-{last:x}"


def _extract(name: str, out: Path, roots: Sequence[Path]) -> Path:
    collection_name, face_name = FACES[name]
    out.mkdir(parents=True, exist_ok=True)
    target = out / name
    _write(find_collection(collection_name, roots), face_name, target)
    return target


def find_collection(name: str, roots: Sequence[Path], package: str = "fonts-noto-cjk") -> Path:
    found = next((path for root in roots for path in sorted(root.rglob(name))), None)
    if found is None:
        places = ", ".join(map(str, roots))
        raise FontPackageMissingError(f"{name} is not under {places}: install the Debian package {package}")
    return found


def _write(collection: Path, face_name: str, target: Path) -> None:
    """Through a temporary name: a set-up that is cut off leaves no half font behind."""
    from fontTools.ttLib import TTCollection

    unfinished = target.with_suffix(".part")
    with TTCollection(str(collection), lazy=True) as faces:
        _face(faces.fonts, face_name, collection).save(str(unfinished), reorderTables=None)
    unfinished.replace(target)


def _face(faces: Sequence[Any], full_name: str, collection: Path) -> Any:
    named: Iterator[Any] = (face for face in faces if face["name"].getDebugName(FULL_NAME_ID) == full_name)
    face = next(named, None)
    if face is None:
        raise FontPackageMissingError(f"{collection} has no face named {full_name}")
    return face


def main(
    arguments: Sequence[str] | None = None, say: Callable[[str], object] = print, roots: Sequence[Path] = FONT_ROOTS
) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.fonts", description="Extract the simplified Chinese fonts.")
    parser.add_argument("--out", type=Path, default=Path(".build/fonts"), help="folder for the fonts (%(default)s)")
    out = parser.parse_args(arguments).out
    try:
        written = extract_missing(out, roots)
    except FontPackageMissingError as error:
        say(str(error))
        return 1
    say("\n".join(f"wrote {path}" for path in written) or f"{out} has them all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
