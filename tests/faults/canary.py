"""An invented person whose every detail can be searched for afterwards: none may outlive the session."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.domain.contact import PostalAddress
from kiosk.flow.facts import DocumentFacts, OldCardFacts, Person
from tests.faults.outlook import walk
from tests.flows.story import PERSON

NAME: Final = "金丝雀样例"
NUMBER: Final = "110105209912310011"
MOBILE: Final = "13987654321"
HOUSE: Final = "金丝雀巷99号"
PAYER_CODE: Final = "139999888877776666"
TOKEN: Final = "canary-person-token-0123456789"
CANARIES: Final = (NAME, NUMBER, MOBILE, HOUSE, PAYER_CODE, TOKEN)

DOCUMENT: Final = DocumentFacts("resident_id", NUMBER, NAME, f"朝阳区{HOUSE}")
OLD_CARD: Final = OldCardFacts(NUMBER, NAME)
ADDRESS: Final = PostalAddress("朝阳区", "建外街道", HOUSE)


def person(base: Person = PERSON) -> Person:
    return replace(base, token=TOKEN, name=NAME, mobile=MOBILE, address=ADDRESS)


def found_in_text(text: str) -> set[str]:
    return {canary for canary in CANARIES if canary in text}


def found_in_bytes(content: bytes) -> set[str]:
    """As UTF-8, UTF-16 and GBK, the ways in which these texts travel here."""
    encodings = ("utf-8", "utf-16-le", "gbk")
    return {canary for canary in CANARIES for encoding in encodings if canary.encode(encoding) in content}


def held_by(state: object) -> set[str]:
    """Every canary in the data itself, whatever its repr would show."""
    leaves = [each for each in walk(state) if isinstance(each, str | bytes)]
    texts = {each for each in leaves if isinstance(each, str)}
    contents = {each for each in leaves if isinstance(each, bytes)}
    in_texts = {canary for text in texts for canary in found_in_text(text)}
    return in_texts | {canary for content in contents for canary in found_in_bytes(content)}
