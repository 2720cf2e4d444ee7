"""Passive authentication: do the files belong to their signature, and is the signer one we know? (ICAO 9303-11, 5.1)

Without certificates of the issuing states (CSCA) a terminal may say that a passport was read, never that it is genuine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from asn1crypto import cms, core
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from hardware.card_reader.passport.tlv import TlvError, fields

SECURITY_OBJECT_TAG = 0x77
HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303  old passports are signed over it; all that is claimed of them is "read"
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class Trust(StrEnum):
    BROKEN = "broken"
    """Files, hashes and signature do not belong together."""
    CONSISTENT = "consistent"
    """They do, but nothing is known of the signer."""
    KNOWN_STATE = "known_state"


class _GroupHash(core.Sequence):
    _fields = [("number", core.Integer), ("value", core.OctetString)]  # noqa: RUF012  the way asn1crypto declares fields


class _GroupHashes(core.SequenceOf):
    _child_spec = _GroupHash


class SecurityObject(core.Sequence):
    """LDSSecurityObject (ICAO 9303-10, 4.6.2.3)."""

    _fields = [  # noqa: RUF012  the way asn1crypto declares fields
        ("version", core.Integer),
        ("hash_algorithm", cms.DigestAlgorithm),
        ("hashes", _GroupHashes),
        ("lds_version", core.Any, {"optional": True}),
    ]


@dataclass(frozen=True)
class _Signed:
    content: bytes
    signer: Any  # cms.SignerInfo; asn1crypto has no types
    certificate: x509.Certificate


def read_authorities(folder: Path | None) -> tuple[x509.Certificate, ...]:
    """Certificates of issuing states: `*.pem` or `*.der` in `folder`. Raises `ValueError` for a file that is none."""
    if folder is None:
        return ()
    files = sorted(path for path in folder.iterdir() if path.suffix in (".pem", ".der"))
    return tuple(
        x509.load_pem_x509_certificate(path.read_bytes())
        if path.suffix == ".pem"
        else x509.load_der_x509_certificate(path.read_bytes())
        for path in files
    )


def trust_of(security_file: bytes, groups: Mapping[int, bytes], authorities: Sequence[x509.Certificate] = ()) -> Trust:
    """What EF.SOD says of the data groups that were read (number -> whole file)."""
    try:
        signed = _parse(security_file)
        if not (_hashes_match(signed.content, groups) and _signature_holds(signed)):
            return Trust.BROKEN
    except (ValueError, TypeError, KeyError, InvalidSignature, TlvError):  # a chip may hold anything
        return Trust.BROKEN
    return Trust.KNOWN_STATE if _is_known(signed.certificate, authorities) else Trust.CONSISTENT


def _parse(security_file: bytes) -> _Signed:
    info: Any = cms.ContentInfo.load(fields(security_file)[SECURITY_OBJECT_TAG], strict=True)
    data = info["content"]
    (certificate,) = (x509.load_der_x509_certificate(choice.chosen.dump()) for choice in data["certificates"])
    (signer,) = data["signer_infos"]
    return _Signed(data["encap_content_info"]["content"].native, signer, certificate)


def _hashes_match(content: bytes, groups: Mapping[int, bytes]) -> bool:
    listed: Any = SecurityObject.load(content, strict=True)
    algorithm: str = listed["hash_algorithm"]["algorithm"].native
    if algorithm not in HASHES:
        return False
    promised = {entry["number"].native: entry["value"].native for entry in listed["hashes"]}
    return all(promised.get(number) == hashlib.new(algorithm, file).digest() for number, file in groups.items())


def _signature_holds(signed: _Signed) -> bool:
    """Raises `InvalidSignature` or returns False."""
    algorithm: str = signed.signer["digest_algorithm"]["algorithm"].native
    attributes = signed.signer["signed_attrs"]
    stated = {entry["type"].native: entry["values"][0].native for entry in attributes}
    if algorithm not in HASHES or stated.get("message_digest") != hashlib.new(algorithm, signed.content).digest():
        return False
    _verify(signed, attributes.untag().dump(force=True), algorithm)
    return True


def _verify(signed: _Signed, message: bytes, algorithm: str) -> None:
    key, signature = signed.certificate.public_key(), signed.signer["signature"].native
    used, digest = HASHES[algorithm], hashlib.new(algorithm, message).digest()
    match key:
        case ec.EllipticCurvePublicKey():
            key.verify(signature, digest, ec.ECDSA(Prehashed(used)))
        case rsa.RSAPublicKey():
            is_pss = signed.signer["signature_algorithm"]["algorithm"].native == "rsassa_pss"
            scheme = padding.PSS(padding.MGF1(used), padding.PSS.AUTO) if is_pss else padding.PKCS1v15()
            key.verify(signature, digest, scheme, Prehashed(used))
        case _:
            raise InvalidSignature


def _is_known(signer: x509.Certificate, authorities: Sequence[x509.Certificate]) -> bool:
    return any(_is_issued_by(signer, authority) for authority in authorities)


def _is_issued_by(signer: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        signer.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
