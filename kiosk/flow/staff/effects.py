"""What staff mode wants done outside. All return at once; answers come as events with the same `ref`.

What each is answered with is named beside it. "Nothing" means that no event is awaited.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.personal import Personal
from kiosk.domain.staff import Role
from kiosk.flow.staff.facts import (
    AuditPhase,
    AuditWord,
    DeviceTest,
    DeviceTestResult,
    Disposition,
    ExportKind,
    ReadinessReport,
    ServiceState,
)
from kiosk.flow.views import Language

# --- card and PIN ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class CheckPin(Personal):
    """`PinAccepted`, `PinRefused` or `PinLocked`. `pin` is secret: never journalled, logged, shown or kept."""

    ref: str
    card_id: str
    pin: str


# --- looking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GatherOverview:
    """`StaffOverviewArrived`."""


@dataclass(frozen=True)
class RunDeviceTest:
    """`DeviceTestMeasured` (any number), then `DeviceTestFinished`; at most 60 s.

    CARD_READER: reads the card that is in the reader or is put in next, any card but a staff card. The staff card may
    be out meanwhile: `StaffCardRemoved` and, when it is back, `StaffCardPresented` are sent as ever.
    CODE_SCANNER: the flow itself asks for `Activity.SCAN_CODE`, so the preview runs and `CodeScanned` arrives; the test
    measures the picture (size, rate, sharpness, brightness) and repeats the rows about once a second until `EndTest`.
    RECEIPT_PRINTER: prints a page in both languages, status before and after. SPEAKER: plays a prompt.
    TOUCH and DISPLAY are not sent: the flow tests the glass itself.
    """

    ref: str
    test: DeviceTest
    language: Language


@dataclass(frozen=True)
class EndTest:
    """The page was left, or the test took too long; nothing. Events of a test that ended are dropped by the flow."""

    ref: str


@dataclass(frozen=True)
class RecordTest:
    """Keep the result as the newest of its test; nothing."""

    result: DeviceTestResult


@dataclass(frozen=True)
class ResetDevice:
    """Close and open a device of `DEVICE_NAMES` again; nothing (`DeviceChanged` as ever)."""

    device: str


# --- paper -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PaperReplaced:
    """A full roll is in (XFS4IoT SupplyReplenish): the estimate starts anew; nothing."""


@dataclass(frozen=True)
class PrintTestStrip:
    """A few centimetres that show that the paper lies right. `StripPrinted` or `StripNotPrinted`."""

    ref: str
    language: Language


# --- unsettled business and receipts ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListUnsettled:
    """`UnsettledListed`."""

    ref: str


@dataclass(frozen=True)
class RetryUnsettled:
    """Ask or send once more, under the same numbers. `SettlingAnswered`."""

    ref: str
    item_id: str


@dataclass(frozen=True)
class HandOver:
    """Leave it to reconciliation at the back office; the backend is told through the outbox. `SettlingAnswered`."""

    ref: str
    item_id: str


@dataclass(frozen=True)
class ListReceipts:
    """`ReceiptsListed`."""

    ref: str


@dataclass(frozen=True)
class ReprintReceipt:
    """Print a receipt of the last days again, marked as a copy with its count.

    `ReceiptReprinted` or `ReceiptNotReprinted`.
    """

    ref: str
    number: str
    language: Language


# --- the machine -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SetService:
    """Keep it over a restart. `ServiceChanged`."""

    service: ServiceState


@dataclass(frozen=True)
class Restart:
    """The program, in an orderly way; nothing."""


@dataclass(frozen=True)
class Shutdown:
    """The machine, in an orderly way; nothing."""


@dataclass(frozen=True)
class AcknowledgeJournal:
    """The journal that was set aside has been seen; then as `Restart`."""


@dataclass(frozen=True)
class SetVolume:
    """Of speech and sounds, 0 to 100; kept over a restart; nothing."""

    percent: int


@dataclass(frozen=True)
class SetBrightness:
    """Of the glass, 10 to 100; kept over a restart; nothing."""

    percent: int


@dataclass(frozen=True)
class ListMapping:
    """`MappingListed`."""

    ref: str


@dataclass(frozen=True)
class TryMapping:
    """Open the device at another port, without saving. `MappingChecked`."""

    ref: str
    device: str
    port_id: str


@dataclass(frozen=True)
class KeepMapping:
    """Save what was tried. `MappingSettled`."""

    ref: str
    device: str
    port_id: str


@dataclass(frozen=True)
class UndoMapping:
    """Back to the port before. `MappingSettled`."""

    ref: str
    device: str


# --- report and audit ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MakeReadinessReport:
    """`ReadinessProgressed` (any number), then `ReadinessReady` within 60 s; a copy goes to the backend."""

    ref: str
    language: Language


@dataclass(frozen=True)
class PrintReadiness:
    """`ReadinessPrinted` or `ReadinessNotPrinted`."""

    ref: str
    report: ReadinessReport
    language: Language


@dataclass(frozen=True)
class Export:
    """To the USB stick. `ExportDone` or `ExportFailed`. For READINESS the newest report made."""

    ref: str
    kind: ExportKind
    language: Language


@dataclass(frozen=True)
class RecordAudit:
    """One record of the audit log. `facts` are words, numbers of business and flags; nothing of a person."""

    word: AuditWord
    phase: AuditPhase
    staff_id: str
    """Empty where nobody is known (a card that was refused)."""
    role: Role | None
    disposition: Disposition = Disposition.NONE
    facts: tuple[tuple[str, str | int | bool], ...] = ()


StaffEffect = (
    CheckPin
    | GatherOverview
    | RunDeviceTest
    | EndTest
    | RecordTest
    | ResetDevice
    | PaperReplaced
    | PrintTestStrip
    | ListUnsettled
    | RetryUnsettled
    | HandOver
    | ListReceipts
    | ReprintReceipt
    | SetService
    | Restart
    | Shutdown
    | AcknowledgeJournal
    | SetVolume
    | SetBrightness
    | ListMapping
    | TryMapping
    | KeepMapping
    | UndoMapping
    | MakeReadinessReport
    | PrintReadiness
    | Export
    | RecordAudit
)
