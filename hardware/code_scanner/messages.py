"""What the driver and its camera process say to each other over their socket pair, pickled."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.code_scanner.repeats import CodeReading
from hardware.ports import CameraTrouble


@dataclass(frozen=True, repr=False)
class Start:
    """Open the camera and look, until `Stop`. Everything said about it carries the same `scan` number."""

    scan: int


@dataclass(frozen=True)
class Stop:
    scan: int


Command = Start | Stop


@dataclass(frozen=True)
class Ready:
    """All libraries are loaded."""


@dataclass(frozen=True)
class Stopped:
    """The camera is closed."""

    scan: int


@dataclass(frozen=True)
class Saw:
    scan: int
    reading: CodeReading


@dataclass(frozen=True)
class Health:
    """Sent at the first proof and at each change; None is good."""

    scan: int
    trouble: CameraTrouble | None


@dataclass(frozen=True)
class Failed:
    """The process ends because of a mistake in it; `cause` is a type and a line, never data."""

    cause: str


Message = Ready | Stopped | Saw | Health | Failed
