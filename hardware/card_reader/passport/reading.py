"""Reading a passport, command by command: application, access, files (ICAO 9303-10, 9303-11)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography import x509

from hardware.card_reader.passport.access import (
    CHALLENGE_LENGTH,
    KEY_LENGTH,
    AccessKeys,
    Handshake,
    access_keys,
)
from hardware.card_reader.passport.data_groups import DG1, DG11, full_name_of, mrz_of
from hardware.card_reader.passport.messaging import ChannelError, SecureChannel
from hardware.card_reader.passport.security_object import Trust, trust_of
from hardware.card_reader.passport.tlv import TlvError, total_length
from hardware.card_reader.protocol import exchange
from hardware.card_reader.transport import Transport
from hardware.ports import PassportProblem, PassportRead, PassportRecord, PassportUnreadable

APPLICATION = bytes.fromhex("A0000002471001")
SELECT_APPLICATION = b"\x00\xa4\x04\x0c" + bytes((len(APPLICATION),)) + APPLICATION
GET_CHALLENGE = bytes.fromhex("0084000008")
EXTERNAL_AUTHENTICATE = bytes.fromhex("0082000028")
SELECT_FILE, READ_BINARY = bytes.fromhex("00A4020C"), 0xB0

SECURITY_OBJECT, DG1_FILE, DG11_FILE = 0x011D, 0x0101, 0x010B
HEAD_LENGTH = 4
"""Enough to know how long a file is."""
BLOCK_LENGTH = 0xDF
"""What fits into a secured answer of 256 bytes."""
LONGEST_FILE = 0x7FFF
"""READ BINARY with its short offset reaches no further."""

OK, FILE_NOT_FOUND = 0x9000, 0x6A82
WRONG_PAGE = frozenset({0x6300, 0x6982, 0x6985, 0x6988})
"""How chips say that the key does not fit."""

Random = Callable[[int], bytes]


@dataclass(frozen=True)
class RefusedError(Exception):
    """Ends the reading; the outcome says why."""

    outcome: PassportUnreadable


def read_passport(
    card: Transport,
    mrz_information: str,
    authorities: Sequence[x509.Certificate] = (),
    random: Random = secrets.token_bytes,
) -> PassportRead | PassportUnreadable:
    """DG1, DG11 when there is one, and their signature. Raises what `Transport.transmit` raises."""
    try:
        return _read(card, access_keys(mrz_information), authorities, random)
    except RefusedError as refused:
        return refused.outcome
    except (ChannelError, TlvError):
        return PassportUnreadable(PassportProblem.UNREADABLE)


def _read(
    card: Transport, keys: AccessKeys, authorities: Sequence[x509.Certificate], random: Random
) -> PassportRead | PassportUnreadable:
    files = _Files(card, _opened(card, keys, random))
    dg1, dg11, security_object = files.read(DG1_FILE), files.read(DG11_FILE), files.read(SECURITY_OBJECT)
    mrz = mrz_of(dg1)
    if mrz is None or not security_object:
        return PassportUnreadable(PassportProblem.UNREADABLE)
    groups = {DG1: dg1, DG11: dg11} if dg11 else {DG1: dg1}
    trust = trust_of(security_object, groups, authorities)
    if trust is Trust.BROKEN:
        return PassportUnreadable(PassportProblem.SUSPECT)
    return PassportRead(PassportRecord(mrz, full_name_of(dg11), trust is Trust.KNOWN_STATE))


def _opened(card: Transport, keys: AccessKeys, random: Random) -> SecureChannel:
    """Select the application and prove that we know the printed page."""
    selected = exchange(card, SELECT_APPLICATION, wants_data=False)
    if selected.status_word != OK:
        raise RefusedError(PassportUnreadable(PassportProblem.NOT_A_PASSPORT, selected.status_word))
    challenge = exchange(card, GET_CHALLENGE)
    if challenge.status_word != OK or len(challenge.data) != CHALLENGE_LENGTH:
        raise RefusedError(PassportUnreadable(PassportProblem.UNREADABLE, challenge.status_word))
    handshake = Handshake(keys, challenge.data, random(CHALLENGE_LENGTH), random(KEY_LENGTH))
    answer = exchange(card, EXTERNAL_AUTHENTICATE + handshake.cryptogram() + b"\x28")
    channel = handshake.channel(answer.data) if answer.status_word == OK else None
    if channel is None:
        is_wrong_page = answer.status_word == OK or answer.status_word in WRONG_PAGE
        problem = PassportProblem.ACCESS_DENIED if is_wrong_page else PassportProblem.UNREADABLE
        raise RefusedError(PassportUnreadable(problem, answer.status_word))
    return channel


class _Files:
    """The files behind a channel, which moves on with every command."""

    def __init__(self, card: Transport, channel: SecureChannel) -> None:
        self._card = card
        self._channel = channel

    def read(self, identifier: int) -> bytes:
        """The whole file; empty when this passport has none of that name."""
        _, status = self._ask(SELECT_FILE, identifier.to_bytes(2))
        if status == FILE_NOT_FOUND:
            return b""
        self._require_ok(status)
        content = self._part(0, HEAD_LENGTH)
        length = min(total_length(content), LONGEST_FILE)
        while len(content) < length:
            content += self._part(len(content), min(BLOCK_LENGTH, length - len(content)))
        return content

    def _part(self, offset: int, length: int) -> bytes:
        data, status = self._ask(bytes((0x00, READ_BINARY)) + offset.to_bytes(2), expected=length)
        self._require_ok(status)
        if not data:
            raise RefusedError(PassportUnreadable(PassportProblem.UNREADABLE, status))
        return data

    def _ask(self, header: bytes, data: bytes = b"", expected: int | None = None) -> tuple[bytes, int]:
        channel, command = self._channel.protect(header, data, expected)
        answer = exchange(self._card, command)
        if not answer.data:  # the chip ended the conversation: its status word comes in clear
            raise RefusedError(PassportUnreadable(PassportProblem.UNREADABLE, answer.status_word))
        self._channel, content, status = channel.open(answer.data)
        return content, status

    @staticmethod
    def _require_ok(status: int) -> None:
        if status != OK:
            raise RefusedError(PassportUnreadable(PassportProblem.UNREADABLE, status))
