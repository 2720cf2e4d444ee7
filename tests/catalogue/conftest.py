"""The catalogue's own stage; its environment is set before Kivy is imported."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from kiosk.environment import prepare_environment
from tests.screens.stage_window import open_window

prepare_environment(os.environ, is_headless=True)

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / ".build" / "fonts"
LOCALE = ROOT / "assets" / "locale"


@pytest.fixture
def theatre() -> Any:
    """A stage of its own: what is planted in it is gone with it."""
    from tests.screens.theatre import Theatre

    window, texts = open_window(FONTS, LOCALE)
    theatre = Theatre(window, texts, FONTS)
    yield theatre
    theatre.close()
