"""The records of EF05 and EF06 and how their values are written (LD/T 33): pure functions from bytes to texts.

A record is tag (1 byte), length (1 byte), value. Values are `an` (text, padded with 00 on the right), `cn` (BCD, padded
with F) or `b` (bytes).
"""

from __future__ import annotations

import codecs

from hardware.ports import SocialSecurityCardRecord

Records = dict[int, bytes]
"""Tag -> value."""

IDENTIFICATION_CODE_TAG, CARD_NUMBER_TAG, NUMBER_TAG, NAME_TAG, NAME_EXTENSION_TAG = 0x01, 0x07, 0x08, 0x09, 0x4E
REQUIRED_TAGS = frozenset({IDENTIFICATION_CODE_TAG, CARD_NUMBER_TAG, NUMBER_TAG, NAME_TAG})

LONGEST_CHARACTER = 4
"""Bytes of one character in GB 18030."""


def parse_record(data: bytes) -> tuple[int, bytes] | None:
    """Tag and value of a record; None when it is cut short."""
    if len(data) < 2 or len(data) < 2 + data[1]:
        return None
    return data[0], data[2 : 2 + data[1]]


def record_of(records: Records) -> SocialSecurityCardRecord | None:
    """What the card says; None when a required text is missing or makes no sense. Other texts are then empty."""
    identification_code = records.get(IDENTIFICATION_CODE_TAG, b"").hex().upper()
    card_number, number = _text(records, CARD_NUMBER_TAG), _text(records, NUMBER_TAG)
    name = _name(records)
    if not (identification_code and card_number and number and name):
        return None
    return SocialSecurityCardRecord(
        card_number=card_number,
        social_security_number=number,
        name=name,
        sex=_text(records, 0x0A),
        ethnic_group=_digits(records, 0x0B),
        birthplace=_digits(records, 0x0C),
        birth_date=_date(records, 0x0D),
        version=_text(records, 0x03),
        issue_date=_date(records, 0x05),
        expiry_date=_date(records, 0x06),
        region=identification_code[:6],
        identification_code=identification_code,
    )


def may_name_continue(records: Records) -> bool:
    """Whether the name may go on in its extension: less room is left than the longest character needs."""
    name = records.get(NAME_TAG, b"")
    return NAME_EXTENSION_TAG not in records and len(name) - len(_unpadded(name)) < LONGEST_CHARACTER


def _name(records: Records) -> str:
    """Both parts joined before decoding: the cut may split a character. One split at the very end is left out."""
    written = _unpadded(records.get(NAME_TAG, b"")) + _unpadded(records.get(NAME_EXTENSION_TAG, b""))
    try:
        name = codecs.getincrementaldecoder("gb18030")().decode(written, final=False).strip()
    except UnicodeDecodeError:
        return ""
    return name if name.isprintable() else ""


def _text(records: Records, tag: int) -> str:
    text = _unpadded(records.get(tag, b"")).decode("ascii", errors="replace").strip()
    return text if text.isascii() and text.isprintable() else ""


def _digits(records: Records, tag: int) -> str:
    """BCD; nothing but zeros counts as not given."""
    digits = records.get(tag, b"").hex().upper().rstrip("F")
    return digits if digits.isdigit() and digits.strip("0") else ""


def _date(records: Records, tag: int) -> str:
    """YYYYMMDD."""
    digits = _digits(records, tag)
    return digits if len(digits) == 8 else ""


def _unpadded(value: bytes) -> bytes:
    """Without padding on the right; FF is what a never written card holds. Spaces may belong to a name cut there."""
    return value.rstrip(b"\x00\xff")
