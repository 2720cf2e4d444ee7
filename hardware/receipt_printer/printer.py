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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, assert_never

from hardware.errors import BadResponseError, ConfigurationError, DeviceError, NoAnswerError
from hardware.places import SERIAL_LINES, paths, usb_printers
from hardware.ports import DeviceStatus, Document, NotPrinted, Paper, Place, Printed, PrintProblem, Reading
from hardware.receipt_printer import commands
from hardware.receipt_printer.connections import Connection, Flow, NetworkConnection, SerialConnection, UsbConnection
from hardware.receipt_printer.layout import Codes, Style, TextMode, lay_out, open_fonts
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

    connection: Literal["network", "usb", "serial"] = field(
        default="network", metadata={"help": "the wire it hangs on"}
    )
    host: str = field(default="127.0.0.1", metadata={"help": "network: name or address"})
    port: int = field(default=9100, metadata={"help": "network: TCP port"})
    device: str = field(default="/dev/ttyS0", metadata={"help": "serial: port of this machine"})
    baud: int = field(default=115_200, metadata={"help": "serial: speed, as set in the printer"})
    flow: Flow = field(default="none", metadata={"help": "serial: how the printer says stop"})
    usb_vendor: str = field(default="", metadata={"help": "USB: vendor id as lsusb shows it, hexadecimal"})
    usb_product: str = field(default="", metadata={"help": "USB: product id, hexadecimal"})
    width_dots: int = field(default=576, metadata={"help": "576 for 80 mm paper, 384 for 58 mm"})
    text_mode: Literal["auto", "gb18030", "raster", "mixed"] = field(
        default="auto",
        metadata={
            "help": "raster draws each line, mixed only rare characters; auto is mixed on a serial line, else raster"
        },
    )
    codes: Codes = field(
        default="native", metadata={"help": "whether the printer or this machine draws QR codes and barcodes"}
    )
    font_path: str = field(default=".build/fonts/NotoSansSC-Regular.otf", metadata={"help": "font of drawn lines"})
    bold_font_path: str = field(default=".build/fonts/NotoSansSC-Bold.otf", metadata={"help": "its bold weight"})
    confirmation: Confirmation = field(
        default="process_id", metadata={"help": "process_id (GS ( H) where the model has it, else paper_status"}
    )
    head_to_cutter_mm: int = field(default=15, metadata={"help": "blank paper at the top of every receipt"})
    slowest_mm_per_s: float = field(default=60.0, metadata={"help": "the pace below which a receipt is given up"})
    done_margin_s: float = field(default=3.0, metadata={"help": "time for the confirmation beyond that pace"})
    connect_timeout_s: float = field(default=3.0, metadata={"help": "network: limit for connecting"})
    answer_timeout_s: float = field(default=0.5, metadata={"help": "limit for each answer about the status"})
    write_timeout_s: float = field(default=5.0, metadata={"help": "limit without the printer taking a byte"})
    check_interval_s: float = field(
        default=0.3, metadata={"help": "how often to look for trouble while waiting for the confirmation"}
    )

    def __post_init__(self) -> None:
        if self.width_dots % 16 or not 384 <= self.width_dots <= 832:
            raise ValueError("width_dots must be a multiple of 16 from 384 to 832")
        limits = (self.done_margin_s, self.connect_timeout_s, self.answer_timeout_s, self.write_timeout_s)
        if not all(0 < limit_s <= 60 for limit_s in (*limits, self.check_interval_s)):
            raise ValueError("time limits must be above 0 and at most 60 s")
        if self.slowest_mm_per_s <= 0 or self.baud <= 0:
            raise ValueError("speeds must be above 0")


def places(options: Options) -> tuple[Place, ...]:
    """A network printer is where its address is."""
    match options.connection:
        case "serial":
            return paths("device", options.device, SERIAL_LINES)
        case "usb":
            return usb_printers(options.usb_vendor, options.usb_product)
        case "network":
            return (Place((("host", options.host),), f"{options.host}:{options.port}"),)
        case _:
            assert_never(options.connection)


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
        open_fonts(self._style)
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
        return replace(self._printed(document), job_id=document.job_id)

    def _printed(self, document: Document) -> Printed | NotPrinted:
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
