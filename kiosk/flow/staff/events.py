"""What happened, as staff mode hears it. An answer to an effect carries its `ref`, so a late one is not mistaken."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow.staff.facts import (
    DeviceMapping,
    DeviceTestResult,
    ExportKind,
    ExportProblem,
    MeasuredRow,
    PastReceipt,
    ReadinessReport,
    ServiceState,
    SettlingOutcome,
    StaffCard,
    StaffCardProblem,
    StaffOverview,
    UnsettledItem,
)

# --- card and PIN ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StaffCardPresented:
    """A staff card is in the reader and proved itself. It never shows as `OldCardInserted`.

    `locked_s`: seconds of a lock-out that is still running, 0 when a PIN may be tried.
    """

    card: StaffCard
    tries_left: int
    locked_s: float = 0.0


@dataclass(frozen=True)
class StaffCardRefused:
    problem: StaffCardProblem


@dataclass(frozen=True)
class StaffCardRemoved:
    """Whatever staff card was in the reader (accepted or refused) is out; also sent when the reader itself is lost."""


@dataclass(frozen=True)
class PinAccepted:
    ref: str


@dataclass(frozen=True)
class PinRefused:
    ref: str
    tries_left: int
    """At least 1; with the last one gone `PinLocked` comes instead."""


@dataclass(frozen=True)
class PinLocked:
    ref: str
    locked_s: float


# --- what the pages ask for ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StaffOverviewArrived:
    """Answer to `GatherOverview`; may also come unasked when something of it changes."""

    overview: StaffOverview


@dataclass(frozen=True)
class ServiceChanged:
    """In or out of service, and today's hours; also sent once at start with what was kept."""

    service: ServiceState


@dataclass(frozen=True)
class DeviceTestMeasured:
    """One more row of a running test, in order; a row with the same measure replaces the one before."""

    ref: str
    row: MeasuredRow


@dataclass(frozen=True)
class DeviceTestFinished:
    """The test is over. The flow may ask the person (heard? readable?) and then sends `RecordTest`."""

    ref: str
    result: DeviceTestResult


@dataclass(frozen=True)
class StripPrinted:
    ref: str


@dataclass(frozen=True)
class StripNotPrinted:
    """`problem`: a word of hardware's PrintProblem."""

    ref: str
    problem: str


@dataclass(frozen=True)
class UnsettledListed:
    ref: str
    items: tuple[UnsettledItem, ...]


@dataclass(frozen=True)
class SettlingAnswered:
    """What came of `RetryUnsettled` or `HandOver`; the list is asked for again."""

    ref: str
    item_id: str
    outcome: SettlingOutcome


@dataclass(frozen=True)
class ReceiptsListed:
    """Newest first."""

    ref: str
    receipts: tuple[PastReceipt, ...]


@dataclass(frozen=True)
class ReceiptReprinted:
    """Confirmed by the printer. `copy_number`: what the slip says of itself."""

    ref: str
    number: str
    copy_number: int


@dataclass(frozen=True)
class ReceiptNotReprinted:
    """`problem`: `not_found`, `central_silent`, or a word of hardware's PrintProblem."""

    ref: str
    number: str
    problem: str


@dataclass(frozen=True)
class MappingListed:
    ref: str
    mappings: tuple[DeviceMapping, ...]


@dataclass(frozen=True)
class MappingChecked:
    """The device was opened at the new port and asked for its status; nothing is saved yet.

    When it does not work, the old port is in force again before this arrives. `detail`: a word of the driver.
    """

    ref: str
    device: str
    port_id: str
    is_working: bool
    detail: str = ""


@dataclass(frozen=True)
class MappingSettled:
    """Answer to `KeepMapping` (True) or `UndoMapping` (False): which port is in force and saved."""

    ref: str
    device: str
    port_id: str
    is_kept: bool


@dataclass(frozen=True)
class ReadinessProgressed:
    ref: str
    done: int
    total: int


@dataclass(frozen=True)
class ReadinessReady:
    ref: str
    report: ReadinessReport


@dataclass(frozen=True)
class ReadinessPrinted:
    ref: str


@dataclass(frozen=True)
class ReadinessNotPrinted:
    ref: str
    problem: str


@dataclass(frozen=True)
class ExportDone:
    ref: str
    kind: ExportKind
    file_name: str


@dataclass(frozen=True)
class ExportFailed:
    ref: str
    kind: ExportKind
    problem: ExportProblem


StaffEvent = (
    StaffCardPresented
    | StaffCardRefused
    | StaffCardRemoved
    | PinAccepted
    | PinRefused
    | PinLocked
    | StaffOverviewArrived
    | ServiceChanged
    | DeviceTestMeasured
    | DeviceTestFinished
    | StripPrinted
    | StripNotPrinted
    | UnsettledListed
    | SettlingAnswered
    | ReceiptsListed
    | ReceiptReprinted
    | ReceiptNotReprinted
    | MappingListed
    | MappingChecked
    | MappingSettled
    | ReadinessProgressed
    | ReadinessReady
    | ReadinessPrinted
    | ReadinessNotPrinted
    | ExportDone
    | ExportFailed
)
