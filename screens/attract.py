"""Waiting for a person: what can be done, what to bring, two large ways to begin."""

from __future__ import annotations

from screens.screen import Screen


class AttractScreen(Screen):
    pass
