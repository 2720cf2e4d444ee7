"""What `kiosk.ini` may say about the card reader."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    reader_name: str = ""
    """Part of the PC/SC name of the reader; empty = the first one."""
    share_mode: str = "shared"
    """`shared`, or `exclusive` when another program on the terminal also uses the reader."""
    read_timeout_s: float = 10.0
    """A card that has not been read by then counts as unreadable."""
