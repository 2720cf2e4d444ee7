from __future__ import annotations

import struct

import pytest

from hardware.identity_reader.commands import OUTCOMES, Command, Outcome, printed_module_id, reply_of, text_block_of


@pytest.mark.parametrize(
    ("outcome", "status_bytes"),
    [
        (Outcome.SUCCESS, [0x90, 0x9F]),
        (Outcome.ABSENT, [0x91]),
        (Outcome.NO_CARD, [0x80]),
        (Outcome.HOLD_STILL, [0x81, 0x41]),
        (Outcome.SUSPECT, [0x31, 0x32, 0x33, 0x37, 0x3F]),
        (Outcome.OTHER_KIND, [0x40]),
        (Outcome.RANDOM_FAILED, [0x47]),
        (Outcome.LINE_NOISE, [0x10, 0x11, 0x21, 0x23, 0x24]),
        (Outcome.OUT_OF_SERVICE, [0x60, 0x66, 0x01, 0x02, 0x03, 0x05, 0x09]),
    ],
)
def test_every_status_byte_of_the_standard_has_its_class(outcome: Outcome, status_bytes: list[int]) -> None:
    assert [byte for byte, meaning in OUTCOMES.items() if meaning is outcome] == status_bytes


@pytest.mark.parametrize("status_byte", sorted(set(range(256)) - set(OUTCOMES)))
def test_an_unknown_status_byte_counts_as_noise_and_never_as_success(status_byte: int) -> None:
    reply = reply_of(bytes([0, 0, status_byte]))
    assert reply is not None
    assert reply.outcome is Outcome.LINE_NOISE


def test_only_the_third_status_byte_decides() -> None:
    reply = reply_of(bytes.fromhex("6982410102"))
    assert reply is not None
    assert (reply.outcome, reply.data) == (Outcome.HOLD_STILL, b"\x01\x02")


def test_a_payload_too_short_for_a_status_is_no_reply() -> None:
    assert reply_of(b"\x00\x90") is None


def test_reading_with_fingerprints_is_not_among_the_commands() -> None:
    assert b"\x30\x10" not in [command.payload for command in Command]


def test_the_text_is_taken_and_the_photo_is_not() -> None:
    data = struct.pack(">HH", 256, 1024) + b"T" * 256 + b"P" * 1024
    assert text_block_of(data) == b"T" * 256


@pytest.mark.parametrize(
    "data",
    [b"", struct.pack(">HH", 256, 1024), struct.pack(">HH", 255, 1024) + bytes(1280), bytes(1284)],
)
def test_a_read_reply_with_wrong_lengths_has_no_text(data: bytes) -> None:
    assert text_block_of(data) is None


def test_the_module_id_is_printed_as_on_its_label() -> None:
    data = bytes.fromhex("0500 0300 9D473D01 15CD5B07 FFFFFFFF")
    assert printed_module_id(data) == "05.03-20793245-0123456789-4294967295"


def test_a_module_id_of_another_length_is_none() -> None:
    assert printed_module_id(bytes(15)) is None
