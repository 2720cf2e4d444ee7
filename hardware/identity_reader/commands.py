"""Commands of the resident-ID reader module and the meaning of its status byte (GA/T 467)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType

from hardware.identity_reader.frames import encode_frame
from hardware.ports import Personal

STATUS_BYTES = 3
"""Every reply starts with SW1 SW2 SW3; only SW3 decides, the other two forward the card's own status."""
CARD_FOUND = 0x9F
TEXT_BYTES = 256
PHOTO_BYTES = 1024


class Command(Enum):
    """Code and parameter. Reading with fingerprints (30 10) is left out on purpose: what is not read needs no care."""

    RESET = (0x10, 0xFF)
    STATUS = (0x11, 0xFF)
    MODULE_ID = (0x12, 0xFF)
    FIND = (0x20, 0x01)
    SELECT = (0x20, 0x02)
    READ_TEXT_AND_PHOTO = (0x30, 0x01)

    @property
    def payload(self) -> bytes:
        return bytes(self.value)

    @property
    def frame(self) -> bytes:
        return encode_frame(self.payload)


class Outcome(StrEnum):
    """What a status byte asks of the terminal."""

    SUCCESS = "success"
    ABSENT = "absent"
    """The item is not on the card."""
    NO_CARD = "no_card"
    HOLD_STILL = "hold_still"
    SUSPECT = "suspect"
    OTHER_KIND = "other_kind"
    RANDOM_FAILED = "random_failed"
    """Once it is the card, again and again it is the module."""
    LINE_NOISE = "line_noise"
    OUT_OF_SERVICE = "out_of_service"


OUTCOMES: Mapping[int, Outcome] = MappingProxyType(
    {
        0x90: Outcome.SUCCESS,
        CARD_FOUND: Outcome.SUCCESS,
        0x91: Outcome.ABSENT,
        0x80: Outcome.NO_CARD,  # also: the card that was read still lies there
        0x81: Outcome.HOLD_STILL,  # select failed
        0x41: Outcome.HOLD_STILL,  # read failed
        0x31: Outcome.SUSPECT,  # the card does not accept the module
        0x32: Outcome.SUSPECT,  # the module does not accept the card
        0x33: Outcome.SUSPECT,  # check of the text failed
        0x37: Outcome.SUSPECT,  # check of the fingerprint failed
        0x3F: Outcome.SUSPECT,  # length wrong
        0x40: Outcome.OTHER_KIND,
        0x47: Outcome.RANDOM_FAILED,
        0x10: Outcome.LINE_NOISE,  # checksum
        0x11: Outcome.LINE_NOISE,  # length
        0x21: Outcome.LINE_NOISE,  # command
        0x23: Outcome.LINE_NOISE,  # not permitted now
        0x24: Outcome.LINE_NOISE,  # unknown
        0x60: Outcome.OUT_OF_SERVICE,  # self-test failed
        0x66: Outcome.OUT_OF_SERVICE,  # not authorised
        0x01: Outcome.OUT_OF_SERVICE,  # 01..09: reported by readers with a host of their own
        0x02: Outcome.OUT_OF_SERVICE,
        0x03: Outcome.OUT_OF_SERVICE,
        0x05: Outcome.OUT_OF_SERVICE,
        0x09: Outcome.OUT_OF_SERVICE,
    }
)

STATUS_DETAILS: Mapping[int, str] = MappingProxyType({0x60: "self_test_failed", 0x66: "not_authorised"})


@dataclass(frozen=True, repr=False)
class Reply(Personal):
    status_byte: int
    data: bytes

    @property
    def outcome(self) -> Outcome:
        """A status byte that no table knows counts as noise: asked once more, then the device is at fault."""
        return OUTCOMES.get(self.status_byte, Outcome.LINE_NOISE)


def reply_of(payload: bytes) -> Reply | None:
    """The reply in a frame; None when it is too short to be one."""
    if len(payload) < STATUS_BYTES:
        return None
    return Reply(payload[STATUS_BYTES - 1], payload[STATUS_BYTES:])


def text_block_of(data: bytes) -> bytes | None:
    """The text out of a read reply: text length, photo length, text, photo. The photo is not kept."""
    lengths = data[:4]
    if lengths != struct.pack(">HH", TEXT_BYTES, PHOTO_BYTES) or len(data) != 4 + TEXT_BYTES + PHOTO_BYTES:
        return None
    return data[4 : 4 + TEXT_BYTES]


def printed_module_id(data: bytes) -> str | None:
    """16 bytes, little endian, as on the label: 05.03-20990101-0000000001-0000000002."""
    if len(data) != 16:
        return None
    return "{:02d}.{:02d}-{:08d}-{:010d}-{:010d}".format(*struct.unpack("<HHIII", data))
