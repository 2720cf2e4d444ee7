"""A document laid out on paper: `lay_out(Document, Style) -> Layout`, the bytes for the printer and their length.

Pure. Three ways to set text: `gb18030`, the printer's own characters; `raster`, every line drawn with our font; and
`mixed`, the printer's own but for lines with characters that its font may not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, assert_never

import segno
import zxingcpp
from PIL import Image

from hardware.ports import BarcodeBlock, Block, Document, Gap, PairLine, QrBlock, RuleLine, TextLine
from hardware.receipt_printer import code128, commands
from hardware.receipt_printer.raster import Align, Bitmap, DrawnLine, Fonts, Piece, bitmap_of, draw_line
from hardware.receipt_printer.wrapping import columns_of, printable, wrap

TextMode = Literal["gb18030", "raster", "mixed"]
Codes = Literal["native", "raster"]
Size = Literal["small", "normal", "large", "huge"]

BOTTOM_MARGIN_DOTS = 48
PAIR_GAP_DOTS = 24
PARAGRAPH_GAP_DOTS = 12
"""After a text of several lines, so that the next one is seen to be another."""

EM_DOTS: dict[Size, int] = {"small": 39, "normal": 42, "large": 62, "huge": 88}
"""Of our font, whose capitals are 0.733 em: nothing on a receipt is lower than 3.5 mm (28 dots)."""
NARROW_EM_DOTS: dict[Size, int] = {"small": 39, "normal": 39, "large": 52, "huge": 76}
"""On 58 mm paper; same least height."""
LINE_HEIGHT = 1.4
"""Distance of base lines in em."""

CHARACTER_DOTS = 12
"""Width of an ASCII character of the printer's font A; it is 24 high, a Han character 24 x 24."""
LEADING_DOTS = 12
TEXT_SIZES: dict[Size, tuple[int, int]] = {"small": (1, 2), "normal": (1, 2), "large": (2, 2), "huge": (3, 3)}
"""Width and height in multiples: single height would be 2.2 mm, too small to read in old age."""
NARROW_TEXT_SIZES: dict[Size, tuple[int, int]] = {**TEXT_SIZES, "huge": (2, 3)}
NARROW_DOTS = 384

RULE_MARGIN_DOTS = 20
RULES: dict[str, tuple[int, int]] = {"thin": (0xFF, 1), "thick": (0xFF, 2), "dashed": (0xF0, 1)}
"""Pattern of eight double dots, and how many double rows."""

CODE_MARGIN_DOTS = 16
QR_QUIET_ZONE_MODULES = 4
QR_MAX_MODULE_DOTS = 16
BARCODE_HEIGHT_DOTS = 88
BARCODE_MODULE_DOTS = (3, 2)

SUBSTITUTES = str.maketrans({"¥": "￥", "–": "-", "\u00a0": " "})
APOSTROPHE = re.compile(r"(?<=[A-Za-z])’(?=[A-Za-z ])")


@dataclass(frozen=True)
class Style:
    """How this printer is to be used. `fonts` is asked only for lines that are drawn."""

    fonts: Fonts
    width_dots: int = 576
    text_mode: TextMode = "mixed"
    codes: Codes = "native"


@dataclass(frozen=True, repr=False)
class Layout:
    data: bytes
    length_dots: int
    """From the first row to the cut; the blank before the first row is the printer's own."""

    def __repr__(self) -> str:
        return f"<Layout, {len(self.data)} bytes, {self.length_dots} dots>"


def open_fonts(style: Style) -> None:
    """Beforehand, so that the first receipt is ready as soon as the others; raises `ConfigurationError`."""
    if style.text_mode != "gb18030":
        for em_dots in _em_dots(style).values():
            style.fonts.open(em_dots)


def _em_dots(style: Style) -> dict[Size, int]:
    return NARROW_EM_DOTS if style.width_dots <= NARROW_DOTS else EM_DOTS


def lay_out(document: Document, style: Style) -> Layout:
    paper = _Paper()
    paper.put(commands.INITIALIZE)
    if style.text_mode != "raster":
        paper.put(commands.CHINESE_MODE + commands.USA_CHARACTERS)
    for block in document.blocks:
        _set_block(block, paper, style)
    paper.cut()
    return Layout(b"".join(paper.parts), paper.length_dots)


class _Paper:
    """Collects bytes; a mode is sent only when it changes, and blank paper is fed in one go."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.length_dots = 0
        self._blank_dots = 0
        self._modes: dict[str, bytes] = {
            "align": commands.align("left"),
            "bold": commands.bold(False),
            "size": commands.character_size(1, 1),
        }

    def put(self, data: bytes) -> None:
        self.parts.append(data)

    def feed(self, dots: int) -> None:
        self._blank_dots += dots
        self.length_dots += dots

    def print(self, data: bytes, height_dots: int, **modes: bytes) -> None:
        self._feed_now()
        for name, command in modes.items():
            if self._modes.get(name) != command:
                self._modes[name] = command
                self.put(command)
        self.put(data)
        self.length_dots += height_dots

    def cut(self) -> None:
        self._feed_now()
        self.put(commands.cut(BOTTOM_MARGIN_DOTS))
        self.length_dots += BOTTOM_MARGIN_DOTS

    def _feed_now(self) -> None:
        self.put(commands.feed(self._blank_dots))
        self._blank_dots = 0


def _set_block(block: Block, paper: _Paper, style: Style) -> None:
    match block:
        case TextLine():
            _set_text(block, paper, style)
        case PairLine():
            _set_pair(block, paper, _setter(block.label + block.value, style))
        case RuleLine():
            _set_rule(block, paper, style)
        case QrBlock():
            _set_qr(block, paper, style)
        case BarcodeBlock():
            _set_barcode(block, paper, style)
        case Gap():
            paper.feed(block.height_mm * commands.DOTS_PER_MM)
        case _:
            assert_never(block)


# --- text ----------------------------------------------------------------------------------------------------------


class _Setter(Protocol):
    """One way to bring a line of text on paper; widths are dots."""

    width_dots: int

    def clean(self, text: str) -> str: ...

    def width_of(self, text: str, size: Size, is_bold: bool) -> int: ...

    def put(self, paper: _Paper, pieces: tuple[Piece, ...], size: Size, is_bold: bool) -> None: ...


def _setter(text: str, style: Style) -> _Setter:
    if style.text_mode == "raster" or (style.text_mode == "mixed" and not is_in_every_font(text)):
        return _Drawn(style)
    return _Typed(style)


def is_in_every_font(text: str) -> bool:
    """ASCII and GBK, which every Chinese printer has; the rest of GB 18030 depends on the model."""
    return all(map(_is_in_every_font, printable(text).translate(SUBSTITUTES)))


def _is_in_every_font(character: str) -> bool:
    code = character.encode("gbk", errors="ignore")
    return character.isascii() or (len(code) == 2 and code == character.encode("gb18030"))


class _Typed:
    """The printer's own characters, GB 18030 in its Chinese mode."""

    def __init__(self, style: Style) -> None:
        self.width_dots = style.width_dots
        self._sizes = NARROW_TEXT_SIZES if style.width_dots <= NARROW_DOTS else TEXT_SIZES

    def clean(self, text: str) -> str:
        return APOSTROPHE.sub("'", printable(text).translate(SUBSTITUTES))

    def width_of(self, text: str, size: Size, is_bold: bool) -> int:  # noqa: ARG002  bold characters are no wider
        return columns_of(text) * CHARACTER_DOTS * self._sizes[size][0]

    def put(self, paper: _Paper, pieces: tuple[Piece, ...], size: Size, is_bold: bool) -> None:
        width, height = self._sizes[size]
        text, align = self._joined(pieces, size)
        line_dots = 2 * CHARACTER_DOTS * height + LEADING_DOTS
        paper.print(
            text.encode("gb18030") + commands.LINE_FEED,
            line_dots,
            align=commands.align(align),
            bold=commands.bold(is_bold),
            size=commands.character_size(width, height),
            spacing=commands.line_spacing(line_dots),
        )

    def _joined(self, pieces: tuple[Piece, ...], size: Size) -> tuple[str, Align]:
        """A pair becomes one line with spaces between."""
        if len(pieces) == 1:
            return pieces[0].text, pieces[0].align
        text = "".join(piece.text for piece in pieces)
        spaces = (self.width_dots - self.width_of(text, size, False)) // self.width_of(" ", size, False)
        return (" " * spaces).join(piece.text for piece in pieces), "left"


class _Drawn:
    """Our own font, dot by dot."""

    def __init__(self, style: Style) -> None:
        self.width_dots = style.width_dots
        self._fonts = style.fonts
        self._em_dots = _em_dots(style)

    def clean(self, text: str) -> str:
        return printable(text)

    def width_of(self, text: str, size: Size, is_bold: bool) -> int:
        return self._fonts.width_dots(text, self._em_dots[size], is_bold)

    def put(self, paper: _Paper, pieces: tuple[Piece, ...], size: Size, is_bold: bool) -> None:
        em_dots = self._em_dots[size]
        height_dots = round(em_dots * LINE_HEIGHT)
        line = draw_line(pieces, self._fonts, em_dots, is_bold, self.width_dots, height_dots)
        _put_drawn(paper, line, pieces[0].align if len(pieces) == 1 else "left")


def _put_drawn(paper: _Paper, line: DrawnLine, align: Align) -> None:
    paper.feed(line.blank_above_dots)
    if line.bitmap is not None:
        _put_bitmap(paper, line.bitmap, align)
    paper.feed(line.blank_below_dots)


def _put_bitmap(paper: _Paper, bitmap: Bitmap, align: Align, scale: Literal[1, 2] = 1) -> None:
    data = commands.raster(bitmap.rows, bitmap.width_bytes, scale)
    paper.print(data, bitmap.height_dots * scale, align=commands.align(align))


def _set_text(line: TextLine, paper: _Paper, style: Style) -> None:
    setter = _setter(line.text, style)
    texts = _wrapped(line.text, setter, line.size, line.is_bold)
    for text in texts:
        setter.put(paper, (Piece(text, line.align),), line.size, line.is_bold)
    if len(texts) > 1:
        paper.feed(PARAGRAPH_GAP_DOTS)


def _set_pair(pair: PairLine, paper: _Paper, setter: _Setter) -> None:
    label, value = setter.clean(pair.label), setter.clean(pair.value)
    width_of = _measure(setter, "normal", pair.is_bold)
    if width_of(label) + PAIR_GAP_DOTS + width_of(value) <= setter.width_dots:
        setter.put(paper, (Piece(label, "left"), Piece(value, "right")), "normal", pair.is_bold)
        return
    for text in _wrapped(label, setter, "normal", pair.is_bold):
        setter.put(paper, (Piece(text, "left"),), "normal", pair.is_bold)
    for text in _wrapped(value, setter, "normal", pair.is_bold):
        setter.put(paper, (Piece(text, "right"),), "normal", pair.is_bold)
    paper.feed(PARAGRAPH_GAP_DOTS)


def _wrapped(text: str, setter: _Setter, size: Size, is_bold: bool) -> list[str]:
    width_of = _measure(setter, size, is_bold)
    paragraphs = text.splitlines() or [""]
    return [line for each in paragraphs for line in wrap(setter.clean(each), setter.width_dots, width_of)]


def _measure(setter: _Setter, size: Size, is_bold: bool) -> Callable[[str], int]:
    return lambda text: setter.width_of(text, size, is_bold)


# --- rules and codes -----------------------------------------------------------------------------------------------


def _set_rule(rule: RuleLine, paper: _Paper, style: Style) -> None:
    pattern, double_rows = RULES[rule.style]
    width_bytes = style.width_dots // 16
    paper.feed(RULE_MARGIN_DOTS)
    _put_bitmap(paper, Bitmap(bytes([pattern]) * width_bytes * double_rows, width_bytes), "left", scale=2)
    paper.feed(RULE_MARGIN_DOTS)


def _set_qr(block: QrBlock, paper: _Paper, style: Style) -> None:
    content = block.content.encode()
    is_native = style.codes == "native" and min(content, default=0) >= 0x20
    symbol = _qr_symbol(content, is_native)
    modules = len(symbol.matrix)
    module_dots = _qr_module_dots(modules, block.size_mm, style.width_dots)
    quiet_dots = QR_QUIET_ZONE_MODULES * module_dots
    paper.feed(quiet_dots)
    if is_native:
        paper.print(commands.qr_code(content, module_dots), modules * module_dots, align=commands.align("center"))
    else:
        _put_modules(paper, symbol.matrix, module_dots, module_dots)
    paper.feed(quiet_dots)
    if block.caption:
        _set_text(TextLine(block.caption, "small", "center"), paper, style)


def _qr_symbol(content: bytes, is_size_enough: bool) -> segno.QRCode:
    """The choice of the mask takes most of the time, and the printer makes its own."""
    mask = 0 if is_size_enough else None
    return segno.make(content, error="m", mode="byte", mask=mask, micro=False, boost_error=False)


def _qr_module_dots(modules: int, size_mm: int, width_dots: int) -> int:
    wanted = size_mm * commands.DOTS_PER_MM // modules
    widest = width_dots // (modules + 2 * QR_QUIET_ZONE_MODULES)
    return max(1, min(wanted, widest, QR_MAX_MODULE_DOTS))


def _set_barcode(block: BarcodeBlock, paper: _Paper, style: Style) -> None:
    """Bars too wide for the paper are left out: the text below them says the same."""
    paper.feed(CODE_MARGIN_DOTS)
    module_dots = _barcode_module_dots(block.content, style.width_dots)
    if module_dots is not None:
        _put_bars(block.content, paper, style, module_dots)
        paper.feed(CODE_MARGIN_DOTS // 2)
    _set_text(TextLine(block.content, "small", "center"), paper, style)


def _barcode_module_dots(content: str, width_dots: int) -> int | None:
    if not code128.is_encodable(content):
        return None
    modules = code128.module_count(content)
    return next((dots for dots in BARCODE_MODULE_DOTS if modules * dots <= width_dots), None)


def _put_bars(content: str, paper: _Paper, style: Style, module_dots: int) -> None:
    if style.codes == "native":
        data = commands.code128(code128.printer_data(content), module_dots, BARCODE_HEIGHT_DOTS)
        paper.print(data, BARCODE_HEIGHT_DOTS, align=commands.align("center"))
        return
    symbol = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.Code128)
    bars = Image.fromarray(symbol.to_image(scale=1, add_quiet_zones=False)).convert("L")
    is_black = [value < 128 for value in bars.crop((0, 0, bars.width, 1)).tobytes()]
    _put_modules(paper, [is_black], module_dots, BARCODE_HEIGHT_DOTS)


def _put_modules(paper: _Paper, rows: Sequence[Sequence[int]], width_dots: int, height_dots: int) -> None:
    """Modules (non-zero is black) drawn at their size in dots, in the middle of whole bytes."""
    symbol = Image.new("1", (len(rows[0]), len(rows)))
    symbol.putdata([bool(module) for row in rows for module in row])
    symbol = symbol.resize((symbol.width * width_dots, symbol.height * height_dots), Image.Resampling.NEAREST)
    padded = Image.new("1", ((symbol.width + 7) // 8 * 8, symbol.height))
    padded.paste(symbol, ((padded.width - symbol.width) // 2, 0))
    _put_bitmap(paper, bitmap_of(padded), "center")
