"""All answers on one screen before anything is final."""

from __future__ import annotations

from screens.screen import Screen


class CheckScreen(Screen):
    pass
