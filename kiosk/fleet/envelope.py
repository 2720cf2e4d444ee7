"""Signed bytes: DSSE envelopes (Dead Simple Signing Envelope, v1), checked with securesystemslib.

`{"payloadType": ..., "payload": base64, "signatures": [{"keyid": ..., "sig": base64}, ...]}`. What is signed is exactly
the bytes of the payload together with its type; nothing is parsed before a signature holds.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, cast

from pydantic import StringConstraints
from securesystemslib.dsse import Envelope as Dsse
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import (  # documented there, exported without `__all__`
    CryptoSigner,  # pyright: ignore[reportPrivateImportUsage]
    Signature,  # pyright: ignore[reportPrivateImportUsage]
    SSlibKey,  # pyright: ignore[reportPrivateImportUsage]
)

from kiosk.central.wire import Message
from kiosk.fleet.refusals import RefusalCode, Refused
from kiosk.fleet.strict_json import address, canonical, decode

MEDIA_TYPE: Final = "application/vnd.dsse.envelope.v1+json"
MAX_SIGNATURES: Final = 16
ENVELOPE_SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["payloadType", "payload", "signatures"],
    "additionalProperties": False,
    "properties": {
        "payloadType": {"type": "string"},
        "payload": {"type": "string", "contentEncoding": "base64"},
        "signatures": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["keyid", "sig"],
                "properties": {"keyid": {"type": "string"}, "sig": {"type": "string", "contentEncoding": "base64"}},
            },
        },
    },
}
"""For descriptions (JSON Schema); `open_envelope` is stricter."""

KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_KEY_ID = re.compile(r"[0-9a-f]{64}")
_ED25519_SIGNATURE_BYTES = 64


@dataclass(frozen=True)
class Envelope:
    """Bytes, what they claim to be, and signatures not checked yet (key id to signature)."""

    payload_type: str
    payload: bytes
    signatures: Mapping[str, bytes]


class PublicKey(Message):
    """An Ed25519 key in TUF's form. One key has exactly one way to be written, so one id."""

    keytype: Literal["ed25519"] = "ed25519"
    scheme: Literal["ed25519"] = "ed25519"
    public: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

    @property
    def keyid(self) -> str:
        return address(canonical(self.model_dump(mode="json")))

    def for_checking(self) -> SSlibKey:
        return SSlibKey(self.keyid, self.keytype, self.scheme, {"public": self.public})


def open_envelope(content: bytes, payload_type: str, max_bytes: int) -> Envelope | Refused:
    """The parts of an envelope, believed in nothing yet; a payload of another type is refused."""
    document = decode(content, max_bytes)
    if isinstance(document, Refused):
        return document
    parts = _parts(document)
    if parts is None:
        return Refused(RefusalCode.NOT_AN_ENVELOPE)
    if parts.payload_type != payload_type:
        return Refused(RefusalCode.WRONG_PAYLOAD_TYPE, f"not {payload_type}")
    return parts


def seal(envelope: Envelope) -> bytes:
    """An envelope as it travels."""
    signatures = [{"keyid": keyid, "sig": _base64(sig)} for keyid, sig in sorted(envelope.signatures.items())]
    return canonical(
        {"payloadType": envelope.payload_type, "payload": _base64(envelope.payload), "signatures": signatures}
    )


def sign(payload_type: str, payload: bytes, signers: Iterable[CryptoSigner]) -> Envelope:
    """A new envelope with one signature of each signer."""
    return countersign(Envelope(payload_type, payload, {}), signers)


def countersign(envelope: Envelope, signers: Iterable[CryptoSigner]) -> Envelope:
    """The same payload, with further signatures."""
    dsse = _dsse(envelope, {})
    made = {signer.public_key.keyid: bytes.fromhex(dsse.sign(signer).signature) for signer in signers}
    return Envelope(envelope.payload_type, envelope.payload, {**envelope.signatures, **made})


def check_signatures(
    envelope: Envelope, known: Mapping[str, PublicKey], allowed: Iterable[str], threshold: int
) -> frozenset[str] | Refused:
    """The ids of the allowed keys whose signatures hold, at least `threshold` of them; `known` is the whole root.

    A signature that does not hold spoils the envelope, however many others do: nothing honest produces one.
    """
    present = envelope.signatures.keys()
    ours = present & known.keys()
    if not ours:
        return Refused(RefusalCode.UNKNOWN_KEY)
    counted = ours & set(allowed)
    if not counted:
        return Refused(RefusalCode.WRONG_ROLE)
    for keyid in counted:
        dsse = _dsse(envelope, {keyid: envelope.signatures[keyid]})
        try:
            dsse.verify([known[keyid].for_checking()], 1)
        except VerificationError:
            return Refused(RefusalCode.BAD_SIGNATURE, keyid[:8])
    if len(counted) < threshold:
        return Refused(RefusalCode.TOO_FEW_SIGNATURES, f"{len(counted)} of {threshold}")
    return frozenset(counted)


# --- inside -----------------------------------------------------------------------------------------------------------


def _dsse(envelope: Envelope, signatures: Mapping[str, bytes]) -> Dsse:
    wrapped = {keyid: Signature(keyid, sig.hex()) for keyid, sig in signatures.items()}
    return Dsse(envelope.payload, envelope.payload_type, wrapped)


def _parts(document: Any) -> Envelope | None:
    match document:
        case {"payloadType": str(payload_type), "payload": str(payload), "signatures": list(signatures)}:
            content = _from_base64(payload)
            checked = _signatures(cast("list[Any]", signatures))
            is_exact = len(cast("dict[str, Any]", document)) == 3
            return Envelope(payload_type, content, checked) if content is not None and checked and is_exact else None
        case _:
            return None


def _signatures(items: list[Any]) -> Mapping[str, bytes] | None:
    """None when there are none, too many, one key twice, or anything misshapen."""
    found: dict[str, bytes] = {}
    for item in items:
        match item:
            case {"keyid": str(keyid), "sig": str(sig)} if _KEY_ID.fullmatch(keyid):
                content = _from_base64(sig)
                if content is None or len(content) != _ED25519_SIGNATURE_BYTES or keyid in found:
                    return None
                found[keyid] = content
            case _:
                return None
    return found if 0 < len(found) <= MAX_SIGNATURES else None


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _from_base64(text: str) -> bytes | None:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if _base64(content) == text else None  # one text for one content
