"""A good root, statement, bundle and command, made from throw-away keys; tests spoil one thing at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, SSlibKey

from kiosk.central.wire import Bank, FeeRow, LeadTimeRow, Office
from kiosk.domain.application import PaymentMethod, Reason
from kiosk.fleet.bundle import BUNDLE_TYPE, Bundle
from kiosk.fleet.command import COMMAND_TYPE, Action, Command
from kiosk.fleet.desired import DESIRED_TYPE, BundlePointer, Desired
from kiosk.fleet.envelope import PublicKey, seal, sign
from kiosk.fleet.roots import ROOT_TYPE, Role, Roles, Root, SensitiveRole
from kiosk.fleet.sections import (
    Accessibility,
    Banks,
    Calendar,
    Endpoints,
    Features,
    LeadTimes,
    Links,
    Offices,
    Opening,
    Payments,
    Pricing,
    Sections,
    Staff,
    Texts,
    TimeOuts,
)
from kiosk.fleet.strict_json import address, canonical
from kiosk.fleet.verifying import Machine, Trusted

NOW = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)
TERMINAL = "lobby-1"
BOOT = "0a1b2c3d"
HOSTS = ("app.example.org", "wechat.example.org", "www.example.org", "backend.example.org")
MACHINE = Machine((0, 1, 0), "bench")


def signer(name: str) -> CryptoSigner:
    """The same throw-away key for the same name."""
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
    return CryptoSigner(private, key_of(name).for_checking())


def key_of(name: str) -> PublicKey:
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
    return PublicKey(public=SSlibKey.from_crypto(private.public_key()).keyval["public"])


def keyids(*names: str) -> tuple[str, ...]:
    return tuple(key_of(name).keyid for name in names)


def root(version: int = 1, epoch: int = 0, **changes: Any) -> Root:
    roots: tuple[str, ...] = changes.pop("roots", ("root-a", "root-b"))
    director: str = changes.pop("director", "director")
    releases: tuple[str, ...] = changes.pop("releases", ("release-a", "release-b", "release-c"))
    names = {*roots, director, *releases}
    return Root(
        version=version,
        epoch=epoch,
        expires=changes.pop("expires", NOW + timedelta(days=365)),
        keys={key_of(name).keyid: key_of(name) for name in names},
        roles=Roles(
            root=Role(keyids=keyids(*roots), threshold=min(2, len(roots))),
            director=Role(keyids=keyids(director), threshold=1),
            release=Role(keyids=keyids(*releases), threshold=1),
            sensitive=SensitiveRole(keyids=keyids(*releases), threshold=2),
        ),
        hosts=HOSTS,
        **changes,
    )


def sealed_root(content: Root, *names: str) -> bytes:
    return sealed(ROOT_TYPE, content.to_bytes(), names)


def sealed(payload_type: str, payload: bytes, names: Sequence[str]) -> bytes:
    return seal(sign(payload_type, payload, [signer(name) for name in names]))


def sections(fee_fen: int = 2000, **changes: Any) -> Sections:
    office = Office(
        office_id="CY01",
        name_zh="示例中心",
        name_en="Sample Centre",
        district="朝阳区",
        address_zh="样板路 20 号",
        address_en="20 Model Road",
        hours_zh="工作日",
        hours_en="Working days",
        phone="010-00000003",
    )
    whole = Sections(
        pricing=Pricing(fees=tuple(FeeRow(valid_from=date(2020, 12, 22), reason=r, fee_fen=fee_fen) for r in Reason)),
        payments=Payments(methods=tuple(PaymentMethod)),
        endpoints=Endpoints(backend_url="https://backend.example.org/"),
        staff=Staff(),
        links=Links(
            app_url="https://app.example.org/ssc",
            wechat_url="https://wechat.example.org/ssc",
            website_url="https://www.example.org/ssc",
        ),
        lead_times=LeadTimes(rows=(LeadTimeRow(valid_from=date(2020, 12, 22), working_days=4),)),
        calendar=Calendar(),
        opening=Opening(),
        offices=Offices(rows=(office,)),
        banks=Banks(rows=(Bank(bank_code="B01", name_zh="示例银行", name_en="Sample Bank", loss_phone="95001-0"),)),
        texts=Texts(),
        timeouts=TimeOuts(),
        accessibility=Accessibility(),
        features=Features(),
        hotlines=("12333",),
    )
    return whole.model_copy(update=changes)


def bundle(counter: int = 7, fee_fen: int = 2000, changes: dict[str, Any] | None = None, **fields: Any) -> Bundle:
    return Bundle(
        bundle_id=f"b{counter}",
        release_counter=counter,
        created=NOW - timedelta(days=1),
        sections=sections(fee_fen, **(changes or {})),
        **fields,
    )


def sealed_bundle(content: Bundle | bytes, *names: str) -> bytes:
    payload = content if isinstance(content, bytes) else content.to_bytes()
    return sealed(BUNDLE_TYPE, payload, names or ("release-a", "release-b"))


def desired(payload: bytes, version: int = 5, **changes: Any) -> Desired:
    pointer = BundlePointer(
        sha256=address(payload), length=len(payload), release_counter=changes.pop("release_counter", 7)
    )
    values: dict[str, Any] = {
        "terminal": TERMINAL,
        "epoch": 0,
        "version": version,
        "bundle": pointer,
        "issued": NOW - timedelta(hours=1),
        "not_before": NOW - timedelta(hours=1),
        "expires": NOW + timedelta(days=7),
    }
    return Desired(**{**values, **changes})


def sealed_desired(content: Desired | bytes, *names: str) -> bytes:
    payload = content if isinstance(content, bytes) else content.to_bytes()
    return sealed(DESIRED_TYPE, payload, names or ("director",))


def command(**changes: Any) -> Command:
    values: dict[str, Any] = {
        "terminal": TERMINAL,
        "boot_id": BOOT,
        "nonce": "0" * 32,
        "action": Action.RESTART_APP,
        "issued": NOW,
        "expires": NOW + timedelta(minutes=10),
    }
    return Command(**{**values, **changes})


def sealed_command(content: Command | bytes, *names: str) -> bytes:
    payload = content if isinstance(content, bytes) else content.to_bytes()
    return sealed(COMMAND_TYPE, payload, names or ("director",))


def trusted(**changes: Any) -> Trusted:
    return Trusted(**{"terminal_id": TERMINAL, "root": root(), "machine": MACHINE, **changes})


def edited(payload: bytes, **changes: Any) -> bytes:
    """The document with members of its top replaced; `None` takes one out."""
    import json

    document = {**json.loads(payload), **changes}
    return canonical({name: value for name, value in document.items() if value is not None})
