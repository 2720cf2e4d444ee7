"""The files of a passport that say who its holder is: DG1 (machine-readable zone) and DG11 (ICAO 9303-10, 4.7)."""

from __future__ import annotations

from hardware.card_reader.passport.tlv import TlvError, fields

DG1, DG11 = 1, 11
DG1_TAG, MRZ_TAG = 0x61, 0x5F1F
DG11_TAG, FULL_NAME_TAG = 0x6B, 0x5F0E
MRZ_LENGTHS = (88, 72, 90)


def mrz_of(dg1: bytes) -> str | None:
    """The zone, lines joined; None when there is none in the file."""
    content = _inside(dg1, DG1_TAG).get(MRZ_TAG, b"")
    text = content.decode("ascii", "replace")
    return text if len(text) in MRZ_LENGTHS and text.isascii() else None


def full_name_of(dg11: bytes) -> str:
    """The name in national characters; empty when the holder has none there."""
    content = _inside(dg11, DG11_TAG).get(FULL_NAME_TAG, b"")
    return " ".join(content.decode("utf-8", "replace").replace("<", " ").split())


def _inside(file: bytes, tag: int) -> dict[int, bytes]:
    try:
        return fields(fields(file).get(tag, b""))
    except TlvError:
        return {}
