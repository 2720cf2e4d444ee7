"""One window for all tests of the screens, without any display. The environment is set before Kivy is imported."""

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


@pytest.fixture(scope="session")
def window() -> Any:
    """The one window; fonts and kv are loaded with it."""
    opened, _catalogue = open_window(FONTS, LOCALE)
    yield opened
    opened.canvas.clear()


@pytest.fixture(scope="session")
def catalogue() -> Any:
    from kiosk.i18n import load_catalogue

    return load_catalogue(LOCALE)


@pytest.fixture
def theatre(window: Any, catalogue: Any) -> Any:
    """A stage in the window, with everything it sends written down."""
    from tests.screens.theatre import Theatre

    theatre = Theatre(window, catalogue, FONTS)
    yield theatre
    theatre.close()
