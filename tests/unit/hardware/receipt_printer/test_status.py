import itertools
from collections import deque
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.errors import BadResponseError, NoAnswerError
from hardware.ports import Action, DeviceStatus, DeviceWord, Paper, PrintProblem
from hardware.receipt_printer.status import (
    PrinterStatus,
    StatusTimes,
    ask_status,
    device_status,
    drain,
    is_realtime_status,
    parse_status,
    problem_of,
)

FIT = b"\x12\x12\x12\x12"
NO_TIMES = StatusTimes(answer_s=0.1, quiet_s=0.01, monotonic=lambda: 0.0)


class Printer:
    """A line with a printer on it that answers as told; `before` are bytes that wait in the line already."""

    def __init__(self, answer: Callable[[int], bytes], before: bytes = b"") -> None:
        self._answer = answer
        self._arrived = deque([before] if before else [])
        self.asked: list[int] = []

    def write(self, data: bytes) -> None:
        assert data[:2] == b"\x10\x04"
        self.asked.append(data[2])
        answer = self._answer(data[2])
        if answer:
            self._arrived.append(answer)

    def read(self, timeout_s: float) -> bytes:
        return self._arrived.popleft() if self._arrived else b""


def answers(four: bytes) -> Callable[[int], bytes]:
    return lambda n: four[n - 1 : n]


def test_a_fit_printer_is_online_with_a_full_roll() -> None:
    status = ask_status(Printer(answers(FIT)), NO_TIMES)
    assert device_status(status) == DeviceStatus(DeviceWord.ONLINE, paper=Paper.FULL)
    assert problem_of(status) is None


def test_all_four_questions_are_asked_in_their_order() -> None:
    printer = Printer(answers(FIT))
    ask_status(printer, NO_TIMES)
    assert printer.asked == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("four", "word", "action", "detail", "paper", "problem"),
    [
        ("12 12 12 1e", "online", None, "paper_low", "low", None),
        ("1a 32 12 7e", "online", "clear", "paper_out", "out", "paper_out"),
        ("12 12 12 72", "online", "clear", "paper_out", "out", "paper_out"),
        ("1a 16 12 12", "userError", "clear", "cover_open", "unknown", "cover_open"),
        ("1a 36 12 7e", "userError", "clear", "cover_open", "unknown", "cover_open"),
        ("1a 52 1a 12", "hardwareError", "clear", "cutter_error", "jammed", "paper_jammed"),
        ("1a 52 16 12", "hardwareError", "clear", "mechanical_error", "full", "hardware"),
        ("1a 52 32 12", "hardwareError", "maintenance", "unrecoverable_error", "full", "hardware"),
        ("1a 52 52 12", "deviceBusy", "suspend", "head_hot", "full", "hardware"),
        ("1a 52 12 12", "hardwareError", "reset", "unknown_error", "full", "hardware"),
        ("1a 1a 12 12", "userError", "suspend", "feed_button", "full", "offline"),
        ("1a 12 12 12", "offline", "clear", "offline", "full", "offline"),
        ("5a 12 12 12", "offline", "clear", "offline", "full", "offline"),
        ("16 12 12 12", "online", None, "", "full", None),  # drawer contact: no drawer here
    ],
)
def test_every_class_of_bits_has_its_words(
    four: str, word: str, action: str | None, detail: str, paper: str, problem: str | None
) -> None:
    status = parse_status(bytes.fromhex(four))
    expected = DeviceStatus(DeviceWord(word), Action(action) if action else None, detail, Paper(paper))
    assert device_status(status) == expected
    assert problem_of(status) == (PrintProblem(problem) if problem else None)


@given(st.binary(min_size=4, max_size=4))
def test_four_bytes_are_a_status_only_with_all_fixed_bits(four: bytes) -> None:
    if all(byte & 0x93 == 0x12 for byte in four):
        assert isinstance(parse_status(four), PrinterStatus)
    else:
        with pytest.raises(BadResponseError):
            parse_status(four)


@pytest.mark.parametrize("length", [0, 1, 2, 3, 5, 8])
def test_any_other_number_of_answers_is_no_status(length: int) -> None:
    with pytest.raises(BadResponseError):
        parse_status(b"\x12" * length)


@pytest.mark.parametrize("byte", [0x00, 0x10, 0x11, 0x13, 0x37, 0x92, 0xFF])
def test_flow_control_and_automatic_status_are_told_from_answers(byte: int) -> None:
    assert not is_realtime_status(byte)


def test_a_silent_line_is_never_adequate() -> None:
    with pytest.raises(NoAnswerError):
        ask_status(Printer(lambda _: b""), NO_TIMES)


def test_a_stale_byte_on_a_silent_line_is_no_answer() -> None:
    with pytest.raises(NoAnswerError):
        ask_status(Printer(lambda _: b"", before=FIT), NO_TIMES)


@pytest.mark.parametrize("question", [2, 3, 4])
def test_a_printer_that_falls_silent_half_way_is_not_believed(question: int) -> None:
    with pytest.raises(NoAnswerError):
        ask_status(Printer(lambda n: b"\x12" if n < question else b""), NO_TIMES)


def test_bytes_from_before_are_thrown_away() -> None:
    printer = Printer(answers(bytes.fromhex("1a 32 12 72")), before=FIT)
    assert problem_of(ask_status(printer, NO_TIMES)) is PrintProblem.PAPER_OUT


def test_a_byte_slipped_in_front_shifts_no_answer_unnoticed() -> None:
    """Read naively, the answer about the paper would be the one about errors: nothing wrong."""
    slips = itertools.chain([b"\x12"], itertools.repeat(b""))
    out = bytes.fromhex("12 12 12 72")
    printer = Printer(lambda n: next(slips) + out[n - 1 : n])
    assert problem_of(ask_status(printer, NO_TIMES)) is PrintProblem.PAPER_OUT
    assert printer.asked == [1, 2, 3, 4, 1, 2, 3, 4]


def test_answers_garbled_twice_are_no_status() -> None:
    with pytest.raises(BadResponseError):
        ask_status(Printer(lambda _: b"\xff"), NO_TIMES)


def test_a_line_that_never_falls_quiet_has_no_printer() -> None:
    class Babbling(Printer):
        def read(self, timeout_s: float) -> bytes:
            return b"\x12"

    with pytest.raises(BadResponseError):
        drain(Babbling(lambda _: b""), 0.1)


def test_slow_answers_lengthen_the_wait_for_a_leftover() -> None:
    waits: list[float] = []

    class Slow(Printer):
        def read(self, timeout_s: float) -> bytes:
            waits.append(timeout_s)
            return super().read(timeout_s)

    ticks = itertools.count(0.0, 0.2)
    ask_status(Slow(answers(FIT)), StatusTimes(0.5, 0.03, lambda: next(ticks)))
    assert waits[-1] == pytest.approx(0.6)
