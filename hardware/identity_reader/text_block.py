"""The 256 bytes of text on an identity document's chip (GA/T 490 and its later kinds): pure decoding.

UTF-16LE, fields at fixed offsets, padded on the right. The character at offset 248 tells the kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hardware.identity_reader.commands import TEXT_BYTES
from hardware.ports import DocumentKind, IdentityDocumentRecord

KIND_OFFSET = 248
NO_END = "长期"
"""Valid to: without end."""

KIND_BY_FLAG: Mapping[str, DocumentKind] = MappingProxyType(
    {
        "": DocumentKind.RESIDENT_ID,
        "J": DocumentKind.RESIDENCE_PERMIT,
        "I": DocumentKind.FOREIGN_RESIDENT_2017,
        "Y": DocumentKind.FOREIGN_RESIDENT_2023,
    }
)

Spans = tuple[tuple[int, int], ...]
"""Offset and length in bytes of each piece of a field; pieces are joined before they are decoded."""


def _one(offset: int, length: int) -> Spans:
    return ((offset, length),)


_RESIDENT: Mapping[str, Spans] = {
    "name": _one(0, 30),
    "sex": _one(30, 2),
    "ethnic_group": _one(32, 4),
    "birth_date": _one(36, 16),
    "address": _one(52, 70),
    "number": _one(122, 36),
    "issuing_authority": _one(158, 30),
    "valid_from": _one(188, 16),
    "valid_to": _one(204, 16),
}
_RESIDENCE_PERMIT: Mapping[str, Spans] = {
    **{field: spans for field, spans in _RESIDENT.items() if field != "ethnic_group"},
    "pass_number": _one(220, 18),
    "issue_count": _one(238, 4),
}
_FOREIGN_2017: Mapping[str, Spans] = {
    "english_name": _one(0, 120),
    "sex": _one(120, 2),
    "number": _one(122, 30),
    "country": _one(152, 6),
    "name": _one(158, 30),
    "valid_from": _one(188, 16),
    "valid_to": _one(204, 16),
    "birth_date": _one(220, 16),
}
_FOREIGN_2023: Mapping[str, Spans] = {
    "name": _one(0, 30),
    "sex": _one(30, 2),
    "issue_count": _one(32, 4),
    "birth_date": _one(36, 16),
    "english_name": ((52, 70), (220, 22)),
    "number": _one(122, 36),
    "valid_from": _one(188, 16),
    "valid_to": _one(204, 16),
    "country": _one(242, 6),
}
LAYOUTS: Mapping[DocumentKind, Mapping[str, Spans]] = MappingProxyType(
    {
        DocumentKind.RESIDENT_ID: _RESIDENT,
        DocumentKind.RESIDENCE_PERMIT: _RESIDENCE_PERMIT,
        DocumentKind.FOREIGN_RESIDENT_2017: _FOREIGN_2017,
        DocumentKind.FOREIGN_RESIDENT_2023: _FOREIGN_2023,
    }
)
FIELDS = tuple(dict.fromkeys(field for layout in LAYOUTS.values() for field in layout))

_DATE = re.compile(r"([0-9]{8})?")
_RULES: Mapping[str, re.Pattern[str]] = {
    "number": re.compile(r"[0-9A-Z]{15}|[0-9A-Z]{18}"),
    "sex": re.compile(r"[0-9]?"),
    "ethnic_group": re.compile(r"([0-9]{2})?"),
    "birth_date": _DATE,
    "valid_from": _DATE,
    "valid_to": re.compile(rf"([0-9]{{8}}|{NO_END})?"),
    "country": re.compile(r"([A-Z]{3})?"),
    "pass_number": re.compile(r"[0-9A-Z]*"),
    "issue_count": re.compile(r"[0-9]*"),
}
"""Coded fields, in their form; names and addresses are free text."""


@dataclass(frozen=True)
class UnknownKind:
    """A kind of document that came after this program; the code point goes to the log."""

    code_point: int


@dataclass(frozen=True)
class Malformed:
    """A coded field that holds something else; its name goes to the log, its content nowhere."""

    field: str


def decode_text_block(block: bytes) -> IdentityDocumentRecord | UnknownKind | Malformed:
    """The document in `block` (256 bytes)."""
    if len(block) != TEXT_BYTES:
        return Malformed("length")
    flag = _text(block, _one(KIND_OFFSET, 2))
    kind = KIND_BY_FLAG.get(flag)
    if kind is None:
        return UnknownKind(int.from_bytes(block[KIND_OFFSET : KIND_OFFSET + 2], "little"))
    layout = LAYOUTS[kind]
    fields = {field: _text(block, layout[field]) if field in layout else "" for field in FIELDS}
    for field, rule in _RULES.items():
        if field in layout and not rule.fullmatch(fields[field]):
            return Malformed(field)
    return IdentityDocumentRecord(kind=kind, **fields)


def _text(block: bytes, spans: Spans) -> str:
    """A name cut inside a surrogate pair must not shut its owner out: the half becomes U+FFFD."""
    raw = b"".join(block[offset : offset + length] for offset, length in spans)
    return raw.decode("utf-16-le", errors="replace").strip(" \0\u3000")
