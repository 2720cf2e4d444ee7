"""Reading the free files of a social security card, command by command (LD/T 32 part 5, ISO 7816-4).

Only EF05 (issuer) and EF06 (holder) below SSSE are free to read; nothing else is asked for, no PIN, no key. Each round
trip costs: exact lengths are asked for first, and records nobody needs are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hardware.card_reader.records import (
    NAME_EXTENSION_TAG,
    REQUIRED_TAGS,
    Records,
    may_name_continue,
    parse_record,
    record_of,
)
from hardware.card_reader.transport import Response, Transport
from hardware.ports import CardProblem, CardRead, CardUnreadable

SELECT_ENVIRONMENT = bytes.fromhex("00A404000F") + b"sx1.sh." + "社会保障".encode("gbk")
SELECT_MASTER_FILE = bytes.fromhex("00A40000023F00")
BY_TAG, BY_NUMBER = 0x00, 0x04
"""P2 of READ RECORD: what P1 means."""
MOST_RECORDS = 16
MOST_FOLLOW_UPS = 8

ISSUER_FILE, HOLDER_FILE = 0xEF05, 0xEF06

ISSUER_RECORDS = {0x01: 0x10, 0x03: 4, 0x05: 4, 0x06: 4, 0x07: 9}
"""Tag -> length of its value (LD/T 33): identification code, version, issue and expiry date, card number."""
HOLDER_RECORDS = {0x08: 0x12, 0x09: 0x1E, 0x0A: 1, 0x0B: 1, 0x0C: 3, 0x0D: 4}
"""Social security number, name, sex, ethnic group, birthplace, birth date."""
NAME_EXTENSION_RECORD = {NAME_EXTENSION_TAG: 0x14}


class Verdict(StrEnum):
    """What a status word means for a free read, unless it is a `CardProblem`."""

    OK = "ok"
    STATE_LOST = "state_lost"
    """Somebody reset the card between two commands: start over."""


def verdict_of(status_word: int) -> Verdict | CardProblem:
    """The meaning of SW1 SW2; 61xx and 6Cxx never get here, `exchange` follows them."""
    return VERDICTS.get(status_word, CardProblem.UNREADABLE)


VERDICTS: Mapping[int, Verdict | CardProblem] = {
    0x9000: Verdict.OK,
    0x6282: Verdict.OK,  # end of record before Le: T=1 cards, when the record is shorter than usual
    0x6981: Verdict.STATE_LOST,
    0x6985: Verdict.STATE_LOST,
    0x6986: Verdict.STATE_LOST,
    0x6A82: CardProblem.NOT_SOCIAL_SECURITY,  # SSSE or its files are not there
    0x6700: CardProblem.NOT_SOCIAL_SECURITY,
    0x6A86: CardProblem.NOT_SOCIAL_SECURITY,
    0x6B00: CardProblem.NOT_SOCIAL_SECURITY,
    0x6D00: CardProblem.NOT_SOCIAL_SECURITY,
    0x6E00: CardProblem.NOT_SOCIAL_SECURITY,
    0x6283: CardProblem.LOCKED,  # file invalidated
    0x6A81: CardProblem.LOCKED,  # application locked
    0x6901: CardProblem.LOCKED,
    0x9303: CardProblem.LOCKED,  # for ever
    0x6581: CardProblem.DAMAGED,  # memory failure
    0x6281: CardProblem.DAMAGED,  # returned data may be corrupted
    0x6982: CardProblem.UNREADABLE,  # wants a key: this card's basic data are not free
    0x6983: CardProblem.UNREADABLE,  # PIN blocked; 63Cx likewise: we never try PINs
    0x6A83: CardProblem.UNREADABLE,  # record not found, where it is asked for no further
}

RECORD_NOT_FOUND = 0x6A83
NOT_BY_TAG = frozenset({0x6700, 0x6A81, RECORD_NOT_FOUND, 0x6A86, 0x6B00})
"""With these a card may mean: not by tag, ask by number. The answer to that decides."""


@dataclass(frozen=True)
class StateLost:
    """The selection is gone; `status_word` told so."""

    status_word: int


Refusal = StateLost | CardUnreadable


def read_free_files(card: Transport) -> CardRead | CardUnreadable:
    """EF05 and EF06 as one record. A lost selection is made good once. Raises what `Transport.transmit` raises."""
    outcome = _attempt(card)
    if isinstance(outcome, StateLost):
        outcome = _attempt(card)
    if isinstance(outcome, StateLost):
        return CardUnreadable(CardProblem.UNREADABLE, outcome.status_word)
    return outcome


def bare_apdus() -> tuple[bytes, ...]:
    """The commands of an untroubled read, in order: the yardstick for the cost of everything around them."""
    return tuple(_bare_apdus())


def _bare_apdus() -> Iterator[bytes]:
    yield SELECT_ENVIRONMENT
    for file, wanted in ((ISSUER_FILE, ISSUER_RECORDS), (HOLDER_FILE, HOLDER_RECORDS)):
        yield _select_command(file)
        for tag, length in wanted.items():
            yield _read_command(tag, BY_TAG, length + 2)


def _attempt(card: Transport) -> CardRead | Refusal:
    refusal = _select_environment(card)
    if refusal is not None:
        return refusal
    issuer = _read_file(card, ISSUER_FILE, ISSUER_RECORDS)
    if isinstance(issuer, Refusal):
        return issuer
    holder = _read_holder(card)
    if isinstance(holder, Refusal):
        return holder
    record = record_of({**issuer, **holder})
    return CardUnreadable(CardProblem.UNREADABLE) if record is None else CardRead(record)


def _read_holder(card: Transport) -> Records | Refusal:
    holder = _read_file(card, HOLDER_FILE, HOLDER_RECORDS)
    if isinstance(holder, Refusal) or not may_name_continue(holder):
        return holder
    extension = _read_by_tag(card, NAME_EXTENSION_RECORD)  # version 1 has none
    if isinstance(extension, Refusal):
        return extension
    return {**holder, **(extension or {})}


# --- one file ------------------------------------------------------------------------------------------------------


def _select_environment(card: Transport) -> Refusal | None:
    response = exchange(card, SELECT_ENVIRONMENT, wants_data=False)
    if response.status_word == 0x6A82:  # another application may be selected after reset: once more from the top
        exchange(card, SELECT_MASTER_FILE, wants_data=False)
        response = exchange(card, SELECT_ENVIRONMENT, wants_data=False)
    return _refusal(response)


def _select_file(card: Transport, identifier: int) -> Refusal | None:
    response = exchange(card, _select_command(identifier), wants_data=False)
    if response.status_word in (0x6A86, 0x6B00):
        response = exchange(card, _select_command(identifier, p1=0x00), wants_data=False)
    return _refusal(response)


def _read_file(card: Transport, identifier: int, wanted: Mapping[int, int]) -> Records | Refusal:
    refusal = _select_file(card, identifier)
    if refusal is not None:
        return refusal
    records = _read_by_tag(card, wanted)
    return _read_by_number(card) if records is None else records


def _read_by_tag(card: Transport, wanted: Mapping[int, int]) -> Records | Refusal | None:
    """The wanted records that are there; None when the card does not go by tags."""
    records: Records = {}
    for tag, length in wanted.items():
        response = exchange(card, _read_command(tag, BY_TAG, length + 2))
        if response.status_word == RECORD_NOT_FOUND and tag not in REQUIRED_TAGS:
            continue
        if response.status_word in NOT_BY_TAG:
            return None
        refusal = _refusal(response)
        if refusal is not None:
            return refusal
        record = parse_record(response.data)
        if record is None or record[0] != tag:
            return None
        records[tag] = record[1]
    return records


def _read_by_number(card: Transport) -> Records | Refusal:
    """Every record, under the tag it carries: numbers shift between the versions, tags do not."""
    records: Records = {}
    for number in range(1, MOST_RECORDS + 1):
        response = exchange(card, _read_command(number, BY_NUMBER, 0))
        if response.status_word == RECORD_NOT_FOUND:
            break
        refusal = _refusal(response)
        if refusal is not None:
            return refusal
        record = parse_record(response.data)
        if record is not None:
            records[record[0]] = record[1]
    return records


def _refusal(response: Response) -> Refusal | None:
    match verdict_of(response.status_word):
        case Verdict.OK:
            return None
        case Verdict.STATE_LOST:
            return StateLost(response.status_word)
        case problem:
            return CardUnreadable(problem, response.status_word)


# --- one command ---------------------------------------------------------------------------------------------------


def exchange(card: Transport, command: bytes, *, wants_data: bool = True) -> Response:
    """Send a command and follow what T=0 asks for: 61xx fetch the answer, 6Cxx repeat with the right length.

    Without `wants_data` 61xx counts as 9000: what waits is left there, a round trip saved (ISO 7816-4, 5.3.4).
    """
    response = card.transmit(command)
    if response.status_word == 0x9000:
        return response
    data = b""
    for _ in range(MOST_FOLLOW_UPS):
        kind, length = divmod(response.status_word, 0x100)
        if kind == 0x61 and not wants_data:
            return Response(b"", 0x9000)
        if kind == 0x61:
            data += response.data
            command = bytes((0x00, 0xC0, 0x00, 0x00, length))
        elif kind == 0x6C and len(command) == 5:
            command = command[:4] + bytes((length,))
        else:
            break
        response = card.transmit(command)
    return Response(data + response.data, response.status_word)


def _select_command(identifier: int, p1: int = 0x02) -> bytes:
    return bytes((0x00, 0xA4, p1, 0x00, 0x02)) + identifier.to_bytes(2)


def _read_command(which: int, how: int, length: int) -> bytes:
    return bytes((0x00, 0xB2, which, how, length))
