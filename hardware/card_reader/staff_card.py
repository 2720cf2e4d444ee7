"""The staff card: who it says it is, and its answer to a challenge (ISO 7816-4 commands, ISO 7816-8 authentication).

| command | what |
|---|---|
| `00 A4 04 00 Lc AID` | SELECT the staff application by its name; 6A82: this is no staff card |
| `00 B0 81 00 00` | READ BINARY of the file with short identifier 1: TLV, C0 card id (8 bytes), C1 key id (8 bytes) |
| `00 88 00 00 20 challenge 00` | INTERNAL AUTHENTICATE: the signature of `CONTEXT` and the challenge, 64 bytes r, s |

The key pair never leaves the card (P-256, ECDSA with SHA-256, BSI TR-03111 plain signature). What the key may do is not
for the card to say: whoever asks compares the key id with a list of his own. The challenge is used once.
"""

from __future__ import annotations

from hardware.card_reader.protocol import exchange
from hardware.card_reader.transport import Transport
from hardware.ports import NoStaffCard, StaffCardAnswered

APPLICATION = b"\xf0LOBBYSTAFF"
"""A proprietary application identifier, so its first half byte is F (ISO 7816-4, 12.2.3)."""
SELECT_APPLICATION = b"\x00\xa4\x04\x00" + bytes((len(APPLICATION),)) + APPLICATION
READ_IDENTITY = bytes.fromhex("00B0810000")
CHALLENGE_LENGTH, SIGNATURE_LENGTH, ID_LENGTH = 32, 64, 8
CARD_ID_TAG, KEY_ID_TAG = 0xC0, 0xC1
OK, NOT_FOUND = 0x9000, 0x6A82
NO_SUCH_APPLICATION = frozenset({NOT_FOUND, 0x6700, 0x6A86, 0x6B00, 0x6D00, 0x6E00})
"""What cards of other kinds answer to a name that they do not know."""


def answer_challenge(card: Transport, challenge: bytes) -> StaffCardAnswered | NoStaffCard:
    """Three commands with a staff card, one with any other. Raises what `Transport.transmit` raises."""
    selected = exchange(card, SELECT_APPLICATION, wants_data=False).status_word
    if selected != OK:
        return NoStaffCard("other_card" if selected in NO_SUCH_APPLICATION else "refused")
    identity = exchange(card, READ_IDENTITY)
    ids = _ids(identity.data) if identity.status_word == OK else None
    if ids is None:
        return NoStaffCard("refused")
    command = b"\x00\x88\x00\x00" + bytes((CHALLENGE_LENGTH,)) + challenge + bytes((SIGNATURE_LENGTH,))
    signed = exchange(card, command)
    if signed.status_word != OK or len(signed.data) != SIGNATURE_LENGTH:
        return NoStaffCard("refused")
    return StaffCardAnswered(*ids, challenge, signed.data)


def _ids(data: bytes) -> tuple[str, str] | None:
    """Card id and key id in upper-case hex; None when one of them is missing."""
    values: dict[int, bytes] = {}
    while len(data) >= 2 and len(data) >= 2 + data[1]:
        values[data[0]], data = data[2 : 2 + data[1]], data[2 + data[1] :]
    card_id, key_id = values.get(CARD_ID_TAG, b""), values.get(KEY_ID_TAG, b"")
    if len(card_id) != ID_LENGTH or len(key_id) != ID_LENGTH:
        return None
    return card_id.hex().upper(), key_id.hex().upper()
