"""Accepted pictures as text: one character per block of the picture, its average grey in 64 steps.

A picture differs when any block is more than a step away from what was accepted: enough for the noise of a font
rasteriser, too little for a word that moved.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image

SHORT_SIDE, LONG_SIDE = 10, 18
"""Blocks."""
STEPS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
TOLERANCE: Final = 1
HEADER: Final = "# state | guise | grey of each block. Written by `python -m tests.catalogue --accept`.\n"


def fingerprint(image: Image.Image) -> str:
    blocks = (SHORT_SIDE, LONG_SIDE) if image.height > image.width else (LONG_SIDE, SHORT_SIDE)
    greys = image.convert("L").resize(blocks, Image.Resampling.BOX).tobytes()
    return "".join(STEPS[grey // 4] for grey in greys)


def difference(first: str, second: str) -> int:
    """Blocks that are clearly not the same; all of them when the pictures have not the same shape."""
    if len(first) != len(second):
        return max(len(first), len(second))
    return sum(abs(STEPS.index(a) - STEPS.index(b)) > TOLERANCE for a, b in zip(first, second, strict=True))


def load(file: Path) -> dict[tuple[str, str], str]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    parts = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return {(state, guise): print_ for state, guise, print_ in parts}


def save(file: Path, prints: dict[tuple[str, str], str]) -> None:
    lines = (f"{state} | {guise} | {print_}\n" for (state, guise), print_ in sorted(prints.items()))
    file.write_text(HEADER + "".join(lines), encoding="utf-8")
