"""The receipt printer: prints a document and says "printed" only when the printer has confirmed that it is on paper.

The printer is asked how it is, gets the bytes, and after them a request that it answers in its turn, when all before
it is printed; then it is asked once more. What it may still hold of an unconfirmed receipt is cleared, and what hangs
out of it is cut off before anybody else's receipt is begun.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never

from hardware.errors import BadResponseError, ConfigurationError, DeviceError, NoAnswerError
from hardware.ports import DeviceStatus, Document, DriverInfo, NotPrinted, Paper, Printed, PrintProblem, Reading
from hardware.receipt_printer import commands
from hardware.receipt_printer.connections import Connection, Flow, NetworkConnection, SerialConnection, UsbConnection
from hardware.receipt_printer.layout import Codes, Style, TextMode, lay_out
from hardware.receipt_printer.raster import Fonts
from hardware.receipt_printer.status import (
    LASTING,
    PrinterStatus,
    StatusTimes,
    ask,
    ask_status,
    device_status,
    drain,
    parse_status,
    problem_of,
)

BITS_PER_SERIAL_BYTE = 10  # 8N1
ANSWER_TO_GS_R_MASK = 0b1001_0000  # bits 4 and 7 are 0, while a real-time status has bit 4

Confirmation = Literal["process_id", "paper_status"]


@dataclass(frozen=True)
class Options:
    """What `kiosk.ini` may say about the printer."""

    connection: Literal["network", "usb", "serial"] = "network"
    host: str = "127.0.0.1"
    port: int = 9100
    device: str = "/dev/ttyS0"
    baud: int = 115_200
    flow: Flow = "none"
    usb_vendor: str = ""
    """Hexadecimal, as lsusb shows it; the product too."""
    usb_product: str = ""
    width_dots: int = 576
    """576 for 80 mm paper, 384 for 58 mm, at 203 dots per inch."""
    text_mode: Literal["auto", "gb18030", "raster", "mixed"] = "auto"
    """`auto` draws on a fast wire and types on a serial line, which could not keep up with the head."""
    codes: Codes = "native"
    font_path: str = ".build/fonts/NotoSansSC-Regular.otf"
    bold_font_path: str = ".build/fonts/NotoSansSC-Bold.otf"
    confirmation: Confirmation = "process_id"
    """`process_id` (GS ( H) where the model has it, else `paper_status` (GS r)."""
    head_to_cutter_mm: int = 15
    slowest_mm_per_s: float = 60.0
    connect_timeout_s: float = 3.0
    answer_timeout_s: float = 0.5
    write_timeout_s: float = 5.0
    done_margin_s: float = 3.0
    """Added to the time that the slowest head takes for the receipt."""
    check_interval_s: float = 0.3
    """While waiting for the confirmation: how often to look for an open cover or the end of the paper."""


DRIVER = DriverInfo(
    kind="receipt_printer",
    name="escpos",
    summary="ESC/POS receipt printer on the network, USB or a serial line",
    options=tuple(Options.__dataclass_fields__),
)


def build(options: Options, monotonic: Callable[[], float] = time.monotonic) -> EscposReceiptPrinter:
    return EscposReceiptPrinter(options, _connection(options), monotonic)


def _connection(options: Options) -> Connection:
    match options.connection:
        case "network":
            return NetworkConnection(options.host, options.port, options.connect_timeout_s, options.write_timeout_s)
        case "serial":
            return SerialConnection(options.device, options.baud, options.flow, options.write_timeout_s)
        case "usb":
            ids = _usb_id(options.usb_vendor), _usb_id(options.usb_product)
            return UsbConnection(*ids, options.write_timeout_s)
        case _:
            assert_never(options.connection)


def _usb_id(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError as error:
        raise ConfigurationError("usb_id_not_hexadecimal") from error


def style_of(options: Options) -> Style:
    fonts = Fonts(Path(options.font_path), Path(options.bold_font_path))
    return Style(fonts, options.width_dots, _text_mode(options), options.codes)


def _text_mode(options: Options) -> TextMode:
    if options.text_mode == "auto":
        return "mixed" if options.connection == "serial" else "raster"
    return options.text_mode


class EscposReceiptPrinter:
    """Implements `hardware.ports.ReceiptPrinter`; all calls come from one thread."""

    def __init__(self, options: Options, connection: Connection, monotonic: Callable[[], float]) -> None:
        self._options = options
        self._line = connection
        self._style = style_of(options)
        self._monotonic = monotonic
        self._times = StatusTimes(answer_s=options.answer_timeout_s, monotonic=monotonic)
        self._numbers = itertools.count(int(monotonic() * 1000))  # not those of the run before, still in the printer
        self._alarm = os.eventfd(0, os.EFD_NONBLOCK)
        self._has_leftover = False
        """Something of an unconfirmed receipt may hang out of the printer, or wait in it."""

    def open(self) -> None:
        if self._style.text_mode != "gb18030":
            self._style.fonts.check()
        self._line.open()
        if self._has_leftover:
            self._line.write(commands.CLEAR_BUFFERS)

    def close(self) -> None:
        self._line.close()

    def status(self) -> DeviceStatus:
        return device_status(ask_status(self._line, self._times))

    def poll(self, timeout_s: float) -> Sequence[Reading]:
        """A printer says nothing unasked; so this notices a lost wire, and clears the way after a failed receipt."""
        self._line.wait(timeout_s, self._alarm)
        with suppress(BlockingIOError):
            os.eventfd_read(self._alarm)
        self._line.read(0)
        if self._has_leftover and self._problem_now() is None:
            self._cut_leftover_off()
        return ()

    def wake(self) -> None:
        """End a `poll` early; from any thread."""
        os.eventfd_write(self._alarm, 1)

    def print_document(self, document: Document) -> Printed | NotPrinted:
        """Once a byte of the document has left, every outcome is a value, a lost wire too: it says that the receipt
        may have come out. A wire lost before that is raised.
        """
        layout = lay_out(document, self._style)
        length_mm = round(layout.length_dots / commands.DOTS_PER_MM) + self._options.head_to_cutter_mm
        problem = self._problem_now() or self._cut_leftover_off()
        if problem is not None:
            return NotPrinted(problem, may_have_printed=False)
        problem = self._put_on_paper(layout.data, length_mm)
        if problem is not None:
            return NotPrinted(problem, may_have_printed=True)
        return self._outcome_after(length_mm)

    def _problem_now(self) -> PrintProblem | None:
        try:
            return problem_of(ask_status(self._line, self._times))
        except (NoAnswerError, BadResponseError):
            return PrintProblem.NO_ANSWER

    def _outcome_after(self, length_mm: int) -> Printed | NotPrinted:
        try:
            status = ask_status(self._line, self._times)
        except DeviceError as error:
            return NotPrinted(_problem_of_error(error), may_have_printed=True)
        problem = problem_of(status)
        if problem is not None:
            return NotPrinted(problem, may_have_printed=True)
        return Printed(Paper.LOW if status.is_paper_low else Paper.FULL, length_mm)

    # --- bytes and their confirmation ------------------------------------------------------------------------------

    def _cut_leftover_off(self) -> PrintProblem | None:
        if not self._has_leftover:
            return None
        return self._put_on_paper(commands.INITIALIZE + commands.cut(0), self._options.head_to_cutter_mm)

    def _put_on_paper(self, data: bytes, length_mm: int) -> PrintProblem | None:
        """None when the printer has confirmed that all of `data` is printed."""
        self._has_leftover = True
        try:
            problem = self._send_and_wait(data, length_mm)
            if problem is not None:
                self._line.write(commands.CLEAR_BUFFERS)
        except DeviceError as error:
            problem = _problem_of_error(error)
        self._has_leftover = problem is not None
        return problem

    def _send_and_wait(self, data: bytes, length_mm: int) -> PrintProblem | None:
        drain(self._line, self._options.answer_timeout_s)
        request, confirms = self._confirmation()
        deadline = self._monotonic() + self._limit_s(len(data), length_mm)
        self._line.write(data + request)
        return self._wait_for(confirms, deadline)

    def _confirmation(self) -> tuple[bytes, Callable[[bytes], bool]]:
        """What to send after a document, and how to tell its answer in what the printer says."""
        match self._options.confirmation:
            case "process_id":
                identifier = f"{next(self._numbers) % 10_000:04}".encode()
                response = commands.process_id_response(identifier)
                return commands.process_id(identifier), lambda heard: response in heard
            case "paper_status":
                return commands.REQUEST_PAPER_STATUS, lambda heard: any(b & ANSWER_TO_GS_R_MASK == 0 for b in heard)
            case _:
                assert_never(self._options.confirmation)

    def _limit_s(self, size_bytes: int, length_mm: int) -> float:
        wire_s = size_bytes * BITS_PER_SERIAL_BYTE / self._options.baud if self._options.connection == "serial" else 0.0
        return wire_s + length_mm / self._options.slowest_mm_per_s + self._options.done_margin_s

    def _wait_for(self, confirms: Callable[[bytes], bool], deadline: float) -> PrintProblem | None:
        problem = PrintProblem.NO_ANSWER
        heard = b""
        while (left_s := deadline - self._monotonic()) > 0:
            news = self._line.read(min(left_s, self._options.check_interval_s))
            heard += news or self._hear_status()
            if confirms(heard):
                return None
            if not news and (status := self._status_in(heard[-4:])) is not None:
                problem = problem_of(status) or PrintProblem.NO_ANSWER
            if problem in LASTING:
                break
        return problem

    def _hear_status(self) -> bytes:
        """The four answers, or less; nothing is thrown away, as the confirmation may come among them."""
        heard = b""
        with suppress(NoAnswerError):
            for n in (1, 2, 3, 4):
                heard += ask(self._line, n, self._options.answer_timeout_s)
        return heard

    @staticmethod
    def _status_in(answers: bytes) -> PrinterStatus | None:
        try:
            return parse_status(answers)
        except BadResponseError:
            return None


def _problem_of_error(error: DeviceError) -> PrintProblem:
    return PrintProblem.NO_ANSWER if isinstance(error, NoAnswerError | BadResponseError) else PrintProblem.OFFLINE
