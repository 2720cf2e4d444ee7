"""A serial line with limits on every wait, over pyserial."""

from __future__ import annotations

import errno
import termios
from typing import Protocol

import serial

from hardware.errors import ConfigurationError, DeviceError, DisconnectedError, NoAnswerError

LINE_ERRORS = (OSError, termios.error)
"""What pyserial lets through when a port vanishes; its own exceptions are OSErrors."""
READ_TICK_S = 0.05
"""A read returns after this long with what came; the caller keeps the deadline."""
WRITE_TIMEOUT_S = 1.0


class Line(Protocol):
    """What the driver needs of a wire. All but `close` raise `DeviceError` when the wire is gone."""

    def open(self) -> None: ...

    def close(self) -> None: ...

    def send(self, data: bytes) -> None:
        """Write all of `data`; what was still unread before it is thrown away."""
        ...

    def receive(self, size: int) -> bytes:
        """At most `size` bytes, fewer or none when the line is quiet for `READ_TICK_S`."""
        ...


class SerialLine:
    """8N1, opened for this process alone."""

    def __init__(self, port: str, baud: int) -> None:
        self._port = port
        self._baud = baud
        self._serial: serial.Serial | None = None

    def open(self) -> None:
        self.close()
        try:
            self._serial = serial.Serial(
                self._port, self._baud, timeout=READ_TICK_S, write_timeout=WRITE_TIMEOUT_S, exclusive=True
            )
        except (*LINE_ERRORS, ValueError) as error:
            raise _opening_error(error) from None

    def close(self) -> None:
        line, self._serial = self._serial, None
        if line is None:
            return
        try:
            line.close()
        except LINE_ERRORS:
            return  # the port vanished before us

    def send(self, data: bytes) -> None:
        line = self._opened()
        try:
            line.reset_input_buffer()
            line.write(data)
        except serial.SerialTimeoutException:
            raise NoAnswerError("write_blocked") from None
        except LINE_ERRORS:
            raise DisconnectedError("port_lost") from None

    def receive(self, size: int) -> bytes:
        line = self._opened()
        try:
            return line.read(size)
        except LINE_ERRORS:
            raise DisconnectedError("port_lost") from None

    def _opened(self) -> serial.Serial:
        if self._serial is None:
            raise DisconnectedError("port_closed")
        return self._serial


def _opening_error(error: Exception) -> DeviceError:
    if isinstance(error, ValueError):
        return ConfigurationError("port_settings")
    match getattr(error, "errno", None):
        case errno.EACCES | errno.EPERM:
            return ConfigurationError("port_not_permitted")
        case errno.EAGAIN | errno.EBUSY:
            return DeviceError("port_in_use")
        case _:
            return DisconnectedError("port_missing")
