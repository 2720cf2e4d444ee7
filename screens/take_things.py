"""Take your things before you go."""

from __future__ import annotations

from screens.screen import Screen


class TakeThingsScreen(Screen):
    pass
