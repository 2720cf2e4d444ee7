"""Where pictures come from: `cv2.VideoCapture`, read as cheaply as its backend allows.

Most cameras deliver JPEG. Taken undecoded, only its luminance is decoded here: half the cost of the colour picture that
OpenCV would make of it.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from hardware.code_scanner.grey import Grey
from hardware.code_scanner.options import Options
from hardware.code_scanner.presence import device_path

_JPEG_START = b"\xff\xd8"
_RAW = -1.0


class Source:
    """An open capture. All calls may block for as long as the camera likes: this lives in the camera process."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture

    def read(self) -> Grey | None:
        """The next picture, or None when the stream has ended or delivers nothing usable."""
        is_read, frame = self._capture.read()
        return luminance(frame) if is_read else None

    def close(self) -> None:
        self._capture.release()


def open_source(options: Options) -> Source | None:
    """Open the camera; None when it is not there."""
    if (device := device_path(options.source)) is not None:
        capture = cv2.VideoCapture(str(device), cv2.CAP_V4L2, _device_settings(options))
        return Source(capture) if capture.isOpened() else None
    return _open_stream(options.source)


def _device_settings(options: Options) -> list[int]:
    return [
        cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"),
        cv2.CAP_PROP_FRAME_WIDTH, options.width,
        cv2.CAP_PROP_FRAME_HEIGHT, options.height,
        cv2.CAP_PROP_FPS, options.fps,
        cv2.CAP_PROP_CONVERT_RGB, 0,
    ]  # fmt: skip


def _open_stream(address: str) -> Source | None:
    """Undecoded when it is Motion JPEG, else decoded by the backend."""
    raw = cv2.VideoCapture(address, cv2.CAP_FFMPEG, [cv2.CAP_PROP_FORMAT, int(_RAW)])
    if not raw.isOpened():
        return None
    is_read, packet = raw.read()
    if is_read and packet.tobytes()[:2] == _JPEG_START:
        return Source(raw)
    raw.release()
    decoded = cv2.VideoCapture(address, cv2.CAP_FFMPEG)
    return Source(decoded) if decoded.isOpened() else None


def luminance(frame: Any) -> Grey | None:
    """Rows x columns of luminance from whatever a backend delivers: JPEG, grey, YUYV, or colour."""
    if frame.ndim == 2 and 1 in frame.shape:
        grey = cv2.imdecode(frame.reshape(-1), cv2.IMREAD_GRAYSCALE)
        return None if grey is None else np.asarray(grey, dtype=np.uint8)
    if frame.ndim == 3 and frame.shape[2] == 3:
        return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    if frame.ndim == 3:
        return np.ascontiguousarray(frame[:, :, 0])
    return np.ascontiguousarray(frame)
