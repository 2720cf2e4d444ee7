"""Ten screens that change when touched, in Kivy: `ours` with our stage and loop, `bare` with Kivy's own everything."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from kiosk.environment import prepare_environment

prepare_environment(os.environ)

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / ".build" / "fonts"
NAMES = (
    "06_record", "03_notice", "20_done", "08_loss", "15_check", "22_take_things", "10_mobile_ready", "23_links",
    "14_address_detail", "06_record",
)  # fmt: skip


def said(*_: object) -> None:
    print("frame", time.time_ns(), flush=True)  # noqa: T201 - what it is for


def run_ours() -> None:
    from kivy.base import EventLoop

    from kiosk.i18n import load_catalogue
    from screens.settings import ScreenSettings
    from screens.terminal_app import build
    from tests.screens.samples import BY_NAME

    displays = [BY_NAME[name].display(serial=number) for number, name in enumerate(NAMES)]
    state = {"at": 0, "is_new": True}

    def on_touch(serial: int, _touch: object) -> None:
        if serial == state["at"]:
            state["at"] = (state["at"] + 1) % len(displays)
            state["is_new"] = True
            app.publish(displays[state["at"]])

    def on_flip(*_: object) -> None:
        stage = app.stage
        if state["is_new"] and stage is not None and stage.display is displays[state["at"]]:
            state["is_new"] = False
            said()

    settings = ScreenSettings(FONTS, 1280, 800, is_fullscreen=False)
    app = build(settings, load_catalogue(ROOT / "assets" / "locale"), on_touch, lambda: None, _raise)
    app.publish(displays[0])
    EventLoop.ensure_window()
    window: Any = EventLoop.window
    window.bind(on_flip=on_flip, on_touch_up=lambda _window, finger: aim(app, finger))
    window.bind(on_touch_down=lambda _window, finger: aim(app, finger))
    app.run()


def aim(app: Any, finger: Any) -> None:
    """Wherever the primary button stands, the measuring finger meets it."""
    button = next(target for target in app.stage.targets() if target.element_id == "confirm")
    finger.pos = finger.x, finger.y = button.center


def _raise(error: Exception) -> None:
    raise error


def run_bare() -> None:
    from kivy.app import App
    from kivy.config import Config

    Config.set("graphics", "width", "1280")
    Config.set("graphics", "height", "800")
    from kivy.core.text import LabelBase
    from kivy.core.window import Window
    from kivy.uix.boxlayout import BoxLayout
    from kivy.uix.button import Button
    from kivy.uix.label import Label
    from kivy.uix.screenmanager import NoTransition, Screen, ScreenManager

    LabelBase.register("Roboto", str(FONTS / "NotoSansSC-Regular.otf"), fn_bold=str(FONTS / "NotoSansSC-Bold.otf"))
    manager = ScreenManager(transition=NoTransition())
    state = {"is_new": True}

    def turn(*_: object) -> None:
        state["is_new"] = True
        manager.current = manager.next()

    for number in range(10):
        screen, box = Screen(name=str(number)), BoxLayout(orientation="vertical", padding=30)
        for line in range(6):
            box.add_widget(Label(text=f"第 {number} 页，第 {line} 行：社会保障卡补换", font_size=34))
        button = Button(text="继续", font_size=40)
        button.bind(on_release=turn)
        box.add_widget(button)
        screen.add_widget(box)
        manager.add_widget(screen)

    def on_flip(*_: object) -> None:
        if state["is_new"]:
            state["is_new"] = False
            said()

    class Bare(App):
        def build(self) -> ScreenManager:
            Window.bind(on_flip=on_flip)
            return manager

    Bare().run()


if __name__ == "__main__":
    {"ours": run_ours, "bare": run_bare}[sys.argv[1]]()
