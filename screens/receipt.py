"""Receipt from the printer, certificate to the phone."""

from __future__ import annotations

from screens.screen import Screen


class ReceiptScreen(Screen):
    pass
