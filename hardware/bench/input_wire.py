"""An input device on the bench: `struct input_event` records over a pseudo-terminal with a link to it."""

from __future__ import annotations

import os
import tty
from contextlib import suppress
from pathlib import Path

from hardware.input_events import EVENT

SYN_REPORT = (0, 0, 0)


class InputWire:
    """Plugged in or not. What is sent while nobody listens waits, as far as there is room."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self._near: int | None = None
        self._far = -1

    @property
    def is_plugged(self) -> bool:
        return self._near is not None

    def plug(self) -> None:
        if self.is_plugged:
            return
        near, far = os.openpty()
        tty.setraw(far)
        os.set_blocking(near, False)
        self._near, self._far = near, far
        self.link.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.link.with_name(self.link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(far))
        fresh.replace(self.link)

    def unplug(self) -> None:
        near, self._near = self._near, None
        if near is not None:
            self.link.unlink(missing_ok=True)
            os.close(near)
            os.close(self._far)

    def send(self, *events: tuple[int, int, int]) -> None:
        """(type, code, value) of each, and the report that ends them. The clock of a real one is of no use here."""
        if self._near is None:
            raise LookupError("it is unplugged")
        with suppress(BlockingIOError):
            os.write(self._near, b"".join(EVENT.pack(0, 0, *event) for event in (*events, SYN_REPORT)))
