"""Facts about the person, masked: is this you?"""

from __future__ import annotations

from screens.screen import Screen


class RecordScreen(Screen):
    pass
