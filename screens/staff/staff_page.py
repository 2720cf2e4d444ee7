"""One thing of staff mode: how it stands, what is known of it, what can be done."""

from __future__ import annotations

from screens.screen import Screen


class StaffPageScreen(Screen):
    pass
