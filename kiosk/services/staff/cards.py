"""Judges what a staff card said: genuine, known, not withdrawn, of this office; then what its PIN may still try."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from hardware.ports import StaffCardAnswered
from kiosk.clock import Clock
from kiosk.domain.beijing_time import in_beijing
from kiosk.flow.staff.events import StaffCardPresented, StaffCardRefused
from kiosk.flow.staff.facts import StaffCard, StaffCardProblem
from kiosk.services.staff.pins import PinDesk
from kiosk.services.staff.roster import Roster, StaffMember

CHALLENGE_LENGTH = 32
CONTEXT = b"lobby-kiosk staff card 1\x00"
"""Stands before every challenge that a card signs, so that no answer can serve another purpose."""


class StaffGate:
    """What the card reader's worker asks. A challenge is used once: an answer to another one opens nothing."""

    def __init__(
        self, roster: Roster, pins: PinDesk, office_id: str, clock: Clock, random_bytes: Callable[[int], bytes]
    ) -> None:
        self._roster = roster
        self._pins = pins
        self._office_id = office_id
        self._clock = clock
        self._random_bytes = random_bytes
        self._open_challenge = b""

    def challenge(self) -> bytes:
        self._open_challenge = self._random_bytes(CHALLENGE_LENGTH)
        return self._open_challenge

    def judge(self, answer: StaffCardAnswered) -> StaffCardPresented | StaffCardRefused:
        asked, self._open_challenge = self._open_challenge, b""
        member = self._roster.find(answer.card_id)
        if member is None:
            return StaffCardRefused(StaffCardProblem.UNKNOWN)
        if not asked or answer.challenge != asked or not is_genuine(member, asked, answer.signature):
            return StaffCardRefused(StaffCardProblem.NOT_GENUINE)
        problem = standing_of(member, self._office_id, in_beijing(self._clock.now()).date())
        if problem is not None:
            return StaffCardRefused(problem)
        standing = self._pins.standing(member.card_id)
        card = StaffCard(member.card_id, member.staff_id, member.role)
        return StaffCardPresented(card, standing.tries_left, standing.locked_s)


def is_genuine(member: StaffMember, challenge: bytes, signature: bytes) -> bool:
    """The signature is r and s, 32 bytes each (BSI TR-03111)."""
    key = member.key
    if key is None or len(signature) != 64:
        return False
    der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    try:
        key.verify(der, CONTEXT + challenge, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def standing_of(member: StaffMember, office_id: str, today: date) -> StaffCardProblem | None:
    if member.is_revoked:
        return StaffCardProblem.WITHDRAWN
    if member.expires_on is not None and today > member.expires_on:
        return StaffCardProblem.EXPIRED
    if member.office_ids and office_id not in member.office_ids:
        return StaffCardProblem.OTHER_SITE
    return None
