"""The application: one window, one stage, every way out of it closed."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.base import EventLoop, ExceptionHandler, ExceptionManager
from kivy.config import Config
from kivy.uix.widget import Widget

from kiosk.environment import missing_settings
from kiosk.flow.touches import Touch
from kiosk.flow.views import Display
from kiosk.i18n import Catalogue
from screens.bridge import Bridge, Description
from screens.elements import describe
from screens.kv import load_kv
from screens.loop import install, make_waker
from screens.painting import prepare_painting
from screens.say import Say, speaker
from screens.settings import ScreenSettings
from screens.stage import Stage
from screens.widgets.preview import Frames
from screens.widgets.words import register_fonts

OnTouch = Callable[[int, Touch], None]
OnCrash = Callable[[Exception], None]

FONT_FILES = ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf")


class SetUpError(RuntimeError):
    """The surroundings are not such that the screens can run safely."""


class CrashHandler(ExceptionHandler):
    """An error in a widget must not end the terminal: the engine is told and goes out of service."""

    def __init__(self, on_crash: OnCrash) -> None:
        super().__init__()
        self._on_crash = on_crash

    def handle_exception(self, exception: BaseException) -> Any:
        if not isinstance(exception, Exception):
            return ExceptionManager.RAISE
        self._on_crash(exception)
        return ExceptionManager.PASS


class TerminalApp(App):
    """Named so that Kivy does not take `kiosk.ini` for its own (a `KioskApp` would)."""

    use_kivy_settings = False

    def __init__(
        self,
        settings: ScreenSettings,
        speaker_for: Callable[[str], Say],
        on_touch: OnTouch,
        frames: Frames,
        on_crash: OnCrash,
        now_s: Callable[[], float],
        first: Display | None = None,
    ) -> None:
        super().__init__()
        self.settings = settings
        self._speaker_for = speaker_for
        self._on_touch = on_touch
        self._frames = frames
        self._handler = CrashHandler(on_crash)
        self._now_s = now_s
        self._first = first
        self._take_back: Callable[[], None] | None = None
        self.stage: Stage | None = None
        self.bridge: Bridge | None = None

    # --- from any thread -------------------------------------------------------------------------------------------

    def publish(self, display: Display) -> None:
        """Shows this display; before the window is open it is kept as the first one."""
        if self.bridge is None:
            self._first = display
        else:
            self.bridge.publish(display)

    def ask_description(self, callback: Callable[[Description], None]) -> None:
        """`callback` gets `describe()` on Kivy's thread; nothing happens before the window is open."""
        if self.bridge is not None:
            self.bridge.ask(callback)

    def ask_stop(self) -> None:
        """Ends the application, from any thread: the only way out."""
        if self.bridge is not None:
            self.bridge.ask(lambda _description: self.stop())

    # --- on Kivy's thread --------------------------------------------------------------------------------------------

    def describe(self) -> Description:
        if self.stage is None:
            raise SetUpError("the window is not open yet")
        return describe(self.stage)

    def build(self) -> Widget:
        EventLoop.ensure_window()
        window: Any = EventLoop.window
        shut_ways_out(window)
        register_fonts(*(str(self.settings.fonts_dir / name) for name in FONT_FILES))
        load_kv()
        prepare_painting(window)
        stage = Stage(self.settings, self._speaker_for, self._on_touch, self._frames, self._now_s)
        waker = make_waker()
        self._take_back = install(waker, lambda: bool(window.canvas.needs_redraw))
        self.bridge = Bridge(stage.show, self.describe, waker.wake)
        self.stage = stage
        ExceptionManager.add_handler(self._handler)
        stage.size = window.size
        if self._first is not None:
            stage.show(self._first)
        return stage

    def on_start(self) -> None:
        """One input provider only: Kivy's window adds another by itself, and a tap must not arrive twice."""
        gc.collect()
        gc.freeze()  # what has been built so far stays: later collections need not look at it
        for provider in list(EventLoop.input_providers):
            if provider.device != "mouse":
                EventLoop.remove_input_provider(provider)

    def on_stop(self) -> None:
        ExceptionManager.remove_handler(self._handler)
        if self._take_back is not None:
            self._take_back()
            self._take_back = None

    # --- what Kivy would do by itself, and must not -------------------------------------------------------------------

    def open_settings(self, *_: Any) -> bool:
        """F1 does nothing."""
        return False

    def get_application_config(self, defaultpath: str = "") -> Any:
        """No configuration file of Kivy's."""
        del defaultpath

    def load_kv(self, filename: str | None = None) -> bool:
        """Ours are loaded in one place."""
        del filename
        return False


def refuse(*_: object) -> bool:
    """Says to Kivy that the event has been dealt with."""
    return True


def shut_ways_out(window: Any) -> None:
    """Window close, Alt-F4, Escape and every other key lead nowhere."""
    window.bind(on_request_close=refuse, on_keyboard=refuse, on_key_down=refuse)


def configure(settings: ScreenSettings) -> None:
    """Everything that Kivy reads when the window opens."""
    values = {
        ("graphics", "width"): round(settings.width_px * settings.window_scale),
        ("graphics", "height"): round(settings.height_px * settings.window_scale),
        ("graphics", "fullscreen"): "auto" if settings.is_fullscreen else 0,
        ("graphics", "borderless"): int(settings.is_fullscreen),
        ("graphics", "resizable"): int(not settings.is_fullscreen),
        ("graphics", "show_cursor"): int(settings.shows_cursor),
        ("graphics", "allow_screensaver"): 0,
        ("graphics", "maxfps"): settings.max_fps,
        ("graphics", "multisamples"): 0,  # lines are smooth by themselves; software drawing pays four times for this
        ("kivy", "exit_on_escape"): 0,
        ("kivy", "window_icon"): "",
        ("kivy", "desktop"): 0,
    }
    for (section, name), value in values.items():
        Config.set(section, name, str(value))
    for name, _value in Config.items("input"):
        Config.remove_option("input", name)
    Config.set("input", "mouse", "mouse,disable_multitouch")  # the one provider: no tap arrives twice
    for name, _value in Config.items("modules"):
        Config.remove_option("modules", name)


def build(
    settings: ScreenSettings,
    catalogue: Catalogue,
    on_touch: OnTouch,
    frames: Frames,
    on_crash: OnCrash,
    now_s: Callable[[], float] = time.monotonic,
) -> TerminalApp:
    """The application, ready for `run()`. `kiosk.environment.prepare_environment` must have run before any import."""
    wrong = missing_settings(os.environ)
    if wrong:
        raise SetUpError(f"set before Kivy is imported: {', '.join(wrong)}")
    absent = [name for name in FONT_FILES if not Path(settings.fonts_dir, name).is_file()]
    if absent:
        raise SetUpError(f"fonts are not there: {', '.join(absent)}")
    configure(settings)
    return TerminalApp(settings, lambda language: speaker(catalogue, language), on_touch, frames, on_crash, now_s)
