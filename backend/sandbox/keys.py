"""Throw-away keys of the sandbox: `make_keys` writes what the merchant holds and what the platform holds.

    merchant/   merchant.json, private_key.pem, platform_public_key.pem, certificates/<serial>.pem
    platform/   platform.json, merchant_public_key.pem, certificate.pem, certificate_key.pem, public_key_mode_key.pem

The platform signs in two ways, as WeChat Pay does: by platform certificate, or by "WeChat Pay public key" with its id.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.x509.oid import NameOID

MCHID = "1900000109"
APPID = "wxd678efh567hg6787"


@dataclass(frozen=True)
class PlatformKeys:
    """What the platform knows: its own signing keys and the merchant's public key."""

    mchid: str
    appid: str
    apiv3_key: str
    merchant_serial: str
    merchant_public_key: RSAPublicKey
    certificate_pem: str
    certificate_serial: str
    certificate_key: RSAPrivateKey
    public_key_id: str
    public_key_mode_key: RSAPrivateKey


def make_keys(state_dir: Path, now: datetime) -> None:
    """Generate all keys; keeps those that are there."""
    if (state_dir / "platform" / "platform.json").exists():
        return
    merchant_key, certificate_key, mode_key = (generate_private_key(65537, 2048) for _ in range(3))
    certificate = _certificate(certificate_key, now)
    facts = {
        "mchid": MCHID,
        "appid": APPID,
        "apiv3_key": secrets.token_hex(16),
        "cert_serial_no": secrets.token_hex(20).upper(),
        "public_key_id": "PUB_KEY_ID_" + secrets.token_hex(16).upper(),
    }
    _write_merchant(state_dir / "merchant", facts, merchant_key, mode_key.public_key(), certificate)
    _write_platform(state_dir / "platform", facts, merchant_key.public_key(), certificate, (certificate_key, mode_key))


def load_platform_keys(state_dir: Path) -> PlatformKeys:
    folder = state_dir / "platform"
    facts = json.loads((folder / "platform.json").read_text())
    certificate_pem = (folder / "certificate.pem").read_text()
    certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    public = serialization.load_pem_public_key((folder / "merchant_public_key.pem").read_bytes())
    if not isinstance(public, RSAPublicKey):
        raise TypeError("the merchant's key is not an RSA key")
    return PlatformKeys(
        mchid=facts["mchid"],
        appid=facts["appid"],
        apiv3_key=facts["apiv3_key"],
        merchant_serial=facts["cert_serial_no"],
        merchant_public_key=public,
        certificate_pem=certificate_pem,
        certificate_serial=serial_text(certificate),
        certificate_key=_private_key(folder / "certificate_key.pem"),
        public_key_id=facts["public_key_id"],
        public_key_mode_key=_private_key(folder / "public_key_mode_key.pem"),
    )


def serial_text(certificate: x509.Certificate) -> str:
    return f"{certificate.serial_number:X}"


def _certificate(key: RSAPrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Payment sandbox")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=5 * 365))
        .sign(key, hashes.SHA256())
    )


def _write_merchant(
    folder: Path, facts: dict[str, str], own: RSAPrivateKey, platform: RSAPublicKey, certificate: x509.Certificate
) -> None:
    _write(folder / "merchant.json", json.dumps(facts, indent=2).encode())
    _write(folder / "private_key.pem", _private_pem(own))
    _write(folder / "platform_public_key.pem", _public_pem(platform))
    _write(folder / "certificates" / f"{serial_text(certificate)}.pem", _certificate_pem(certificate))


def _write_platform(
    folder: Path,
    facts: dict[str, str],
    merchant: RSAPublicKey,
    certificate: x509.Certificate,
    keys: tuple[RSAPrivateKey, RSAPrivateKey],
) -> None:
    _write(folder / "merchant_public_key.pem", _public_pem(merchant))
    _write(folder / "certificate.pem", _certificate_pem(certificate))
    _write(folder / "certificate_key.pem", _private_pem(keys[0]))
    _write(folder / "public_key_mode_key.pem", _private_pem(keys[1]))
    _write(folder / "platform.json", json.dumps(facts, indent=2).encode())  # last: its presence says "complete"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_bytes(content)


def _private_key(path: Path) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError(f"{path.name} is not an RSA key")
    return key


def _private_pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem(key: RSAPublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _certificate_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
