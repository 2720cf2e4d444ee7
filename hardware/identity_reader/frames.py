"""Frames of the resident-ID reader module (GA/T 467): pure, bytes in and values out.

    AA AA AA 96 69 | length, 2 bytes, big endian | payload | checksum

The length counts the payload and the checksum; the checksum is the XOR of the length bytes and the payload.
Nothing is escaped, so the preamble may occur inside a payload: frames are taken by length, and the search for
the next preamble starts only after an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import xor

from hardware.ports import Personal

PREAMBLE = bytes.fromhex("AAAAAA9669")
HEAD_BYTES = len(PREAMBLE) + 2
MIN_LENGTH = 3
"""The shortest command: code, parameter, checksum."""
MAX_LENGTH = 0x090A
"""The longest reply: text, photo and two fingerprints."""


class FrameFault(StrEnum):
    """Why a preamble was not the start of a frame."""

    CHECKSUM = "checksum"
    LENGTH = "length"


@dataclass(frozen=True, repr=False)
class Frame(Personal):
    payload: bytes


@dataclass(frozen=True, repr=False)
class Parsed(Personal):
    """What a piece of the byte stream held, in order, and the bytes that still wait for their rest."""

    found: tuple[Frame | FrameFault, ...]
    rest: bytes


def checksum(body: bytes) -> int:
    """XOR of the length bytes and the payload; over a body with its checksum it is 0."""
    return reduce(xor, body, 0)


def encode_frame(payload: bytes) -> bytes:
    body = (len(payload) + 1).to_bytes(2, "big") + payload
    return PREAMBLE + body + bytes([checksum(body)])


def parse(stream: bytes) -> Parsed:
    """Take every complete frame out of `stream`; call again with `rest` and what arrived since."""
    found: list[Frame | FrameFault] = []
    stream = _from_preamble(stream)
    while bytes_missing(stream) == 0:
        item, consumed = _take(stream)
        found.append(item)
        stream = _from_preamble(stream[consumed:])
    return Parsed(tuple(found), stream)


def bytes_missing(rest: bytes) -> int:
    """How many bytes must still arrive before `rest`, which starts like a frame, can be judged."""
    if len(rest) < HEAD_BYTES:
        return HEAD_BYTES - len(rest)
    length = _length_of(rest)
    if not MIN_LENGTH <= length <= MAX_LENGTH:
        return 0
    return max(0, HEAD_BYTES + length - len(rest))


def _take(stream: bytes) -> tuple[Frame | FrameFault, int]:
    """One judged frame and how far to go on: past the frame, or one byte on, so that a false start hides nothing."""
    length = _length_of(stream)
    if not MIN_LENGTH <= length <= MAX_LENGTH:
        return FrameFault.LENGTH, 1
    end = HEAD_BYTES + length
    if checksum(stream[len(PREAMBLE) : end]) != 0:
        return FrameFault.CHECKSUM, 1
    return Frame(stream[HEAD_BYTES : end - 1]), end


def _length_of(stream: bytes) -> int:
    return int.from_bytes(stream[len(PREAMBLE) : HEAD_BYTES], "big")


def _from_preamble(stream: bytes) -> bytes:
    """Drop what comes before the next preamble; keep an end that may be the start of one."""
    start = stream.find(PREAMBLE)
    if start >= 0:
        return stream[start:]
    longest = min(len(stream), len(PREAMBLE) - 1)
    kept = next((size for size in range(longest, 0, -1) if PREAMBLE.startswith(stream[-size:])), 0)
    return stream[len(stream) - kept :]
