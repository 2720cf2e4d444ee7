"""What can be set for the camera scanner (`kiosk.ini`, section of the code scanner)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Patience:
    """How long a trouble must last before it is told, in seconds."""

    frozen_s: float = 1.0
    bad_picture_s: float = 1.0


@dataclass(frozen=True)
class Options:
    """`source` is a device number (`0`), a device or file path, or a stream's address (http, rtsp)."""

    source: str
    width: int = 1280
    height: int = 720
    fps: int = 15
    repeat_s: float = 2.0
    """A code is told again after it has been out of view for so long."""
    limit_bytes: int = 3000
    """Codes with more content than this are dropped."""
    start_deadline_s: float = 20.0
    """For the camera process to load its libraries."""
    open_deadline_s: float = 5.0
    """From opening the source to its first picture."""
    read_deadline_s: float = 2.0
    """From one picture to the next."""
    stop_deadline_s: float = 1.0
    probe_deadline_s: float = 1.0
    retry_s: float = 0.5
    """Between two attempts to open a source that is not there."""
    replace_s: float = 5.0
    """At least so long between two replacements of a camera process for the same frozen picture."""
    patience: Patience = field(default_factory=Patience)

    def __repr__(self) -> str:
        return "<Options withheld>"  # the address of a stream may hold a password
