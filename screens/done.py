"""Submitted: the number to keep and what comes next."""

from __future__ import annotations

from screens.screen import Screen


class DoneScreen(Screen):
    pass
