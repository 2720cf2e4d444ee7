from typing import Any

import pytest

from hardware.errors import ConfigurationError
from hardware.receipt_printer.printer import Options, build, style_of


@pytest.mark.parametrize(("connection", "text_mode"), [("network", "raster"), ("usb", "raster"), ("serial", "mixed")])
def test_a_fast_wire_draws_and_a_serial_line_types(connection: Any, text_mode: str) -> None:
    assert style_of(Options(connection=connection)).text_mode == text_mode


def test_a_chosen_text_mode_is_kept() -> None:
    assert style_of(Options(connection="serial", text_mode="raster")).text_mode == "raster"


@pytest.mark.parametrize(
    "wrong", [{"width_dots": 500}, {"width_dots": 100}, {"answer_timeout_s": 0}, {"slowest_mm_per_s": 0}, {"baud": 0}]
)
def test_options_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Options(**wrong)


def test_usb_ids_are_hexadecimal() -> None:
    assert build(Options(connection="usb", usb_vendor="04b8", usb_product="0x0e15"))
    with pytest.raises(ConfigurationError, match="usb_id"):
        build(Options(connection="usb", usb_vendor="epson", usb_product="1"))


def test_a_missing_font_is_a_matter_of_configuration() -> None:
    with pytest.raises(ConfigurationError, match="font_missing"):
        build(Options(font_path="no-such-font.otf")).open()
