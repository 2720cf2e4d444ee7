"""The one table of everything the audit log can say: numbers, words, fields, and what each is for.

From it come the numbers in the records, `python -m kiosk audit catalogue` (the documentation) and the reader that
refuses what it does not know. A field is a flag, a bounded whole number, a word of an enumeration, or a number that
this service itself made for a piece of business. There is no field for text, so there is no place for a name, a
document number, a telephone or an address.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

from kiosk.flow.staff.facts import (
    AuditPhase,
    AuditWord,
    DeviceTest,
    HoursException,
    SettlingOutcome,
    StaffCardProblem,
    Verdict,
)

Value = int | bool | str
LARGEST = 2**31 - 1


class OwnWord(StrEnum):
    """What the log and the terminal record by themselves."""

    LOG_OPENED = "log_opened"
    LOG_MENDED = "log_mended"
    SEALED = "sealed"
    TERMINAL_STARTED = "terminal_started"
    TERMINAL_STOPPED = "terminal_stopped"
    LOCKED_OUT = "locked_out"
    ROSTER_READ = "roster_read"
    READINESS_ASKED = "readiness_asked"


class Device(StrEnum):
    """The devices of this terminal, as `DEVICE_NAMES` lists them."""

    CARD_READER = "card_reader"
    IDENTITY_READER = "identity_reader"
    CODE_SCANNER = "code_scanner"
    RECEIPT_PRINTER = "receipt_printer"
    SPEAKER = "speaker"
    KEYPAD = "keypad"


@dataclass(frozen=True)
class Number:
    """A whole number within bounds."""

    least: int = 0
    most: int = LARGEST


@dataclass(frozen=True)
class Flag:
    pass


@dataclass(frozen=True)
class BusinessNumber:
    """A number that this service made: letters that say of what, the day, and characters that mean nothing.

    No number of a document has this form: those begin with a digit, or with one letter.
    """

    pattern: str = r"(SQ|SSC|BX|ZM)\d{6}[0-9A-Z]{8,24}"


@dataclass(frozen=True)
class Mark:
    """Stands for the name of a place in the machine (a port): the same name has the same mark, and none can be read."""

    pattern: str = r"[0-9a-f]{12}"


FieldType = Number | Flag | BusinessNumber | Mark | type[StrEnum]


@dataclass(frozen=True)
class Definition:
    """One kind of record."""

    number: int
    word: AuditWord | OwnWord
    is_pair: bool
    """True: a BEGIN before the act and an END after it; False: told once."""
    about: str
    fields: Mapping[str, FieldType]


def _one(number: int, word: AuditWord | OwnWord, about: str, /, **fields: FieldType) -> Definition:
    return Definition(number, word, False, about, fields)


def _pair(number: int, word: AuditWord | OwnWord, about: str, /, **fields: FieldType) -> Definition:
    return Definition(number, word, True, about, fields)


_SERVICE: Mapping[str, FieldType] = {
    "is_in_service": Flag(),
    "exception": HoursException,
    "closes_minute": Number(0, 24 * 60),
}

CATALOGUE: Sequence[Definition] = (
    # the log and the program
    _one(100, OwnWord.LOG_OPENED, "the log was opened; `records` were in it", records=Number()),
    _one(101, OwnWord.LOG_MENDED, "a power cut left a torn last line, which was set aside", octets=Number()),
    _one(102, OwnWord.SEALED, "a signature with the terminal's key over everything before", records=Number()),
    _one(103, OwnWord.TERMINAL_STARTED, "the terminal's program began"),
    _one(104, OwnWord.TERMINAL_STOPPED, "the terminal's program ended in good order"),
    # who is there
    _one(200, AuditWord.STAFF_CARD_PRESENTED, "a staff card proved itself"),
    _one(201, AuditWord.STAFF_CARD_REFUSED, "a staff card opened nothing", why=StaffCardProblem),
    _pair(202, AuditWord.STAFF_SESSION, "staff worked at the terminal"),
    _one(203, AuditWord.PIN_CHECK, "a PIN was typed"),
    _one(204, OwnWord.LOCKED_OUT, "too many wrong PINs", locked_s=Number()),
    _one(205, OwnWord.ROSTER_READ, "the list of staff in force", members=Number(0, 9999), withdrawn=Number(0, 9999)),
    _one(206, AuditWord.CITIZEN_SESSION_ENDED, "staff ended a visit in an orderly way"),
    # devices
    _pair(300, AuditWord.DEVICE_TEST, "a device was tested", test=DeviceTest, verdict=Verdict),
    _one(301, AuditWord.DEVICE_RESET, "a device was closed and opened again", device=Device),
    _pair(302, AuditWord.PAPER_REFILL, "paper was put in and a strip printed"),
    _pair(303, AuditWord.JAM_CLEARED, "a jam was cleared and a strip printed"),
    _one(304, AuditWord.CARD_TAKEN_IN, "a forgotten card was taken out and kept"),
    # business
    _pair(
        400, AuditWord.SETTLE_RETRY, "unsettled business was tried again",
        number=BusinessNumber(), outcome=SettlingOutcome,
    ),
    _pair(
        401, AuditWord.SETTLE_HAND_OVER, "unsettled business was handed over",
        number=BusinessNumber(), outcome=SettlingOutcome,
    ),
    _pair(402, AuditWord.RECEIPT_REPRINT, "a receipt was printed again", number=BusinessNumber(), copy=Number(0, 99)),
    # the machine
    _one(500, AuditWord.SERVICE_SET, "taken out of service, or back", **_SERVICE),
    _one(501, AuditWord.HOURS_SET, "other hours for today", **_SERVICE),
    _one(502, AuditWord.VOLUME_SET, "the volume", percent=Number(0, 100)),
    _one(503, AuditWord.BRIGHTNESS_SET, "the brightness", percent=Number(0, 100)),
    _one(504, AuditWord.RESTART, "the program was told to start again"),
    _one(505, AuditWord.SHUTDOWN, "the machine was told to switch itself off"),
    _one(506, AuditWord.MAPPING_TRIED, "a device was tried at another port", device=Device, port=Mark()),
    _one(507, AuditWord.MAPPING_KEPT, "a device was left at another port", device=Device, port=Mark()),
    _one(508, AuditWord.MAPPING_UNDONE, "a device went back to its port", device=Device),
    _one(509, AuditWord.JOURNAL_ACKNOWLEDGED, "somebody has seen that a damaged journal was set aside"),
    # proofs
    _pair(600, AuditWord.READINESS_REPORT, "a readiness report was made", verdict=Verdict),
    _pair(601, AuditWord.AUDIT_EXPORT, "a copy was taken away"),
    _one(602, OwnWord.READINESS_ASKED, "a readiness report was asked for on this machine's command line"),
)  # fmt: skip

BY_WORD: Mapping[str, Definition] = {definition.word.value: definition for definition in CATALOGUE}
BY_NUMBER: Mapping[int, Definition] = {definition.number: definition for definition in CATALOGUE}


def definition_of(word: AuditWord | OwnWord) -> Definition:
    return BY_WORD[word.value]


def accepted(definition: Definition, facts: Sequence[tuple[str, object]]) -> tuple[dict[str, Value], int]:
    """The facts that have a place in this record, and how many had none and were left out."""
    kept = {name: value for name, fact in facts if (value := _accepted(definition.fields.get(name), fact)) is not None}
    return kept, len(facts) - len(kept)


def _accepted(field: FieldType | None, fact: object) -> Value | None:
    match field:
        case Flag():
            return fact if isinstance(fact, bool) else None
        case Number(least, most):
            return _bounded(fact, least, most)
        case BusinessNumber(pattern):
            return fact if isinstance(fact, str) and re.fullmatch(pattern, fact) else None
        case Mark(pattern):
            return _mark(fact, pattern)
        case None:
            return None
        case words:
            return _word(words, fact)


def _bounded(fact: object, least: int, most: int) -> int | None:
    if isinstance(fact, bool) or not isinstance(fact, int):
        return None
    return fact if least <= fact <= most else None


def _mark(fact: object, pattern: str) -> str | None:
    if not isinstance(fact, str):
        return None
    return fact if re.fullmatch(pattern, fact) else hashlib.sha256(fact.encode()).hexdigest()[:12]


def _word(words: type[StrEnum], fact: object) -> str | None:
    text = fact.value if isinstance(fact, Enum) else fact
    return next((word.value for word in words if word.value == text), None)


def documentation() -> Iterator[str]:
    """The table for people, as Markdown."""
    yield "| number | word | records | fields | what it says |"
    yield "|---|---|---|---|---|"
    for one in CATALOGUE:
        fields = ", ".join(f"`{name}` {_type_words(field)}" for name, field in one.fields.items()) or "none"
        records = "begin, end" if one.is_pair else "once"
        yield f"| {one.number} | `{one.word.value}` | {records} | {fields} | {one.about} |"


def _type_words(field: FieldType) -> str:
    match field:
        case Flag():
            return "(yes or no)"
        case Number(least, most):
            return f"(number from {least})" if most == LARGEST else f"({least} to {most})"
        case BusinessNumber():
            return "(number of an application or a payment)"
        case Mark():
            return "(mark of a port)"
        case words:
            return f"({', '.join(words)})"


PHASES: Mapping[bool, frozenset[AuditPhase]] = {
    True: frozenset({AuditPhase.BEGIN, AuditPhase.END}),
    False: frozenset({AuditPhase.ONCE}),
}
"""Which phases a kind of record may have, by `is_pair`."""
