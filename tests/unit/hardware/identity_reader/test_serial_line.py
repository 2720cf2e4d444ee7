from __future__ import annotations

import errno
from pathlib import Path

import pytest

from hardware.errors import ConfigurationError, DeviceError, DisconnectedError
from hardware.identity_reader.serial_line import SerialLine, _opening_error


@pytest.mark.parametrize(
    ("error", "expected", "detail"),
    [
        (OSError(errno.ENOENT, ""), DisconnectedError, "port_missing"),
        (OSError(errno.ENXIO, ""), DisconnectedError, "port_missing"),
        (OSError(errno.EACCES, ""), ConfigurationError, "port_not_permitted"),
        (OSError(errno.EAGAIN, ""), DeviceError, "port_in_use"),
        (OSError(errno.EBUSY, ""), DeviceError, "port_in_use"),
        (ValueError("baud"), ConfigurationError, "port_settings"),
    ],
)
def test_why_a_port_cannot_be_opened_decides_who_acts(error: Exception, expected: type, detail: str) -> None:
    found = _opening_error(error)
    assert (type(found), found.detail) == (expected, detail)


def test_a_port_that_does_not_exist_is_powered_off() -> None:
    with pytest.raises(DisconnectedError, match="port_missing"):
        SerialLine("/dev/no-such-port", 115_200).open()


def test_a_file_that_is_no_serial_port_is_refused_without_a_traceback(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    with pytest.raises(DeviceError):
        SerialLine(str(plain), 115_200).open()
