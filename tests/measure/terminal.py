"""The whole terminal on the workbench, as the suite handles it: seen by its picture, touched by a finger."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psutil
import requests

from deploy.workbench import Workbench
from tests.measure.processes import family
from tests.measure.virtual_screen import Box, Eye, Finger, Touch, UnmovedError, touch
from tests.tour.bench_client import BenchClient, TourError

START_LIMIT_S = 40.0
LOOK_AGAIN_S = 0.05
Description = dict[str, Any]


@dataclass(frozen=True)
class Start:
    """Seconds from the start of the process to its first picture, and to the attract screen that can be touched."""

    first_frame_s: float
    attract_s: float


class Terminal:
    """A running workbench's terminal."""

    def __init__(self, workbench: Workbench) -> None:
        if workbench.frame_dir is None or workbench.display is None:
            raise TourError("the terminal is not on a virtual screen")
        self.workbench = workbench
        self.bench = BenchClient(workbench.bench_url)
        self.eye = Eye(workbench.frame_dir)
        self.finger = Finger(workbench.display)

    @cached_property
    def _elements_url(self) -> str:
        return f"http://127.0.0.1:{self.workbench.ports.remote_view}/elements"

    def screen(self, limit_s: float = 5.0) -> Description:
        """What the terminal says of its screen; empty while it does not answer."""
        with suppress(requests.RequestException):
            return requests.get(self._elements_url, timeout=limit_s).json()
        return {}

    def box(self, element_id: str) -> Box:
        """Where it is, once it takes touches: a page that has just come takes none."""
        screen = self.wait(lambda now: _takes_touches(now, element_id), element_id)
        element = next(one for one in screen["elements"] if one["id"] == element_id)
        return Box(element["x"], element["y"], element["width"], element["height"])

    def processes(self) -> list[psutil.Process]:
        """The terminal and what it has started, its camera process."""
        return self.family_of("terminal")

    def family_of(self, program: str) -> list[psutil.Process]:
        """A program of the workbench and everything it has started."""
        return family(dict(self.workbench._running)[program].pid)  # pyright: ignore[reportPrivateUsage]  pids are nobody else's business

    # --- life ------------------------------------------------------------------------------------------------------

    def start(self) -> Start:
        """Start it and watch; the screen must be black."""
        self.eye.wait_until(self.eye.is_black, START_LIMIT_S)
        with ThreadPoolExecutor(1) as watcher:
            begun = time.perf_counter()
            seen = watcher.submit(self.eye.wait_until, lambda: not self.eye.is_black(), START_LIMIT_S)
            self.workbench.start_terminal()
            attract_at = self.eye.wait_until(self._is_attract, START_LIMIT_S)
            first_at = seen.result(START_LIMIT_S)
        return Start(first_at - begun, max(attract_at, first_at) - begun)

    def _is_attract(self) -> bool:
        """A question before the window is there is never answered: ask anew instead of waiting."""
        time.sleep(LOOK_AGAIN_S)
        return is_attract(self.screen(limit_s=0.2))

    def kill(self) -> None:
        self.workbench.kill("terminal")
        self.eye.wait_until(self.eye.is_black, START_LIMIT_S)

    def restart(self) -> Start:
        self.kill()
        return self.start()

    def to_attract(self) -> None:
        """Whatever is shown, end it; a terminal that cannot is restarted."""
        for _ in range(4):
            if is_attract(self.screen()):
                self.eye.wait_until_still()
                return
            with suppress(TourError, StopIteration, UnmovedError):
                self.end_session()
        self.restart()

    # --- touching --------------------------------------------------------------------------------------------------

    def touch(self, element_id: str) -> Touch:
        return touch(self.eye, self.finger, self.box(element_id))

    def tap(self, element_id: str, is_there: Callable[[Description], bool], what: str) -> Description:
        """Touch, and wait for what comes."""
        self.finger.tap(self.box(element_id))
        return self.wait(is_there, what)

    def wait(self, is_there: Callable[[Description], bool], what: str, limit_s: float = 20.0) -> Description:
        ends_at = time.monotonic() + limit_s
        while not is_there(screen := self.screen()):
            if time.monotonic() > ends_at:
                raise TourError(f"waited for {what}; the screen shows {screen.get('view')}")
            time.sleep(LOOK_AGAIN_S)
        return screen

    def begin_session(self) -> None:
        """From the attract screen to the choice of what is wanted."""
        self.tap("start_zh", lambda screen: screen.get("view") == "ChoiceView", "the choice")

    def end_session(self) -> None:
        ids = [element["id"] for element in self.screen().get("elements", [])]
        if "end" in ids:
            self.tap("end", lambda screen: screen.get("overlay") == "EndQuestion", "the question whether to end")
        self.tap("end_confirm", is_attract, "the attract screen")


def is_attract(screen: Description) -> bool:
    """The attract screen, ready to be touched."""
    return screen.get("view") == "AttractView" and any(
        element["id"] == "start_zh" and element["is_enabled"] for element in screen["elements"]
    )


def _takes_touches(screen: Description, element_id: str) -> bool:
    return any(one["id"] == element_id and one["is_enabled"] for one in screen.get("elements", []))
