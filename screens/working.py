"""Please wait, and for what."""

from __future__ import annotations

from screens.screen import Screen


class WorkingScreen(Screen):
    pass
