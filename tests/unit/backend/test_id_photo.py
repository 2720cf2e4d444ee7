from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from backend.photos.processing import MAX_JPEG_BYTES, IdPhoto, PhotoFault, id_photo, preview


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def noise(width: int = 900, height: int = 1100) -> Image.Image:
    return Image.effect_noise((width, height), 90).convert("RGB")


def made(content: bytes) -> Image.Image:
    photo = id_photo(content)
    assert isinstance(photo, IdPhoto)
    assert len(photo.jpeg) <= MAX_JPEG_BYTES
    return Image.open(io.BytesIO(photo.jpeg))


def png_of(width: int, height: int) -> bytes:
    """A PNG whose head claims a size; a few bytes that would unpack to much."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_format_becomes_a_small_jpeg_of_the_cards_size(kind: str) -> None:
    image = made(encoded(noise(), kind))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (358, 441))


def test_the_worst_picture_keeps_to_the_size() -> None:
    assert made(encoded(noise(2000, 2500), "PNG")).size == (358, 441)


def test_the_file_decides_and_not_its_name() -> None:
    assert id_photo(encoded(noise(), "GIF")) is PhotoFault.NOT_AN_IMAGE
    assert id_photo(encoded(noise(), "TIFF")) is PhotoFault.NOT_AN_IMAGE


def test_a_picture_taken_with_a_turned_phone_stands_upright() -> None:
    image = Image.new("RGB", (1200, 900), "white")
    image.paste("black", (0, 0, 600, 900))  # left half, which turning puts on top
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = made(encoded(image, exif=exif))
    assert upright.getpixel((179, 20))[0] < 50
    assert upright.getpixel((179, 420))[0] > 200
    assert not upright.getexif()


def test_what_is_transparent_becomes_white() -> None:
    assert made(encoded(Image.new("RGBA", (600, 740), (0, 0, 0, 0)), "PNG")).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", PhotoFault.MISSING),
        (b"\x00" * 13_000_000, PhotoFault.TOO_LARGE),
        (b"hello", PhotoFault.NOT_AN_IMAGE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", PhotoFault.NOT_AN_IMAGE),
        (png_of(6_600, 8_000), PhotoFault.TOO_MANY_PIXELS),
        (png_of(10_000, 12_000), PhotoFault.TOO_MANY_PIXELS),
        (png_of(50_000, 60_000), PhotoFault.TOO_MANY_PIXELS),
        (png_of(900, 1_100), PhotoFault.NOT_AN_IMAGE),
        (encoded(noise(357, 441)), PhotoFault.TOO_SMALL),
        (encoded(noise(1200, 900)), PhotoFault.NOT_UPRIGHT),
        (encoded(noise(400, 1600)), PhotoFault.NOT_UPRIGHT),
    ],
    ids=lambda value: value.value if isinstance(value, PhotoFault) else "file",
)
def test_every_fault_has_its_own_word(content: bytes, fault: PhotoFault) -> None:
    assert id_photo(content) is fault


GOOD = [encoded(noise(500, 620), kind) for kind in ("JPEG", "PNG", "WEBP")]


@given(st.sampled_from(GOOD), st.integers(0, 10_000_000), st.binary(min_size=1, max_size=40), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_judged_and_never_raises(good: bytes, at: int, junk: bytes, is_cut: bool) -> None:
    at %= len(good)
    assert isinstance(id_photo(good[:at] + junk + (b"" if is_cut else good[at + len(junk) :])), IdPhoto | PhotoFault)


def test_the_preview_is_light() -> None:
    photo = id_photo(encoded(noise()))
    assert isinstance(photo, IdPhoto)
    assert len(preview(photo.jpeg)) < 20_000
