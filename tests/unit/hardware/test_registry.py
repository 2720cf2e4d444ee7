from __future__ import annotations

from pathlib import Path

import pytest

from hardware import registry
from hardware.options import Fault
from hardware.registry import Choice, choose, drivers, is_bench, options_of


def test_every_kind_of_device_has_a_driver() -> None:
    assert {kind: [driver.name for driver in drivers(kind)] for kind in registry.KINDS} == {
        "card_reader": ["pcsc"],
        "identity_reader": ["sam_serial"],
        "code_scanner": ["camera"],
        "receipt_printer": ["escpos"],
        "speaker": ["pcm"],
        "keypad": ["evdev"],
    }


def test_a_driver_is_chosen_with_its_options_and_built_without_touching_the_device() -> None:
    choice = choose("identity_reader", "sam_serial", {"port": "/dev/nowhere", "read_timeout_s": "2"})
    assert isinstance(choice, Choice)
    assert (choice.options.port, choice.options.read_timeout_s, choice.is_bench) == ("/dev/nowhere", 2.0, False)
    assert type(choice.build()).__name__ == "SamIdentityReader"


def test_an_unknown_driver_lists_the_known_ones_with_the_nearest() -> None:
    problems = choose("identity_reader", "sam_seriell", {})
    assert isinstance(problems, tuple)
    assert (problems[0].fault, problems[0].nearest) == (Fault.UNKNOWN_DRIVER, "sam_serial")
    assert "known: sam_serial" in str(problems[0])


def test_an_unknown_kind_lists_the_known_ones_with_the_nearest() -> None:
    problems = choose("card_raeder", "pcsc", {})
    assert isinstance(problems, tuple)
    assert (problems[0].fault, problems[0].nearest) == (Fault.UNKNOWN_KIND, "card_reader")


def test_a_missing_library_is_a_problem_of_that_driver_alone() -> None:
    entry = registry._Entry("identity_reader", "absent", "hardware.identity_reader.absent", "not installed")
    entries = (*registry._ENTRIES, entry)
    problems = choose("identity_reader", "absent", {}, entries)
    assert isinstance(problems, tuple)
    assert problems[0].fault is Fault.CANNOT_LOAD
    assert isinstance(choose("identity_reader", "sam_serial", {}, entries), Choice)
    assert not isinstance(options_of("identity_reader", "sam_serial"), registry.OptionProblem)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("receipt_printer", "127.0.0.1"),
        ("receipt_printer", "127.0.3.4"),
        ("receipt_printer", "localhost"),
        ("receipt_printer", "LOCALHOST."),
        ("receipt_printer", "localhost:9100"),
        ("receipt_printer", "0.0.0.0"),  # noqa: S104  recognised, not bound
        ("receipt_printer", "::1"),
        ("receipt_printer", "::ffff:127.0.0.1"),
        ("receipt_printer", "[::1]:9100"),
        ("code_scanner", "http://127.0.0.1:8091/stream.mjpeg"),
        ("code_scanner", "http://user@localhost/stream"),
        ("code_scanner", "file:/srv/codes"),
        ("code_scanner", "codes/lobby.MP4"),
        ("identity_reader", "var/bench/identity"),
        ("identity_reader", "/srv/kiosk/var/bench/identity"),
        ("identity_reader", "/dev/pts/7"),
        ("card_reader", "Virtual PCD 00 00"),
        ("card_reader", "virtual pcd"),
    ],
)
def test_a_bench_peripheral_is_recognised_by_where_the_options_point(kind: str, value: str) -> None:
    assert is_bench(kind, {"anything": value})


def test_a_link_to_a_pseudo_terminal_is_recognised_under_any_name(tmp_path: Path) -> None:
    link = tmp_path / "ttyUSB0"
    link.symlink_to("/dev/pts/7")
    assert is_bench("identity_reader", {"port": str(link)})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("receipt_printer", "10.2.0.9"),
        ("receipt_printer", "printer-3.office.example"),
        ("receipt_printer", "0x04b8"),
        ("receipt_printer", "576"),
        ("receipt_printer", ""),
        ("code_scanner", "0"),
        ("code_scanner", "/dev/video0"),
        ("code_scanner", "rtsp://10.0.0.8/stream"),
        ("identity_reader", "/dev/ttyUSB0"),
        ("identity_reader", "/dev/serial/by-id/usb-reader"),
        ("card_reader", "ACS ACR39U ICC Reader 00 00"),
        ("card_reader", "shared"),
    ],
)
def test_a_real_device_is_not_taken_for_a_bench_peripheral(kind: str, value: str) -> None:
    assert not is_bench(kind, {"anything": value})


@pytest.mark.parametrize(("connection", "bench"), [("network", True), ("serial", False), ("usb", False)])
def test_of_a_printer_only_the_wire_in_use_counts(connection: str, bench: bool) -> None:
    options = {"connection": connection, "host": "127.0.0.1", "device": "/dev/ttyS0"}
    assert is_bench("receipt_printer", options) is bench


def test_a_default_that_points_at_the_bench_counts_too() -> None:
    entry = registry._Entry("receipt_printer", "local", "tests.unit.hardware.local_driver", "its default is the bench")
    choice = choose("receipt_printer", "local", {}, (entry,))
    assert isinstance(choice, Choice)
    assert choice.is_bench
