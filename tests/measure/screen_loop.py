"""Start, memory, idle processor, touch to frame and screen change: our screens, a bare Kivy window, Chromium's kiosk.

`python -m tests.measure.screen_loop` runs all three in alternation on one display (Xvfb when there is none) and prints
a table of medians. Every program changes between ten screens when touched and says when the new one was drawn.
"""

from __future__ import annotations

import argparse
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil

from tests.measure.processes import stop_family

SIZE = (1280, 800)
TOUCH_AT = (SIZE[0] - 200, SIZE[1] - 110)
TOUCHES = 10
IDLE_S = 5.0
LIMIT_S = 40.0
PROGRAMS = {
    "ours": [sys.executable, "-m", "tests.measure.kivy_program", "ours"],
    "bare Kivy": [sys.executable, "-m", "tests.measure.kivy_program", "bare"],
    "Chromium": [sys.executable, "-m", "tests.measure.chromium_program"],
}


@dataclass
class Figures:
    start_s: list[float] = field(default_factory=list)
    pss_mb: list[float] = field(default_factory=list)
    idle_percent: list[float] = field(default_factory=list)
    touch_ms: list[float] = field(default_factory=list)


@contextmanager
def display() -> Generator[dict[str, str]]:
    """The environment with a display in it."""
    if os.environ.get("DISPLAY"):
        yield dict(os.environ)
        return
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        number = os.read(reader, 16).decode().strip()
        yield {**os.environ, "DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait(10)
        os.close(reader)


class Program:
    """One of the three, spoken to over its standard output: a line `frame <nanoseconds>` per new screen."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.began_ns = time.time_ns()
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )

    def next_frame_ns(self) -> int:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], LIMIT_S)[0]:
            raise TimeoutError("the program drew nothing")
        line = self._process.stdout.readline().decode()
        if not line.startswith("frame "):
            raise RuntimeError(f"the program ended or said {line!r}")
        return int(line.split()[1])

    def processes(self) -> list[psutil.Process]:
        parent = psutil.Process(self._process.pid)
        return [parent, *parent.children(recursive=True)]

    def pss_mb(self) -> float:
        return sum(process.memory_full_info().pss for process in self.processes()) / 1e6

    def cpu_s(self) -> float:
        return sum(sum(process.cpu_times()[:2]) for process in self.processes())

    def stop(self) -> None:
        stop_family(self._process.pid)


def touch(environment: dict[str, str]) -> Callable[[], int]:
    """A finger made by the X server; returns when it lifted."""
    from Xlib import X
    from Xlib.display import Display
    from Xlib.ext import xtest

    screen = Display(environment["DISPLAY"])

    def tap() -> int:
        xtest.fake_input(screen, X.MotionNotify, x=TOUCH_AT[0], y=TOUCH_AT[1])
        xtest.fake_input(screen, X.ButtonPress, 1)
        screen.sync()
        lifted_ns = time.time_ns()
        xtest.fake_input(screen, X.ButtonRelease, 1)
        screen.sync()
        return lifted_ns

    return tap


def measure_once(
    command: list[str], environment: dict[str, str], figures: Figures, touches: int, idle_s: float
) -> None:
    program = Program(command, environment)
    try:
        figures.start_s.append((program.next_frame_ns() - program.began_ns) / 1e9)
        tap = touch(environment)
        time.sleep(2.0)  # let it come to rest
        before_s = program.cpu_s()
        time.sleep(idle_s)
        figures.idle_percent.append((program.cpu_s() - before_s) / idle_s * 100)
        for _ in range(touches):
            lifted_ns = tap()
            figures.touch_ms.append((program.next_frame_ns() - lifted_ns) / 1e6)
            time.sleep(0.7)
        figures.pss_mb.append(program.pss_mb())
    finally:
        program.stop()


def measure(rounds: int, touches: int = TOUCHES, idle_s: float = IDLE_S) -> dict[str, Figures]:
    """All programs in alternation, `rounds` times."""
    names = [name for name in PROGRAMS if name != "Chromium" or shutil.which("chromium")]
    results = {name: Figures() for name in names}
    with display() as environment:
        for _ in range(rounds):
            for name in names:
                measure_once(PROGRAMS[name], environment, results[name], touches, idle_s)
    return results


def table(results: dict[str, Figures]) -> str:
    rows = ["| | start s | PSS MB | idle % | touch to new screen ms |", "|---|---:|---:|---:|---:|"]
    rows += [
        f"| {name} | {median(f.start_s):.2f} | {median(f.pss_mb):.0f} | {median(f.idle_percent):.2f} "
        f"| {median(f.touch_ms):.0f} |"
        for name, f in results.items()
    ]
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--out", type=Path, help="also write the table to this file")
    options = parser.parse_args()
    text = table(measure(options.rounds))
    print(text)  # noqa: T201 - a command line
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
