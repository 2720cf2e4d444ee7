"""Something to read and agree to."""

from __future__ import annotations

from screens.screen import Screen


class ExplainScreen(Screen):
    pass
