"""A question and its answers."""

from __future__ import annotations

from screens.screen import Screen


class ChoiceScreen(Screen):
    pass
