"""The payer scans our code."""

from __future__ import annotations

from screens.screen import Screen


class PayCodeScreen(Screen):
    pass
