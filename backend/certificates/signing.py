"""Signs certificates as PAdES. The reference backend makes itself a throw-away key; an office brings its own."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

KEY_FILE, CERTIFICATE_FILE = "signing-key.pem", "signing-certificate.pem"
_LIFE = timedelta(days=3650)
_SIGNER_NAME = "Sample office (throw-away key of the reference backend)"

Sign = Callable[[bytes], bytes]
"""A PDF in, the same PDF with a signature that permits no change out."""


def ensure_signing_identity(folder: Path, now: datetime) -> None:
    """Makes key and self-signed certificate unless they are there; the key is readable by its owner alone."""
    if (folder / KEY_FILE).exists() and (folder / CERTIFICATE_FILE).exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    pem, no_password = serialization.Encoding.PEM, serialization.NoEncryption()
    write_secret(folder / KEY_FILE, key.private_bytes(pem, serialization.PrivateFormat.PKCS8, no_password))
    (folder / CERTIFICATE_FILE).write_bytes(_self_signed(key, now).public_bytes(pem))


def _self_signed(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _SIGNER_NAME)])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + _LIFE)
    return builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())


def write_secret(path: Path, content: bytes) -> None:
    """A file that only its owner may read, never for a moment otherwise."""
    path.touch(mode=0o600)
    path.write_bytes(content)


def pades_signer(folder: Path) -> Sign:
    """Signs with the identity in `folder`; raises ValueError when it cannot be read."""
    signer = signers.SimpleSigner.load(str(folder / KEY_FILE), str(folder / CERTIFICATE_FILE))
    if signer is None:
        raise ValueError(f"the signing key in {folder} cannot be read")
    metadata = signers.PdfSignatureMetadata(
        field_name="Signature",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        md_algorithm="sha256",
    )

    def sign(pdf: bytes) -> bytes:
        output = io.BytesIO()
        signers.PdfSigner(metadata, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=output)
        return output.getvalue()

    return sign
