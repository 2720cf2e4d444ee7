"""May this be believed? One fixed order, one word for each reason, nothing accepted in part.

Statement: length, envelope, keys and threshold, type and spec, terminal, epoch and version against the highest seen,
times, counter against the floor. Bundle: length and hash, signatures as many as the change needs (found out here),
machine and program, schema, rules, and not one that failed here before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast

from pydantic import ValidationError

from kiosk.central.wire import Message
from kiosk.fleet.bundle import (
    BUNDLE_TYPE,
    MAX_BUNDLE_BYTES,
    MAX_ENVELOPE_BYTES,
    SCHEMA,
    Bundle,
    first_code,
    parse_bundle,
)
from kiosk.fleet.command import COMMAND_TYPE, MAX_COMMAND_BYTES, MAX_COMMAND_LIFETIME, Command
from kiosk.fleet.desired import DESIRED_TYPE, MAX_LIFETIME, MAX_STATEMENT_BYTES, Desired
from kiosk.fleet.envelope import Envelope, check_signatures, open_envelope
from kiosk.fleet.refusals import RefusalCode, Refused
from kiosk.fleet.risk import changed_sections, risk_of, sections_of
from kiosk.fleet.roots import Role, Root, check_expiry
from kiosk.fleet.sections import Sensitivity
from kiosk.fleet.strict_json import address, decode

CLOCK_TOLERANCE: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class HighWater:
    """The highest statement ever accepted; never goes down, whatever is reverted."""

    epoch: int
    version: int
    statement_sha256: str


@dataclass(frozen=True)
class Machine:
    """What runs here."""

    app_version: tuple[int, int, int]
    hardware: str


@dataclass(frozen=True)
class Trusted:
    """What a terminal already believes: the part of its state that survives everything."""

    terminal_id: str
    root: Root
    machine: Machine
    high_water: HighWater | None = None
    counter_floor: int = 0
    active_sections: Mapping[str, Any] | None = None
    """Sections of the bundle in force, as decoded JSON: what a change is measured against."""
    denied: frozenset[str] = frozenset()
    """Addresses of bundles that failed here."""


@dataclass(frozen=True)
class Statement:
    """A statement that may be believed, and the bytes that were signed."""

    desired: Desired
    sha256: str

    @property
    def mark(self) -> HighWater:
        return HighWater(self.desired.epoch, self.desired.version, self.sha256)


@dataclass(frozen=True)
class Release:
    """A bundle that may be applied."""

    bundle: Bundle
    content: bytes
    sections: Mapping[str, Any]
    """As decoded JSON, for `Trusted.active_sections`."""
    risk: Sensitivity


def verify(statement: bytes, bundle: bytes, trusted: Trusted, now: datetime) -> tuple[Statement, Release] | Refused:
    """Both at once; `now` stands on the terminal's floor of time."""
    believed = verify_desired(statement, trusted, now)
    if isinstance(believed, Refused):
        return believed
    release = verify_bundle(bundle, believed.desired, trusted)
    return release if isinstance(release, Refused) else (believed, release)


def verify_desired(content: bytes, trusted: Trusted, now: datetime) -> Statement | Refused:
    """The statement alone. The one already accepted is accepted again: compare its mark with the high water."""
    root = trusted.root
    read = _signed_document(content, DESIRED_TYPE, MAX_STATEMENT_BYTES, root, root.roles.director, now)
    if isinstance(read, Refused):
        return read
    envelope, document = read
    desired = _model(document, envelope.payload, "kiosk-desired", Desired)
    if isinstance(desired, Refused):
        return desired
    statement = Statement(desired, address(envelope.payload))
    refused = (
        _wrong_terminal(desired.terminal, trusted.terminal_id)
        or _wrong_place(statement, trusted)
        or _wrong_time(desired.issued, desired.expires, MAX_LIFETIME, now)
        or (Refused(RefusalCode.NOT_YET_VALID) if desired.not_before > now else None)
        or _below_floor(desired, trusted)
    )
    return refused or statement


def verify_bundle(content: bytes, desired: Desired, trusted: Trusted) -> Release | Refused:
    """The bundle that `desired`, which is believed, points to; content addressing needs no clock."""
    root = trusted.root
    envelope = open_envelope(content, BUNDLE_TYPE, MAX_ENVELOPE_BYTES)
    if isinstance(envelope, Refused):
        return envelope
    if len(envelope.payload) != desired.bundle.length:
        return Refused(RefusalCode.BUNDLE_LENGTH)
    if address(envelope.payload) != desired.bundle.sha256:
        return Refused(RefusalCode.BUNDLE_HASH)
    return check_release(envelope, root, trusted.active_sections) or _judged(envelope, desired, trusted)


def check_release(envelope: Envelope, root: Root, before: Mapping[str, Any] | None) -> Refused | None:
    """Are there enough signatures for what this bundle changes against `before`? None: there are."""
    roles = root.roles
    by_anyone = check_signatures(envelope, root.keys, (*roles.release.keyids, *roles.sensitive.keyids), 1)
    if isinstance(by_anyone, Refused):
        return by_anyone  # nothing is read before a signature holds
    document = decode(envelope.payload, MAX_BUNDLE_BYTES)
    if isinstance(document, Refused):
        return document
    risk = risk_of(changed_sections(before, sections_of(document)))
    enough = root.check(envelope, roles.release if risk is Sensitivity.ORDINARY else roles.sensitive)
    return enough if isinstance(enough, Refused) else None


def verify_command(
    content: bytes, root: Root, terminal_id: str, boot_id: str, done: frozenset[str], now: datetime
) -> Command | Refused:
    """A one-shot command; `done` holds the nonces this boot has seen."""
    read = _signed_document(content, COMMAND_TYPE, MAX_COMMAND_BYTES, root, root.roles.director, now)
    if isinstance(read, Refused):
        return read
    envelope, document = read
    command = _model(document, envelope.payload, "kiosk-command", Command)
    if isinstance(command, Refused):
        return command
    refused = (
        _wrong_terminal(command.terminal, terminal_id)
        or (Refused(RefusalCode.WRONG_BOOT) if command.boot_id != boot_id else None)
        or (Refused(RefusalCode.ALREADY_DONE) if command.nonce in done else None)
        or _wrong_time(command.issued, command.expires, MAX_COMMAND_LIFETIME, now)
    )
    return refused or command


# --- steps ------------------------------------------------------------------------------------------------------------

M = TypeVar("M", bound=Message)


def _signed_document(
    content: bytes, payload_type: str, max_bytes: int, root: Root, role: Role, now: datetime
) -> tuple[Envelope, Any] | Refused:
    envelope = open_envelope(content, payload_type, max_bytes)
    if isinstance(envelope, Refused):
        return envelope
    if isinstance(checked := root.check(envelope, role), Refused):
        return checked
    if isinstance(expired := check_expiry(root, now), Refused):
        return expired
    document = decode(envelope.payload, max_bytes)
    return document if isinstance(document, Refused) else (envelope, document)


def _model(document: Any, payload: bytes, type_name: str, model: type[M]) -> M | Refused:
    if not isinstance(document, dict):
        return Refused(RefusalCode.WRONG_TYPE)
    named = cast("dict[str, Any]", document)
    if named.get("_type") != type_name:
        return Refused(RefusalCode.WRONG_TYPE)
    if named.get("spec") != 1:
        return Refused(RefusalCode.WRONG_SPEC)
    try:
        return model.model_validate_json(payload, strict=True)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        return Refused(RefusalCode.STATEMENT_MALFORMED, place[:200])


def _wrong_terminal(named: str, own: str) -> Refused | None:
    return None if named == own else Refused(RefusalCode.WRONG_TERMINAL)


def _wrong_place(statement: Statement, trusted: Trusted) -> Refused | None:
    """Against the root's epoch, then against the highest statement ever accepted."""
    desired, mark = statement.desired, trusted.high_water
    if mark is not None and (desired.epoch, desired.version) < (mark.epoch, mark.version):
        return Refused(RefusalCode.ROLLBACK_REFUSED, f"{desired.epoch}.{desired.version}")
    if desired.epoch != trusted.root.epoch:
        return Refused(RefusalCode.EPOCH_NOT_IN_ROOT, f"{desired.epoch} under {trusted.root.epoch}")
    if mark is not None and (desired.epoch, desired.version) == (mark.epoch, mark.version):
        return None if statement.sha256 == mark.statement_sha256 else Refused(RefusalCode.EQUIVOCATION)
    return None


def _wrong_time(issued: datetime, expires: datetime, longest: timedelta, now: datetime) -> Refused | None:
    if expires - issued > longest:
        return Refused(RefusalCode.LIFETIME_TOO_LONG)
    if issued > now + CLOCK_TOLERANCE:
        return Refused(RefusalCode.FROM_THE_FUTURE)
    return Refused(RefusalCode.EXPIRED) if expires <= now else None


def _below_floor(desired: Desired, trusted: Trusted) -> Refused | None:
    if desired.bundle.release_counter < trusted.counter_floor:
        return Refused(RefusalCode.COUNTER_BELOW_FLOOR, f"below {trusted.counter_floor}")
    return None


def _judged(envelope: Envelope, desired: Desired, trusted: Trusted) -> Release | Refused:
    """Everything after the signatures."""
    document = decode(envelope.payload, MAX_BUNDLE_BYTES)
    if not isinstance(document, dict):
        return Refused(RefusalCode.WRONG_TYPE)
    named = cast("dict[str, Any]", document)
    refused = _wrong_kind(named) or _unfit(named, desired, trusted.machine)
    if refused is not None:
        return refused
    bundle = parse_bundle(envelope.payload, trusted.root.hosts)
    if not isinstance(bundle, Bundle):
        code = first_code(bundle)
        return Refused(code, next(fault.path for fault in bundle if fault.code is code)[:200])
    if desired.bundle.sha256 in trusted.denied:
        return Refused(RefusalCode.DENIED_HERE)
    sections = sections_of(document)
    risk = risk_of(changed_sections(trusted.active_sections, sections))
    return Release(bundle, envelope.payload, sections, risk)


def _wrong_kind(document: Mapping[str, Any]) -> Refused | None:
    if document.get("_type") != "kiosk-config-bundle":
        return Refused(RefusalCode.WRONG_TYPE)
    if document.get("spec") != 1:
        return Refused(RefusalCode.WRONG_SPEC)
    return None if document.get("schema_version") == SCHEMA else Refused(RefusalCode.SCHEMA_UNSUPPORTED)


def _unfit(document: Mapping[str, Any], desired: Desired, machine: Machine) -> Refused | None:
    """A bundle of a newer schema may say more than we can read; what it says of compatibility stays readable."""
    if document.get("release_counter") != desired.bundle.release_counter:
        return Refused(RefusalCode.COUNTER_MISMATCH)
    hardware = document.get("hardware")
    if isinstance(hardware, list) and hardware and machine.hardware not in hardware:
        return Refused(RefusalCode.HARDWARE_UNSUPPORTED)
    if _version(document.get("min_app"), (0, 0, 0)) > machine.app_version:
        return Refused(RefusalCode.APP_TOO_OLD)
    newest = _version(document.get("max_app"), (9999, 9999, 9999))
    return Refused(RefusalCode.APP_TOO_NEW) if newest < machine.app_version else None


def _version(text: Any, otherwise: tuple[int, int, int]) -> tuple[int, int, int]:
    """What is no version is told by the schema."""
    parts = text.split(".") if isinstance(text, str) else []
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 5 for part in parts):
        return otherwise
    return int(parts[0]), int(parts[1]), int(parts[2])
