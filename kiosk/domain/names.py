"""Comparing names and deciding whether a document and a card belong to one person.

A card's chip holds names in GBK, a document's in UTF-16: a rare character that GBK lacks is written on the card as
something else or not at all. Long names carry a middle dot that exists in half a dozen code points.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Protocol

from kiosk.domain.identity_document import IdentityDocument
from kiosk.domain.text import half_width, has_chinese, without_blanks

_MIDDLE_DOT: Final = "·"
_OTHER_DOTS: Final = "•・．‧∙⋅･"
_DOTS: Final = {ord(dot): _MIDDLE_DOT for dot in _OTHER_DOTS}


class CardHolder(Protocol):
    """What a social security card says of its holder (EF06 tags 08, 09 and 4E)."""

    @property
    def social_security_number(self) -> str: ...
    @property
    def name(self) -> str: ...


class PersonMatch(StrEnum):
    SAME = "same"
    NAME_DIFFERS = "name_differs"
    """One number, two names: a change of name or a mistake; for staff to look at."""
    OTHER_PERSON = "other_person"


def normalise_name(name: str) -> str:
    """One kind of middle dot, half-width letters in upper case; no blanks but single ones between Latin words."""
    plain = half_width(name.translate(_DOTS)).upper()
    if has_chinese(plain):
        return without_blanks(plain).replace(".", _MIDDLE_DOT)
    return " ".join(plain.split())


def names_agree(left: str, right: str) -> bool:
    """Equal but for blanks, or different in one rare character only (replaced or left out on one of the two chips)."""
    left, right = without_blanks(normalise_name(left)), without_blanks(normalise_name(right))
    if left == right:
        return bool(left)
    if len(left) == len(right):
        return _differ_in_one_rare_character(left, right)
    shorter, longer = sorted((left, right), key=len)
    return bool(shorter) and _lacks_one_rare_character(shorter, longer)


def same_person(document: IdentityDocument, card: CardHolder) -> PersonMatch:
    """The number decides; the name is the second check. A foreigner's card may hold the Chinese or the English name."""
    if without_blanks(half_width(card.social_security_number)).upper() != document.number.text:
        return PersonMatch.OTHER_PERSON
    if any(names_agree(name, card.name) for name in (document.name, document.english_name)):
        return PersonMatch.SAME
    return PersonMatch.NAME_DIFFERS


def _differ_in_one_rare_character(left: str, right: str) -> bool:
    differing = [pair for pair in zip(left, right, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and any(_is_rare(char) for char in differing[0])


def _lacks_one_rare_character(shorter: str, longer: str) -> bool:
    return any(_is_rare(char) and longer[:at] + longer[at + 1 :] == shorter for at, char in enumerate(longer))


def _is_rare(char: str) -> bool:
    """Not in GBK; private use characters are not either."""
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return True
    return False
