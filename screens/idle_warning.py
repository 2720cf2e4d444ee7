"""Are you still there? Covers what was on the screen."""

from __future__ import annotations

from screens.screen import Screen


class IdleWarningScreen(Screen):
    pass
