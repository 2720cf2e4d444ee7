"""A virtual screen seen by its own memory and touched through XTEST: the same eye and finger for whatever draws on it.

Xvfb keeps its picture in a file; a change is seen there the moment it is drawn, and looking costs the program nothing.
"""

from __future__ import annotations

import mmap
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

from hardware.bench.screen import FRAME_FILE, XWD_COLOUR_BYTES

HEADER_WORDS = 25
LOOK_AGAIN_S = 0.0002
ROW_STEP_PX = 12
"""Every so many rows are looked at; a line of text is three times as high."""
STILL_S = 0.15
"""A picture that has not changed for so long is complete."""
CHANGE_LIMIT_S = 5.0

Pixels = NDArray[np.uint32]


class UnmovedError(Exception):
    """Nothing changed on the screen within the limit."""


@dataclass(frozen=True)
class Box:
    """Pixels from the top left."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True)
class Touch:
    """Milliseconds: finger down to the first changed pixel of what it touched; finger up to the first and to the last
    changed pixel elsewhere on the screen."""

    felt_ms: float
    changed_ms: float
    complete_ms: float


class Eye:
    """The screen's pixels, as they are now."""

    def __init__(self, frame_dir: Path) -> None:
        with (frame_dir / FRAME_FILE).open("rb") as file:
            self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header = np.frombuffer(self._memory, dtype=">u4", count=HEADER_WORDS)
        size, width, height, row_bytes, colours = (int(header[i]) for i in (0, 4, 5, 12, 19))
        offset = size + colours * XWD_COLOUR_BYTES
        self.pixels: Pixels = np.ndarray(
            (height, width), np.uint32, buffer=self._memory, offset=offset, strides=(row_bytes, 4)
        )

    def within(self, box: Box) -> Callable[[], Pixels]:
        """A look at a part of the screen."""
        inside = self.pixels[box.y : box.y + box.height : 4, box.x : box.x + box.width]
        return inside.copy

    def outside(self, box: Box) -> Callable[[], Pixels]:
        """A look at everything above and below a part of the screen."""
        rows = [y for y in range(0, len(self.pixels), ROW_STEP_PX) if not box.y - 4 <= y < box.y + box.height + 4]
        return lambda: self.pixels[rows]

    def everywhere(self) -> Pixels:
        return self.pixels[::ROW_STEP_PX].copy()

    def is_black(self) -> bool:
        return not np.any(self.everywhere() & 0xFFFFFF)

    def wait_until_still(self, still_s: float = STILL_S) -> None:
        changes(self.everywhere, self.everywhere(), time.perf_counter(), still_s, CHANGE_LIMIT_S)

    def wait_until(self, is_so: Callable[[], Any], limit_s: float) -> float:
        """Returns the moment (`perf_counter`)."""
        ends_at = time.perf_counter() + limit_s
        while not is_so():
            if time.perf_counter() > ends_at:
                raise UnmovedError
            time.sleep(0.002)
        return time.perf_counter()


def first_change(look: Callable[[], Pixels], before: Pixels) -> float:
    """Waits for it; the moment."""
    ends_at = time.perf_counter() + CHANGE_LIMIT_S
    while np.array_equal(look(), before):
        if time.perf_counter() > ends_at:
            raise UnmovedError
        time.sleep(LOOK_AGAIN_S)
    return time.perf_counter()


def changes(
    look: Callable[[], Pixels], before: Pixels, since: float, still_s: float, limit_s: float = CHANGE_LIMIT_S
) -> list[float]:
    """The moments of all changes until nothing has moved for `still_s`."""
    moments: list[float] = []
    while (now := time.perf_counter()) - (moments[-1] if moments else since) < still_s and now - since < limit_s:
        picture = look()
        if not np.array_equal(picture, before):
            moments.append(time.perf_counter())
            before = picture
        time.sleep(LOOK_AGAIN_S)
    return moments


class Finger:
    """One finger, made by the X server."""

    def __init__(self, display_name: str) -> None:
        self._display = Display(display_name)

    def close(self) -> None:
        self._display.close()

    def point(self, place: tuple[int, int]) -> None:
        xtest.fake_input(self._display, X.MotionNotify, x=place[0], y=place[1])
        self._display.sync()

    def down(self) -> float:
        """Returns the moment before."""
        return self._do(X.ButtonPress)

    def up(self) -> float:
        return self._do(X.ButtonRelease)

    def _do(self, what: int) -> float:
        begun = time.perf_counter()
        xtest.fake_input(self._display, what, 1)
        self._display.flush()
        return begun

    def tap(self, box: Box) -> None:
        self.point(box.centre)
        self.down()
        self.up()


def touch(eye: Eye, finger: Finger, box: Box) -> Touch:
    """One touch of a button that leads to another screen."""
    finger.point(box.centre)
    eye.wait_until_still()
    inside, outside = eye.within(box), eye.outside(box)
    before_inside, before_outside = inside(), outside()
    down_at = finger.down()
    try:
        felt_at = first_change(inside, before_inside)
        eye.wait_until_still(0.06)
    finally:
        up_at = finger.up()
    changed_at = first_change(outside, before_outside)
    last = changes(outside, outside(), changed_at, STILL_S)
    complete_at = last[-1] if last else changed_at
    return Touch((felt_at - down_at) * 1000, (changed_at - up_at) * 1000, (complete_at - up_at) * 1000)


@contextmanager
def virtual_screen(width_px: int, height_px: int) -> Generator[tuple[str, Path]]:
    """A screen of its own: its display name and the folder of its picture."""
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory(prefix="measured-screen-") as folder:
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width_px}x{height_px}x24", "-fbdir", folder]
        server = subprocess.Popen(
            [*command, "-nolisten", "tcp", "-dpi", "96"], pass_fds=(writing,), stderr=subprocess.DEVNULL
        )
        os.close(writing)
        try:
            with os.fdopen(reading) as answer:
                yield f":{answer.readline().strip()}", Path(folder)
        finally:
            server.terminate()
            server.wait(10)
