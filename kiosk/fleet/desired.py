"""The desired statement: what one terminal shall run. Signed by the backend's director key, small, and short-lived."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from kiosk.central.wire import Message
from kiosk.fleet.sections import Week
from kiosk.fleet.strict_json import address, canonical

DESIRED_TYPE: Final = "application/vnd.lobby-kiosk.desired+json"
MAX_STATEMENT_BYTES: Final = 8 * 1024
MAX_LIFETIME: Final = timedelta(days=14)

TerminalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{3,24}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Counter = Annotated[int, Field(ge=0, lt=2**53)]
SiteName = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class BundlePointer(Message):
    """Exactly these bytes: the payload of the bundle's envelope, not the envelope, which may gain signatures."""

    sha256: Sha256
    length: Annotated[int, Field(ge=1)]
    release_counter: Counter


class Overrides(Message):
    """The few values that may differ from site to site; nothing of money or trust."""

    office_name_zh: SiteName | None = None
    office_name_en: SiteName | None = None
    opening: Week | None = None


class RolloutMark(Message):
    """To which rollout the result is counted."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    wave: Annotated[int, Field(ge=0, le=100)]
    attempt: Annotated[int, Field(ge=1)] = 1


class Desired(Message):
    type: Literal["kiosk-desired"] = Field(default="kiosk-desired", alias="_type")
    spec: Literal[1] = 1
    terminal: TerminalId
    epoch: Counter
    version: Annotated[int, Field(ge=1, lt=2**53)]
    bundle: BundlePointer
    overrides: Overrides = Overrides()
    rollout: RolloutMark | None = None
    issued: AwareDatetime
    not_before: AwareDatetime
    expires: AwareDatetime
    deadline: AwareDatetime | None = None
    """By then the session after the current one is not begun before the change is made."""
    min_release_counter: Counter = 0
    """Older bundles are refused from now on; never above the bundle it comes with, so it cannot lock a terminal out."""

    @model_validator(mode="after")
    def _floor_is_reachable(self) -> Self:
        if self.min_release_counter > self.bundle.release_counter:
            raise ValueError("the floor is above the bundle that raises it")
        return self

    def to_bytes(self) -> bytes:
        return canonical(self.model_dump(mode="json", by_alias=True))


def etag(epoch: int, version: int, payload_sha256: str) -> str:
    """The entity tag of a statement (RFC 9110 8.8.3): from columns, without building a body."""
    return f'"{epoch}.{version}.{payload_sha256[:8]}"'


def etag_of(statement: Desired) -> str:
    return etag(statement.epoch, statement.version, address(statement.to_bytes()))
