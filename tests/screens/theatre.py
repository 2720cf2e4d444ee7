"""A stage to test on: shows samples, touches them with one finger, writes down what is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from kivy.base import EventLoop
from kivy.tests.common import UnitTestTouch

from kiosk.flow.texts import Text
from kiosk.flow.touches import Touch
from kiosk.flow.views import Display, Frame, Language, Size, Theme
from kiosk.i18n import Catalogue
from screens.elements import describe
from screens.say import Say, speaker
from screens.settings import ScreenSettings
from screens.stage import Stage
from screens.theme import Look
from screens.widgets.target import Target
from tests.screens.samples import Sample

PORTRAIT, LANDSCAPE = (1080, 1920), (1920, 1080)


class Theatre:
    def __init__(self, window: Any, catalogue: Catalogue, fonts: Path) -> None:
        self.sent: list[tuple[int, Touch]] = []
        self.now_s = 100.0
        self.language = ""
        """When set, overrules the frame's language (`pseudo`)."""
        self.keys_said: set[str] = set()
        """Of every text that was put into words."""
        self._window = window
        self.settings = ScreenSettings(fonts, *PORTRAIT, is_fullscreen=False)
        self.stage = Stage(
            self.settings,
            lambda language: self._noting(speaker(catalogue, self.language or language)),
            lambda serial, touch: self.sent.append((serial, touch)),
            lambda: None,
            lambda: self.now_s,
        )
        self.stage.size_hint = (None, None)
        self.stage.size = PORTRAIT
        window.add_widget(self.stage)
        EventLoop.ensure_window()

    def _noting(self, say: Say) -> Say:
        def noted(text: Text) -> str:
            self.keys_said.add(text.key)
            return say(text)

        return noted

    def close(self) -> None:
        self._window.remove_widget(self.stage)
        if self.stage.screen is not None:
            self.stage.screen.vanish()

    def show(  # one argument per thing that changes a picture
        self,
        sample: Sample,
        language: str = "zh",
        size: Size = Size.STANDARD,
        theme: Theme = Theme.NORMAL,
        *,
        is_low_reach: bool = False,
        serial: int = 7,
    ) -> Display:
        if language != self.language:
            self.stage._looks.clear()  # the pseudo-language shares a frame with English
        self.language = language
        frame = Frame(
            language=Language.EN if language == "pseudo" else Language(language),
            size=size,
            theme=theme,
            is_low_reach=is_low_reach,
        )
        display = replace(sample.display(frame), serial=serial)
        self.stage.show(display)
        return display

    @property
    def look(self) -> Look:
        return self.stage.looks()[self.stage.fit]

    @property
    def base(self) -> Look:
        return self.stage.looks()[0]

    def target(self, element_id: str) -> Target:
        found = [target for target in self.stage.targets() if target.element_id == element_id]
        assert len(found) == 1, [target.element_id for target in self.stage.targets()]
        return found[0]

    def description(self) -> dict[str, Any]:
        return describe(self.stage)

    def finger(self, x: float, y: float) -> UnitTestTouch:
        return UnitTestTouch(x, y)

    def tap(self, element_id: str) -> None:
        touch = self.finger(*self.target(element_id).center)
        touch.touch_down()
        touch.touch_up()

    def pixels(self) -> bytes:
        return bytes(self.stage.export_as_image().texture.pixels)
