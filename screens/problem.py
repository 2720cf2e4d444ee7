"""What happened and what to do now."""

from __future__ import annotations

from screens.screen import Screen


class ProblemScreen(Screen):
    pass
