"""Basic access control: who knows the printed page may read the chip (ICAO 9303-11, 4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1
from hmac import compare_digest

from hardware.card_reader.passport.ciphers import decrypt, derived_keys, encrypt, mac
from hardware.card_reader.passport.messaging import SecureChannel
from hardware.ports import Personal

CHALLENGE_LENGTH = 8
KEY_LENGTH = 16
CRYPTOGRAM_LENGTH = 32


@dataclass(frozen=True, repr=False)
class AccessKeys(Personal):
    encryption: bytes
    authentication: bytes


@dataclass(frozen=True, repr=False)
class Handshake(Personal):
    """Our side of one mutual authentication. `challenge` is ours, `chip_challenge` the chip's, 8 bytes each."""

    keys: AccessKeys
    chip_challenge: bytes
    challenge: bytes
    key_share: bytes
    """16 random bytes."""

    def cryptogram(self) -> bytes:
        """What EXTERNAL AUTHENTICATE sends: 32 encrypted bytes and their MAC."""
        return sealed(self.keys, self.challenge + self.chip_challenge + self.key_share)

    def channel(self, answer: bytes) -> SecureChannel | None:
        """The secured conversation; None when the chip did not prove that it knows the same page."""
        opened = unsealed(self.keys, answer)
        if opened is None or opened[:16] != self.chip_challenge + self.challenge:
            return None
        return session_channel(self.key_share, opened[16:], self.chip_challenge, self.challenge)


def access_keys(mrz_information: str) -> AccessKeys:
    """From document number, birth and expiry date, each with its check digit (9303-11, 4.3.2)."""
    digest = sha1(mrz_information.encode("ascii"), usedforsecurity=False).digest()  # prescribed
    return AccessKeys(*derived_keys(digest[:KEY_LENGTH]))


def sealed(keys: AccessKeys, plain: bytes) -> bytes:
    encrypted = encrypt(keys.encryption, plain)
    return encrypted + mac(keys.authentication, encrypted)


def unsealed(keys: AccessKeys, cryptogram: bytes) -> bytes | None:
    """The 32 bytes inside; None when length or MAC are wrong."""
    encrypted, code = cryptogram[:CRYPTOGRAM_LENGTH], cryptogram[CRYPTOGRAM_LENGTH:]
    if len(encrypted) != CRYPTOGRAM_LENGTH or not compare_digest(code, mac(keys.authentication, encrypted)):
        return None
    return decrypt(keys.encryption, encrypted)


def session_channel(our_share: bytes, chip_share: bytes, chip_challenge: bytes, our_challenge: bytes) -> SecureChannel:
    """Both sides come to the same channel; its counter starts with the last halves of both challenges."""
    seed = bytes(ours ^ theirs for ours, theirs in zip(our_share, chip_share, strict=True))
    counter = int.from_bytes(chip_challenge[4:] + our_challenge[4:])
    return SecureChannel(*derived_keys(seed), counter)
