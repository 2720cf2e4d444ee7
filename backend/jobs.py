"""Runs what happens beside the routes: loops, each in a thread of its own, ended together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from backend.shield import log_error

Job = Callable[[], None]
Loop = Callable[[threading.Event], None]
"""Runs until the event is set; waits on nothing else for long."""


class LoopRunner:
    """`start` once; `stop` lets every loop finish what it has in hand."""

    def __init__(self, loops: Sequence[Loop]) -> None:
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=loop, args=(self._stopping,), daemon=True) for loop in loops]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout_s)


def periodic(jobs: Sequence[Job], period_s: float = 15.0) -> Loop:
    """A loop that does every job once a period."""

    def run(stopping: threading.Event) -> None:
        while not stopping.wait(period_s):
            run_once(jobs)

    return run


def run_once(jobs: Sequence[Job]) -> None:
    """Every job once; one that fails does not stop the others and is tried at its next turn."""
    for job in jobs:
        try:
            job()
        except Exception as error:  # the thread boundary  # noqa: BLE001
            log_error(error)
