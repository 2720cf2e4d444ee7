"""What a terminal says of itself: its full state every time, in the standard's words; also what the backend answers.

A lost report loses nothing, because the next one says everything again. `seq` and `boot_id` order them without trust in
any clock: two machines with one identity show as a fork in the sequence. No field can hold personal data.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from kiosk.central.wire import Message
from kiosk.fleet.bundle import Version
from kiosk.fleet.command import BootId, CommandResult
from kiosk.fleet.desired import Counter, Overrides, RolloutMark, Sha256

Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")]
Gauge = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
_ONLY_THESE_KEYS: dict[str, Any] = {"additionalProperties": False}
Small = Annotated[int, Field(ge=0, lt=2**31)]


class ConfigState(StrEnum):
    """Where the newest wish stands on the terminal."""

    IDLE = "IDLE"
    """No wish yet: the factory bundle, or what `kiosk.ini` and the backend say."""
    VERIFIED = "VERIFIED"
    STAGED = "STAGED"
    WAITING_IDLE = "WAITING_IDLE"
    APPLYING = "APPLYING"
    PROBATION = "PROBATION"
    CONFIRMED = "CONFIRMED"
    REJECTED = "REJECTED"
    REVERTED = "REVERTED"


class Slot(StrEnum):
    """Which of the fallbacks runs."""

    ACTIVE = "active"
    LAST_KNOWN_GOOD = "last_known_good"
    FACTORY = "factory"


class ServiceState(StrEnum):
    """What somebody in front of the terminal would see."""

    STARTING = "starting"
    IN_SERVICE = "in_service"
    IN_SESSION = "in_session"
    OUT_OF_SERVICE = "out_of_service"
    STAFF = "staff"


class DeviceWord(StrEnum):
    """XFS4IoT Common.Status `device`."""

    ONLINE = "online"
    OFFLINE = "offline"
    POWER_OFF = "powerOff"
    NO_DEVICE = "noDevice"
    HARDWARE_ERROR = "hardwareError"
    USER_ERROR = "userError"
    DEVICE_BUSY = "deviceBusy"
    FRAUD_ATTEMPT = "fraudAttempt"
    POTENTIAL_FRAUD = "potentialFraud"
    STARTING = "starting"


class DeviceReport(Message):
    word: DeviceWord
    action: Literal["", "reset", "clear", "maintenance", "configuration", "softwareError", "suspend"] = ""
    """Who must act, in XFS4IoT's words; empty: nobody."""
    paper: Literal["", "full", "low", "out", "jammed", "unknown"] = ""
    detail: Word | Literal[""] = ""


class Observed(Message):
    """The highest statement that was verified."""

    epoch: Counter
    version: Counter
    sha256: Sha256
    """Of the bundle it asks for."""


class Applied(Message):
    """What runs."""

    epoch: Counter
    version: Counter
    bundle: Sha256
    release_counter: Counter
    slot: Slot
    since: AwareDatetime
    overrides: Overrides = Overrides()


class Reason(Message):
    """Why a wish was rejected or reverted."""

    code: Word
    """A word of `RefusalCode`, or the probe that failed."""
    detail: Annotated[str, StringConstraints(pattern=r"^[ -~]{0,200}$")] = ""


class OutboxReport(Message):
    depth: Small
    oldest_s: Small


class ClockReport(Message):
    skew_ms: Annotated[int, Field(gt=-(2**52), lt=2**52)]
    is_trusted: bool
    floor: AwareDatetime


class SecurityEvent(Message):
    """Counted, not told one by one."""

    code: Word
    count: Small
    first: AwareDatetime
    last: AwareDatetime


class Work(Message):
    """Counted since the start of this boot; the backend takes differences."""

    sessions: Small = 0
    completed: Small = 0
    payments_started: Small = 0
    payments_succeeded: Small = 0
    restarts: Small = 0


class Report(Message):
    seq: Annotated[int, Field(ge=1, lt=2**53)]
    """Never used twice, not even over restarts."""
    boot_id: BootId
    mono_ms: Counter
    wall: AwareDatetime
    service: ServiceState
    state: ConfigState
    observed: Observed | None = None
    applied: Applied | None = None
    reason: Reason | None = None
    rollout: RolloutMark | None = None
    app_version: Version
    hardware: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    schemas: tuple[Annotated[int, Field(ge=1, le=1000)], ...] = Field(default=(1,), max_length=16)
    devices: dict[Gauge, DeviceReport] = Field(default_factory=dict, max_length=24, json_schema_extra=_ONLY_THESE_KEYS)
    gauges: dict[Gauge, Annotated[int, Field(gt=-(2**52), lt=2**52)]] = Field(
        default_factory=dict, max_length=48, json_schema_extra=_ONLY_THESE_KEYS
    )
    """Whole numbers with their unit in the name: `disk_free_mb`, `temperature_c`, `certificate_days`."""
    work: Work = Work()
    outbox: OutboxReport
    clock: ClockReport
    security: tuple[SecurityEvent, ...] = Field(default=(), max_length=32)
    commands: tuple[CommandResult, ...] = Field(default=(), max_length=16)


class DesiredHint(Message):
    epoch: Counter
    version: Counter


class ReportAccepted(Message):
    accepted_seq: Counter
    next_report_s: Annotated[int, Field(ge=5, le=3600)]
    desired: DesiredHint | None = None
    """Newest statement; a terminal that holds another one asks for it."""


def is_synced(report: Report, epoch: int, version: int, bundle_sha256: str) -> bool:
    """Does it run what is wished, and has it proved itself? Nothing less counts."""
    seen, runs = report.observed, report.applied
    return (
        seen is not None
        and runs is not None
        and (seen.epoch, seen.version) == (epoch, version)
        and runs.bundle == bundle_sha256
        and runs.slot is Slot.ACTIVE
        and report.state is ConfigState.CONFIRMED
    )
