"""From whatever a phone sends to a photo for the card: judged by content, made small, without a trace of metadata.

Nothing of the file but its pixels goes on: the result is drawn and encoded anew, so a location, a thumbnail or a
hidden second file cannot survive. A picture's size is known before its pixels are unpacked, and too many are refused.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

WIDTH_PX: Final = 358
HEIGHT_PX: Final = 441
"""Of the photo on a card: 26 mm by 32 mm at 350 dots an inch."""
MAX_UPLOAD_BYTES: Final = 12 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
"""What a phone's camera makes; unpacked it is 150 MB."""
MAX_JPEG_BYTES: Final = 50_000
NARROWEST: Final = 0.70
WIDEST: Final = 0.90
"""Width by height; a phone held upright makes 3:4, the card wants 0.81, and the rest is cut off evenly."""
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_QUALITIES: Final = (90, 82, 74, 66, 58, 50, 40)
_BROKEN: Final = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What Pillow's readers raise over a damaged or made-up file."""


class PhotoFault(StrEnum):
    """Why a file cannot be the photo; each has its own words for the person."""

    MISSING = "missing"
    TOO_LARGE = "too_large"
    NOT_AN_IMAGE = "not_an_image"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    NOT_UPRIGHT = "not_upright"


@dataclass(frozen=True, repr=False)
class IdPhoto:
    """A JPEG of 358 x 441 pixels, at most 50 kB."""

    jpeg: bytes
    width_px: int = WIDTH_PX
    height_px: int = HEIGHT_PX


def id_photo(content: bytes) -> IdPhoto | PhotoFault:
    """The photo that this file holds, or why it holds none."""
    if not content:
        return PhotoFault.MISSING
    if len(content) > MAX_UPLOAD_BYTES:
        return PhotoFault.TOO_LARGE
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            return _fault(image) or IdPhoto(_jpeg(_upright(image)))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return PhotoFault.TOO_MANY_PIXELS
    except _BROKEN:
        return PhotoFault.NOT_AN_IMAGE


def _fault(image: Image.Image) -> PhotoFault | None:
    """The size comes first, from the head of the file: asking a PNG for its metadata unpacks it."""
    if image.width * image.height > MAX_PIXELS:
        return PhotoFault.TOO_MANY_PIXELS
    width, height = _turned_size(image)
    if width < WIDTH_PX or height < HEIGHT_PX:
        return PhotoFault.TOO_SMALL
    return None if NARROWEST <= width / height <= WIDEST else PhotoFault.NOT_UPRIGHT


_ORIENTATION_TAG: Final = 0x0112
_TURNED: Final = (5, 6, 7, 8)


def _turned_size(image: Image.Image) -> tuple[int, int]:
    """As it is to be looked at: a phone keeps the pixels as the sensor lies and says how to turn them."""
    width, height = image.size
    return (height, width) if image.getexif().get(_ORIENTATION_TAG) in _TURNED else (width, height)


def _upright(image: Image.Image) -> Image.Image:
    image.draft("RGB", (2 * HEIGHT_PX, 2 * HEIGHT_PX))  # a JPEG is unpacked no larger than it is needed
    turned = ImageOps.exif_transpose(image)
    if turned.mode in {"RGBA", "LA", "PA", "P"}:
        coloured = turned.convert("RGBA")
        ground = Image.new("RGBA", coloured.size, "white")
        turned = Image.alpha_composite(ground, coloured)
    return ImageOps.fit(turned.convert("RGB"), (WIDTH_PX, HEIGHT_PX), Image.Resampling.LANCZOS)


def _jpeg(image: Image.Image) -> bytes:
    """On a fresh canvas, so that nothing but pixels goes on; as good as the size allows."""
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    encoded = b""
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        clean.save(buffer, "JPEG", quality=quality, optimize=True)
        encoded = buffer.getvalue()
        if len(encoded) <= MAX_JPEG_BYTES:
            break
    return encoded


PREVIEW_WIDTH_PX: Final = 179


def preview(jpeg: bytes) -> bytes:
    """A small one for the phone's page on a slow line."""
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
        image.thumbnail((PREVIEW_WIDTH_PX, HEIGHT_PX))
        image.save(buffer, "JPEG", quality=70, optimize=True)
    return buffer.getvalue()
