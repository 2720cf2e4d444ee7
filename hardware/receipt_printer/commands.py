"""The ESC/POS commands that a receipt needs, as bytes. Names and clauses are those of Epson's ESC/POS reference.

Only commands that the common 58 and 80 mm printers share are here. Lengths are dots at 203 dpi (8 per mm), which
`INITIALIZE` also makes the printer's motion unit.
"""

from __future__ import annotations

from typing import Literal

DOTS_PER_MM = 8
MAX_FEED_DOTS = 255
PROCESS_ID_LENGTH = 4

ALIGNMENTS = {"left": 0, "center": 1, "right": 2}
QR_ERROR_CORRECTION = {"L": 48, "M": 49, "Q": 50, "H": 51}

INITIALIZE = (
    b"\x1b@"  # ESC @  modes back to their defaults
    b"\x1da\x00"  # GS a 0  no automatic status: an answer then belongs to a question
    b"\x1dP\xcb\xcb"  # GS P 203 203  motion units of one dot
)
CHINESE_MODE = b"\x1c&"  # FS &  two- and four-byte characters of GB 18030
USA_CHARACTERS = b"\x1bR\x00"  # ESC R 0  Chinese models otherwise print the yen sign for a dollar
LINE_FEED = b"\n"

REALTIME_STATUS = b"\x10\x04"  # DLE EOT n, n = 1..4
CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 8 with its fixed parameters
REQUEST_PAPER_STATUS = b"\x1dr\x01"  # GS r 1, answered in its turn among the data


def align(to: Literal["left", "center", "right"]) -> bytes:
    """ESC a"""
    return b"\x1ba" + bytes([ALIGNMENTS[to]])


def bold(is_on: bool) -> bytes:
    """ESC E"""
    return b"\x1bE" + bytes([is_on])


def character_size(width: int, height: int) -> bytes:
    """GS !: multiples 1..8 of the 12x24 (Han 24x24) dots character."""
    return b"\x1d!" + bytes([(width - 1) << 4 | (height - 1)])


def line_spacing(dots: int) -> bytes:
    """ESC 3"""
    return b"\x1b3" + bytes([dots])


def feed(dots: int) -> bytes:
    """ESC J, as often as the length needs."""
    full, rest = divmod(dots, MAX_FEED_DOTS)
    return b"\x1bJ\xff" * full + (b"\x1bJ" + bytes([rest]) if rest else b"")


def cut(margin_dots: int) -> bytes:
    """GS V 66: feed the last printed row to the cutter and `margin_dots` past it, then cut but for one point."""
    return b"\x1dVB" + bytes([margin_dots])


def raster(columns: bytes, width_bytes: int, scale: Literal[1, 2] = 1) -> bytes:
    """GS v 0: rows of `width_bytes` bytes, most significant bit leftmost; `scale` 2 doubles both directions."""
    mode = 3 if scale == 2 else 0
    height = len(columns) // width_bytes
    return b"\x1dv0" + bytes([mode]) + width_bytes.to_bytes(2, "little") + height.to_bytes(2, "little") + columns


def qr_code(content: bytes, module_dots: int, error_correction: str = "M") -> bytes:
    """GS ( k, functions 165 (model 2), 167, 169, 180 and 181."""
    return (
        _qr_function(b"A2\x00")
        + _qr_function(b"C" + bytes([module_dots]))
        + _qr_function(b"E" + bytes([QR_ERROR_CORRECTION[error_correction]]))
        + _qr_function(b"P0" + content)
        + _qr_function(b"Q0")
    )


def _qr_function(parameters: bytes) -> bytes:
    return b"\x1d(k" + (len(parameters) + 1).to_bytes(2, "little") + b"1" + parameters


def code128(data: bytes, module_dots: int, height_dots: int) -> bytes:
    """GS H 0, GS h, GS w, GS k 73; `data` begins with its code set (`{A`, `{B`, `{C`)."""
    settings = b"\x1dH\x00\x1dh" + bytes([height_dots]) + b"\x1dw" + bytes([module_dots])
    return settings + b"\x1dkI" + bytes([len(data)]) + data


def process_id(identifier: bytes) -> bytes:
    """GS ( H function 48: the printer answers with these four characters when all before them is printed."""
    return b"\x1d(H\x06\x0000" + identifier


def process_id_response(identifier: bytes) -> bytes:
    return b"\x37\x22" + identifier + b"\x00"
