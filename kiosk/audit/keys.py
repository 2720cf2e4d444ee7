"""The terminal's own key: P-256, made at the first start, readable by the terminal alone, never leaving the machine."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SECRET_MODE = 0o600


class KeyFileError(Exception):
    """The file with the terminal's key is not usable; the text says what to do."""


@dataclass(frozen=True, repr=False)
class TerminalKey:
    private: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.private.public_key())

    def sign(self, data: bytes) -> str:
        """Base64 of the DER signature."""
        return base64.b64encode(self.private.sign(data, ec.ECDSA(hashes.SHA256()))).decode()


@dataclass(frozen=True)
class PublicKey:
    key: ec.EllipticCurvePublicKey

    @property
    def text(self) -> str:
        """Base64 of the SubjectPublicKeyInfo, DER."""
        return base64.b64encode(self._der).decode()

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self._der).hexdigest()[:16]

    @property
    def _der(self) -> bytes:
        return self.key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    def verifies(self, signature: str, data: bytes) -> bool:
        try:
            self.key.verify(base64.b64decode(signature, validate=True), data, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, ValueError):
            return False
        return True


def public_key_of(text: str) -> PublicKey | None:
    """From base64 of a SubjectPublicKeyInfo; None when it is none of P-256."""
    try:
        key = serialization.load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, TypeError):
        return None
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return PublicKey(key)
    return None


def terminal_key(path: Path) -> TerminalKey:
    """The key in `path`, made when there is none. Raises KeyFileError."""
    try:
        pem = path.read_bytes()
    except FileNotFoundError:
        return _made(path)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {type(error).__name__}") from None
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except ValueError:
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyFileError(f"{path} holds no key; set it aside, and a new one is made (the backend must be told)")
    return TerminalKey(key)


def _made(path: Path) -> TerminalKey:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise KeyFileError(f"{path} cannot be written: {type(error).__name__}") from None
    return TerminalKey(key)
