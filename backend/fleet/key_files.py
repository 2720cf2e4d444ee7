"""Keys as files, for the ceremony: `NAME.key` (PKCS #8, with or without passphrase) and `NAME.pub` (for the root)."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError
from securesystemslib.signer import CryptoSigner  # pyright: ignore[reportPrivateImportUsage]  documented there

from backend.certificates.signing import write_secret
from kiosk.fleet.envelope import PublicKey


class KeyFileError(Exception):
    """A key file that cannot be used; the text says which and what to do, never what is in it."""


def make_key(folder: Path, name: str, passphrase: bytes | None) -> PublicKey:
    """Makes `NAME.key` and `NAME.pub`; never over an existing key."""
    key_file, public_file = folder / f"{name}.key", folder / f"{name}.pub"
    if key_file.exists():
        raise KeyFileError(f"{key_file} is there already; a key is never overwritten")
    private = Ed25519PrivateKey.generate()
    encryption = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    public = public_key_of(private)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_secret(key_file, pem)
    public_file.write_text(public.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return public


def read_public(path: Path) -> PublicKey:
    try:
        return PublicKey.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise KeyFileError(f"{path} is no public key of `keys make`: {type(error).__name__}") from None


def read_signer(path: Path, passphrase: bytes | None) -> CryptoSigner:
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), passphrase)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {type(error).__name__}") from None
    except (TypeError, ValueError):
        raise KeyFileError(f"{path} does not open: wrong passphrase, or no key") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyFileError(f"{path} is no Ed25519 key")
    return CryptoSigner(private, public_key_of(private).for_checking())


def needs_passphrase(path: Path) -> bool:
    try:
        return b"ENCRYPTED" in path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {type(error).__name__}") from None


def public_key_of(private: Ed25519PrivateKey) -> PublicKey:
    raw = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return PublicKey(public=raw.hex())
