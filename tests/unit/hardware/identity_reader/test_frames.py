from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.identity_reader.frames import (
    MAX_LENGTH,
    PREAMBLE,
    Frame,
    FrameFault,
    bytes_missing,
    checksum,
    encode_frame,
    parse,
)

payloads = st.binary(min_size=2, max_size=300) | st.builds(
    lambda before, after: before + PREAMBLE + b"\x00\x04" + after, st.binary(max_size=20), st.binary(max_size=20)
)


def frames_in(*pieces: bytes) -> list[bytes | FrameFault]:
    """Feed piece by piece, as a line delivers them."""
    found: list[bytes | FrameFault] = []
    rest = b""
    for piece in pieces:
        parsed = parse(rest + piece)
        rest = parsed.rest
        found += [item.payload if isinstance(item, Frame) else item for item in parsed.found]
    return found


@pytest.mark.parametrize(
    ("payload", "frame"),
    [
        ("10FF", "AAAAAA9669000310FFEC"),
        ("11FF", "AAAAAA9669000311FFED"),
        ("12FF", "AAAAAA9669000312FFEE"),
        ("2001", "AAAAAA96690003200122"),
        ("2002", "AAAAAA96690003200221"),
        ("3001", "AAAAAA96690003300132"),
        ("000090", "AAAAAA9669000400009094"),
        ("00009F00000000", "AAAAAA9669000800009F0000000097"),
        ("000080", "AAAAAA9669000400008084"),
    ],
)
def test_known_frames_are_encoded_and_parsed_byte_for_byte(payload: str, frame: str) -> None:
    assert encode_frame(bytes.fromhex(payload)).hex().upper() == frame
    assert frames_in(bytes.fromhex(frame)) == [bytes.fromhex(payload)]


@given(payloads)
def test_a_body_with_its_checksum_xors_to_zero(payload: bytes) -> None:
    assert checksum(encode_frame(payload)[len(PREAMBLE) :]) == 0


@given(st.lists(payloads, min_size=1, max_size=4), st.data())
def test_any_split_of_the_stream_gives_the_same_frames(sent: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(map(encode_frame, sent))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert frames_in(*pieces) == sent


@given(payloads)
def test_a_frame_that_dribbles_byte_by_byte_is_whole_with_its_last_byte_only(payload: bytes) -> None:
    frame = encode_frame(payload)
    dribble = [bytes([byte]) for byte in frame]
    assert frames_in(*dribble[:-1]) == []
    assert frames_in(*dribble) == [payload]


@given(st.binary(max_size=40).filter(lambda noise: b"\xaa" not in noise), payloads)
def test_noise_before_the_preamble_is_skipped(noise: bytes, payload: bytes) -> None:
    assert frames_in(noise + encode_frame(payload)) == [payload]


@pytest.mark.parametrize("extra", [b"\xaa", b"\xaa\xaa", b"\xaa\xaa\xaa\x96", PREAMBLE[:4] + b"\xaa"])
def test_half_a_preamble_before_a_frame_does_not_hide_it(extra: bytes) -> None:
    assert frames_in(extra + encode_frame(b"\x00\x00\x90")) == [b"\x00\x00\x90"]


def test_a_preamble_inside_the_data_is_data() -> None:
    inside = b"\x00\x00\x90" + encode_frame(b"\x00\x00\x41") + b"tail"
    assert frames_in(encode_frame(inside)) == [inside]


@given(payloads, st.data())
def test_a_spoilt_byte_never_gives_a_frame_with_other_content(payload: bytes, data: st.DataObject) -> None:
    frame = bytearray(encode_frame(payload))
    at = data.draw(st.integers(len(PREAMBLE) + 2, len(frame) - 1))
    frame[at] ^= data.draw(st.integers(1, 255))
    assert FrameFault.CHECKSUM in frames_in(bytes(frame))
    assert payload not in frames_in(bytes(frame))


def test_after_a_bad_checksum_the_next_frame_is_found() -> None:
    bad = bytearray(encode_frame(b"\x00\x00\x9f\x00\x00\x00\x00"))
    bad[-1] ^= 1
    assert frames_in(bytes(bad) + encode_frame(b"\x00\x00\x80")) == [FrameFault.CHECKSUM, b"\x00\x00\x80"]


def test_a_false_start_does_not_swallow_the_frame_behind_it() -> None:
    frame = encode_frame(b"\x00\x00\x80")
    assert frames_in(PREAMBLE + b"\x00\x08" + frame) == [FrameFault.CHECKSUM, b"\x00\x00\x80"]
    assert frames_in(PREAMBLE + frame) == [FrameFault.LENGTH, b"\x00\x00\x80"]


@pytest.mark.parametrize("length", [0, 1, 2, MAX_LENGTH + 1, 0xFFFF])
def test_an_impossible_length_is_no_wait_but_a_fault(length: int) -> None:
    false_start = PREAMBLE + length.to_bytes(2, "big")
    assert frames_in(false_start) == [FrameFault.LENGTH]
    assert frames_in(false_start + encode_frame(b"\x00\x00\x80")) == [FrameFault.LENGTH, b"\x00\x00\x80"]


@given(st.binary(max_size=400))
def test_any_bytes_are_parsed_and_the_rest_waits_for_more(stream: bytes) -> None:
    rest = parse(stream).rest
    assert bytes_missing(rest) > 0
    assert stream.endswith(rest)


@given(payloads, st.data())
def test_the_missing_bytes_are_never_more_than_the_frame_has(payload: bytes, data: st.DataObject) -> None:
    """So a read for that many bytes never waits for the next frame."""
    frame = encode_frame(payload)
    cut = data.draw(st.integers(0, len(frame) - 1))
    assert bytes_missing(parse(frame[:cut]).rest) <= len(frame) - cut
