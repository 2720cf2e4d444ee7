from __future__ import annotations

import struct
from collections import deque

import pytest

from hardware.errors import BadResponseError, DeviceError, NoAnswerError
from hardware.identity_reader.commands import OUTCOMES, Command, Outcome
from hardware.identity_reader.frames import encode_frame
from hardware.identity_reader.reader import Options, SamIdentityReader
from hardware.ports import Action, DeviceWord, DocumentProblem, DocumentUnreadable

FOUND = bytes.fromhex("00009F00000000")
SELECTED = bytes.fromhex("0000900000000000000000")
NO_CARD = bytes.fromhex("000080")


class FakeLine:
    """Answers each command with the next scripted frame; time moves on when the line is quiet."""

    def __init__(self, *frames: bytes) -> None:
        self.frames = deque(frames)
        self.sent: list[bytes] = []
        self.waiting = b""
        self.now = 0.0

    def open(self) -> None: ...

    def close(self) -> None: ...

    def send(self, data: bytes) -> None:
        self.sent.append(data)
        self.waiting = self.frames.popleft() if self.frames else b""

    def receive(self, size: int) -> bytes:
        received, self.waiting = self.waiting[:size], self.waiting[size:]
        self.now += 0.05 if not received else 0
        return received


def reader_on(*payloads: bytes) -> tuple[SamIdentityReader, FakeLine]:
    return reader_over(FakeLine(*map(encode_frame, payloads)))


def reader_over(line: FakeLine) -> tuple[SamIdentityReader, FakeLine]:
    return SamIdentityReader(Options(), line, lambda: line.now), line


def status(status_byte: int) -> bytes:
    return bytes([0, 0, status_byte])


PROBLEMS = {
    Outcome.NO_CARD: DocumentProblem.NOT_PRESENT,
    Outcome.HOLD_STILL: DocumentProblem.HOLD_STILL,
    Outcome.SUSPECT: DocumentProblem.SUSPECT,
    Outcome.OTHER_KIND: DocumentProblem.OTHER_KIND,
    Outcome.RANDOM_FAILED: DocumentProblem.HOLD_STILL,
}


@pytest.mark.parametrize("status_byte", [byte for byte, outcome in OUTCOMES.items() if outcome in PROBLEMS])
@pytest.mark.parametrize("before", [(), (FOUND,), (FOUND, SELECTED)], ids=["find", "select", "read"])
def test_a_status_byte_of_the_card_becomes_its_problem_at_every_step(
    status_byte: int, before: tuple[bytes, ...]
) -> None:
    reader, _ = reader_on(*before, status(status_byte))
    expected = PROBLEMS[OUTCOMES[status_byte]]
    assert reader.read_document() == DocumentUnreadable(expected, status_byte)


@pytest.mark.parametrize(
    "status_byte", [byte for byte, outcome in OUTCOMES.items() if outcome is Outcome.OUT_OF_SERVICE]
)
def test_a_module_that_cannot_work_is_for_the_engineer(status_byte: int) -> None:
    reader, _ = reader_on(FOUND, status(status_byte))
    with pytest.raises(DeviceError) as caught:
        reader.read_document()
    assert (caught.value.status.word, caught.value.status.action) == (DeviceWord.HARDWARE_ERROR, Action.MAINTENANCE)


@pytest.mark.parametrize("status_byte", [0x10, 0x11, 0x21, 0x23, 0x24, 0x77])
def test_noise_is_asked_once_more_and_then_the_device_is_at_fault(status_byte: int) -> None:
    reader, line = reader_on(status(status_byte), NO_CARD)
    assert reader.read_document() == DocumentUnreadable(DocumentProblem.NOT_PRESENT, 0x80)
    assert line.sent == [Command.FIND.frame] * 2
    reader, line = reader_on(status(status_byte), status(status_byte), NO_CARD)
    with pytest.raises(BadResponseError):
        reader.read_document()


def test_a_failed_random_number_is_the_card_once_and_the_module_twice() -> None:
    reader, _ = reader_on(FOUND, status(0x47), FOUND, status(0x47))
    assert reader.read_document() == DocumentUnreadable(DocumentProblem.HOLD_STILL, 0x47)
    with pytest.raises(DeviceError, match="random_number_failed"):
        reader.read_document()


def test_another_answer_between_two_failed_random_numbers_forgives_the_first() -> None:
    reader, _ = reader_on(FOUND, status(0x47), NO_CARD, FOUND, status(0x47))
    reader.read_document()
    reader.read_document()
    assert reader.read_document() == DocumentUnreadable(DocumentProblem.HOLD_STILL, 0x47)


def test_silence_is_not_asked_again_and_ends_in_time() -> None:
    reader, line = reader_on()
    with pytest.raises(NoAnswerError):
        reader.read_document()
    assert line.sent == [Command.FIND.frame]
    assert line.now <= Options().find_timeout_s + 0.1


def test_a_garbled_frame_is_asked_again_without_waiting_for_the_whole_limit() -> None:
    bad = bytearray(encode_frame(FOUND))
    bad[-1] ^= 0xFF
    reader, line = reader_over(FakeLine(bytes(bad), encode_frame(NO_CARD)))
    assert reader.read_document() == DocumentUnreadable(DocumentProblem.NOT_PRESENT, 0x80)
    assert line.now < Options().find_timeout_s


def test_a_late_answer_to_another_command_is_not_taken_for_a_found_card() -> None:
    reader, line = reader_on(status(0x90), NO_CARD)
    assert reader.read_document() == DocumentUnreadable(DocumentProblem.NOT_PRESENT, 0x80)
    assert line.sent == [Command.FIND.frame] * 2


def test_a_read_of_another_length_is_a_fault_of_the_device() -> None:
    reader, _ = reader_on(FOUND, SELECTED, status(0x90) + struct.pack(">HH", 256, 1024) + bytes(100))
    with pytest.raises(BadResponseError):
        reader.read_document()


def test_status_tells_an_unauthorised_module_without_losing_it() -> None:
    reader, _ = reader_on(status(0x66))
    answer = reader.status()
    assert (answer.word, answer.action, answer.detail) == (
        DeviceWord.HARDWARE_ERROR,
        Action.MAINTENANCE,
        "not_authorised",
    )


def test_a_module_that_is_not_well_when_opened_gets_one_reset() -> None:
    reader, line = reader_on(status(0x60), status(0x90))
    reader.open()
    assert line.sent == [Command.STATUS.frame, Command.RESET.frame]


@pytest.mark.parametrize("limit_s", [0, -1, 11, float("nan")])
def test_a_time_limit_out_of_reason_is_refused(limit_s: float) -> None:
    with pytest.raises(ValueError, match="time limits"):
        Options(read_timeout_s=limit_s)
