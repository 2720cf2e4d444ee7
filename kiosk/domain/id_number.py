"""Numbers of identity documents (GB 11643-1999, check character ISO 7064 MOD 11-2).

A number is never judged by its division code: codes are those of the first registration, vanish and move, and any
table of them refuses real people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kiosk.domain.personal import Personal
from kiosk.domain.text import half_width, without_blanks


class Sex(StrEnum):
    """GB/T 2261.1; a chip may hold any of the four."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    NOT_STATED = "9"


class IdNumberKind(StrEnum):
    CITIZEN = "citizen"
    """GB 11643, also of the residence permit for people from Hong Kong, Macao and Taiwan."""
    FOREIGN_RESIDENT = "foreign_resident"
    """18 characters beginning with 9, issued since December 2023."""
    FOREIGN_RESIDENT_2017 = "foreign_resident_2017"
    """Three letters of a country and twelve digits; form alone can be checked."""


class IdNumberFault(StrEnum):
    LENGTH = "length"
    FIFTEEN_DIGITS = "fifteen_digits"
    """A citizen's number from before 1999; it has long been replaced by one of 18 characters."""
    CHARACTERS = "characters"
    DATE = "date"
    FUTURE = "future"
    CHECK_DIGIT = "check_digit"


@dataclass(frozen=True, repr=False)
class IdNumber(Personal):
    """A number that passed `check_id_number`; upper case, no blanks."""

    text: str
    kind: IdNumberKind

    @property
    def last_four(self) -> str:
        return self.text[-4:]

    @property
    def birth_date(self) -> date | None:
        """None where the number does not hold it in full."""
        return None if self.kind is IdNumberKind.FOREIGN_RESIDENT_2017 else _birth_date(self.text)

    @property
    def sex(self) -> Sex | None:
        """Odd sequence numbers are men's, even ones women's; None where the number does not say."""
        if self.kind is not IdNumberKind.CITIZEN:
            return None
        return Sex.MALE if int(self.text[16]) % 2 else Sex.FEMALE


_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS: Final = "10X98765432"
_EIGHTEEN: Final = re.compile(r"[0-9]{17}[0-9X]")
_FOREIGN_2017: Final = re.compile(r"[A-Z]{3}[0-9]{12}")
_FIFTEEN_DIGITS: Final = re.compile(r"[0-9]{15}")


def id_check_digit(first17: str) -> str:
    """The 18th character for the 17 digits before it (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def check_id_number(text: str, today: date) -> IdNumber | IdNumberFault:
    """A document's number as typed or read. Blanks, a small x and full-width characters are put right.

    A birth date after `today` is a fault; the day itself is not, since a child gets its number at registration.
    """
    number = without_blanks(half_width(text)).upper()
    if len(number) == 15:
        return _check_fifteen(number)
    if len(number) != 18:
        return IdNumberFault.LENGTH
    if not _EIGHTEEN.fullmatch(number):
        return IdNumberFault.CHARACTERS
    return _check_eighteen(number, today)


def _check_fifteen(number: str) -> IdNumber | IdNumberFault:
    if _FIFTEEN_DIGITS.fullmatch(number):
        return IdNumberFault.FIFTEEN_DIGITS
    if _FOREIGN_2017.fullmatch(number):
        return IdNumber(number, IdNumberKind.FOREIGN_RESIDENT_2017)
    return IdNumberFault.CHARACTERS


def _check_eighteen(number: str, today: date) -> IdNumber | IdNumberFault:
    birth_date = _birth_date(number)
    if birth_date is None:
        return IdNumberFault.DATE
    if birth_date > today:
        return IdNumberFault.FUTURE
    if id_check_digit(number[:17]) != number[17]:
        return IdNumberFault.CHECK_DIGIT
    return IdNumber(number, IdNumberKind.FOREIGN_RESIDENT if number.startswith("9") else IdNumberKind.CITIZEN)


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:  # no such day
        return None


_PLAUSIBLE_BIRTH_YEARS: Final = range(1880, 2100)


def looks_like_id_number(text: str) -> bool:
    """Whether 18 characters are most likely a person's number and not some other code of 18 digits.

    Check character and a possible birth date in 1880 to 2099: fewer than one random code in ten thousand passes.
    """
    number = text.upper()
    if not _EIGHTEEN.fullmatch(number) or id_check_digit(number[:17]) != number[17]:
        return False
    birth_date = _birth_date(number)
    return birth_date is not None and birth_date.year in _PLAUSIBLE_BIRTH_YEARS
