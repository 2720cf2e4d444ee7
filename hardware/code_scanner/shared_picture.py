"""The memory that the camera process and the driver share: a pulse, and the newest preview.

It is an anonymous memory file, so it has no name that could outlive anybody. One writer, any number of readers: a
reader that meets a half-written picture sees two different sequence numbers and takes none.
"""

from __future__ import annotations

import mmap
import os
import struct
from dataclasses import dataclass

from hardware.code_scanner.grey import Grey
from hardware.ports import PreviewFrame

MAX_WIDTH = 480
MAX_HEIGHT = 640

_PULSE = struct.Struct("<Qd")
_PICTURE = struct.Struct("<QQII")
_PICTURE_AT = 64
_PIXELS_AT = 128
_SIZE_BYTES = _PIXELS_AT + MAX_WIDTH * MAX_HEIGHT


@dataclass(frozen=True)
class Pulse:
    """How far the camera process has come: pictures since the start of the scan, and when it last got anywhere."""

    pictures: int
    at_s: float
    """CLOCK_MONOTONIC, which all processes share."""


class SharedPicture:
    """Made by the driver; the camera process maps the same file by its inherited descriptor."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._memory = mmap.mmap(descriptor, _SIZE_BYTES)

    @classmethod
    def create(cls) -> SharedPicture:
        descriptor = os.memfd_create("camera-preview")
        os.ftruncate(descriptor, _SIZE_BYTES)
        return cls(descriptor)

    def close(self) -> None:
        self._memory.close()
        os.close(self.descriptor)

    def beat(self, pulse: Pulse) -> None:
        _PULSE.pack_into(self._memory, 0, pulse.pictures, pulse.at_s)

    def pulse(self) -> Pulse:
        return Pulse(*_PULSE.unpack_from(self._memory, 0))

    def write(self, sequence: int, grey: Grey) -> None:
        """Publish a picture of at most `MAX_WIDTH` x `MAX_HEIGHT`; `sequence` counts from 1."""
        height, width = grey.shape
        _PICTURE.pack_into(self._memory, _PICTURE_AT, sequence, 0, width, height)
        self._memory[_PIXELS_AT : _PIXELS_AT + width * height] = grey.tobytes()
        _PICTURE.pack_into(self._memory, _PICTURE_AT, sequence, sequence, width, height)

    def read(self) -> PreviewFrame | None:
        begun, ended, width, height = _PICTURE.unpack_from(self._memory, _PICTURE_AT)
        if begun != ended or begun == 0:
            return None
        pixels = self._memory[_PIXELS_AT : _PIXELS_AT + width * height]
        begun_after, *_ = _PICTURE.unpack_from(self._memory, _PICTURE_AT)
        return PreviewFrame(begun, width, height, pixels) if begun_after == begun else None

    def wipe(self) -> None:
        """Overwrite the picture: it may show a person, or their code."""
        self._memory[_PICTURE_AT:_SIZE_BYTES] = bytes(_SIZE_BYTES - _PICTURE_AT)
