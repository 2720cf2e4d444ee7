"""The two primitives of basic access control: two-key triple DES and the retail MAC (ICAO 9303-11, 9.8).

Old by today's measure, and prescribed: every passport with basic access control speaks exactly these.
"""

from __future__ import annotations

from hashlib import sha1

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

BLOCK = 8
_NO_VECTOR = bytes(BLOCK)
_ENCRYPTION, _AUTHENTICATION = 1, 2
"""The counters of the key derivation (9303-11, 9.7.1)."""


def derived_keys(seed: bytes) -> tuple[bytes, bytes]:
    """Encryption and authentication key of 16 bytes each, from a 16-byte seed."""
    return _derived(seed, _ENCRYPTION), _derived(seed, _AUTHENTICATION)


def encrypt(key: bytes, data: bytes) -> bytes:
    """Triple DES, CBC, vector of zeros; `data` is whole blocks."""
    encryptor = Cipher(TripleDES(_three_keys(key)), modes.CBC(_NO_VECTOR)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def decrypt(key: bytes, data: bytes) -> bytes:
    decryptor = Cipher(TripleDES(_three_keys(key)), modes.CBC(_NO_VECTOR)).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def mac(key: bytes, data: bytes) -> bytes:
    """8 bytes: ISO 9797-1 algorithm 3 with padding method 2."""
    first, second = key[:BLOCK], key[BLOCK:]
    chained = encrypt(first, padded(data))[-BLOCK:]
    return encrypt(first, decrypt(second, chained))


def padded(data: bytes) -> bytes:
    """ISO 9797-1 padding method 2: 80, then zeros to the end of the block."""
    return data + b"\x80" + bytes(-(len(data) + 1) % BLOCK)


def unpadded(data: bytes) -> bytes:
    """Raises `ValueError` when there is no padding."""
    bare = data.rstrip(b"\x00")
    if not bare.endswith(b"\x80"):
        raise ValueError("no padding")
    return bare[:-1]


def _three_keys(key: bytes) -> bytes:
    """One key of 8 bytes or two of them, as the three that triple DES takes."""
    return key * 3 if len(key) == BLOCK else key + key[:BLOCK]


def _derived(seed: bytes, counter: int) -> bytes:
    digest = sha1(seed + counter.to_bytes(4), usedforsecurity=False).digest()[:16]  # prescribed (9303-11, 9.7.1.1)
    return bytes(byte & 0xFE | (byte & 0xFE).bit_count() % 2 ^ 1 for byte in digest)  # odd parity, as DES keys have
