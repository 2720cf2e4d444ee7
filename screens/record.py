"""Facts about the person, masked: is this you? Or the steps of an application."""

from __future__ import annotations

from kiosk.flow.views import RecordView
from screens.screen import Screen


class RecordScreen(Screen):
    @staticmethod
    def wide_columns(view: RecordView) -> int:
        """Steps stand below each other on any screen: they are one way."""
        has_steps = any(row.mark for row in view.rows)
        return 2 if len(view.rows) > 3 and not has_steps else 1
