import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from hardware.code_scanner.options import Options
from hardware.code_scanner.presence import device_path, is_there
from hardware.code_scanner.shared_picture import Pulse, SharedPicture
from hardware.code_scanner.source import luminance


@pytest.mark.parametrize(
    ("source", "path"),
    [("0", Path("/dev/video0")), ("/dev/v4l/by-id/cam", Path("/dev/v4l/by-id/cam")), ("http://h/stream", None)],
)
def test_a_number_or_a_device_path_is_a_local_camera(source: str, path: Path | None) -> None:
    assert device_path(source) == path


def test_a_camera_or_recording_that_does_not_exist_is_not_there(tmp_path: Path) -> None:
    assert not is_there("97", timeout_s=0.1)
    assert not is_there(str(tmp_path / "none.mp4"), timeout_s=0.1)
    recording = tmp_path / "some.mp4"
    recording.touch()
    assert is_there(str(recording), timeout_s=0.1)


def test_luminance_is_found_in_every_layout() -> None:
    grey = np.tile(np.arange(0, 240, 10, dtype=np.uint8), (16, 1))
    jpeg = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 100])[1].reshape(1, -1)
    yuyv = np.stack([grey, np.full_like(grey, 128)], axis=2)
    for frame in (grey, np.repeat(grey[:, :, None], 3, axis=2), yuyv, jpeg):
        found = luminance(frame)
        assert found is not None
        assert found.shape == grey.shape
        assert np.abs(found.astype(int) - grey).max() <= 2


def test_a_torn_jpeg_is_no_picture() -> None:
    assert luminance(np.frombuffer(b"\xff\xd8\xff\xe0 torn", dtype=np.uint8)[None]) is None


def test_an_address_with_a_password_does_not_show() -> None:
    assert "secret" not in repr(Options(source="rtsp://user:secret@camera/1"))


def test_a_preview_is_read_as_written_and_gone_after_wiping() -> None:
    memory = SharedPicture.create()
    try:
        assert memory.read() is None
        memory.write(7, np.arange(12, dtype=np.uint8).reshape(3, 4))
        frame = memory.read()
        assert frame is not None
        assert (frame.sequence, frame.width, frame.height, frame.pixels) == (7, 4, 3, bytes(range(12)))
        memory.beat(Pulse(3, 1.5))
        memory.wipe()
        assert memory.read() is None
        assert memory.pulse() == Pulse(3, 1.5)
    finally:
        memory.close()


def test_the_driver_itself_loads_no_picture_library() -> None:
    """Decoders belong to the camera process: the terminal's own stays small, and a fault in them cannot end it."""
    program = (
        "import sys, hardware.code_scanner.scanner; print(sorted({'cv2', 'zxingcpp', 'pyzbar'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
