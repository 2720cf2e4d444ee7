"""BER-TLV as passports use it: tags of one or two bytes, lengths up to 65,535 (ISO 7816-4, 5.2.2; X.690)."""

from __future__ import annotations

from collections.abc import Iterator


class TlvError(ValueError):
    """Bytes that are no TLV."""


def tlv(tag: int, value: bytes) -> bytes:
    return tag.to_bytes(2 if tag > 0xFF else 1) + _length(len(value)) + value


def fields(data: bytes) -> dict[int, bytes]:
    """Tag -> value, the last of equal tags; raises `TlvError`."""
    return dict(_objects(data))


def total_length(head: bytes) -> int:
    """Length of the whole object whose first bytes (4 are enough) are given; raises `TlvError`."""
    _tag, start = _tag_of(head, 0)
    length, start = _length_of(head, start)
    return start + length


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        tag, at = _tag_of(data, at)
        length, at = _length_of(data, at)
        if at + length > len(data):
            raise TlvError("cut off")
        yield tag, data[at : at + length]
        at += length


def _tag_of(data: bytes, at: int) -> tuple[int, int]:
    size = 2 if data[at : at + 1] and data[at] & 0x1F == 0x1F else 1
    return int.from_bytes(data[at : at + size]), at + size


def _length_of(data: bytes, at: int) -> tuple[int, int]:
    first = data[at : at + 1]
    if not first:
        raise TlvError("cut off")
    if first[0] < 0x80:
        return first[0], at + 1
    size = first[0] & 0x7F
    if size not in (1, 2) or len(data) < at + 1 + size:
        raise TlvError("unusual length")
    return int.from_bytes(data[at + 1 : at + 1 + size]), at + 1 + size


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes((length,))
    return b"\x81" + bytes((length,)) if length <= 0xFF else b"\x82" + length.to_bytes(2)
