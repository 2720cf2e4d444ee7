"""Secure messaging: every command and answer encrypted and counted (ICAO 9303-11, 9.8; ISO 7816-4, 10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hmac import compare_digest

from hardware.card_reader.passport.ciphers import decrypt, encrypt, mac, padded, unpadded
from hardware.card_reader.passport.tlv import fields, tlv
from hardware.ports import Personal

SECURED = 0x0C
"""Bits of the class byte that say: secured, header included."""
DATA, EXPECTED_LENGTH, STATUS, CODE = 0x87, 0x97, 0x99, 0x8E
PADDED_DATA = b"\x01"
"""Content of DO 87 is padded (ISO 7816-4, padding indicator)."""


class ChannelError(Exception):
    """An answer that is not of this conversation; says nothing of what it held."""


@dataclass(frozen=True, repr=False)
class SecureChannel(Personal):
    """Keys and send sequence counter. Each command and each answer has a counter of its own."""

    encryption: bytes
    authentication: bytes
    counter: int

    def protect(self, header: bytes, data: bytes = b"", expected: int | None = None) -> tuple[SecureChannel, bytes]:
        """The secured command of `header` (CLA INS P1 P2), and the channel as it is after it."""
        sent = self.counted()
        secured_header = bytes((header[0] | SECURED,)) + header[1:]
        body = tlv(DATA, PADDED_DATA + encrypt(self.encryption, padded(data))) if data else b""
        if expected is not None:
            body += tlv(EXPECTED_LENGTH, bytes((expected,)))
        body += tlv(CODE, sent.code(padded(secured_header) + body))
        return sent, secured_header + bytes((len(body),)) + body + b"\x00"

    def open(self, answer: bytes) -> tuple[SecureChannel, bytes, int]:
        """Data and status word of a secured answer, and the channel after it. Raises `ChannelError`."""
        received = self.counted()
        objects = fields(answer)
        covered = b"".join(tlv(tag, objects[tag]) for tag in (DATA, STATUS) if tag in objects)
        if not compare_digest(objects.get(CODE, b""), received.code(covered)) or len(objects.get(STATUS, b"")) != 2:
            raise ChannelError("an answer that does not belong to this conversation")
        data = _decrypted(received.encryption, objects[DATA]) if DATA in objects else b""
        return received, data, int.from_bytes(objects[STATUS])

    def counted(self) -> SecureChannel:
        """With the counter of the next message."""
        return replace(self, counter=(self.counter + 1) % (1 << 64))

    def code(self, covered: bytes) -> bytes:
        """The code of a message under the counter as it is."""
        """The code of a message under the counter as it is."""
        return mac(self.authentication, self.counter.to_bytes(8) + covered)


def _decrypted(key: bytes, content: bytes) -> bytes:
    try:
        return unpadded(decrypt(key, content[1:]))
    except ValueError:
        raise ChannelError("an answer that cannot be decrypted") from None
