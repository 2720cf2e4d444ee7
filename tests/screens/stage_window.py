"""One window without a display, with fonts and layouts loaded: for tests of the screens and for the catalogue."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from kiosk.environment import prepare_environment
from kiosk.i18n import Catalogue, load_catalogue


def open_window(fonts: Path, locale: Path) -> tuple[Any, Catalogue]:
    """Kivy reads its environment when it is first imported: not before this."""
    prepare_environment(os.environ, is_headless=True)
    from kivy.base import EventLoop

    from screens.kv import load_kv
    from screens.painting import prepare_painting
    from screens.settings import ScreenSettings
    from screens.terminal_app import FONT_FILES, configure
    from screens.widgets.words import register_fonts

    configure(ScreenSettings(fonts, 1080, 1920, is_fullscreen=False))
    EventLoop.ensure_window()
    prepare_painting(EventLoop.window)
    register_fonts(*(str(fonts / name) for name in FONT_FILES))
    load_kv()
    return EventLoop.window, load_catalogue(locale)
