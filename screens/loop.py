"""A main loop that waits for events instead of polling: idle costs nothing and a touch is answered at once.

Kivy sleeps for the rest of a frame, sixty times a second. Here the clock's idle method blocks in SDL until input, the
next clock event, or a second at most; other threads wake it with an SDL user event. While the canvas changes or
something is due at once, it keeps to the frame rate. Written for exactly one version of Kivy.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import kivy
from kivy.clock import ClockBase

KIVY_VERSION = "2.3.1"
LONGEST_WAIT_S = 1.0
LOOPS_AFTER_INPUT = 2
"""Poll and queue; dispatch and draw: only then may the loop rest."""

_SDL_USEREVENT = 0x8000
_SDL_EVENT_BYTES = 56
_DRIVERS_WITHOUT_INPUT = (b"offscreen", b"dummy")


class LoopError(RuntimeError):
    """The waiting loop does not fit the installed Kivy."""


class Waker(Protocol):
    def wait(self, timeout_s: float) -> bool:
        """True when something happened, False after the time."""
        ...

    def wake(self) -> None:
        """From any thread: ends a wait, or the next one if none is under way."""
        ...


class SdlWaker:
    """Waits in SDL's own queue, so that input from the display ends the wait too. Takes nothing out of the queue."""

    def __init__(self, sdl: ctypes.CDLL) -> None:
        self._sdl = sdl
        self._event = ctypes.create_string_buffer(_SDL_EVENT_BYTES)
        ctypes.memmove(self._event, ctypes.byref(ctypes.c_uint32(_SDL_USEREVENT)), 4)

    def wait(self, timeout_s: float) -> bool:
        return bool(self._sdl.SDL_WaitEventTimeout(None, ctypes.c_int(max(1, int(timeout_s * 1000)))))

    def wake(self) -> None:
        self._sdl.SDL_PushEvent(self._event)


class PlainWaker:
    """For video drivers without input: SDL would poll there, a condition does not."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def wait(self, timeout_s: float) -> bool:
        is_woken = self._event.wait(timeout_s)
        self._event.clear()
        return is_woken

    def wake(self) -> None:
        self._event.set()


def sdl_library() -> ctypes.CDLL:
    """The very SDL that Kivy has loaded: the one in the wheel's own library folder."""
    folder = Path(kivy.__file__).resolve().parent.parent / "Kivy.libs"
    found = sorted(folder.glob("libSDL2-2-*.so*"))
    if not found:
        raise LoopError("the library folder of Kivy's wheel holds no SDL")
    sdl = ctypes.CDLL(str(found[0]))
    sdl.SDL_GetCurrentVideoDriver.restype = ctypes.c_char_p
    sdl.SDL_WaitEventTimeout.argtypes = (ctypes.c_void_p, ctypes.c_int)
    sdl.SDL_PushEvent.argtypes = (ctypes.c_void_p,)
    return sdl


def make_waker() -> Waker:
    """After the window is open: only then is the video driver known."""
    sdl = sdl_library()
    return PlainWaker() if sdl.SDL_GetCurrentVideoDriver() in _DRIVERS_WITHOUT_INPUT else SdlWaker(sdl)


class WaitingIdle:
    """The idle method. `is_redraw_needed` asks the window's canvas."""

    def __init__(self, waker: Waker, is_redraw_needed: Callable[[], bool]) -> None:
        self._waker = waker
        self._is_redraw_needed = is_redraw_needed
        self._loops_to_run = 0

    def __call__(self, clock: Any) -> float:
        if self._loops_to_run > 0:
            self._loops_to_run -= 1
        else:
            self._rest(clock)
        now_s = clock.time()
        clock._dt = now_s - clock._last_tick  # noqa: SLF001 - what the method replaced here does
        clock._last_tick = now_s  # noqa: SLF001
        return now_s

    def _rest(self, clock: Any) -> None:
        due_s = seconds_to_next_event(clock)
        if due_s <= 0 or self._is_redraw_needed():
            due_s = clock._last_tick + 1 / (clock._max_fps or 60) - clock.time()  # noqa: SLF001
        if due_s > 0 and self._waker.wait(min(due_s, LONGEST_WAIT_S)):
            self._loops_to_run = LOOPS_AFTER_INPUT


def seconds_to_next_event(clock: Any) -> float:
    """0 when something is due now; a second when nothing is scheduled."""
    now_s = clock.time()
    waits = [
        0.0 if event.timeout <= 0 else event._last_dt + event.timeout - now_s  # noqa: SLF001 - public in the pxd
        for event in clock.get_events()
    ]
    return max(0.0, min(waits, default=LONGEST_WAIT_S))


def install(waker: Waker, is_redraw_needed: Callable[[], bool]) -> Callable[[], None]:
    """Patches the clock's class (`kivy.clock.Clock` is a proxy). Returns what takes the patch back."""
    if kivy.__version__ != KIVY_VERSION:
        raise LoopError(f"written for Kivy {KIVY_VERSION}, found {kivy.__version__}")
    idle = WaitingIdle(waker, is_redraw_needed)
    ClockBase.idle = lambda clock: idle(clock)  # noqa: PLW0108 - a function becomes a method, an object does not

    def take_back() -> None:
        del ClockBase.idle

    return take_back
