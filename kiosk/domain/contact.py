"""How the person is reached: a mobile number and, for express, an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.domain.personal import Personal
from kiosk.domain.text import half_width, has_control_characters

MOBILE_LENGTH: Final = 11
MIN_DETAIL_LENGTH: Final = 2
MAX_DETAIL_LENGTH: Final = 60
"""Fits the courier's label."""

_COUNTRY_CODE: Final = re.compile(r"^(?:\+|00)86")
_SEPARATORS: Final = re.compile(r"[\s\-()]")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_HOUSE_NUMBER: Final = re.compile(
    r"[0-9]|[〇零一二三四五六七八九十百甲乙丙丁]+(?:号|弄|栋|幢|座|楼|层|单元|室|组|村|院)"
)


class MobileFault(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_MOBILE = "not_mobile"
    """Other characters than digits, or a beginning that no mainland mobile number has."""


@dataclass(frozen=True, repr=False)
class MobileNumber(Personal):
    """Eleven digits, mainland China."""

    text: str


def check_mobile(text: str) -> MobileNumber | MobileFault:
    """A mainland mobile number as typed; blanks, hyphens and +86 are taken away."""
    number = _COUNTRY_CODE.sub("", _SEPARATORS.sub("", half_width(text)))
    if number and not number.isdigit():
        return MobileFault.NOT_MOBILE
    if len(number) < MOBILE_LENGTH:
        return MobileFault.TOO_SHORT
    if len(number) > MOBILE_LENGTH:
        return MobileFault.TOO_LONG
    return MobileNumber(number) if _MOBILE.fullmatch(number) else MobileFault.NOT_MOBILE


class AddressFault(StrEnum):
    NO_DISTRICT = "no_district"
    NO_STREET = "no_street"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_HOUSE_NUMBER = "no_house_number"
    CHARACTERS = "characters"


@dataclass(frozen=True, repr=False)
class PostalAddress(Personal):
    """Where the courier goes; district and street come from lists, the detail is written by the person."""

    district: str
    street: str
    detail: str

    @property
    def text(self) -> str:
        return f"{self.district}{self.street}{self.detail}"


def check_address(district: str, street: str, detail: str) -> PostalAddress | AddressFault:
    """An address as chosen and written; blanks at the ends are taken away."""
    address = PostalAddress(district.strip(), street.strip(), detail.strip())
    return _first_fault(address) or address


def _first_fault(address: PostalAddress) -> AddressFault | None:
    faults = {
        AddressFault.NO_DISTRICT: not address.district,
        AddressFault.NO_STREET: not address.street,
        AddressFault.CHARACTERS: has_control_characters(address.text),
        AddressFault.TOO_SHORT: len(address.detail) < MIN_DETAIL_LENGTH,
        AddressFault.TOO_LONG: len(address.detail) > MAX_DETAIL_LENGTH,
        AddressFault.NO_HOUSE_NUMBER: not _HOUSE_NUMBER.search(half_width(address.detail)),
    }
    return next((fault for fault, is_present in faults.items() if is_present), None)
