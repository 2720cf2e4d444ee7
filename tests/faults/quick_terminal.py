"""The terminal with a person in place of the glass, who touches at once whatever leads on.

    python -m tests.faults.quick_terminal --config kiosk.ini --pays code_shown --dies-after 3

All of `kiosk.app` runs, over the real wires; only Kivy is left out, and with it most of the time of a visit. A line
written into the pipe `people` in the state folder: the person comes. `--dies-before N` and `--dies-after N` kill the
program with SIGKILL right before and after the N-th
commit of the visit.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kiosk.app import _Program, device_faults
from kiosk.config import Settings, load
from kiosk.flow.events import Touched
from kiosk.flow.situations import Attract, ChoosingPayment
from kiosk.flow.touches import Touch
from kiosk.flow.views import Display
from kiosk.journal.entries import OutboxItem, Step
from kiosk.logs import Log, log_uncaught, open_log
from kiosk.services.engine import Engine
from kiosk.services.ports import Journal
from tests.faults.willing import next_deed

LONGEST_LIFE_S = 600.0
PEOPLE = "people"
WAYS = ("code_shown", "payer_code")
"""In the order in which the flow's person chooses between them."""

OnTouch = Callable[[int, Touch], None]


class MortalJournal:
    """The engine's journal; the program dies at one of its commits."""

    def __init__(self, inner: Journal, dies_before: int, dies_after: int) -> None:
        self._inner = inner
        self._dies_before = dies_before
        self._dies_after = dies_after
        self.commits: int | None = None
        """Of this visit; None while nobody is there."""

    def commit(self, steps: Sequence[Step], deliveries: Sequence[OutboxItem] = ()) -> None:
        if self.commits is None:
            self._inner.commit(steps, deliveries)
            return
        self.commits += 1
        if self.commits == self._dies_before:
            _die()
        self._inner.commit(steps, deliveries)
        if self.commits == self._dies_after:
            _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class PersonApp:
    """What `kiosk.app` sees of the screens. The person lives in `publish`, on the engine's thread."""

    def __init__(self, on_touch: OnTouch, way: int) -> None:
        self._on_touch = on_touch
        self._way = way
        self._on_start: list[Callable[[Any], object]] = []
        self._is_over = threading.Event()
        self._display: Display | None = None
        self._touched: Display | None = None
        self._has_begun = False
        """They are past the attract screen."""
        self._lock = threading.Lock()
        self.is_there = False
        self.visits = 0
        self.engine: Engine | None = None
        self.journal: MortalJournal | None = None

    # --- as the real application ---

    def bind(self, on_start: Callable[[Any], object]) -> None:
        self._on_start.append(on_start)

    def run(self) -> None:
        for act in self._on_start:
            act(self)
        self._is_over.wait(LONGEST_LIFE_S)

    def ask_stop(self) -> None:
        self._is_over.set()

    def publish(self, display: Display) -> None:
        with self._lock:
            self._display = display
            if self.is_there:
                self._go_on(display)

    def ask_description(self, callback: Callable[[dict[str, Any]], None]) -> None:
        view = getattr(self._display, "view", None)
        code = getattr(view, "qr_content", "") if type(view).__name__ == "PayCodeView" else ""
        commits = self.journal.commits if self.journal is not None else None
        callback({"view": type(view).__name__, "code": code, "visits": self.visits, "commits": commits})

    # --- the person ---

    def come(self) -> None:
        """From any thread."""
        with self._lock:
            self.is_there = True
            if self.journal is not None:
                self.journal.commits = 0
            if self._display is not None:
                self._go_on(self._display)

    def _go_on(self, display: Display) -> None:
        situation = self.engine._terminal.situation if self.engine is not None else None
        if situation is None or display == self._touched:
            return
        if isinstance(situation, Attract) and self._has_begun:
            self.is_there = self._has_begun = False
            self.visits += 1
            return
        self._has_begun = not isinstance(situation, Attract)
        choice = self._way if isinstance(situation, ChoosingPayment) else 0
        deeds = [deed.touch for deed in next_deed(situation, choice, office_id="CY01") if isinstance(deed, Touched)]
        if deeds:
            self._touched = display
            self._on_touch(display.serial, deeds[0])


class QuickProgram(_Program):
    def __init__(self, settings: Settings, log: Log, arguments: argparse.Namespace) -> None:
        super().__init__(settings, log)
        self._arguments = arguments
        self._app: PersonApp | None = None

    def _screens(self, on_touch: OnTouch, frames: object, post: object) -> Any:
        self._app = app = PersonApp(on_touch, WAYS.index(self._arguments.pays))
        door = self._settings.terminal.state_dir / PEOPLE
        door.unlink(missing_ok=True)
        os.mkfifo(door)
        pipe = os.open(door, os.O_RDWR)  # for both, so that nobody who comes waits for it to be opened
        threading.Thread(target=_await_people, args=(pipe, app), daemon=True).start()
        return app

    def _install_hooks(self, engine: Engine) -> None:
        super()._install_hooks(engine)
        if self._app is not None:
            engine._journal = MortalJournal(engine._journal, self._arguments.dies_before, self._arguments.dies_after)
            self._app.engine, self._app.journal = engine, engine._journal


def _await_people(pipe: int, app: PersonApp) -> None:
    with os.fdopen(pipe) as lines:
        for _ in lines:
            app.come()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.quick_terminal")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--pays", choices=WAYS, default=WAYS[0])
    parser.add_argument("--dies-before", type=int, default=0)
    parser.add_argument("--dies-after", type=int, default=0)
    arguments = parser.parse_args()
    settings = load(arguments.config, device_faults)
    if not isinstance(settings, Settings):
        sys.exit("\n".join(str(fault) for fault in settings))
    log = open_log(settings.terminal.state_dir, settings.log.level)
    log_uncaught(log)
    return QuickProgram(settings, log, arguments).run()


if __name__ == "__main__":
    sys.exit(main())
