"""The key ceremony: what people do by hand, on a machine without a network, with keys that the backend never sees.

A root is prepared, read aloud, and signed by one person after another, each with a key of their own; a bundle that
touches money or trust is signed by two. `python -m backend keys --help` has the steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from securesystemslib.signer import CryptoSigner  # pyright: ignore[reportPrivateImportUsage]  documented there

from kiosk.fleet.bundle import BUNDLE_TYPE, MAX_BUNDLE_BYTES, MAX_ENVELOPE_BYTES, Bundle, parse_bundle
from kiosk.fleet.envelope import Envelope, PublicKey, countersign, open_envelope, seal, sign
from kiosk.fleet.refusals import Refused
from kiosk.fleet.risk import changed_sections, risk_of, sections_of
from kiosk.fleet.roots import MAX_ROOT_BYTES, ROOT_TYPE, Role, Roles, Root, SensitiveRole
from kiosk.fleet.strict_json import address, decode


@dataclass(frozen=True)
class RoleKeys:
    """Who may do what in the root that is being made."""

    root: Sequence[PublicKey]
    director: PublicKey
    release: Sequence[PublicKey]
    root_threshold: int = 2
    release_threshold: int = 1
    sensitive_threshold: int = 2


def new_root(keys: RoleKeys, hosts: Sequence[str], version: int, epoch: int, expires: datetime) -> Root:
    """A root to be signed; raises ValueError (pydantic's) when its roles cannot be met."""
    everybody = (*keys.root, keys.director, *keys.release)
    releases = tuple(key.keyid for key in keys.release)
    return Root(
        version=version,
        epoch=epoch,
        expires=expires,
        keys={key.keyid: key for key in everybody},
        roles=Roles(
            root=Role(keyids=tuple(key.keyid for key in keys.root), threshold=keys.root_threshold),
            director=Role(keyids=(keys.director.keyid,), threshold=1),
            release=Role(keyids=releases, threshold=keys.release_threshold),
            sensitive=SensitiveRole(keyids=releases, threshold=keys.sensitive_threshold),
        ),
        hosts=tuple(hosts),
    )


def rotated(old: Root, keys: RoleKeys, hosts: Sequence[str], expires: datetime, *, has_new_epoch: bool) -> Root:
    """The root after `old`; a new epoch when the director's key may have been stolen."""
    return new_root(keys, hosts, old.version + 1, old.epoch + has_new_epoch, expires)


def sign_root(root: Root, signers: Sequence[CryptoSigner]) -> bytes:
    return seal(sign(ROOT_TYPE, root.to_bytes(), signers))


def sign_bundle(payload: bytes, signers: Sequence[CryptoSigner]) -> bytes:
    return seal(sign(BUNDLE_TYPE, payload, signers))


def open_for_signing(content: bytes) -> Envelope | Refused:
    """What lies in a file that somebody is to sign: an envelope of a root or a bundle, or a bare bundle or root."""
    for payload_type, limit in ((ROOT_TYPE, MAX_ROOT_BYTES), (BUNDLE_TYPE, MAX_ENVELOPE_BYTES)):
        envelope = open_envelope(content, payload_type, limit)
        if isinstance(envelope, Envelope):
            return envelope
    document = decode(content, MAX_BUNDLE_BYTES)
    if isinstance(document, Refused):
        return document
    is_root = isinstance(document, dict) and "roles" in document
    return Envelope(ROOT_TYPE if is_root else BUNDLE_TYPE, content.strip(), {})


def add_signature(envelope: Envelope, signer: CryptoSigner) -> bytes:
    return seal(countersign(envelope, [signer]))


def is_worth_signing(envelope: Envelope) -> bool:
    """Nobody puts their name to what no terminal would take."""
    if envelope.payload_type == BUNDLE_TYPE:
        return isinstance(parse_bundle(envelope.payload), Bundle)
    try:
        Root.model_validate_json(envelope.payload, strict=True)
    except ValidationError:
        return False
    return True


def in_words(envelope: Envelope, before: Mapping[str, Any] | None = None) -> Sequence[str]:
    """What a person is about to put their name to, one line each."""
    if envelope.payload_type == ROOT_TYPE:
        if not is_worth_signing(envelope):
            return ["a root that cannot work: its keys and roles do not fit"]
        return _root_in_words(Root.model_validate_json(envelope.payload, strict=True), envelope)
    bundle = parse_bundle(envelope.payload)
    if not isinstance(bundle, Bundle):
        return ["a bundle with faults, which no terminal will take:", *(f"  {fault}" for fault in bundle)]
    return _bundle_in_words(bundle, envelope, before)


def _root_in_words(root: Root, envelope: Envelope) -> Sequence[str]:
    roles = root.roles
    lines = [
        f"root of trust, version {root.version}, epoch {root.epoch}, valid until {root.expires:%Y-%m-%d}",
        f"  changes of this root: {roles.root.threshold} of {_names(roles.root)}",
        f"  what one terminal runs (online): {_names(roles.director)}",
        f"  ordinary bundles: {roles.release.threshold} of {_names(roles.release)}",
        f"  bundles about money or trust: {roles.sensitive.threshold} of {_names(roles.sensitive)}",
        f"  hosts a bundle may lead to: {', '.join(root.hosts) or 'none'}",
    ]
    return [*lines, f"  signatures on it: {_signed_by(envelope)}"]


def _bundle_in_words(bundle: Bundle, envelope: Envelope, before: Mapping[str, Any] | None) -> Sequence[str]:
    after = sections_of(decode(envelope.payload, MAX_BUNDLE_BYTES))
    changed = changed_sections(before, after)
    fees = (
        f"    from {row.valid_from}: {row.reason} CNY {row.fee_fen / 100:.2f}, express {row.express_fee_fen / 100:.2f}"
        for row in bundle.sections.pricing.fees
    )
    return [
        f"bundle {bundle.bundle_id}, release counter {bundle.release_counter}",
        f"  address (SHA-256): {address(envelope.payload)}",
        f"  changes: {', '.join(sorted(changed)) or 'nothing'}{'' if before else ' (compared with nothing)'}",
        f"  concerns: {risk_of(changed)}",
        "  fees:",
        *fees,
        f"  signatures on it: {_signed_by(envelope)}",
    ]


def _names(role: Role) -> str:
    return ", ".join(keyid[:8] for keyid in role.keyids)


def _signed_by(envelope: Envelope) -> str:
    return ", ".join(keyid[:8] for keyid in envelope.signatures) or "none"


DEFAULT_ROOT_LIFE = timedelta(days=730)
