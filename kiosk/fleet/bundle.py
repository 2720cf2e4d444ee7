"""The bundle: how the service runs, as one immutable document that is named by its SHA-256.

`parse_bundle(content)` gives a `Bundle`, or every fault at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Final, Literal, cast
from urllib.parse import urlsplit

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, ValidationError

from kiosk.central.wire import Message
from kiosk.fleet.refusals import RefusalCode, Refused
from kiosk.fleet.sections import Sections
from kiosk.fleet.strict_json import canonical, decode

BUNDLE_TYPE: Final = "application/vnd.lobby-kiosk.bundle+json"
SCHEMA: Final = 1
MAX_BUNDLE_BYTES: Final = 256 * 1024
MAX_ENVELOPE_BYTES: Final = 400 * 1024  # the payload in base64, and signatures

Version = Annotated[str, StringConstraints(pattern=r"^\d{1,4}\.\d{1,4}\.\d{1,4}$")]
Hardware = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


class Apply(Message):
    """When a terminal may change over, and how long it must then prove itself."""

    when: Literal["idle", "closed_hours", "next_boot"] = "idle"
    confirm_s: Annotated[int, Field(ge=10, le=3600)] = 120
    """Length of the probation."""


class Bundle(Message):
    type: Literal["kiosk-config-bundle"] = Field(default="kiosk-config-bundle", alias="_type")
    spec: Literal[1] = 1
    bundle_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    """For people; what counts is the hash."""
    release_counter: Annotated[int, Field(ge=0, lt=2**53)]
    """Rises with every bundle ever made."""
    schema_version: Annotated[int, Field(ge=1)] = SCHEMA
    min_app: Version = "0.0.0"
    max_app: Version = "9999.9999.9999"
    hardware: tuple[Hardware, ...] = Field(default=(), max_length=32)
    """Kinds of machine it is made for; empty: all."""
    apply: Apply = Apply()
    created: AwareDatetime
    author: Annotated[str, StringConstraints(max_length=64)] = ""
    """For the audit; no decision rests on it."""
    sections: Sections

    def to_bytes(self) -> bytes:
        """The canonical bytes: equal content has equal bytes and so one address."""
        return canonical(self.model_dump(mode="json", by_alias=True))


@dataclass(frozen=True)
class BundleFault:
    """One thing wrong in a bundle: where, which rule, and what to do. Never a value."""

    path: str
    code: RefusalCode
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def parse_bundle(content: bytes, hosts: Sequence[str] | None = None) -> Bundle | tuple[BundleFault, ...]:
    """The bundle in these bytes, or every fault. `hosts`: those of the root of trust; None checks no host."""
    document = decode(content, MAX_BUNDLE_BYTES)
    if isinstance(document, Refused):
        return (BundleFault("", document.code, document.detail or "is no document of this language"),)
    try:
        bundle = Bundle.model_validate_json(content, strict=True)
    except ValidationError as error:
        return tuple(_fault(item) for item in error.errors(include_url=False, include_input=False))
    return (() if hosts is None else host_faults(bundle, hosts)) or bundle


def first_code(faults: Sequence[BundleFault]) -> RefusalCode:
    """The one word a terminal answers: the shape first, then the first rule that is broken."""
    codes = [fault.code for fault in faults]
    return RefusalCode.SCHEMA_VIOLATION if RefusalCode.SCHEMA_VIOLATION in codes else codes[0]


def host_faults(bundle: Bundle, hosts: Sequence[str]) -> tuple[BundleFault, ...]:
    """Addresses that lead to a host the root does not name."""
    links, endpoints = bundle.sections.links, bundle.sections.endpoints
    addresses = {
        "sections.links.app_url": links.app_url,
        "sections.links.wechat_url": links.wechat_url,
        "sections.links.website_url": links.website_url,
        "sections.endpoints.backend_url": endpoints.backend_url,
        "sections.endpoints.update_url": endpoints.update_url,
    }
    return tuple(
        BundleFault(path, RefusalCode.HOST_NOT_PINNED, "leads to a host that the root of trust does not name")
        for path, url in addresses.items()
        if url is not None and not _is_pinned(url, hosts)
    )


def _is_pinned(url: str, hosts: Sequence[str]) -> bool:
    """Exactly a pinned host: no port tricks, no user part, nothing that two parsers read differently."""
    try:
        parts = urlsplit(url)
        is_plain = parts.username is None and "\\" not in url and parts.port in (None, 443)
    except ValueError:
        return False
    return is_plain and parts.hostname in hosts


# --- inside -----------------------------------------------------------------------------------------------------------


def _fault(item: Any) -> BundleFault:  # pydantic's ErrorDetails
    location = cast("tuple[str | int, ...]", item["loc"])
    path, kind, message = ".".join(str(part) for part in location), str(item["type"]), str(item["msg"])
    if kind in RefusalCode.__members__:
        return BundleFault(path, RefusalCode[kind], message)
    if kind == "extra_forbidden":
        return BundleFault(path, RefusalCode.SCHEMA_VIOLATION, f"is not known here{_nearest(location)}")
    if kind == "missing":
        return BundleFault(path, RefusalCode.SCHEMA_VIOLATION, "is missing")
    return BundleFault(path, RefusalCode.SCHEMA_VIOLATION, message[:1].lower() + message[1:])


def _nearest(location: tuple[str | int, ...]) -> str:
    """The key that was probably meant."""
    model: Any = Bundle
    for part in location[:-1]:
        field = model.model_fields.get(str(part)) if isinstance(model, type) and issubclass(model, BaseModel) else None
        model = field.annotation if field else None
    names = list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []
    near = get_close_matches(str(location[-1]), names, n=1, cutoff=0.5)
    return f"; did you mean `{near[0]}`?" if near else ""
