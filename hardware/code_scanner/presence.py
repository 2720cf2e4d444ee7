"""Is the camera there at all? Asked by the driver, which loads no picture library: those live in the camera process."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443, "rtsp": 554}


def device_path(source: str) -> Path | None:
    """The device file of a local camera; None when the source is a stream or a recording."""
    if source.isdecimal():
        return Path(f"/dev/video{source}")
    return Path(source) if source.startswith("/dev/") else None


def is_there(source: str, timeout_s: float) -> bool:
    """Look whether the source exists, without opening a stream of it."""
    if (device := device_path(source)) is not None:
        return os.access(device, os.R_OK | os.W_OK)
    address = urlsplit(source)
    if not address.hostname:
        return Path(source).is_file()
    port = address.port or _DEFAULT_PORTS.get(address.scheme, 80)
    try:
        socket.create_connection((address.hostname, port), timeout_s).close()
    except OSError:
        return False
    return True
