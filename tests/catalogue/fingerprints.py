"""Accepted pictures as text: one character per block of the picture, its average grey in 64 steps.

A picture differs when any block is more than a step away from what was accepted: enough for the noise of a font
rasteriser, too little for a word that moved.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

SHORT_SIDE, LONG_SIDE = 10, 18
"""Blocks."""
STEPS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
TOLERANCE: Final = 1
HEADER: Final = "# state | guise | grey of each block. Written by `python -m tests.catalogue --accept`.\n"


def fingerprint(rgb: Any) -> str:
    height, width = rgb.shape[:2]
    rows, columns = (LONG_SIDE, SHORT_SIDE) if height > width else (SHORT_SIDE, LONG_SIDE)
    grey = rgb.astype(np.float64) @ (0.299, 0.587, 0.114)
    edges_y = np.linspace(0, height, rows + 1).astype(int)
    edges_x = np.linspace(0, width, columns + 1).astype(int)
    sums = np.add.reduceat(np.add.reduceat(grey, edges_y[:-1], axis=0), edges_x[:-1], axis=1)
    means = sums / np.outer(np.diff(edges_y), np.diff(edges_x))
    return "".join(STEPS[int(step)] for step in np.clip(np.round(means / 255 * 63), 0, 63).ravel())


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
