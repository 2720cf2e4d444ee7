"""Nothing can be done here now; where to go instead."""

from __future__ import annotations

from screens.screen import Screen


class OutOfServiceScreen(Screen):
    pass
