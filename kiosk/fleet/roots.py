"""The root of trust: which keys may say what. Kept offline, rotated as TUF rotates its root (specification 5.3).

python-tuf's own root fixes four role names and signs canonical JSON; ours has the roles a fleet needs and signs exact
bytes like everything else here. The rule of rotation is the same: version N+1 is signed by enough keys of N and by
enough keys of N+1, and a terminal that slept walks through every version in between.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self, cast

from pydantic import AwareDatetime, Field, StringConstraints, ValidationError, model_validator

from kiosk.central.wire import Message
from kiosk.fleet.envelope import Envelope, KeyId, PublicKey, check_signatures, open_envelope
from kiosk.fleet.refusals import RefusalCode, Refused
from kiosk.fleet.strict_json import canonical, decode

ROOT_TYPE: Final = "application/vnd.lobby-kiosk.root+json"
MAX_ROOT_BYTES: Final = 64 * 1024

Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]


class Role(Message):
    """So many of these keys."""

    keyids: tuple[KeyId, ...] = Field(min_length=1, max_length=16)
    threshold: Annotated[int, Field(ge=1, le=16)]

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if len(set(self.keyids)) != len(self.keyids):
            raise ValueError("a key stands twice")
        if self.threshold > len(self.keyids):
            raise ValueError("the threshold is above the number of keys")
        return self


class SensitiveRole(Role):
    """Money and trust: never fewer than two."""

    threshold: Annotated[int, Field(ge=2, le=16)]


class Roles(Message):
    root: Role
    """May say which keys hold; offline."""
    director: Role
    """May say what one terminal shall run; online, in the backend."""
    release: Role
    """May say what exists, as long as it concerns neither money nor trust."""
    sensitive: SensitiveRole
    """May say what exists when money or trust change."""


class Root(Message):
    type: Literal["kiosk-root"] = Field(default="kiosk-root", alias="_type")
    spec: Literal[1] = 1
    version: Annotated[int, Field(ge=1)]
    epoch: Annotated[int, Field(ge=0)]
    """Raised after the director's key was stolen: versions of statements start anew (recovery from fast-forward)."""
    expires: AwareDatetime
    keys: dict[KeyId, PublicKey]
    roles: Roles
    hosts: tuple[Host, ...] = Field(max_length=64)
    """The only hosts that a bundle may lead to."""

    @model_validator(mode="after")
    def _keys_are_what_they_are_called(self) -> Self:
        if any(keyid != key.keyid for keyid, key in self.keys.items()):
            raise ValueError("a key stands under an id that is not its own")
        used = {keyid for role in self.all_roles() for keyid in role.keyids}
        if used != self.keys.keys():
            raise ValueError("keys and roles name different keys")
        if set(self.roles.director.keyids) & used_offline(self):
            raise ValueError("the director's key is online and has no other role")
        return self

    def all_roles(self) -> tuple[Role, ...]:
        return self.roles.root, self.roles.director, self.roles.release, self.roles.sensitive

    def to_bytes(self) -> bytes:
        return canonical(self.model_dump(mode="json", by_alias=True))

    def check(self, envelope: Envelope, role: Role) -> frozenset[str] | Refused:
        """The keys of that role whose signatures hold."""
        return check_signatures(envelope, self.keys, role.keyids, role.threshold)


def used_offline(root: Root) -> frozenset[str]:
    """Key ids of the roles that sign by hand."""
    roles = root.roles
    return frozenset({*roles.root.keyids, *roles.release.keyids, *roles.sensitive.keyids})


def first_root(content: bytes) -> Root | Refused:
    """A root that came by a trusted way (pinned at pairing, or shipped): it must at least be signed by itself."""
    opened = _open(content)
    if isinstance(opened, Refused):
        return opened
    envelope, root = opened
    checked = root.check(envelope, root.roles.root)
    return checked if isinstance(checked, Refused) else root


def open_root(content: bytes) -> Root | Refused:
    """What a root says, believed in nothing: for people who look at it."""
    opened = _open(content)
    return opened if isinstance(opened, Refused) else opened[1]


def next_root(trusted: Root, content: bytes) -> Root | Refused:
    """The root after `trusted`, or why it is not believed. Expiry is judged on the last one only: `check_expiry`."""
    opened = _open(content)
    if isinstance(opened, Refused):
        return opened
    envelope, candidate = opened
    if isinstance(by_old := trusted.check(envelope, trusted.roles.root), Refused):
        return Refused(RefusalCode.ROOT_NOT_SIGNED_BY_OLD, str(by_old))
    if isinstance(by_new := candidate.check(envelope, candidate.roles.root), Refused):
        return Refused(RefusalCode.ROOT_NOT_SIGNED_BY_NEW, str(by_new))
    if candidate.version <= trusted.version:
        return Refused(RefusalCode.ROOT_ROLLBACK, f"{candidate.version} after {trusted.version}")
    if candidate.version != trusted.version + 1:
        return Refused(RefusalCode.ROOT_SKIPPED, f"{candidate.version} after {trusted.version}")
    if candidate.epoch < trusted.epoch:
        return Refused(RefusalCode.ROOT_EPOCH_LOWERED)
    return candidate


def check_expiry(root: Root, now: datetime) -> Refused | None:
    """For the newest root only: an expired one in between still says who came after it."""
    return Refused(RefusalCode.ROOT_EXPIRED) if root.expires <= now else None


def _open(content: bytes) -> tuple[Envelope, Root] | Refused:
    envelope = open_envelope(content, ROOT_TYPE, MAX_ROOT_BYTES)
    if isinstance(envelope, Refused):
        return envelope
    document = decode(envelope.payload, MAX_ROOT_BYTES)  # a root says itself who signs it, so it is read first
    if isinstance(document, Refused):
        return document
    if not isinstance(document, dict) or cast("dict[str, Any]", document).get("_type") != "kiosk-root":
        return Refused(RefusalCode.WRONG_TYPE)
    try:
        return envelope, Root.model_validate_json(envelope.payload, strict=True)
    except ValidationError as error:
        return Refused(RefusalCode.ROOT_MALFORMED, ".".join(str(part) for part in error.errors()[0]["loc"])[:200])
