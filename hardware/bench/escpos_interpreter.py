"""A printer's understanding of ESC/POS, strict: what it does not know, it does not skip but records as a fault.

`receive` is the interface board (it answers real-time questions at once, wherever they stand in the data), `step` is
the mechanism (it obeys one command in its turn, unless the printer is stopped). Written from the command reference,
not from the driver: the two share no code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import segno
import zxingcpp
from PIL import Image

from hardware.bench.escpos_paper import DOTS_PER_MM, HEAD_TO_CUTTER_MM, PaperStrip, TextStyle, Typeface

NEAR_END_MM = 5_000.0
FULL_ROLL_MM = 80_000.0
MAX_FAULTS = 50
CHARACTER_HEIGHT = 24
DEFAULT_SPACING = 30

CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
REALTIME = re.compile(rb"\x10\x04[\x01-\x04]|\x10\x05[\x00-\x02]|\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08|\x10\x14")
STATUS_QUESTION = re.compile(rb"\x10\x04([\x01-\x04])", re.DOTALL)
NOTHING_BUT_QUESTIONS = re.compile(rb"(?:\x10\x04[\x01-\x04])+")
UNFINISHED_REALTIME = re.compile(
    rb"\x10(\x04)?\Z|\x10\x14(\x08(\x01(\x03(\x14(\x01(\x06(\x02)?)?)?)?)?)?)?\Z", re.DOTALL
)


@dataclass
class Health:
    """What can be wrong with the printer, set from outside."""

    cover_open: bool = False
    cutter_error: bool = False
    switched_offline: bool = False
    paper_mm: float = FULL_ROLL_MM

    @property
    def is_paper_out(self) -> bool:
        return self.paper_mm <= 0

    @property
    def is_stopped(self) -> bool:
        return self.cover_open or self.cutter_error or self.switched_offline or self.is_paper_out

    @property
    def paper(self) -> str:
        if self.is_paper_out:
            return "out"
        return "low" if self.paper_mm < NEAR_END_MM else "full"

    def realtime_status(self, n: int) -> int:
        """Answer to DLE EOT n."""
        bits = {
            1: self.is_stopped << 3,
            2: self.cover_open << 2 | self.is_paper_out << 5 | self.cutter_error << 6,
            3: self.cutter_error << 3,
            4: (self.paper != "full") * 0b1100 | self.is_paper_out * 0b110_0000,
        }
        return 0b1_0010 | bits[n]

    def paper_status(self) -> int:
        """Answer to GS r 1."""
        return (self.paper != "full") * 0b11 | self.is_paper_out * 0b1100


@dataclass(frozen=True)
class Step:
    """One command obeyed: the paper moved, and perhaps there is an answer or a receipt."""

    moved_mm: float = 0.0
    answer: bytes = b""
    cut: PaperStrip | None = None


class _Incomplete(Exception):  # noqa: N818  no error: the rest of the command has not arrived yet
    pass


class _Fault(Exception):  # noqa: N818  noted, then the mechanism goes on with the next byte
    pass


class _Reader:
    """Takes a command's bytes from the front of the buffer."""

    def __init__(self, data: bytearray) -> None:
        self._data = data
        self.position = 0

    def take(self, count: int) -> bytes:
        end = self.position + count
        if end > len(self._data):
            raise _Incomplete
        taken = bytes(self._data[self.position : end])
        self.position = end
        return taken

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        return int.from_bytes(self.take(2), "little")


@dataclass
class _Modes:
    """Everything that ESC @ puts back."""

    style: TextStyle = field(default_factory=TextStyle)
    align: int = 0
    spacing: int = DEFAULT_SPACING
    is_chinese: bool = False
    qr_model: int = 0
    qr_module: int = 3
    qr_correction: str = "L"
    qr_content: bytes = b""
    bar_height: int = 162
    bar_module: int = 3
    line: list[tuple[str, TextStyle]] = field(default_factory=list)


Handler = Callable[["Interpreter", _Reader], Step | None]


class Interpreter:
    def __init__(self, typeface: Typeface, width_dots: int = 576) -> None:
        self.health = Health()
        self.faults: list[str] = []
        self.width_dots = width_dots
        self.printed_mm = 0.0
        self.buffer = bytearray()
        self.strip = PaperStrip(width_dots)
        self.on_moved: Callable[[], None] = lambda: None
        self._held = b""
        self._typeface = typeface
        self._modes = _Modes()

    # --- interface board -------------------------------------------------------------------------------------------

    def receive(self, data: bytes) -> bytes:
        """Take bytes from the wire; returns the answers to the real-time questions among them."""
        data = self._held + data
        unfinished = UNFINISHED_REALTIME.search(data)
        end = unfinished.start() if unfinished else len(data)
        data, self._held = data[:end], data[end:]
        self.buffer += data
        if CLEAR_BUFFERS in data:
            self.forget(self.buffer.rindex(CLEAR_BUFFERS) + len(CLEAR_BUFFERS))
        if NOTHING_BUT_QUESTIONS.fullmatch(self.buffer):
            self.buffer.clear()
        return bytes(self.health.realtime_status(question[0]) for question in STATUS_QUESTION.findall(data))

    def forget(self, count: int | None = None) -> None:
        """Drop what is not printed yet: DLE DC4 8, or the power switch."""
        del self.buffer[: len(self.buffer) if count is None else count]
        self._modes.line.clear()

    def start_over(self) -> None:
        """As if taken out of its box: a full roll, nothing wrong, nothing begun."""
        self.forget()
        self.health = Health()
        self.faults.clear()
        self.strip = PaperStrip(self.width_dots)
        self._held = b""
        self._modes = _Modes()

    # --- mechanism -------------------------------------------------------------------------------------------------

    def step(self) -> Step | None:
        """Obey the next command; None when stopped, or when no whole command is there."""
        if self.health.is_stopped or not self.buffer:
            return None
        reader = _Reader(self.buffer)
        try:
            step = self._obey(reader)
        except _Incomplete:
            return None
        except _Fault as fault:
            self._note(str(fault), reader)
            step = None
        self._check_data(reader.position)
        del self.buffer[: reader.position]
        return step or Step()

    def _note(self, fault: str, reader: _Reader) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(f"{fault} [{bytes(self.buffer[: min(reader.position, 8)]).hex(' ')}]")

    def _check_data(self, count: int) -> None:
        """A real printer would have obeyed a real-time command within a picture or a code."""
        if count > 10 and (found := REALTIME.search(self.buffer, 1, count)):
            self.faults.append(f"real-time command within data [{found.group().hex(' ')}]")

    def _obey(self, reader: _Reader) -> Step | None:
        first = reader.byte()
        if first == 0x0A:
            return self._line_feed()
        if first in (0x1B, 0x1C, 0x1D):
            return self._obey_escape(bytes([first]) + reader.take(1), reader)
        if first == 0x10:
            return self._pass_realtime(reader)
        self._modes.line.append((self._character(first, reader), self._style()))
        return None

    def _obey_escape(self, prefix: bytes, reader: _Reader) -> Step | None:
        if prefix == b"\x1d(":
            prefix += reader.take(1)
        handler = HANDLERS.get(prefix)
        if handler is None:
            raise _Fault("unknown command")
        return handler(self, reader)

    def _pass_realtime(self, reader: _Reader) -> None:
        """Answered on arrival; here it only has to be stepped over."""
        second = reader.byte()
        if second == 0x04 and 1 <= reader.byte() <= 4:
            return
        raise _Fault("unknown real-time command")

    def _character(self, first: int, reader: _Reader) -> str:
        if 0x20 <= first <= 0x7E:
            return chr(first)
        if first < 0x81 or first == 0xFF:
            raise _Fault("unknown control character")
        if not self._modes.is_chinese:
            raise _Fault("character outside ASCII without Chinese mode")
        code = bytes([first]) + reader.take(1)
        if 0x30 <= code[1] <= 0x39:
            code += reader.take(2)
        try:
            return code.decode("gb18030")
        except UnicodeDecodeError:
            raise _Fault("not GB 18030") from None

    def _style(self) -> TextStyle:
        style = self._modes.style
        return TextStyle(style.width, style.height, style.is_bold)

    def _line_feed(self) -> Step:
        line, self._modes.line = self._modes.line, []
        glyphs = [self._typeface.glyph(c, s.width, s.height, s.is_bold) for c, s in line]
        height = max((glyph.height for glyph in glyphs), default=0)
        advance = max(self._modes.spacing, height)
        if not glyphs:
            return self._feed(advance)
        picture = Image.new("L", (sum(glyph.width for glyph in glyphs), height))
        left = 0
        for glyph in glyphs:
            picture.paste(glyph, (left, height - glyph.height))
            left += glyph.width
        self.strip.contents.lines.append("".join(character for character, _ in line))
        return self._burn(picture, advance)

    def _burn(self, picture: Image.Image, advance: int) -> Step:
        if not self.strip.burn(picture, self._modes.align, advance):
            self.faults.append(f"wider than the paper ({picture.width} dots)")
        return self._moved(advance)

    def _feed(self, dots: int) -> Step:
        self.strip.feed(dots)
        return self._moved(dots)

    def _moved(self, dots: int) -> Step:
        moved_mm = dots / DOTS_PER_MM
        self.printed_mm += moved_mm
        self.health.paper_mm = max(0.0, self.health.paper_mm - moved_mm)
        self.on_moved()
        return Step(moved_mm)

    def _line_start_only(self, name: str) -> None:
        if self._modes.line:
            raise _Fault(f"{name} in the middle of a line")

    # --- commands --------------------------------------------------------------------------------------------------

    def initialize(self, _: _Reader) -> None:
        self._modes = _Modes()

    def set_automatic_status(self, reader: _Reader) -> None:
        if reader.byte() != 0:
            raise _Fault("automatic status is not built into this printer")

    def set_motion_units(self, reader: _Reader) -> None:
        if reader.take(2) != b"\xcb\xcb":
            raise _Fault("this head has 203 dots per inch")

    def set_chinese(self, _: _Reader) -> None:
        self._modes.is_chinese = True

    def set_ascii(self, _: _Reader) -> None:
        self._modes.is_chinese = False

    def set_international(self, reader: _Reader) -> None:
        if reader.byte() != 0:
            raise _Fault("national variants of ASCII are not built into this printer")

    def set_align(self, reader: _Reader) -> None:
        value = reader.byte()
        self._line_start_only("alignment")
        if value > 2:
            raise _Fault("unknown alignment")
        self._modes.align = value

    def set_bold(self, reader: _Reader) -> None:
        self._modes.style.is_bold = bool(reader.byte() & 1)

    def set_size(self, reader: _Reader) -> None:
        value = reader.byte()
        if value & 0x88:
            raise _Fault("unknown character size")
        self._modes.style.width, self._modes.style.height = (value >> 4) + 1, (value & 7) + 1

    def set_spacing(self, reader: _Reader) -> None:
        self._modes.spacing = reader.byte()

    def feed(self, reader: _Reader) -> Step:
        dots = reader.byte()
        self._line_start_only("feed")
        return self._feed(dots)

    def raster(self, reader: _Reader) -> Step:
        """GS v 0 m xL xH yL yH d1..dk"""
        zero, mode, width_bytes, height = reader.byte(), reader.byte(), reader.number(), reader.number()
        if zero != 0x30 or mode > 3 or not width_bytes or not height:
            raise _Fault("unknown raster picture")
        rows = reader.take(width_bytes * height)
        self._line_start_only("picture")
        picture = Image.frombytes("1", (width_bytes * 8, height), rows).convert("L")
        size = (picture.width * (1 + mode % 2), height * (1 + mode // 2))
        self.strip.contents.pictures += 1
        return self._burn(picture.resize(size, Image.Resampling.NEAREST), size[1])

    def symbol(self, reader: _Reader) -> Step | None:
        """GS ( k pL pH cn fn ...: QR codes only (cn 49)."""
        parameters = reader.take(reader.number())
        kind, function, values = parameters[0], parameters[1], parameters[2:]
        if kind != 49:
            raise _Fault("unknown two-dimensional symbol")
        match function:
            case 65 if values in (b"1\x00", b"2\x00"):
                self._modes.qr_model = values[0] - 48
            case 67 if len(values) == 1 and 1 <= values[0] <= 16:
                self._modes.qr_module = values[0]
            case 69 if len(values) == 1 and 48 <= values[0] <= 51:
                self._modes.qr_correction = "LMQH"[values[0] - 48]
            case 80 if values[:1] == b"0" and len(values) > 1:
                self._modes.qr_content = values[1:]
            case 81 if values == b"0":
                return self._print_qr()
            case _:
                raise _Fault("unknown function of a QR code")
        return None

    def _print_qr(self) -> Step:
        self._line_start_only("QR code")
        modes = self._modes
        if modes.qr_model != 2 or not modes.qr_content:
            raise _Fault("QR code without model 2 or content")
        symbol = segno.make(modes.qr_content, error=modes.qr_correction, micro=False, boost_error=False)
        modules = [255 if dark else 0 for row in symbol.matrix for dark in row]
        side = len(symbol.matrix)
        picture = Image.new("L", (side, side))
        picture.putdata(modules)
        self.strip.contents.qr_codes.append(modes.qr_content.decode("utf-8", "replace"))
        size = side * modes.qr_module
        return self._burn(picture.resize((size, size), Image.Resampling.NEAREST), size)

    def set_barcode_text(self, reader: _Reader) -> None:
        if reader.byte() != 0:
            raise _Fault("text below barcodes is not built into this printer")

    def set_barcode_height(self, reader: _Reader) -> None:
        self._modes.bar_height = reader.byte()

    def set_barcode_module(self, reader: _Reader) -> None:
        self._modes.bar_module = reader.byte()
        if not 2 <= self._modes.bar_module <= 6:
            raise _Fault("unknown width of bars")

    def barcode(self, reader: _Reader) -> Step:
        """GS k 73 n d1..dn: Code 128 only."""
        kind, count = reader.byte(), reader.byte()
        data = reader.take(count)
        self._line_start_only("barcode")
        if kind != 73:
            raise _Fault("unknown barcode")
        content = code128_content(data)
        symbol = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.Code128)
        bars = Image.fromarray(symbol.to_image(scale=1, add_quiet_zones=False)).convert("L").point(lambda v: 255 - v)
        row = bars.crop((0, 0, bars.width, 1))
        self.strip.contents.barcodes.append(content)
        size = (row.width * self._modes.bar_module, self._modes.bar_height)
        return self._burn(row.resize(size, Image.Resampling.NEAREST), size[1])

    def request_response(self, reader: _Reader) -> Step:
        """GS ( H function 48: the process id is answered when all before it is on paper."""
        parameters = reader.take(reader.number())
        identifier = parameters[2:]
        if parameters[:2] != b"00" or len(identifier) != 4 or not all(32 <= c <= 126 for c in identifier):
            raise _Fault("unknown response request")
        return Step(answer=b"\x37\x22" + identifier + b"\x00")

    def transmit_status(self, reader: _Reader) -> Step:
        if reader.byte() not in (1, 49):
            raise _Fault("unknown status request")
        return Step(answer=bytes([self.health.paper_status()]))

    def cut(self, reader: _Reader) -> Step:
        """GS V 66 n"""
        if reader.byte() not in (65, 66):
            raise _Fault("unknown cut")
        margin = reader.byte()
        self._line_start_only("cut")
        step = self._feed(margin)
        head_to_cutter = self._blank_before_next(HEAD_TO_CUTTER_MM)
        cut, self.strip = self.strip, PaperStrip(self.width_dots)
        return Step(step.moved_mm + head_to_cutter, cut=cut)

    def _blank_before_next(self, mm: float) -> float:
        self.health.paper_mm = max(0.0, self.health.paper_mm - mm)
        self.printed_mm += mm
        return mm


def code128_content(data: bytes) -> str:
    """What the bars will say, from the printer's notation of code sets."""
    content, code_set = "", ""
    rest = data
    while rest:
        if rest[:1] == b"{" and rest[1:2] in (b"A", b"B", b"C"):
            code_set, rest = chr(rest[1]), rest[2:]
            continue
        content += _code128_symbol(code_set, rest)
        rest = rest[2:] if rest[:2] == b"{{" else rest[1:]
    return content


def _code128_symbol(code_set: str, rest: bytes) -> str:
    if code_set == "C" and rest[0] < 100:
        return f"{rest[0]:02}"
    if code_set in ("A", "B") and 0x20 <= rest[0] <= 0x7E and (rest[:1] != b"{" or rest[:2] == b"{{"):
        return chr(rest[0])
    raise _Fault("not Code 128")


HANDLERS: dict[bytes, Handler] = {
    b"\x1b@": Interpreter.initialize,
    b"\x1da": Interpreter.set_automatic_status,
    b"\x1dP": Interpreter.set_motion_units,
    b"\x1c&": Interpreter.set_chinese,
    b"\x1c.": Interpreter.set_ascii,
    b"\x1bR": Interpreter.set_international,
    b"\x1ba": Interpreter.set_align,
    b"\x1bE": Interpreter.set_bold,
    b"\x1d!": Interpreter.set_size,
    b"\x1b3": Interpreter.set_spacing,
    b"\x1bJ": Interpreter.feed,
    b"\x1dv": Interpreter.raster,
    b"\x1d(k": Interpreter.symbol,
    b"\x1dH": Interpreter.set_barcode_text,
    b"\x1dh": Interpreter.set_barcode_height,
    b"\x1dw": Interpreter.set_barcode_module,
    b"\x1dk": Interpreter.barcode,
    b"\x1d(H": Interpreter.request_response,
    b"\x1dr": Interpreter.transmit_status,
    b"\x1dV": Interpreter.cut,
}
"""Command -> what obeys it, after its name has been read."""
