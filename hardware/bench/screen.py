"""The terminal's screen, seen and touched from outside: the virtual display's own memory, real pointer events.

Xvfb keeps its picture in a file (`-fbdir`); reading it costs the terminal nothing. Touches are made through XTEST, so
they travel the whole way that a finger's do.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import requests
from Xlib import X
from Xlib.display import Display
from Xlib.error import DisplayError
from Xlib.ext import xtest

FRAME_FILE = "Xvfb_screen0"
PRESS_S = 0.06
HEADER_BYTES = 100
XWD_COLOUR_BYTES = 12
DESCRIBE_LIMIT_S = 8.0
STROKE_LIMIT_S = 10.0

Picture = np.ndarray[Any, Any]
"""Height x width x 3 bytes: blue, green, red."""
Place = tuple[int, int]
"""Pixels from the top left."""


class ScreenError(Exception):
    """There is nothing to see or to touch."""


@dataclass(frozen=True)
class Screen:
    """`display_name` as in $DISPLAY; `frame_dir` is Xvfb's -fbdir; `elements_url` is the terminal's remote view."""

    display_name: str
    frame_dir: Path | None
    elements_url: str

    def facts(self) -> dict[str, Any]:
        """Where the terminal's screen is: {is_virtual, display, width, height}; sizes in pixels, 0 when not known."""
        try:
            width, height = self.size()
        except ScreenError:
            width, height = 0, 0
        return {
            "is_virtual": self.frame_dir is not None,
            "display": self.display_name,
            "width": width,
            "height": height,
        }

    def memory(self) -> bytes:
        """The virtual display's own memory now (X11 window dump)."""
        if self.frame_dir is None:
            raise ScreenError(f"the terminal's window is on display {self.display_name}; its picture is there")
        try:
            return (self.frame_dir / FRAME_FILE).read_bytes()
        except OSError:
            raise ScreenError("there is no virtual screen") from None

    def picture(self) -> Picture:
        """The screen now."""
        return _from_xwd(self.memory())

    def png(self) -> bytes:
        return _encoded(".png", self.picture())

    def size(self) -> tuple[int, int]:
        picture = self.picture()
        return picture.shape[1], picture.shape[0]

    def tap(self, x: int, y: int) -> None:
        """A finger down and up at one place."""
        self.stroke([(x, y)], PRESS_S)

    def stroke(self, places: Sequence[Place], seconds: float) -> None:
        """A finger down at the first place, along the others, up at the last one after so many seconds."""
        if not places or not 0 <= seconds <= STROKE_LIMIT_S:
            raise ScreenError(f"a stroke has at least one place and takes 0 to {STROKE_LIMIT_S:g} s")
        with _connected(self.display_name) as display:
            _check_inside(display, places)
            _move(display, places[0])
            _press(display, X.ButtonPress)
            try:
                pause_s = seconds / len(places)
                for place in places[1:]:
                    time.sleep(pause_s)
                    _move(display, place)
                time.sleep(pause_s)
            finally:
                _press(display, X.ButtonRelease)

    def elements(self) -> dict[str, Any]:
        """What is on the screen, as the terminal describes it."""
        try:
            answer = requests.get(self.elements_url, timeout=DESCRIBE_LIMIT_S)
            answer.raise_for_status()
            return answer.json()
        except requests.RequestException:
            raise ScreenError("the terminal does not answer") from None

    def tap_element(self, element_id: str) -> dict[str, Any]:
        """Touch the middle of one element; the element as it was."""
        elements = {element["id"]: element for element in self.elements()["elements"]}
        element = elements.get(element_id)
        if element is None:
            raise ScreenError(f"there is no {element_id} on the screen; there are {', '.join(elements) or 'none'}")
        if not element.get("is_enabled", True):
            raise ScreenError(f"{element_id} is disabled")
        self.tap(round(element["x"] + element["width"] / 2), round(element["y"] + element["height"] / 2))
        return element


def small_jpeg(memory: bytes, longest_px: int) -> bytes:
    """A picture for people from the display's memory; its longer side has `longest_px`, or what the screen has."""
    picture = _from_xwd(memory)
    share = longest_px / max(picture.shape[:2])
    if share >= 1:
        return _encoded(".jpg", picture)
    return _encoded(".jpg", cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA))


@contextmanager
def _connected(display_name: str) -> Generator[Display]:
    try:
        display = Display(display_name)
    except (DisplayError, OSError):
        raise ScreenError(f"there is no display {display_name}") from None
    try:
        yield display
    finally:
        display.close()


def _check_inside(display: Display, places: Sequence[Place]) -> None:
    screen = display.screen()
    for x, y in places:
        if not (0 <= x < screen.width_in_pixels and 0 <= y < screen.height_in_pixels):
            raise ScreenError(
                f"{x}, {y} is outside of the screen, {screen.width_in_pixels} x {screen.height_in_pixels} pixels"
            )


def _move(display: Display, place: Place) -> None:
    xtest.fake_input(display, X.MotionNotify, x=place[0], y=place[1])
    display.sync()


def _press(display: Display, what: int) -> None:
    xtest.fake_input(display, what, 1)
    display.sync()


def _from_xwd(raw: bytes) -> Picture:
    """X11 window dump (XWDFile.h): big-endian header, colour table, then rows of 4-byte pixels."""
    header = np.frombuffer(raw[:HEADER_BYTES].ljust(HEADER_BYTES, b"\0"), dtype=">u4")
    size, width, height, row_bytes, colours = (int(header[i]) for i in (0, 4, 5, 12, 19))
    start = size + colours * XWD_COLOUR_BYTES
    pixels = memoryview(raw)[start : start + row_bytes * height]
    if not pixels or len(pixels) < row_bytes * height:
        raise ScreenError("the virtual screen is only just starting")
    rows = np.frombuffer(pixels, dtype=np.uint8).reshape(height, row_bytes)
    return rows[:, : width * 4].reshape(height, width, 4)[:, :, :3]


def _encoded(kind: str, picture: Picture) -> bytes:
    is_done, data = cv2.imencode(kind, picture)
    if not is_done:
        raise ScreenError("the picture cannot be encoded")
    return data.tobytes()
