"""The wires of python-escpos (network, USB, serial line), each with a limit on every wait.

The library opens and holds the device; reading and writing are ours, as its own have no write limit (USB, serial),
wait out the whole time for a byte that is already there (serial) or hide that the peer has gone (network).
"""

from __future__ import annotations

import os
import select
import socket
import termios
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from hardware.errors import ConfigurationError, DisconnectedError, NoAnswerError

if TYPE_CHECKING:
    from escpos.escpos import Escpos

READ_SIZE = 4096
WRITE_CHUNK = 4096
USB_PRINTER_CLASS = 7

LOST = (OSError, termios.error)
"""How a device that is gone shows itself; the second is no OSError, but a serial port raises it."""

LIBRARY_PROFILE = Path(__file__).with_name("library_profile.json")
"""In place of the library's database of printer models: reading that makes every start longer."""

Flow = Literal["none", "rts_cts", "xon_xoff"]


class Connection(ABC):
    """One way to the printer. Raises `DisconnectedError` when it is gone, `NoAnswerError` when it takes no more."""

    def __init__(self, write_timeout_s: float) -> None:
        self.write_timeout_s = write_timeout_s
        """Longest time without the printer taking a single byte."""
        self._printer: Escpos | None = None

    def open(self) -> None:
        os.environ.setdefault("ESCPOS_CAPABILITIES_FILE", str(LIBRARY_PROFILE))  # read when the library is imported
        from escpos.exceptions import Error

        self.close()
        printer = self._new_printer()
        try:
            self._open(printer)
            self._printer = printer
            self._prepare()
        except (Error, ValueError, *LOST) as error:
            self.close()
            raise DisconnectedError("not_found") from error

    def close(self) -> None:
        printer, self._printer = self._printer, None
        if printer is not None:
            with suppress(*LOST):
                self._close(printer)

    def write(self, data: bytes) -> None:
        """All of `data`, in pieces, each within the limit."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._write_some(bytes(rest[:WRITE_CHUNK])) :]

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, or arrives first within the time; empty when nothing does."""
        return self._read(timeout_s)

    def wait(self, timeout_s: float, alarm: int) -> None:
        """Until a byte is there, the time is over, or the file descriptor `alarm` becomes readable."""
        select.select([self.device, alarm], [], [], timeout_s)

    @property
    def device(self) -> Any:
        """The library's handle: socket, pyserial port or pyusb device."""
        if self._printer is None:
            raise DisconnectedError("not_open")
        return self._printer.device

    def _open(self, printer: Escpos) -> None:
        printer.open()

    def _close(self, printer: Escpos) -> None:
        printer.close()

    @abstractmethod
    def _new_printer(self) -> Escpos: ...

    @abstractmethod
    def _prepare(self) -> None:
        """Set the time limits, just after opening."""

    @abstractmethod
    def _write_some(self, data: bytes) -> int: ...

    @abstractmethod
    def _read(self, timeout_s: float) -> bytes: ...


class NetworkConnection(Connection):
    """Raw TCP, port 9100 on most printers."""

    def __init__(self, host: str, port: int, connect_timeout_s: float, write_timeout_s: float) -> None:
        super().__init__(write_timeout_s)
        self._address = (host, port)
        self._connect_timeout_s = connect_timeout_s

    def _new_printer(self) -> Escpos:
        from escpos.printer import Network

        return Network(*self._address, timeout=self._connect_timeout_s)

    def _open(self, printer: Escpos) -> None:
        """The library forgets to close a socket that could not connect."""
        printer.device = socket.create_connection(self._address, self._connect_timeout_s)

    def _prepare(self) -> None:
        self.device.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.device.settimeout(self.write_timeout_s)

    def _write_some(self, data: bytes) -> int:
        try:
            return self.device.send(data)
        except TimeoutError as error:
            raise NoAnswerError("not_taking_data") from error
        except OSError as error:
            raise DisconnectedError("connection_lost") from error

    def _read(self, timeout_s: float) -> bytes:
        try:
            if not _is_readable(self.device, timeout_s):
                return b""
            data = self.device.recv(READ_SIZE)
        except OSError as error:
            raise DisconnectedError("connection_lost") from error
        if not data:
            raise DisconnectedError("closed_by_printer")
        return data


class SerialConnection(Connection):
    """RS-232, 8N1; also printers that a USB adapter makes a serial port of."""

    def __init__(self, device: str, baud: int, flow: Flow, write_timeout_s: float) -> None:
        super().__init__(write_timeout_s)
        self._path = device
        self._baud = baud
        self._flow: Flow = flow

    def _new_printer(self) -> Escpos:
        from escpos.printer import Serial

        return Serial(devfile=self._path, baudrate=self._baud, timeout=0, xonxoff=self._flow == "xon_xoff")

    def _prepare(self) -> None:
        self.device.exclusive = True
        self.device.rtscts = self._flow == "rts_cts"
        self.device.write_timeout = self.write_timeout_s

    def _close(self, printer: Escpos) -> None:
        """The library flushes first, which waits for ever on a line that takes nothing."""
        device: Any = printer.device
        try:
            device.reset_output_buffer()
        finally:
            device.close()

    def _write_some(self, data: bytes) -> int:
        from serial import SerialTimeoutException

        try:
            self.device.write(data)
        except SerialTimeoutException as error:
            raise NoAnswerError("not_taking_data") from error
        except LOST as error:
            raise DisconnectedError("connection_lost") from error
        return len(data)

    def _read(self, timeout_s: float) -> bytes:
        try:
            if not _is_readable(self.device, timeout_s):
                return b""
            data = self.device.read(READ_SIZE)
        except LOST as error:
            raise DisconnectedError("connection_lost") from error
        if not data:
            raise DisconnectedError("connection_lost")
        return data


class UsbConnection(Connection):
    """USB printer class, by vendor and product; its endpoints are found rather than assumed."""

    def __init__(self, vendor: int, product: int, write_timeout_s: float) -> None:
        super().__init__(write_timeout_s)
        self._ids = (vendor, product)
        self._in = self._out = 0

    def _new_printer(self) -> Escpos:
        from escpos.printer import Usb

        return Usb(*self._ids, timeout=_milliseconds(self.write_timeout_s))

    def wait(self, timeout_s: float, alarm: int) -> None:
        """USB has nothing to select on: what comes meanwhile is read after the wait."""
        select.select([alarm], [], [], timeout_s)

    def _prepare(self) -> None:
        from usb.util import ENDPOINT_IN, endpoint_direction

        configuration: Any = self.device.get_active_configuration()
        interface = next((each for each in configuration if each.bInterfaceClass == USB_PRINTER_CLASS), None)
        if interface is None:
            raise ConfigurationError("no_printer_interface")
        addresses = [endpoint.bEndpointAddress for endpoint in interface]
        inward = [each for each in addresses if endpoint_direction(each) == ENDPOINT_IN]
        outward = [each for each in addresses if each not in inward]
        if not inward or not outward:
            raise ConfigurationError("one_way_printer")
        self._in, self._out = inward[0], outward[0]

    def _write_some(self, data: bytes) -> int:
        from usb.core import USBError, USBTimeoutError

        try:
            return self.device.write(self._out, data, _milliseconds(self.write_timeout_s))
        except USBTimeoutError as error:
            raise NoAnswerError("not_taking_data") from error
        except USBError as error:
            raise DisconnectedError("connection_lost") from error

    def _read(self, timeout_s: float) -> bytes:
        from usb.core import USBError, USBTimeoutError

        try:
            return bytes(self.device.read(self._in, READ_SIZE, _milliseconds(timeout_s)))
        except USBTimeoutError:
            return b""
        except USBError as error:
            raise DisconnectedError("connection_lost") from error


def _is_readable(device: Any, timeout_s: float) -> bool:
    return bool(select.select([device], [], [], timeout_s)[0])


def _milliseconds(seconds: float) -> int:
    """At least one: zero means for ever to libusb."""
    return max(1, round(seconds * 1000))
