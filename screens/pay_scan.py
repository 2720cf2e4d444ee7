"""The payer shows a code to the camera; its picture is drawn live so that the hand finds the place."""

from __future__ import annotations

from screens.screen import Screen


class PayScanScreen(Screen):
    pass
