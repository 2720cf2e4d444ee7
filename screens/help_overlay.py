"""Help for this step, the hotline, and a person."""

from __future__ import annotations

from kiosk.flow.views import Phase
from screens.screen import Screen


class HelpScreen(Screen):
    called = Phase.DONE
