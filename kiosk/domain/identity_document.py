"""Identity documents: from the fields that a reader delivers to one record that the rest can trust."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from kiosk.domain.id_number import IdNumber, IdNumberFault, IdNumberKind, Sex, check_id_number
from kiosk.domain.personal import Personal


class DocumentKind(StrEnum):
    """Documents that the reader module knows; the values are those of the device port."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    """For people from Hong Kong, Macao and Taiwan."""
    FOREIGN_RESIDENT_2017 = "foreign_resident_2017"
    FOREIGN_RESIDENT_2023 = "foreign_resident_2023"


class DocumentFault(StrEnum):
    """Why a document cannot be used here; each has its own words for the person."""

    MISSING_NAME = "missing_name"
    NUMBER_WRONG = "number_wrong"
    BIRTH_DATE_MISMATCH = "birth_date_mismatch"
    SEX_MISMATCH = "sex_mismatch"
    DATE_UNREADABLE = "date_unreadable"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"


class DocumentFields(Protocol):
    """The fields as read: texts, dates as YYYYMMDD, absent ones empty, `valid_to` possibly 长期 (no end)."""

    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def english_name(self) -> str: ...
    @property
    def sex(self) -> str: ...
    @property
    def ethnic_group(self) -> str: ...
    @property
    def birth_date(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def issuing_authority(self) -> str: ...
    @property
    def valid_from(self) -> str: ...
    @property
    def valid_to(self) -> str: ...
    @property
    def country(self) -> str: ...


@dataclass(frozen=True, repr=False)
class IdentityDocument(Personal):
    """A document that is in order and in force. Fields that its kind does not have are empty."""

    kind: DocumentKind
    number: IdNumber
    name: str
    english_name: str
    sex: Sex
    birth_date: date
    valid_from: date
    valid_to: date | None
    """The last day on which it holds; None: without end."""
    ethnic_group: str = ""
    """Two digits of GB/T 3304."""
    address: str = ""
    """The registered one; people often live elsewhere."""
    issuing_authority: str = ""
    country: str = ""
    """Three letters of GB/T 2659."""

    @property
    def display_name(self) -> str:
        """How to address the holder; foreigners may have no Chinese name."""
        return self.name or self.english_name


_NO_END: Final = "长期"
_YYYYMMDD: Final = re.compile(r"[0-9]{8}")

_NUMBER_KINDS: Final = {
    DocumentKind.RESIDENT_ID: IdNumberKind.CITIZEN,
    DocumentKind.RESIDENCE_PERMIT: IdNumberKind.CITIZEN,
    DocumentKind.FOREIGN_RESIDENT_2017: IdNumberKind.FOREIGN_RESIDENT_2017,
    DocumentKind.FOREIGN_RESIDENT_2023: IdNumberKind.FOREIGN_RESIDENT,
}


def document_from(fields: DocumentFields, today: date) -> IdentityDocument | DocumentFault:
    """The document of these fields as of `today`, or the first thing that is wrong with it."""
    kind = DocumentKind(fields.kind)
    number = check_id_number(fields.number, today)
    if isinstance(number, IdNumberFault) or number.kind is not _NUMBER_KINDS[kind]:
        return DocumentFault.NUMBER_WRONG
    document = _assemble(fields, kind, number)
    if document is None:
        return DocumentFault.DATE_UNREADABLE
    return _first_fault(document, today) or document


def _assemble(fields: DocumentFields, kind: DocumentKind, number: IdNumber) -> IdentityDocument | None:
    """None when a date is none."""
    birth_date, valid_from = _date(fields.birth_date), _date(fields.valid_from)
    valid_to = _date(fields.valid_to)
    has_no_end = fields.valid_to.strip() == _NO_END
    if birth_date is None or valid_from is None or (valid_to is None and not has_no_end):
        return None
    return IdentityDocument(
        kind=kind,
        number=number,
        name=fields.name.strip(),
        english_name=" ".join(fields.english_name.split()),
        sex=_sex(fields.sex),
        birth_date=birth_date,
        valid_from=valid_from,
        valid_to=valid_to,
        ethnic_group=fields.ethnic_group.strip(),
        address=fields.address.strip(),
        issuing_authority=fields.issuing_authority.strip(),
        country=fields.country.strip(),
    )


def _first_fault(document: IdentityDocument, today: date) -> DocumentFault | None:
    if not document.display_name:
        return DocumentFault.MISSING_NAME
    if document.number.birth_date not in (None, document.birth_date):
        return DocumentFault.BIRTH_DATE_MISMATCH
    if _sexes_differ(document.sex, document.number.sex):
        return DocumentFault.SEX_MISMATCH
    if today < document.valid_from:
        return DocumentFault.NOT_YET_VALID
    if document.valid_to is not None and document.valid_to < today:
        return DocumentFault.EXPIRED
    return None


def _sexes_differ(stated: Sex, by_number: Sex | None) -> bool:
    return by_number is not None and stated in (Sex.MALE, Sex.FEMALE) and stated is not by_number


def _sex(text: str) -> Sex:
    return Sex(text) if text in list(Sex) else Sex.UNKNOWN


def _date(text: str) -> date | None:
    if not _YYYYMMDD.fullmatch(text.strip()):
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:  # no such day
        return None
