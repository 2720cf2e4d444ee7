"""Drawing lines of text as black dots, for printers whose own font has not all the characters, or not the beauty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from hardware.errors import ConfigurationError

INK_THRESHOLD = 120
"""Of 255: a dot is burnt from here on. A little below the middle, as thin strokes lose on thermal paper."""

BURNT = [0] * INK_THRESHOLD + [255] * (256 - INK_THRESHOLD)
OVERHANG_DOTS = 4
"""Some letters reach a little beyond their own width."""

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Bitmap:
    """Rows of `width_bytes` bytes, most significant bit leftmost, 1 is black."""

    rows: bytes
    width_bytes: int

    @property
    def height_dots(self) -> int:
        return len(self.rows) // self.width_bytes


@dataclass(frozen=True)
class DrawnLine:
    """A line with the blank dots around its ink told apart, as paper is fed faster than it is sent."""

    blank_above_dots: int
    bitmap: Bitmap | None
    blank_below_dots: int


@dataclass(frozen=True)
class Piece:
    """A text within a line, and the side of the paper it stands at."""

    text: str
    align: Align


@dataclass(frozen=True)
class Glyph:
    """A character's black dots; `left` and `top` are their distance from the pen on the base line."""

    dots: Image.Image
    left: int
    top: int


class Fonts:
    """The Chinese font in its two weights. Opened at first use; characters once drawn are kept, as receipts repeat."""

    def __init__(self, regular: Path, bold: Path) -> None:
        self._paths = {False: regular, True: bold}
        self._face = lru_cache(maxsize=32)(self._load)
        self.advance_dots = lru_cache(maxsize=8192)(self._advance)
        self.glyph = lru_cache(maxsize=2048)(self._draw)

    def open(self, em_dots: int) -> None:
        """Both weights of a size; raises `ConfigurationError` when a font file is missing or broken."""
        for is_bold in self._paths:
            self._face(em_dots, is_bold)

    def width_dots(self, text: str, em_dots: int, is_bold: bool) -> int:
        """Sum of the advances: set without kerning, as Chinese is."""
        return round(sum(self.advance_dots(character, em_dots, is_bold) for character in text))

    def baseline_dots(self, em_dots: int, is_bold: bool, height_dots: int) -> int:
        """Distance of the base line from the top of a line that is `height_dots` high."""
        ascent, descent = self._face(em_dots, is_bold).getmetrics()
        return (height_dots + ascent - descent) // 2

    def _load(self, em_dots: int, is_bold: bool) -> ImageFont.FreeTypeFont:
        try:
            return ImageFont.truetype(self._paths[is_bold], em_dots, layout_engine=ImageFont.Layout.BASIC)
        except OSError as error:
            raise ConfigurationError("font_missing") from error

    def _advance(self, character: str, em_dots: int, is_bold: bool) -> float:
        return self._face(em_dots, is_bold).getlength(character)

    def _draw(self, character: str, em_dots: int, is_bold: bool) -> Glyph:
        """In a cell of the font's own height: asking for the exact extent would take as long as drawing."""
        font = self._face(em_dots, is_bold)
        ascent, descent = font.getmetrics()
        width = round(self.advance_dots(character, em_dots, is_bold)) + 2 * OVERHANG_DOTS
        cell = Image.new("L", (width, ascent + descent))
        ImageDraw.Draw(cell).text((OVERHANG_DOTS, ascent), character, fill=255, font=font, anchor="ls")
        return Glyph(cell.point(BURNT, "1"), -OVERHANG_DOTS, -ascent)


def draw_line(
    pieces: Sequence[Piece], fonts: Fonts, em_dots: int, is_bold: bool, width_dots: int, height_dots: int
) -> DrawnLine:
    """One line of the paper. A single piece is as wide as its ink; several share the whole width."""
    widths = [fonts.width_dots(piece.text, em_dots, is_bold) for piece in pieces]
    canvas_dots = width_dots if len(pieces) > 1 else min(width_dots, (widths[0] + 7) // 8 * 8)
    canvas = Image.new("1", (max(8, canvas_dots), height_dots))
    baseline = fonts.baseline_dots(em_dots, is_bold, height_dots)
    for piece, width in zip(pieces, widths, strict=True):
        free = canvas.width - width
        pen = {"left": 0.0, "center": free / 2, "right": float(free)}[piece.align]
        for character in piece.text:
            glyph = fonts.glyph(character, em_dots, is_bold)
            canvas.paste(1, (round(pen) + glyph.left, baseline + glyph.top), glyph.dots)
            pen += fonts.advance_dots(character, em_dots, is_bold)
    return _trimmed(canvas)


def _trimmed(canvas: Image.Image) -> DrawnLine:
    box = canvas.getbbox()
    if box is None:
        return DrawnLine(canvas.height, None, 0)
    _, top, _, bottom = box
    return DrawnLine(top, bitmap_of(canvas.crop((0, top, canvas.width, bottom))), canvas.height - bottom)


def bitmap_of(image: Image.Image) -> Bitmap:
    """From an image of mode 1, where 1 is black; its width is a multiple of 8."""
    rows = image.tobytes()
    return Bitmap(without_realtime_commands(rows), (image.width + 7) // 8)


def without_realtime_commands(rows: bytes) -> bytes:
    """Printers obey DLE EOT, DLE ENQ and DLE DC4 even within a picture; one dot more makes them something else."""
    for second in (b"\x04", b"\x05", b"\x14"):
        rows = rows.replace(b"\x10" + second, b"\x18" + second)
    return rows
