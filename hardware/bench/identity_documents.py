"""Invented identity documents for the bench's reader module: nobody was born in 2099, all check digits are right."""

from __future__ import annotations

from collections.abc import Mapping

from hardware.identity_reader.text_block import KIND_OFFSET, LAYOUTS, Spans
from hardware.ports import DocumentKind

TEXT_BYTES = 256
FLAGS: Mapping[DocumentKind, str] = {
    DocumentKind.RESIDENT_ID: " ",
    DocumentKind.RESIDENCE_PERMIT: "J",
    DocumentKind.FOREIGN_RESIDENT_2017: "I",
    DocumentKind.FOREIGN_RESIDENT_2023: "Y",
}

_COMMON = {"sex": "1", "birth_date": "20990101", "valid_from": "20200101", "valid_to": "20991231"}
_DEFAULTS: Mapping[DocumentKind, Mapping[str, str]] = {
    DocumentKind.RESIDENT_ID: {
        **_COMMON,
        "name": "郑样本",
        "ethnic_group": "01",
        "address": "样本市样本区样本路1号",
        "issuing_authority": "样本市公安局样本分局",
        "valid_to": "长期",
    },
    DocumentKind.RESIDENCE_PERMIT: {
        **_COMMON,
        "name": "陈样本",
        "address": "样本市样本区样本路2号",
        "issuing_authority": "样本市公安局样本分局",
        "pass_number": "H00000000",
        "issue_count": "01",
    },
    DocumentKind.FOREIGN_RESIDENT_2017: {
        **_COMMON,
        "name": "样本人",
        "english_name": "SPECIMEN, PERSON",
        "country": "UTO",
    },
    DocumentKind.FOREIGN_RESIDENT_2023: {
        **_COMMON,
        "name": "样本人",
        "english_name": "SPECIMEN, PERSON",
        "country": "UTO",
        "issue_count": "00",
    },
}
_NUMBER_PREFIXES: Mapping[DocumentKind, str] = {
    DocumentKind.RESIDENT_ID: "110105",
    DocumentKind.RESIDENCE_PERMIT: "810000",
    DocumentKind.FOREIGN_RESIDENT_2017: "UTO1101",
    DocumentKind.FOREIGN_RESIDENT_2023: "911999",
}


def document_fields(kind: DocumentKind, given: Mapping[str, str]) -> dict[str, str]:
    """All fields of a document: what is given, the rest invented to fit. Raises ValueError for a field it has not."""
    unknown = sorted(set(given) - set(LAYOUTS[kind]))
    if unknown:
        raise ValueError(f"{kind} has no {', '.join(unknown)}; it has {', '.join(LAYOUTS[kind])}")
    fields = {**_DEFAULTS[kind], **_told_by_number(given.get("number", "")), **given}
    fields.setdefault("number", _number(kind, fields["birth_date"], fields["sex"]))
    return fields


def text_block(kind: DocumentKind, fields: Mapping[str, str], flag: str | None = None) -> bytes:
    """The 256 bytes on the chip; `flag` overrides the character that tells the kind."""
    block = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))
    for field, spans in LAYOUTS[kind].items():
        _put(block, field, spans, fields.get(field, ""))
    _put(block, "flag", ((KIND_OFFSET, 2),), FLAGS[kind] if flag is None else flag)
    return bytes(block)


def check_character(first_17: str) -> str:
    """ISO 7064 MOD 11-2 as in GB 11643: the last character of an 18-character number."""
    total = sum(int(digit) * pow(2, 17 - index, 11) for index, digit in enumerate(first_17))
    return "10X98765432"[total % 11]


def foreign_check_digit(first_14: str) -> str:
    """Weights 7 3 1 over digits and letters (A is 10), as in ICAO 9303-3 clause 4.9."""
    total = sum(int(character, 36) * (7, 3, 1)[index % 3] for index, character in enumerate(first_14))
    return str(total % 10)


def _told_by_number(number: str) -> dict[str, str]:
    """Birth date and sex that an 18-character number holds, so that a given number fits the rest of the document."""
    if len(number) != 18:
        return {}
    return {"birth_date": number[6:14], "sex": "1" if int(number[16]) % 2 else "2"}


def _number(kind: DocumentKind, birth_date: str, sex: str) -> str:
    prefix = _NUMBER_PREFIXES[kind]
    if kind is DocumentKind.FOREIGN_RESIDENT_2017:
        first_14 = prefix + birth_date[2:] + "1"
        return first_14 + foreign_check_digit(first_14)
    first_17 = prefix + birth_date + ("002" if sex == "2" else "001")
    return first_17 + check_character(first_17)


def _put(block: bytearray, field: str, spans: Spans, text: str) -> None:
    raw = text.encode("utf-16-le")
    room = sum(length for _, length in spans)
    if len(raw) > room:
        raise ValueError(f"{field} is longer than {room // 2} characters")
    for offset, length in spans:
        piece, raw = raw[:length], raw[length:]
        block[offset : offset + len(piece)] = piece
