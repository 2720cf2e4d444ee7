"""Short text on our own keys."""

from __future__ import annotations

from screens.screen import Screen


class TextEntryScreen(Screen):
    pass
