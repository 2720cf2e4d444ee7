"""The terminal's screen, seen and touched from outside: the virtual display's own memory, real pointer events.

Xvfb keeps its picture in a file (`-fbdir`); reading it costs the terminal nothing. Touches are made through XTEST, so
they travel the whole way that a finger's do.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import requests
from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

FRAME_FILE = "Xvfb_screen0"
PRESS_S = 0.06
HEADER_WORDS = 25
DESCRIBE_LIMIT_S = 8.0


class ScreenError(Exception):
    """There is nothing to see or to touch."""


@dataclass(frozen=True)
class Screen:
    """`display_name` as in $DISPLAY; `frame_dir` is Xvfb's -fbdir; `elements_url` is the terminal's remote view."""

    display_name: str
    frame_dir: Path | None
    elements_url: str

    def picture(self) -> np.ndarray[Any, Any]:
        """The screen now, height x width x 3, blue green red."""
        if self.frame_dir is None:
            raise ScreenError("the terminal's window is on a real display; its picture is there")
        try:
            raw = (self.frame_dir / FRAME_FILE).read_bytes()
        except OSError:
            raise ScreenError("there is no virtual screen") from None
        return _from_xwd(raw)

    def png(self) -> bytes:
        return _encoded(".png", self.picture())

    def jpeg(self, width_px: int) -> bytes:
        picture = self.picture()
        height_px = round(picture.shape[0] * width_px / picture.shape[1])
        small = cv2.resize(picture, (width_px, height_px), interpolation=cv2.INTER_AREA)
        return _encoded(".jpg", small)

    def size(self) -> tuple[int, int]:
        picture = self.picture()
        return picture.shape[1], picture.shape[0]

    def tap(self, x: int, y: int) -> None:
        """A finger down and up at one place, in pixels from the top left."""
        display = Display(self.display_name)
        try:
            xtest.fake_input(display, X.MotionNotify, x=x, y=y)
            xtest.fake_input(display, X.ButtonPress, 1)
            display.sync()
            time.sleep(PRESS_S)
            xtest.fake_input(display, X.ButtonRelease, 1)
            display.sync()
        finally:
            display.close()

    def elements(self) -> dict[str, Any]:
        """What is on the screen, as the terminal describes it."""
        try:
            answer = requests.get(self.elements_url, timeout=DESCRIBE_LIMIT_S)
            answer.raise_for_status()
        except requests.RequestException:
            raise ScreenError("the terminal does not answer") from None
        return answer.json()

    def tap_element(self, element_id: str) -> dict[str, Any]:
        """Touch the middle of one element; the element as it was."""
        for element in self.elements()["elements"]:
            if element["id"] == element_id:
                if not element.get("is_enabled", True):
                    raise ScreenError(f"{element_id} is disabled")
                x = round(element["x"] + element["width"] / 2)
                y = round(element["y"] + element["height"] / 2)
                self.tap(x, y)
                return element
        raise ScreenError(f"there is no {element_id} on the screen")


def _from_xwd(raw: bytes) -> np.ndarray[Any, Any]:
    """X11 window dump (XWDFile.h): big-endian header, colour table, then rows of 4-byte pixels."""
    header = np.frombuffer(raw, dtype=">u4", count=HEADER_WORDS)
    size, width, height, row_bytes, colours = (int(header[i]) for i in (0, 4, 5, 12, 19))
    offset = size + colours * 12
    rows = np.frombuffer(raw, dtype=np.uint8, count=row_bytes * height, offset=offset).reshape(height, row_bytes)
    return rows[:, : width * 4].reshape(height, width, 4)[:, :, :3]


def _encoded(kind: str, picture: np.ndarray[Any, Any]) -> bytes:
    is_done, data = cv2.imencode(kind, picture)
    if not is_done:
        raise ScreenError("the picture cannot be encoded")
    return data.tobytes()
