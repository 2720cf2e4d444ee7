"""A test of one device: what to do, what was measured, and the question that only a person can answer."""

from __future__ import annotations

from screens.screen import Screen


class StaffTestScreen(Screen):
    pass
