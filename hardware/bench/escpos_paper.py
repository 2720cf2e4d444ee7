"""The paper of the bench printer: what the head burns into it, and the picture of the piece that the cutter drops."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, ImageFont

DOTS_PER_MM = 8
HEAD_TO_CUTTER_MM = 15
"""The cutter stands this far behind the head: every receipt begins with as much blank paper."""

CELL = 12
BASELINE = 21
HAN_EM = 24
LATIN_EM = 22
SIDE_MARGIN_MM = 4
SHADOW = 28
TOOTH = 8
DESK = (222, 225, 229)
PAPER = (253, 252, 249)
INK = (38, 36, 41)


@dataclass
class TextStyle:
    """Modes of the printer that a character is printed in."""

    width: int = 1
    height: int = 1
    is_bold: bool = False


@dataclass
class Contents:
    """What can be read on a receipt."""

    lines: list[str] = field(default_factory=list)
    qr_codes: list[str] = field(default_factory=list)
    barcodes: list[str] = field(default_factory=list)
    pictures: int = 0


class Typeface:
    """Stands for the character generator: 12 x 24 dots for ASCII, 24 x 24 for all else."""

    def __init__(self, path: Path) -> None:
        self._han = ImageFont.truetype(path, HAN_EM, layout_engine=ImageFont.Layout.BASIC)
        self._latin = ImageFont.truetype(path, LATIN_EM, layout_engine=ImageFont.Layout.BASIC)
        self.glyph = lru_cache(maxsize=4096)(self._glyph)

    def _glyph(self, character: str, width: int, height: int, is_bold: bool) -> Image.Image:
        cell = self._latin_cell(character) if character.isascii() else self._han_cell(character)
        if is_bold:
            cell.paste(255, (1, 0), cell.copy().crop((0, 0, cell.width - 1, cell.height)))
        black = cell.point([0] * 110 + [255] * 146)
        return black.resize((cell.width * width, cell.height * height), Image.Resampling.NEAREST)

    def _han_cell(self, character: str) -> Image.Image:
        cell = Image.new("L", (2 * CELL, 2 * CELL))
        ImageDraw.Draw(cell).text((0, BASELINE), character, fill=255, font=self._han, anchor="ls")
        return cell

    def _latin_cell(self, character: str) -> Image.Image:
        natural = max(1, round(self._latin.getlength(character)))
        drawn = Image.new("L", (natural, 2 * CELL))
        ImageDraw.Draw(drawn).text((0, BASELINE - 1), character, fill=255, font=self._latin, anchor="ls")
        cell = Image.new("L", (CELL, 2 * CELL))
        squeezed = drawn.resize((min(natural, CELL), 2 * CELL), Image.Resampling.LANCZOS)
        cell.paste(squeezed, ((CELL - squeezed.width) // 2, 0))
        return cell


class PaperStrip:
    """The paper since the last cut, row by row: black dots of the head's width."""

    def __init__(self, width_dots: int) -> None:
        self.width_dots = width_dots
        self.contents = Contents()
        self.length_dots = 0
        self._burnt: list[tuple[int, Image.Image]] = []

    def feed(self, dots: int) -> None:
        self.length_dots += dots

    def burn(self, picture: Image.Image, align: int, advance_dots: int) -> bool:
        """Put a picture (255 is black) at the head and move on; False when it is wider than the paper."""
        free = self.width_dots - picture.width
        row = Image.new("L", (self.width_dots, picture.height))
        row.paste(picture, ((0, free // 2, free)[align] if free > 0 else 0, 0))
        self._burnt.append((self.length_dots, row))
        self.length_dots += advance_dots
        return free >= 0

    def dots(self) -> Image.Image:
        """All rows as burnt, 255 is black."""
        whole = Image.new("L", (self.width_dots, max(1, self.length_dots)))
        for top, row in self._burnt:
            whole.paste(row, (0, top), row)
        return whole


def picture_of(strip: PaperStrip) -> Image.Image:
    """The receipt as it lies on a desk, one pixel per dot."""
    margin = SIDE_MARGIN_MM * DOTS_PER_MM
    top = HEAD_TO_CUTTER_MM * DOTS_PER_MM
    paper = Image.new("RGB", (strip.width_dots + 2 * margin, strip.length_dots + top), PAPER)
    paper.paste(INK, (margin, top), strip.dots())
    outline = _torn_outline(paper.width, paper.height)
    desk = Image.new("RGB", (paper.width + 2 * SHADOW, paper.height + 2 * SHADOW), DESK)
    shadow = Image.new("L", desk.size)
    shadow.paste(90, (SHADOW, SHADOW + 6), outline)
    desk.paste((60, 62, 70), (0, 0), shadow.filter(ImageFilter.GaussianBlur(9)))
    desk.paste(paper, (SHADOW, SHADOW), outline)
    return desk


def _torn_outline(width: int, height: int) -> Image.Image:
    """Small teeth where the cutter went, at both ends."""
    outline = Image.new("L", (width, height))
    xs = range(0, width + TOOTH, TOOTH)
    upper = [(x, TOOTH // 2 * (i % 2)) for i, x in enumerate(xs)]
    lower = [(x, height - 1 - TOOTH // 2 * (i % 2)) for i, x in enumerate(xs)]
    ImageDraw.Draw(outline).polygon([*upper, *reversed(lower)], fill=255)
    return outline


def codes_in(picture: Image.Image) -> list[str]:
    """QR codes and barcodes as a phone or a hand-held scanner reads them from the paper."""
    found: Any = zxingcpp.read_barcodes(picture.convert("L"))
    return [barcode.text for barcode in found]
