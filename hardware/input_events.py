"""Linux input devices (`/dev/input/event*`): keys and switches as `struct input_event` of linux/input.h."""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from hardware.errors import ConfigurationError, DisconnectedError

EV_KEY, EV_SW = 0x01, 0x05
KEY_RELEASED, KEY_PRESSED, KEY_REPEATED = 0, 1, 2
SW_HEADPHONE_INSERT = 0x02

EVENT = struct.Struct("@llHHi")
"""Seconds, microseconds, type, code, value; 24 bytes on 64-bit machines."""
_EVIOCGRAB = 0x40044590
_EVIOCGSW_8 = 0x8008451B
"""The state of all switches in 8 bytes."""
_READ_SIZE = EVENT.size * 64


@dataclass(frozen=True)
class InputEvent:
    kind: int
    code: int
    value: int


class InputDevice:
    """One device, for this process alone: no window hears it. Methods raise `DeviceError` when it is lost."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._unread = b""

    @property
    def is_open(self) -> bool:
        return self._descriptor is not None

    def fileno(self) -> int:
        if self._descriptor is None:
            raise DisconnectedError("not_open")
        return self._descriptor

    def open(self) -> None:
        self.close()
        try:
            self._descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        except PermissionError:
            raise ConfigurationError("no_permission") from None
        except OSError:
            raise DisconnectedError("not_there") from None
        with suppress(OSError):  # another wire than the kernel's own has nothing to grab
            fcntl.ioctl(self._descriptor, _EVIOCGRAB, 1)

    def close(self) -> None:
        descriptor, self._descriptor, self._unread = self._descriptor, None, b""
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)

    def check(self) -> None:
        """Raises `DisconnectedError` when the device is gone, though nobody has read from it."""
        if not os.path.exists(self._path):  # noqa: PTH110  a device file, not a place for files
            raise DisconnectedError("unplugged")

    def read(self) -> Iterator[InputEvent]:
        """What has come so far."""
        try:
            data = os.read(self.fileno(), _READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            raise DisconnectedError("unplugged") from None
        if not data:
            raise DisconnectedError("unplugged")
        self._unread += data
        whole = len(self._unread) // EVENT.size * EVENT.size
        events, self._unread = self._unread[:whole], self._unread[whole:]
        for _seconds, _microseconds, kind, code, value in EVENT.iter_unpack(events):
            yield InputEvent(kind, code, value)

    def is_switched(self, code: int) -> bool | None:
        """How a switch stands now; None where the wire cannot tell."""
        states = bytearray(8)
        try:
            fcntl.ioctl(self.fileno(), _EVIOCGSW_8, states)
        except OSError:
            return None
        return bool(states[code // 8] >> code % 8 & 1)
