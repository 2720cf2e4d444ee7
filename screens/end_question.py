"""End and clear everything?"""

from __future__ import annotations

from screens.screen import Screen


class EndQuestionScreen(Screen):
    pass
