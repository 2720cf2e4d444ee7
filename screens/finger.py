"""One finger: a target answers when the finger lifts from where it came down, once, on the display it was meant for.

A page that has just come is not touched at once: what comes down on it then was meant for the page before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kiosk.flow.touches import KeyPressed, PageTurned, ScreenTouched, Touch
from screens.widgets.target import Target

Send = Callable[[int, Touch], None]

REPEATABLE = (KeyPressed, PageTurned)
"""Meant as often as touched."""


class Finger:
    """Follows the first finger on the glass; others are ignored until it lifts."""

    def __init__(self, send: Send, now_s: Callable[[], float], repeat_guard_s: float, new_page_guard_s: float) -> None:
        self._send = send
        self._now_s = now_s
        self._repeat_guard_s = repeat_guard_s
        self._new_page_guard_s = new_page_guard_s
        self._page_came_at_s = float("-inf")
        self._uid: object = None
        self._target: Target | None = None
        self._serial = -1
        self._last: tuple[int, Touch] | None = None
        self._last_at_s = 0.0

    def down(self, uid: object, x: float, y: float, serial: int, targets: Iterable[Target]) -> None:
        if self._uid is not None:
            return
        self._uid, self._serial = uid, serial
        if not self.may_touch():
            return
        self._target = next((target for target in targets if _holds(target, x, y)), None)
        if self._target is None:
            self._send(serial, ScreenTouched())
        elif self._target.is_enabled:
            self._target.press(is_pressed=True)

    def up(self, uid: object, x: float, y: float, serial: int) -> Target | None:
        """The target that was meant, if any."""
        if uid != self._uid:
            return None
        target, self._uid, self._target = self._target, None, None
        if target is None:
            return None
        if not target.is_enabled or target.look is None:
            target.press(is_pressed=False)
            return None
        if serial != self._serial or not _holds(target, x, y):
            target.press(is_pressed=False)
            return None
        self._act(target, serial)
        return target

    def may_touch(self) -> bool:
        """False for a moment after a new page has come."""
        return self._now_s() - self._page_came_at_s >= self._new_page_guard_s

    def lift(self) -> None:
        """Forgets the finger: the picture under it has changed."""
        self._page_came_at_s = self._now_s()
        if self._target is not None:
            self._target.press(is_pressed=False)
        self._target = None

    def _act(self, target: Target, serial: int) -> None:
        if target.action is not None:
            target.action()
        if target.touch is not None and not self._is_same_again(serial, target):
            self._send(serial, target.touch)

    def _is_same_again(self, serial: int, target: Target) -> bool:
        touch = target.touch
        if target.is_repeatable or isinstance(touch, REPEATABLE):
            self._last = None  # a key in between: what follows is meant, however quick
            return False
        now_s = self._now_s()
        is_same = self._last == (serial, touch) and now_s - self._last_at_s < self._repeat_guard_s
        self._last, self._last_at_s = (serial, touch), now_s
        return is_same


def _holds(target: Target, x: float, y: float) -> bool:
    return target.x <= x < target.right and target.y <= y < target.top
