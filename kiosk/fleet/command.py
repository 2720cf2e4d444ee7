"""One-shot commands: done at most once, on one boot of one terminal, soon or never. Signed by the director key."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from kiosk.central.wire import Message
from kiosk.fleet.desired import TerminalId
from kiosk.fleet.strict_json import canonical

COMMAND_TYPE: Final = "application/vnd.lobby-kiosk.command+json"
MAX_COMMAND_BYTES: Final = 4 * 1024
MAX_COMMAND_LIFETIME: Final = timedelta(hours=1)

BootId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{8,36}$")]
Nonce = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class Action(StrEnum):
    """None of them touches money, and none is performed in a session."""

    RESTART_APP = "restart_app"
    REBOOT = "reboot"
    OUT_OF_SERVICE = "out_of_service"
    INTO_SERVICE = "into_service"
    READINESS_REPORT = "readiness_report"
    LOG_BUNDLE = "log_bundle"
    RENEW_CERTIFICATE = "renew_certificate"


class Command(Message):
    type: Literal["kiosk-command"] = Field(default="kiosk-command", alias="_type")
    spec: Literal[1] = 1
    terminal: TerminalId
    boot_id: BootId
    """The boot it was meant for: after a restart it is void."""
    nonce: Nonce
    """Kept by the terminal until the boot ends; a second one with the same is not performed."""
    action: Action
    issued: AwareDatetime
    expires: AwareDatetime

    def to_bytes(self) -> bytes:
        return canonical(self.model_dump(mode="json", by_alias=True))


class CommandOutcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class CommandResult(Message):
    """What became of it; rides in the report."""

    nonce: Nonce
    outcome: CommandOutcome
    detail: Annotated[str, StringConstraints(max_length=64)] = ""
    """A word of `RefusalCode`, or empty."""
