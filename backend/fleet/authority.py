"""The fleet's own certificate authority: short-lived client certificates for terminals, and the entrance's own.

P-256 throughout, TLS 1.3. The authority's certificate is what a pairing ticket pins. A certificate says who a terminal
is (subject alternative name, URI); whether it may speak is asked of the database each time, so nothing is ever revoked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from backend.certificates.signing import write_secret
from kiosk.fleet.pairing import certificate_name, terminal_in

TERMINAL_LIFE = timedelta(days=30)
RENEW_AFTER = TERMINAL_LIFE / 2
_AUTHORITY_LIFE = timedelta(days=3650)
_SERVER_LIFE = timedelta(days=90)
_SKEW = timedelta(minutes=10)
_PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class PeerFacts:
    """What a presented certificate says, after its signature and dates held."""

    terminal_id: str
    key_sha256: str
    expires: datetime


@dataclass(frozen=True, repr=False)
class Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pin(self) -> str:
        """SHA-256 of the certificate (DER), hexadecimal."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(_PEM).decode()

    def issue(self, csr_pem: str, terminal_id: str, now: datetime) -> x509.Certificate | None:
        """A certificate for the key of a signing request; None when the request does not prove that key.

        Everything else in the request is ignored: the name comes from the ticket.
        """
        request = read_request(csr_pem)
        if request is None:
            return None
        name = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(certificate_name(terminal_id))])
        builder = self._builder(terminal_id, request.public_key(), now, TERMINAL_LIFE)
        builder = builder.add_extension(name, critical=False)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        return builder.add_extension(usage, critical=True).sign(self.key, hashes.SHA256())

    def judge(self, der: bytes, now: datetime) -> PeerFacts | None:
        """Who presents this certificate; None unless we issued it for a terminal and it is valid now."""
        try:
            certificate = x509.load_der_x509_certificate(der)
            certificate.verify_directly_issued_by(self.certificate)
            names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
            return None
        uris = names.get_values_for_type(x509.UniformResourceIdentifier)
        terminal_id = terminal_in(uris[0]) if len(uris) == 1 else None
        is_valid = certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc
        if terminal_id is None or not is_valid or ExtendedKeyUsageOID.CLIENT_AUTH not in usage:
            return None
        return PeerFacts(terminal_id, key_sha256(certificate.public_key()), certificate.not_valid_after_utc)

    def write_server(self, folder: Path, hosts: Sequence[str], now: datetime) -> tuple[Path, Path]:
        """Certificate and key of the terminals' entrance, made anew at each start: (certificate file, key file)."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
        builder = self._builder(hosts[0], key.public_key(), now, _SERVER_LIFE).add_extension(names, critical=False)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        certificate = builder.add_extension(usage, critical=True).sign(self.key, hashes.SHA256())
        certificate_file, key_file = folder / "entrance.pem", folder / "entrance.key"
        certificate_file.write_bytes(certificate.public_bytes(_PEM))
        write_secret(key_file, _key_bytes(key))
        return certificate_file, key_file

    def _builder(self, common_name: str, key: object, now: datetime, life: timedelta) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(_name(common_name)).issuer_name(self.certificate.subject)
        builder = builder.public_key(key).serial_number(x509.random_serial_number())  # pyright: ignore[reportArgumentType]
        builder = builder.not_valid_before(now - _SKEW).not_valid_after(now + life)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(identifier, critical=False)
        return builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)


def open_authority(folder: Path, now: datetime) -> Authority:
    """Reads the authority in `folder`, or makes one there; the key is readable by its owner alone."""
    key_file, certificate_file = folder / "authority.key", folder / "authority.pem"
    if not key_file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate_file.write_bytes(_self_signed(key, now).public_bytes(_PEM))
        write_secret(key_file, _key_bytes(key))
    loaded = serialization.load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{key_file} is no P-256 key")
    return Authority(x509.load_pem_x509_certificate(certificate_file.read_bytes()), loaded)


def read_request(csr_pem: str) -> x509.CertificateSigningRequest | None:
    """A signing request whose signature holds, for a P-256 key; None otherwise."""
    try:
        request = x509.load_pem_x509_csr(csr_pem.encode())
        key = request.public_key()
    except ValueError:
        return None
    is_p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    return request if is_p256 and request.is_signature_valid else None


def key_der(public_key: object) -> bytes:
    """SubjectPublicKeyInfo of a public key of `cryptography`."""
    return public_key.public_bytes(  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def key_sha256(public_key: object) -> str:
    return hashlib.sha256(key_der(public_key)).hexdigest()


def _self_signed(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _name("Lobby kiosk fleet authority")
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - _SKEW).not_valid_after(now + _AUTHORITY_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        builder.add_extension(usage, critical=True).add_extension(identifier, critical=False).sign(key, hashes.SHA256())
    )


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
