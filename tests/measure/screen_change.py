"""What one change of screen costs, phase by phase, in this process and without a display.

`python -m tests.measure.screen_change` shows two visits of one person on a stage, screen after screen, and prints
medians and 95th percentiles: finding the screen, choosing the look, text, drawings, the rest of the layout, the
picture itself (software GL without a graphics card), and the time of all processors together, which a busy machine
distorts less. `--profile` prints where Python spends the time instead.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import os
import pstats
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from kiosk.environment import prepare_environment

prepare_environment(os.environ, is_headless=True)

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / ".build" / "fonts"
JOURNEY = (
    "02_purpose", "03_notice", "04_identify_waiting", "04_identify_working", "06_record", "07_reason", "08_loss",
    "10_mobile", "10_mobile_ready", "12_offices", "13_districts", "14_address_detail", "15_check", "16_pay_how",
    "17_pay_code", "18_pay_scan", "20_done", "21_receipt_printed", "23_links", "22_take_things", "31_help", "32_end",
)  # fmt: skip
PHASES = ("screen", "fit", "text", "drawings", "layout", "picture")


@dataclass
class Stopwatch:
    """Time in the phase entered last; an outer phase does not count what an inner one took."""

    spent_s: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PHASES, 0.0))
    _inside: list[str] = field(default_factory=list)
    _since_s: float = 0.0

    def enter(self, phase: str) -> None:
        self._book()
        self._inside.append(phase)

    def leave(self) -> None:
        self._book()
        self._inside.pop()

    def _book(self) -> None:
        now_s = time.perf_counter()
        if self._inside:
            self.spent_s[self._inside[-1]] += now_s - self._since_s
        self._since_s = now_s

    def around(self, owner: Any, name: str, phase: str) -> None:
        """Counts the calls of one function for `phase`."""
        function: Callable[..., Any] = getattr(owner, name)

        def timed(*arguments: Any, **named: Any) -> Any:
            self.enter(phase)
            try:
                return function(*arguments, **named)
            finally:
                self.leave()

        setattr(owner, name, timed)


class Rehearsal:
    """A stage in an offscreen window, shown as the application shows it."""

    def __init__(self, size: tuple[int, int], language: str, idle_s: float) -> None:
        from kivy.base import EventLoop

        from kiosk.i18n import load_catalogue
        from screens.kv import load_kv
        from screens.painting import prepare_painting
        from screens.say import speaker
        from screens.settings import ScreenSettings
        from screens.stage import Stage
        from screens.terminal_app import FONT_FILES, configure
        from screens.widgets.words import register_fonts

        settings = ScreenSettings(FONTS, *size, is_fullscreen=False)
        configure(settings)
        EventLoop.ensure_window()
        self.window: Any = EventLoop.window
        prepare_painting(self.window)
        register_fonts(*(str(FONTS / name) for name in FONT_FILES))
        load_kv()
        catalogue = load_catalogue(ROOT / "assets" / "locale")
        self.stage = Stage(settings, lambda name: speaker(catalogue, name), _ignore, lambda: None, lambda: 0.0)
        self.stage.size = size
        self.window.add_widget(self.stage)
        self.language = language
        self._idle_s = idle_s
        self._serial = 0

    def show(self, name: str) -> None:
        from kiosk.flow.views import Frame, Language
        from tests.screens.samples import BY_NAME

        self._serial += 1
        frame = Frame(language=Language(self.language))
        self.stage.show(BY_NAME[name].display(frame, serial=self._serial))

    def paint(self) -> None:
        """The picture, until the last pixel is there."""
        from kivy.graphics.opengl import glFinish

        self.window.dispatch("on_draw")
        self.window.dispatch("on_flip")
        glFinish()

    def rest(self) -> None:
        """Somebody looks at the screen: the loop runs and does what it does in between."""
        from kivy.clock import Clock

        end_s = time.perf_counter() + self._idle_s
        while time.perf_counter() < end_s:
            Clock.tick()

    def wrap(self, watch: Stopwatch) -> None:
        from screens import router, stage
        from screens.widgets import pictures, signs, words

        watch.around(router.Router, "screen_for", "screen")
        watch.around(stage, "best_fit", "fit")
        watch.around(words.Words, "draw", "text")
        watch.around(pictures.Drawing, "draw", "drawings")
        watch.around(signs.Sign, "draw", "drawings")


def _ignore(serial: int, touch: object) -> None:
    del serial, touch


def run(rehearsal: Rehearsal, visits: int) -> dict[str, list[float]]:
    """Milliseconds per phase and change, over all visits."""
    watch = Stopwatch()
    rehearsal.wrap(watch)
    found: dict[str, list[float]] = {phase: [] for phase in (*PHASES, "whole", "processor")}
    for _ in range(visits):
        rehearsal.show("01_attract")
        rehearsal.paint()
        rehearsal.rest()
        for name in JOURNEY:
            gc.collect()
            for phase, spent_ms in one_change(rehearsal, watch, name).items():
                found[phase].append(spent_ms)
    return found


def one_change(rehearsal: Rehearsal, watch: Stopwatch, name: str) -> dict[str, float]:
    watch.spent_s = dict.fromkeys(PHASES, 0.0)
    began_s = time.process_time()
    watch.enter("layout")
    rehearsal.show(name)
    watch.leave()
    watch.enter("picture")
    rehearsal.paint()
    watch.leave()
    spent = {phase: spent_s * 1000 for phase, spent_s in watch.spent_s.items()}
    return {**spent, "whole": sum(spent.values()), "processor": (time.process_time() - began_s) * 1000}


def table(found: dict[str, list[float]]) -> str:
    rows = ["| phase | median ms | p95 ms |", "|---|---:|---:|"]
    rows += [f"| {phase} | {median(ms):.1f} | {quantiles(ms, n=20)[-1]:.1f} |" for phase, ms in found.items()]
    return "\n".join(rows)


def profile(rehearsal: Rehearsal) -> None:
    """One visit after a first one that warms the fonts."""
    profiler = cProfile.Profile()
    for is_watched in (False, True):
        rehearsal.show("01_attract")
        rehearsal.paint()
        rehearsal.rest()
        for name in JOURNEY:
            if is_watched:
                profiler.enable()
            rehearsal.show(name)
            profiler.disable()
            rehearsal.paint()
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=3)
    parser.add_argument("--language", default="zh", choices=("zh", "en"))
    parser.add_argument("--wide", action="store_true", help="1280 x 800 instead of 1080 x 1920")
    parser.add_argument("--idle-s", type=float, default=5.0, help="how long the attract screen stands")
    parser.add_argument("--each", action="store_true", help="also print every change")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    rehearsal = Rehearsal((1280, 800) if options.wide else (1080, 1920), options.language, options.idle_s)
    if options.profile:
        profile(rehearsal)
        return
    found = run(rehearsal, options.visits)
    print(table(found))  # noqa: T201 - a command line
    if options.each:
        for index, whole_ms in enumerate(found["whole"]):
            parts = "  ".join(f"{phase} {found[phase][index]:5.1f}" for phase in PHASES)
            print(f"{JOURNEY[index % len(JOURNEY)]:22} {whole_ms:6.1f}  {parts}")  # noqa: T201


if __name__ == "__main__":
    main()
