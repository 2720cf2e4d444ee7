"""The pictures that the guides for staff name: each must be one that the tour makes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

GUIDES = {"en": Path("docs/staff-guide.md"), "zh": Path("docs/staff-guide.zh.md")}
_PICTURE = re.compile(r"!\[[^\]]+\]\(\.\./out/tour/([^)]+)\)")


def pictures(language: str) -> Sequence[Path]:
    """Below `out/tour/`, in the order of the guide."""
    return [Path(name) for name in _PICTURE.findall(GUIDES[language].read_text(encoding="utf-8"))]


def missing(out: Path) -> Sequence[Path]:
    """Of the journeys that were walked."""
    named = [out / picture for language in GUIDES for picture in pictures(language)]
    return [picture for picture in named if picture.parent.is_dir() and not picture.is_file()]
