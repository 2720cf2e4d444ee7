"""What the screens must know of the machine they run on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ScreenSettings:
    """Size of the glass as configured: what the display says of itself is often wrong."""

    fonts_dir: Path
    width_px: int = 1080
    height_px: int = 1920
    diagonal_inch: float = 21.5
    is_fullscreen: bool = True
    window_scale: float = 1.0
    """Below 1 the whole picture is drawn smaller, for a window on a workbench."""
    shows_cursor: bool = False
    max_fps: int = 60
    press_shown_s: float = 0.09
    repeat_guard_s: float = 0.5
    """A second touch of the same button on the same display within this time is the same touch."""
    new_page_guard_s: float = 0.25
    """So long a new page takes no touch; a second tap of an impatient finger comes within this time."""
