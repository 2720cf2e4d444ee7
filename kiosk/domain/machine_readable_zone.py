"""The machine-readable zone of travel documents: check digits, and its fields (ICAO 9303-3, 4; 9303-4, -5, -6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kiosk.domain.personal import Personal

WEIGHTS: Final = (7, 3, 1)
NUMBER_LENGTH: Final = 9
_CHARACTERS: Final = re.compile(r"[0-9A-Z<]+")
_YYMMDD: Final = re.compile(r"[0-9]{6}")


class MrzFault(StrEnum):
    """Why a zone or a typed field cannot be right."""

    LENGTH = "length"
    CHARACTERS = "characters"
    NUMBER_CHECK = "number_check"
    BIRTH_CHECK = "birth_check"
    EXPIRY_CHECK = "expiry_check"
    WHOLE_CHECK = "whole_check"
    NO_SUCH_DAY = "no_such_day"


@dataclass(frozen=True)
class _Layout:
    """Where the fields begin and end in the joined lines; `checked` is what the last check digit covers."""

    names: slice
    number: slice
    number_rest: slice
    """Numbers of more than 9 characters go on here (cards only), their check digit at the end."""
    nationality: slice
    birth: int
    sex: int
    expiry: int
    checked: tuple[slice, ...]
    check_at: int


_LAYOUTS: Final = {
    88: _Layout(
        slice(5, 44), slice(44, 53), slice(0, 0), slice(54, 57), 57, 64, 65,
        (slice(44, 54), slice(57, 64), slice(65, 87)), 87,
    ),
    72: _Layout(
        slice(5, 36), slice(36, 45), slice(64, 71), slice(46, 49), 49, 56, 57,
        (slice(36, 46), slice(49, 56), slice(57, 71)), 71,
    ),
    90: _Layout(
        slice(60, 90), slice(5, 14), slice(15, 30), slice(45, 48), 30, 37, 38,
        (slice(5, 30), slice(30, 37), slice(38, 45), slice(48, 59)), 59,
    ),
}  # fmt: skip
"""By length: passports (TD3), cards of format TD2 and TD1."""


@dataclass(frozen=True, repr=False)
class TravelDocument(Personal):
    """What the zone says. Names are in capital Latin letters, as printed there."""

    kind: str
    issuing_state: str
    number: str
    surname: str
    given_names: str
    nationality: str
    birth_date: date
    sex: str
    """M, F or empty."""
    expires_on: date

    @property
    def display_name(self) -> str:
        return " ".join(part for part in (self.surname, self.given_names) if part)


def check_digit(text: str) -> str:
    """Of digits, capital letters and fillers (ICAO 9303-3, 4.9)."""
    values = (0 if character == "<" else int(character, 36) for character in text)
    return str(sum(value * WEIGHTS[at % 3] for at, value in enumerate(values)) % 10)


def mrz_information(number: str, birth: str, expires: str) -> str:
    """What opens the chip: number (filled up to 9), birth and expiry date (YYMMDD), each with its check digit."""
    fields = (number.ljust(NUMBER_LENGTH, "<"), birth, expires)
    return "".join(field + check_digit(field) for field in fields)


def day_of(yymmdd: str, today: date, *, is_past: bool) -> date | None:
    """The day that six digits mean: births lie in the past hundred years, ends of validity in this century."""
    if not _YYMMDD.fullmatch(yymmdd):
        return None
    century = today.year - today.year % 100
    try:
        day = date(century + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]))
        return day.replace(year=day.year - 100) if is_past and day > today else day
    except ValueError:  # no such day
        return None


def read_zone(zone: str, today: date) -> TravelDocument | MrzFault:
    """The fields of a whole zone (lines joined), or the first thing that is wrong with it."""
    layout = _LAYOUTS.get(len(zone))
    if layout is None:
        return MrzFault.LENGTH
    if not _CHARACTERS.fullmatch(zone):
        return MrzFault.CHARACTERS
    number = _number(zone, layout)
    if number is None:
        return MrzFault.NUMBER_CHECK
    return _wrong_check(zone, layout) or _document(zone, layout, number, today)


def _wrong_check(zone: str, layout: _Layout) -> MrzFault | None:
    if not _is_checked(zone, layout.birth):
        return MrzFault.BIRTH_CHECK
    if not _is_checked(zone, layout.expiry):
        return MrzFault.EXPIRY_CHECK
    covered = "".join(zone[part] for part in layout.checked)
    return None if zone[layout.check_at] == check_digit(covered) else MrzFault.WHOLE_CHECK


def _is_checked(zone: str, at: int) -> bool:
    return zone[at + 6] == check_digit(zone[at : at + 6])


def _number(zone: str, layout: _Layout) -> str | None:
    """The document number; None when its check digit is another."""
    first, given = zone[layout.number], zone[layout.number.stop]
    if given == "<" and (rest := zone[layout.number_rest].rstrip("<")):
        first, given = first + rest[:-1], rest[-1]
    return first.rstrip("<") if given == check_digit(first) else None


def _document(zone: str, layout: _Layout, number: str, today: date) -> TravelDocument | MrzFault:
    birth_date = day_of(zone[layout.birth : layout.birth + 6], today, is_past=True)
    expires_on = day_of(zone[layout.expiry : layout.expiry + 6], today, is_past=False)
    if birth_date is None or expires_on is None:
        return MrzFault.NO_SUCH_DAY
    surname, _, given = zone[layout.names].partition("<<")
    return TravelDocument(
        kind=zone[:2].rstrip("<"),
        issuing_state=zone[2:5].rstrip("<"),
        number=number,
        surname=_spaced(surname),
        given_names=_spaced(given),
        nationality=zone[layout.nationality].rstrip("<"),
        birth_date=birth_date,
        sex=zone[layout.sex].rstrip("<"),
        expires_on=expires_on,
    )


def _spaced(name: str) -> str:
    return " ".join(name.replace("<", " ").split())
