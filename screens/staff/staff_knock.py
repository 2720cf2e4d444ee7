"""Over a citizen's screen: staff are here, and what becomes of what was begun."""

from __future__ import annotations

from screens.screen import Screen


class StaffKnockScreen(Screen):
    pass
