"""The camera scanner against the bench camera: Motion JPEG over HTTP, opened by the same capture as in a lobby."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from hardware.bench.peripheral import Peripheral
from hardware.code_scanner.freshness import Patience
from hardware.code_scanner.options import Options
from hardware.code_scanner.scanner import CameraCodeScanner
from hardware.errors import DisconnectedError
from hardware.ports import (
    Action,
    CameraRecovered,
    CameraTrouble,
    CameraTroubled,
    CodeSeen,
    DeviceWord,
    OversizedCodeSeen,
    Reading,
    SeveralCodesSeen,
)

PAYMENT = b"134567890123456789"
LIMIT_S = 20.0
QUICK = Options(
    source="", repeat_s=0.5, open_deadline_s=2.0, read_deadline_s=1.0, replace_s=2.0, retry_s=0.1,
    patience=Patience(frozen_s=0.6, bad_picture_s=0.4),
)  # fmt: skip


def free_port() -> int:
    for port in range(18300, 18900):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no free port")


@pytest.fixture(scope="module")
def bench() -> Iterator[Peripheral]:
    with Peripheral("hardware.bench.camera", "--port", str(free_port()), "--seed", "4") as camera:
        yield camera


@pytest.fixture
def camera(bench: Peripheral) -> Peripheral:
    bench.call("come_up")
    bench.call("clear")
    return bench


@pytest.fixture(scope="module")
def opened(bench: Peripheral) -> Iterator[CameraCodeScanner]:
    scanner = CameraCodeScanner(replace(QUICK, source=str(bench.ready["url"])))
    scanner.open()
    yield scanner
    scanner.close()


@pytest.fixture
def scanner(camera: Peripheral, opened: CameraCodeScanner) -> Iterator[CameraCodeScanner]:
    opened.start()
    yield opened
    opened.stop()


def until(scanner: CameraCodeScanner, is_enough: Callable[[list[Reading]], bool]) -> list[Reading]:
    """Poll until what has been read is enough; fail after the limit."""
    readings: list[Reading] = []
    end_s = time.monotonic() + LIMIT_S
    while not is_enough(readings):
        assert time.monotonic() < end_s, f"waited in vain; kinds seen: {[type(r).__name__ for r in readings]}"
        readings += scanner.poll(0.2)
    return readings


def codes(readings: list[Reading]) -> list[bytes]:
    return [reading.content for reading in readings if isinstance(reading, CodeSeen)]


def has_code(content: bytes) -> Callable[[list[Reading]], bool]:
    return lambda readings: content in codes(readings)


def has_trouble(trouble: CameraTrouble) -> Callable[[list[Reading]], bool]:
    return lambda readings: CameraTroubled(trouble) in readings


def is_seeing(scanner: CameraCodeScanner, more: int = 3) -> Callable[[list[Reading]], bool]:
    """So many pictures more than now, and nothing to complain of."""
    process, first = scanner.process_id, scanner.pictures
    return lambda _: (
        scanner.status().detail == "" and scanner.pictures >= (first if scanner.process_id == process else 0) + more
    )


def test_a_code_held_before_the_camera_is_seen_once(camera: Peripheral, scanner: CameraCodeScanner) -> None:
    camera.call("show", content=PAYMENT.decode())
    readings = until(scanner, has_code(PAYMENT))
    until(scanner, is_seeing(scanner, more=20))
    assert codes(readings) == [PAYMENT]
    assert scanner.poll(0.0) == []


def test_a_code_shown_again_is_seen_again(camera: Peripheral, scanner: CameraCodeScanner) -> None:
    camera.call("show", content="first")
    until(scanner, has_code(b"first"))
    camera.call("clear")
    assert until(scanner, is_seeing(scanner, more=12)) == []
    camera.call("show", content="first", style="dark_mode")
    assert codes(until(scanner, has_code(b"first"))) == [b"first"]


def test_a_new_scan_sees_the_code_that_is_still_there(camera: Peripheral, scanner: CameraCodeScanner) -> None:
    camera.call("show", content="still there")
    until(scanner, has_code(b"still there"))
    scanner.stop()
    assert scanner.poll(0.0) == []
    scanner.start()
    assert codes(until(scanner, has_code(b"still there"))) == [b"still there"]


def test_bytes_that_are_no_text_arrive_unchanged(camera: Peripheral, scanner: CameraCodeScanner) -> None:
    camera.call("show", content_base64="AAH/gdbQzsQ=")
    assert codes(until(scanner, lambda readings: bool(codes(readings)))) == [b"\x00\x01\xff\x81\xd6\xd0\xce\xc4"]


def test_two_phones_are_told_as_several_codes(camera: Peripheral, scanner: CameraCodeScanner) -> None:
    until(scanner, is_seeing(scanner))
    camera.call("show_two", a="one", b="two")
    readings = until(scanner, lambda readings: SeveralCodesSeen(2) in readings)
    until(scanner, is_seeing(scanner, more=8))
    assert readings.count(SeveralCodesSeen(2)) == 1


def test_an_oversized_code_is_dropped_and_its_length_told(camera: Peripheral, scanner: CameraCodeScanner) -> None:
    camera.call("show", content="7" * 3001)
    readings = until(scanner, lambda readings: OversizedCodeSeen(3001) in readings)
    assert codes(readings) == []


@pytest.mark.parametrize(
    ("verb", "trouble", "word", "action"),
    [
        ("cover", CameraTrouble.COVERED, DeviceWord.USER_ERROR, Action.CLEAR),
        ("black", CameraTrouble.BLACK, DeviceWord.HARDWARE_ERROR, Action.RESET),
        ("dark", CameraTrouble.TOO_DARK, DeviceWord.ONLINE, Action.CLEAR),
    ],
)
def test_a_lens_that_sees_nothing_is_noticed_and_so_is_the_end_of_it(
    camera: Peripheral,
    scanner: CameraCodeScanner,
    verb: str,
    trouble: CameraTrouble,
    word: DeviceWord,
    action: Action,
) -> None:
    until(scanner, is_seeing(scanner))
    camera.call(verb)
    readings = until(scanner, has_trouble(trouble))
    assert readings.count(CameraTroubled(trouble)) == 1
    assert (scanner.status().word, scanner.status().action, scanner.status().detail) == (word, action, trouble)
    camera.call("clear")
    assert CameraRecovered() in until(scanner, lambda readings: CameraRecovered() in readings)
    assert scanner.status().is_online


def test_a_frozen_picture_is_noticed_and_the_process_replaced(camera: Peripheral, scanner: CameraCodeScanner) -> None:
    until(scanner, is_seeing(scanner))
    first = scanner.process_id
    camera.call("freeze")
    until(scanner, has_trouble(CameraTrouble.FROZEN))
    assert scanner.status().word is DeviceWord.HARDWARE_ERROR
    until(scanner, lambda _: scanner.process_id != first)
    camera.call("clear")
    camera.call("show", content="thawed")
    until(scanner, has_code(b"thawed"))
    until(scanner, lambda _: scanner.status().is_online)


def test_a_read_that_blocks_is_noticed_and_the_process_replaced(camera: Peripheral, scanner: CameraCodeScanner) -> None:
    until(scanner, is_seeing(scanner))
    first = scanner.process_id
    camera.call("stall")
    until(scanner, has_trouble(CameraTrouble.NO_STREAM))
    assert (scanner.status().word, scanner.status().detail) == (DeviceWord.HARDWARE_ERROR, "no_answer")
    assert scanner.process_id != first
    assert first is not None
    assert not psutil.pid_exists(first)
    camera.call("clear")
    camera.call("show", content="flowing")
    until(scanner, has_code(b"flowing"))
    until(scanner, lambda _: scanner.status().is_online)


def test_a_camera_that_goes_away_is_power_off_and_comes_back_by_itself(
    camera: Peripheral, scanner: CameraCodeScanner
) -> None:
    until(scanner, is_seeing(scanner))
    camera.call("go_down")
    until(scanner, has_trouble(CameraTrouble.NO_STREAM))
    assert (scanner.status().word, scanner.status().action) == (DeviceWord.POWER_OFF, Action.CLEAR)
    camera.call("come_up")
    camera.call("show", content="back")
    until(scanner, has_code(b"back"))
    until(scanner, lambda _: scanner.status().is_online)


def test_a_killed_process_is_replaced_and_the_scan_goes_on(camera: Peripheral, scanner: CameraCodeScanner) -> None:
    until(scanner, is_seeing(scanner))
    first = scanner.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)
    camera.call("show", content="goes on")
    until(scanner, has_code(b"goes on"))
    assert scanner.process_id != first
    assert not psutil.pid_exists(first)


def test_the_camera_is_open_only_between_start_and_stop(camera: Peripheral, scanner: CameraCodeScanner) -> None:
    until(scanner, is_seeing(scanner))
    assert camera.call("state")["watchers"] == 1
    scanner.stop()
    process = psutil.Process(scanner.process_id)
    assert not [c for c in process.net_connections("tcp") if c.status == psutil.CONN_ESTABLISHED]
    assert scanner.preview() is None


def test_a_scan_can_be_stopped_while_the_camera_blocks(camera: Peripheral, scanner: CameraCodeScanner) -> None:
    until(scanner, is_seeing(scanner))
    first = scanner.process_id
    camera.call("stall")
    scanner.stop()
    assert first is not None
    if scanner.process_id == first:  # it was between two reads, and has closed the camera in order
        assert not psutil.Process(first).net_connections("tcp")
    else:
        assert not psutil.pid_exists(first)


def test_after_a_trouble_an_idle_scanner_finds_out_by_itself_that_it_is_over(
    camera: Peripheral, scanner: CameraCodeScanner
) -> None:
    until(scanner, is_seeing(scanner))
    camera.call("cover")
    until(scanner, has_trouble(CameraTrouble.COVERED))
    scanner.stop()
    assert scanner.status().word is DeviceWord.USER_ERROR
    camera.call("clear")
    camera.call("show", content="not looked for")
    readings = until(scanner, lambda _: scanner.status().is_online)
    assert readings == []
    assert scanner.preview() is None


def test_an_idle_scanner_sees_that_the_camera_is_gone_and_back(camera: Peripheral, opened: CameraCodeScanner) -> None:
    until(opened, lambda _: opened.status().is_online)
    camera.call("go_down")
    assert opened.status().word is DeviceWord.POWER_OFF
    camera.call("come_up")
    assert opened.status().is_online


def test_the_preview_is_small_grey_and_moves(camera: Peripheral, scanner: CameraCodeScanner) -> None:
    until(scanner, lambda _: scanner.preview() is not None)
    first = scanner.preview()
    assert first is not None
    assert (first.width, first.height, len(first.pixels)) == (480, 270, 480 * 270)
    until(scanner, lambda _: (newest := scanner.preview()) is not None and newest.sequence > first.sequence + 2)
    assert "withheld" in repr(first)


def test_opening_a_camera_that_is_not_there_says_so(camera: Peripheral) -> None:
    scanner = CameraCodeScanner(replace(QUICK, source=f"http://127.0.0.1:{free_port()}/stream"))
    with pytest.raises(DisconnectedError) as caught:
        scanner.open()
    assert caught.value.status.word is DeviceWord.POWER_OFF
    scanner.close()


def test_nothing_is_left_after_close(camera: Peripheral) -> None:
    own = psutil.Process()
    descriptors, children = own.num_fds(), {child.pid for child in own.children()}
    for _ in range(2):
        scanner = CameraCodeScanner(replace(QUICK, source=str(camera.ready["url"])))
        scanner.open()
        scanner.start()
        until(scanner, is_seeing(scanner))
        scanner.close()
        scanner.close()
        with pytest.raises(DisconnectedError):
            scanner.status()
    assert {child.pid for child in own.children()} == children
    assert own.num_fds() == descriptors
    assert threading.active_count() < 20


def test_the_camera_process_ends_with_the_terminal_however_it_ended(camera: Peripheral) -> None:
    import subprocess
    import sys

    program = (
        "import sys, time\n"
        "from hardware.code_scanner.options import Options\n"
        "from hardware.code_scanner.scanner import build\n"
        f"scanner = build(Options(source={camera.ready['url']!r}))\n"
        "scanner.open(); scanner.start(); print(scanner.process_id, flush=True); sys.stdin.read()\n"
    )
    terminal = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    with terminal:
        assert terminal.stdout is not None
        child = psutil.Process(int(terminal.stdout.readline()))
        terminal.kill()
        psutil.wait_procs([child], timeout=LIMIT_S)
        assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
