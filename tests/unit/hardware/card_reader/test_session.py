"""Faults between two commands, and calls that do not come back."""

import threading

import pytest

from hardware.card_reader.limited import LimitedThread
from hardware.card_reader.reader import Options
from hardware.card_reader.transport import CARD_FAULTS, CardFault, CardFaultError, error_of
from hardware.ports import Action, DeviceWord

LIMIT_S = 10.0


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (0x8010000C, CardFault.ABSENT),
        (0x80100069, CardFault.ABSENT),
        (0x80100016, CardFault.NO_ANSWER),
        (0x80100068, CardFault.RESET),
        (0x8010000F, CardFault.MUTE),
        (0x80100066, CardFault.MUTE),
        (0x80100067, CardFault.MUTE),
    ],
)
def test_what_becomes_of_a_card_is_recognised_by_its_code(code: int, fault: CardFault) -> None:
    error = error_of(code)
    assert isinstance(error, CardFaultError)
    assert (error.fault, CARD_FAULTS[code]) == (fault, fault)


@pytest.mark.parametrize(
    ("code", "word", "action", "detail"),
    [
        (0x80100009, DeviceWord.POWER_OFF, Action.CLEAR, "no_reader"),
        (0x80100017, DeviceWord.POWER_OFF, Action.CLEAR, "no_reader"),
        (0x80100013, DeviceWord.HARDWARE_ERROR, Action.RESET, "no_pcsc_service"),
        (0x8010001D, DeviceWord.HARDWARE_ERROR, Action.RESET, "no_pcsc_service"),
        (0x8010001E, DeviceWord.HARDWARE_ERROR, Action.RESET, "no_pcsc_service"),
        (0x8010000B, DeviceWord.DEVICE_BUSY, Action.SOFTWARE_ERROR, "held_by_another_program"),
        (0x8010006A, DeviceWord.NO_DEVICE, Action.CONFIGURATION, "pcsc_not_authorised"),
        (0x80100001, DeviceWord.HARDWARE_ERROR, Action.RESET, "pcsc_80100001"),
    ],
)
def test_a_lost_device_says_who_must_act(code: int, word: DeviceWord, action: Action, detail: str) -> None:
    error = error_of(code)
    assert not isinstance(error, CardFaultError)
    assert (error.status.word, error.status.action, error.status.detail) == (word, action, detail)


@pytest.mark.parametrize("read_timeout_s", [0, -1, 61])
def test_a_limit_that_cannot_work_is_refused(read_timeout_s: float) -> None:
    with pytest.raises(ValueError, match="read_timeout_s"):
        Options(read_timeout_s=read_timeout_s)


@pytest.fixture
def ended() -> threading.Event:
    return threading.Event()


@pytest.fixture
def thread(ended: threading.Event) -> LimitedThread[str]:
    return LimitedThread("test", at_end=ended.set)


def test_a_call_gives_its_result(thread: LimitedThread[str], ended: threading.Event) -> None:
    assert thread.call(lambda: "done", LIMIT_S) == "done"
    assert not thread.is_busy
    thread.close()
    assert ended.is_set()


def test_what_a_call_raises_reaches_who_asked(thread: LimitedThread[str]) -> None:
    def fail() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        thread.call(fail, LIMIT_S)
    assert thread.call(lambda: "next", LIMIT_S) == "next"
    thread.close()


def test_a_call_that_does_not_come_back_is_given_up_and_no_other_started(
    thread: LimitedThread[str], ended: threading.Event
) -> None:
    release = threading.Event()
    assert thread.call(lambda: str(release.wait(LIMIT_S)), 0.001) is None
    assert thread.is_busy
    assert thread.call(lambda: "never", LIMIT_S) is None
    thread.close()
    assert not ended.is_set()
    release.set()
    assert ended.wait(LIMIT_S)
