"""A whole application, driven from another thread as the engine does it; prints what was seen as JSON."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from typing import Any

from kiosk.environment import prepare_environment

prepare_environment(os.environ, is_headless=True)

from kivy.base import EventLoop  # noqa: E402 - after the environment
from kivy.clock import Clock  # noqa: E402
from kivy.config import Config  # noqa: E402
from kivy.tests.common import UnitTestTouch  # noqa: E402

from kiosk.i18n import load_catalogue  # noqa: E402
from screens.settings import ScreenSettings  # noqa: E402
from screens.terminal_app import TerminalApp, build  # noqa: E402
from tests.screens.conftest import FONTS, LOCALE  # noqa: E402
from tests.screens.samples import BY_NAME  # noqa: E402

LIMIT_S = 20
KEYS = {"f1": (282, "", []), "escape": (27, "", []), "alt-f4": (285, "", ["alt"]), "ctrl-e": (101, "e", ["ctrl"])}


class Driver:
    """Runs on a thread of its own."""

    def __init__(self) -> None:
        self.report: dict[str, Any] = {"views": [], "crashes": [], "alive_after": [], "sent": []}
        self.app: TerminalApp | None = None
        self.is_started = threading.Event()

    def run(self) -> None:
        assert self.app is not None
        assert self.is_started.wait(LIMIT_S)
        self.show_displays()
        self.count_idle_frames()
        self.try_to_leave()
        self.on_kivy(lambda: Clock.schedule_once(lambda _dt: 1 // 0))
        self.on_kivy(lambda: None)
        self.on_kivy(self.look_around)
        self.on_kivy(self.app.stop)

    def on_kivy(self, work: Any) -> Any:
        assert self.app is not None
        done = threading.Event()
        answers: list[Any] = []

        def call(description: dict[str, Any]) -> None:
            answers.append((description, work()))
            done.set()

        self.app.ask_description(call)
        assert done.wait(LIMIT_S), "Kivy's thread does not answer"
        return answers[0]

    def show_displays(self) -> None:
        assert self.app is not None
        self.report["views"].append(self.on_kivy(lambda: None)[0]["view"])
        for serial, name in ((2, "06_record"), (3, "02_purpose")):
            self.app.publish(BY_NAME[name].display(serial=serial))
            self.report["views"].append(self.on_kivy(lambda: None)[0]["view"])
            if serial == 2:
                self.tap_when_it_takes_touches()

    def tap_when_it_takes_touches(self) -> None:
        """A page that has just come takes none."""
        assert self.app is not None
        touched = threading.Event()

        def look(_dt: float) -> bool:
            assert self.app is not None
            assert self.app.stage is not None
            if not self.app.stage.may_touch():
                return True
            self.tap()
            touched.set()
            return False

        self.on_kivy(lambda: Clock.schedule_interval(look, 0.05))
        assert touched.wait(LIMIT_S)

    def tap(self) -> None:
        assert self.app is not None
        assert self.app.stage is not None
        target = next(target for target in self.app.stage.targets() if target.element_id == "confirm")
        finger = UnitTestTouch(*target.center)
        finger.touch_down()
        finger.touch_up()

    def count_idle_frames(self) -> None:
        """Between two moments a second and a half apart: measured by the loop's own clock, not asserted on time."""
        done = threading.Event()
        seen: list[tuple[int, int]] = []

        def look(_dt: float) -> None:
            seen.append((Clock.frames, self.drawn))
            if len(seen) == 2:
                done.set()

        def watch() -> None:
            self.drawn = 0
            EventLoop.window.bind(on_flip=self.count)
            Clock.schedule_once(look, 1.0)
            Clock.schedule_once(look, 2.5)

        self.on_kivy(watch)
        assert done.wait(LIMIT_S)
        self.report["loops_while_idle"] = seen[1][0] - seen[0][0]
        self.report["frames_drawn_while_idle"] = seen[1][1] - seen[0][1]

    def count(self, *_: object) -> None:
        self.drawn += 1

    def try_to_leave(self) -> None:
        window = EventLoop.window
        for name, (key, character, modifiers) in KEYS.items():
            self.on_kivy(lambda key=key, c=character, m=modifiers: self.press(window, key, c, m))
            self.report["alive_after"].append(name)
        self.on_kivy(lambda: self.must_be_refused(window.dispatch("on_request_close")))
        self.report["alive_after"].append("close")

    def press(self, window: Any, key: int, character: str, modifiers: list[str]) -> None:
        if not window.dispatch("on_key_down", key, 0, character, modifiers):
            window.dispatch("on_keyboard", key, 0, character, modifiers)

    def must_be_refused(self, is_refused: bool) -> None:
        assert is_refused

    def look_around(self) -> None:
        self.report["windows_children"] = len(EventLoop.window.children)
        self.report["providers"] = [provider.device for provider in EventLoop.input_providers]
        self.report["modules"] = [name for name, _value in Config.items("modules")]
        self.report["root_level"] = logging.getLevelName(logging.getLogger().level)
        self.report["root_handlers"] = len(logging.getLogger().handlers)


def main() -> None:
    driver = Driver()
    settings = ScreenSettings(FONTS, 540, 960, is_fullscreen=False)
    driver.app = build(
        settings,
        load_catalogue(LOCALE),
        lambda serial, touch: driver.report["sent"].append([serial, type(touch).__name__]),
        lambda: None,
        lambda error: driver.report["crashes"].append(type(error).__name__),
    )
    driver.app.publish(BY_NAME["01_attract"].display(serial=1))
    driver.app.bind(on_start=lambda *_: driver.is_started.set())
    thread = threading.Thread(target=driver.run, daemon=True)
    thread.start()
    driver.app.run()
    thread.join(LIMIT_S)
    json.dump(driver.report, sys.stdout)


if __name__ == "__main__":
    main()
