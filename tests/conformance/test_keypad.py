"""The keypad over its wire: input events of Linux."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardware.bench.peripheral import Peripheral
from hardware.errors import DisconnectedError
from hardware.keypad.keypad import EvdevKeypad, Options, build
from hardware.ports import DeviceWord, NavigationKey, NavigationKeyPressed, Reading, StatusChanged
from hardware.registry import is_bench
from hardware.worker import DeviceWorker

LIMIT_S = 20.0
KEY_A = 30


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "keypad"


@pytest.fixture
def bench(link: Path) -> Iterator[Peripheral]:
    with Peripheral("hardware.bench.keypad", "--link", str(link)) as running:
        yield running


@pytest.fixture
def keypad(link: Path, bench: Peripheral) -> Iterator[EvdevKeypad]:
    driver = build(Options(device=str(link)))
    driver.open()
    yield driver
    driver.close()


def keys(keypad: EvdevKeypad, count: int) -> list[str]:
    """So many readings, or fewer when no more come."""
    found: list[Reading] = []
    while len(found) < count:
        new = keypad.poll(2.0)
        if not new:
            break
        found += new
    return [reading.key.value for reading in found if isinstance(reading, NavigationKeyPressed)]


def test_each_of_the_five_keys_is_heard(keypad: EvdevKeypad, bench: Peripheral) -> None:
    for key in NavigationKey:
        bench.call("press", key=key.value)
    assert keys(keypad, 5) == [key.value for key in NavigationKey]


def test_any_other_key_is_not_heard(keypad: EvdevKeypad, bench: Peripheral) -> None:
    for code in (KEY_A, 1, 59, 125):
        bench.call("code", code=code)
    bench.call("press", key="ok")
    assert [key for _ in range(3) for key in keys(keypad, 1)][:1] == ["ok"]


def test_a_held_arrow_goes_on_and_a_held_ok_acts_once(keypad: EvdevKeypad, bench: Peripheral) -> None:
    bench.call("hold", key="down", repeats=3)
    assert keys(keypad, 4) == ["down"] * 4
    bench.call("hold", key="ok", repeats=3)
    bench.call("press", key="up")
    assert keys(keypad, 2) == ["ok", "up"]


def test_an_unplugged_keypad_is_lost_and_comes_back(link: Path, bench: Peripheral) -> None:
    readings: list[Reading] = []
    news = threading.Condition()

    def emit(_name: str, reading: Reading) -> None:
        with news:
            readings.append(reading)
            news.notify_all()

    def wait_for(is_so: Callable[[], bool]) -> None:
        with news:
            assert news.wait_for(is_so, LIMIT_S), readings

    def word() -> DeviceWord | None:
        words = [reading.status.word for reading in readings if isinstance(reading, StatusChanged)]
        return words[-1] if words else None

    worker = DeviceWorker("keypad", build(Options(device=str(link))), emit)
    worker.start()
    try:
        wait_for(lambda: word() is DeviceWord.ONLINE)
        bench.call("unplug")
        wait_for(lambda: word() is DeviceWord.POWER_OFF)
        bench.call("plug")
        wait_for(lambda: word() is DeviceWord.ONLINE)
        bench.call("press", key="help")
        wait_for(lambda: NavigationKeyPressed(NavigationKey.HELP) in readings)
    finally:
        assert worker.stop(LIMIT_S)


def test_a_keypad_that_is_not_there_is_a_lost_device(tmp_path: Path) -> None:
    with pytest.raises(DisconnectedError, match="not_there"):
        build(Options(device=str(tmp_path / "none"))).open()


def test_two_keys_need_two_codes() -> None:
    with pytest.raises(ValueError, match="different codes"):
        Options(up=103, down=103)


def test_a_pseudo_terminal_is_the_bench(link: Path, bench: Peripheral) -> None:
    assert is_bench("keypad", {"device": str(link)})
    assert not is_bench("keypad", {"device": "/dev/kiosk-keypad"})
