"""Runs what has to happen again and again, in one thread; a job that fails is tried at its next turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.shield import log_error

Job = Callable[[], None]


@dataclass(frozen=True)
class JobRunner:
    """`start` once; `stop` waits for the job in hand."""

    jobs: Sequence[Job]
    period_s: float
    _stopping: threading.Event
    _thread: threading.Thread

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        self._stopping.set()
        self._thread.join(timeout_s)


def job_runner(jobs: Sequence[Job], period_s: float = 15.0) -> JobRunner:
    stopping = threading.Event()

    def run() -> None:
        while not stopping.wait(period_s):
            run_once(jobs)

    return JobRunner(jobs, period_s, stopping, threading.Thread(target=run, name="jobs", daemon=True))


def run_once(jobs: Sequence[Job]) -> None:
    """Every job once; one that fails does not stop the others."""
    for job in jobs:
        try:
            job()
        except Exception as error:  # the thread boundary  # noqa: BLE001
            log_error(error)
