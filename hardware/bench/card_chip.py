"""How the bench's card thinks: (state, command) -> (state, answer) (ISO 7816-3, -4, -8; LD/T 32 part 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from hardware.bench import passport_chip
from hardware.bench.card_images import OK, CardImage, File
from hardware.bench.staff_cards import StaffChip

MASTER_FILE = 0x3F00

WRONG_LENGTH, NO_CURRENT_FILE, WRONG_FILE_KIND, SECURITY_STATUS = 0x6700, 0x6986, 0x6981, 0x6982
FILE_NOT_FOUND, RECORD_NOT_FOUND, WRONG_P1_P2, NOTHING_PENDING = 0x6A82, 0x6A83, 0x6A86, 0x6985
UNKNOWN_INSTRUCTION, UNKNOWN_CLASS = 0x6D00, 0x6E00

BY_IDENTIFIER, BY_NUMBER = 0, 4
CHALLENGE_LENGTH = 32


class Instruction(IntEnum):
    SELECT = 0xA4
    READ_BINARY = 0xB0
    READ_RECORD = 0xB2
    GET_RESPONSE = 0xC0
    INTERNAL_AUTHENTICATE = 0x88


@dataclass(frozen=True)
class ChipState:
    """What a reset clears."""

    is_environment_selected: bool = False
    current_file: int | None = None
    pending: bytes = b""
    """Waits for GET RESPONSE."""
    passport: passport_chip.PassportState = passport_chip.AFTER_RESET


Step = tuple[ChipState, bytes]


def respond(image: CardImage, state: ChipState, command: bytes) -> Step:
    """Answer one command APDU with data and status word, as T=0 would: 61xx after SELECT, 6Cxx on a wrong Le."""
    if image.passport is not None:
        passport, answer = passport_chip.respond(image.passport, state.passport, command)
        return replace(state, passport=passport), answer
    if len(command) < 5:
        return _refuse(state, WRONG_LENGTH)
    if command[0] != 0x00:
        return _refuse(state, UNKNOWN_CLASS)
    handler = HANDLERS.get(command[1])
    return _refuse(state, UNKNOWN_INSTRUCTION) if handler is None else handler(image, state, command)


def _select(image: CardImage, state: ChipState, command: bytes) -> Step:
    target = command[5:]
    if len(target) != command[4]:
        return _refuse(state, WRONG_LENGTH)
    match command[2]:
        case 0x04:
            return _select_environment(image, state, target)
        case 0x00 | 0x02:
            return _select_file(image, state, int.from_bytes(target))
        case _:
            return _refuse(state, WRONG_P1_P2)


def _select_environment(image: CardImage, state: ChipState, name: bytes) -> Step:
    if name != image.name:
        return _refuse(state, FILE_NOT_FOUND)
    if image.environment_status != OK:
        return _refuse(state, image.environment_status)
    return _selected(ChipState(is_environment_selected=True), name)


def _select_file(image: CardImage, state: ChipState, identifier: int) -> Step:
    if identifier == MASTER_FILE:
        return _selected(ChipState(), b"\x3f\x00")
    if not state.is_environment_selected or identifier not in image.files:
        return _refuse(state, FILE_NOT_FOUND)
    return replace(state, current_file=identifier, pending=b""), _word(OK)


def _selected(state: ChipState, name: bytes) -> Step:
    control_information = _tlv(0x6F, _tlv(0x84, name) + _tlv(0xA5, _tlv(0x88, b"\x01")))
    return replace(state, pending=control_information), _word(0x6100 | len(control_information))


def _read_record(image: CardImage, state: ChipState, command: bytes) -> Step:
    short_identifier, mode = command[3] >> 3, command[3] & 0x07
    if short_identifier:
        state = replace(state, current_file=0xEF00 | short_identifier)
    file = image.files.get(state.current_file or 0)
    if file is None or not state.is_environment_selected:
        return _refuse(state, NO_CURRENT_FILE)
    if file.read_status != OK:
        return _refuse(state, file.read_status)
    if mode not in ((BY_NUMBER,) if image.by_number_only else (BY_IDENTIFIER, BY_NUMBER)):
        return _refuse(state, WRONG_P1_P2)
    return replace(state, pending=b""), _exact(_record(file, mode, command[2]), command[4], RECORD_NOT_FOUND)


def _record(file: File, mode: int, wanted: int) -> bytes:
    for number, (tag, value) in enumerate(file.records, start=1):
        if wanted == (number if mode == BY_NUMBER else tag):
            return _tlv(tag, value)
    return b""


def _read_binary(image: CardImage, state: ChipState, command: bytes) -> Step:
    if image.staff is not None:
        return _read_staff_identity(image.staff, state, command)
    file = image.files.get(state.current_file or 0)
    if file is None or len(command) != 5:
        return _refuse(state, NO_CURRENT_FILE)
    return _refuse(state, WRONG_FILE_KIND if file.records else SECURITY_STATUS)


def _read_staff_identity(staff: StaffChip, state: ChipState, command: bytes) -> Step:
    """The one file of a staff card, with the short identifier 1."""
    if not state.is_environment_selected or command[2] != 0x81:
        return _refuse(state, FILE_NOT_FOUND)
    return state, _exact(_tlv(0xC0, staff.card_id) + _tlv(0xC1, staff.key_id), command[4], FILE_NOT_FOUND)


def _internal_authenticate(image: CardImage, state: ChipState, command: bytes) -> Step:
    """The signature waits for GET RESPONSE, as answers to commands with data do over T=0."""
    if image.staff is None:
        return _refuse(state, UNKNOWN_INSTRUCTION)
    if not state.is_environment_selected:
        return _refuse(state, NOTHING_PENDING)
    challenge = command[5 : 5 + command[4]]
    if len(challenge) != CHALLENGE_LENGTH:
        return _refuse(state, WRONG_LENGTH)
    answer = image.staff.answer(challenge)
    return replace(state, pending=answer), _word(0x6100 | len(answer))


def _get_response(_image: CardImage, state: ChipState, command: bytes) -> Step:
    return replace(state, pending=b""), _exact(state.pending, command[4], NOTHING_PENDING)


HANDLERS: Mapping[int, Callable[[CardImage, ChipState, bytes], Step]] = {
    Instruction.SELECT: _select,
    Instruction.READ_RECORD: _read_record,
    Instruction.READ_BINARY: _read_binary,
    Instruction.GET_RESPONSE: _get_response,
    Instruction.INTERNAL_AUTHENTICATE: _internal_authenticate,
}


def _exact(data: bytes, length: int, status_if_absent: int) -> bytes:
    if not data:
        return _word(status_if_absent)
    return data + _word(OK) if length == len(data) else _word(0x6C00 | len(data))


def _refuse(state: ChipState, status_word: int) -> Step:
    return state, _word(status_word)


def _tlv(tag: int, value: bytes) -> bytes:
    return bytes((tag, len(value))) + value


def _word(status_word: int) -> bytes:
    return status_word.to_bytes(2)
