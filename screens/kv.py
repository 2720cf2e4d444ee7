"""Loads the kv files, each once and all in one place (a rule loaded twice doubles the children)."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder

from screens.staff import parts as staff_parts
from screens.widgets import block, contents, keys, parts, pictures, preview, qr, speech_panel, target, words

WIDGETS = (block, contents, keys, parts, pictures, preview, qr, speech_panel, target, words, staff_parts)
"""Defining a widget's class makes its name known in kv."""

FOLDER = Path(__file__).parent


def load_kv() -> None:
    """`theme.kv` first: the others use its words."""
    files = [FOLDER / "theme.kv", *sorted(path for path in FOLDER.rglob("*.kv") if path.stem != "theme")]
    for path in files:
        if str(path) not in Builder.files:
            Builder.load_file(str(path))
