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


class Fonts:
    """The Chinese font in its two weights; opened at first use, each size once."""

    def __init__(self, regular: Path, bold: Path) -> None:
        self._paths = {False: regular, True: bold}
        self.at = lru_cache(maxsize=32)(self._at)

    def _at(self, em_dots: int, is_bold: bool) -> ImageFont.FreeTypeFont:
        path = self._paths[is_bold]
        try:
            return ImageFont.truetype(path, em_dots, layout_engine=ImageFont.Layout.BASIC)
        except OSError as error:
            raise ConfigurationError("font_missing") from error

    def width_dots(self, text: str, em_dots: int, is_bold: bool) -> int:
        return round(self.at(em_dots, is_bold).getlength(text))


def draw_line(
    pieces: Sequence[Piece], fonts: Fonts, em_dots: int, is_bold: bool, width_dots: int, height_dots: int
) -> DrawnLine:
    """One line of the paper. A single piece is as wide as its ink; several share the whole width."""
    font = fonts.at(em_dots, is_bold)
    canvas_dots = width_dots if len(pieces) > 1 else min(width_dots, _whole_bytes(font.getlength(pieces[0].text) + 2))
    image = Image.new("L", (canvas_dots, height_dots))
    draw = ImageDraw.Draw(image)
    ascent, descent = font.getmetrics()
    baseline = (height_dots + ascent - descent) // 2
    for piece in pieces:
        left = _left_dots(piece, font, canvas_dots)
        draw.text((left, baseline), piece.text, fill=255, font=font, anchor="ls")
    return _trimmed(image)


def _left_dots(piece: Piece, font: ImageFont.FreeTypeFont, canvas_dots: int) -> float:
    free = canvas_dots - font.getlength(piece.text)
    return {"left": 0.0, "center": free / 2, "right": free}[piece.align]


def _whole_bytes(dots: float) -> int:
    return (int(dots) + 7) // 8 * 8


def _trimmed(image: Image.Image) -> DrawnLine:
    ink = image.point([0] * INK_THRESHOLD + [255] * (256 - INK_THRESHOLD))
    box = ink.getbbox()
    if box is None:
        return DrawnLine(image.height, None, 0)
    _, top, _, bottom = box
    return DrawnLine(top, bitmap_of(ink.crop((0, top, ink.width, bottom))), image.height - bottom)


def bitmap_of(image: Image.Image) -> Bitmap:
    """White on black as an image is drawn here; the width is a multiple of 8."""
    rows = image.convert("1", dither=Image.Dither.NONE).tobytes()
    return Bitmap(without_realtime_commands(rows), (image.width + 7) // 8)


def without_realtime_commands(rows: bytes) -> bytes:
    """Printers obey DLE EOT, DLE ENQ and DLE DC4 even within a picture; one dot more makes them something else."""
    for second in (b"\x04", b"\x05", b"\x14"):
        rows = rows.replace(b"\x10" + second, b"\x18" + second)
    return rows
