"""Every situation of staff mode. Who is there stands in `StaffVisit`, not here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.personal import Personal
from kiosk.flow.staff.facts import (
    DeviceMapping,
    DeviceTest,
    DeviceTestResult,
    ExportKind,
    MeasuredRow,
    PastReceipt,
    ReadinessReport,
    SettlingOutcome,
    UnsettledItem,
)
from kiosk.flow.views import Phase

# --- coming in -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StaffCardNotAccepted:
    """`problem`: a word of StaffCardProblem."""

    problem: str


@dataclass(frozen=True, repr=False)
class StaffUnlocking(Personal):
    """The PIN is being typed. `typed` is secret and lives until it is sent."""

    pad: str
    """The ten digits in the order of the keys; a new order for every try."""
    typed: str = ""
    problem: str = ""
    ref: str = ""
    """Of the check that is under way."""
    asked_at_s: float = 0.0


@dataclass(frozen=True)
class StaffCardAwaited:
    """The staff card was taken out to test the reader, and must be put back."""

    deadline_s: float


# --- at home ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StaffHome:
    """`notice`: a word for what has just been done (`staff.done.<notice>`)."""

    notice: str = ""


@dataclass(frozen=True)
class StaffMenu:
    """Everything that can be done, also when nothing is wrong."""


# --- tests -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChoosingTest:
    pass


@dataclass(frozen=True)
class DeviceInTest:
    """WORKING while it runs, WAITING for the person's judgement, then DONE or TROUBLE."""

    test: DeviceTest
    ref: str
    phase: Phase = Phase.WORKING
    rows: tuple[MeasuredRow, ...] = ()
    result: DeviceTestResult | None = None
    touched: frozenset[int] = frozenset()
    """Cells of the glass that felt a finger."""

    @property
    def is_scanning(self) -> bool:
        return self.test is DeviceTest.CODE_SCANNER and self.phase is Phase.WORKING


# --- paper and cards -------------------------------------------------------------------------------------------------


class PaperWork(StrEnum):
    REFILL = "refill"
    JAM = "jam"


class PaperStage(StrEnum):
    """The steps of the guide, in order."""

    OPEN = "open"
    HANDLE = "handle"
    """Put the roll in, or take the jammed paper out."""
    CLOSE = "close"
    STRIP = "strip"
    """The test strip is printed; the last step that somebody sees being done."""
    DONE = "done"


@dataclass(frozen=True)
class HandlingPaper:
    work: PaperWork
    stage: PaperStage = PaperStage.OPEN
    ref: str = ""
    problem: str = ""
    stage_at_s: float = 0.0


@dataclass(frozen=True)
class TakingInCard:
    """A card that somebody forgot goes into the locked box."""


# --- business --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SettlingBusiness:
    """`items` None: not listed yet. `chosen`: the item that is looked at."""

    ref: str
    items: tuple[UnsettledItem, ...] | None = None
    page: int = 1
    chosen: str = ""
    phase: Phase = Phase.WAITING
    outcome: SettlingOutcome | None = None


@dataclass(frozen=True)
class ReprintingReceipt:
    """`typed` None: the list; otherwise the end of a number is being typed."""

    ref: str
    receipts: tuple[PastReceipt, ...] | None = None
    page: int = 1
    typed: str | None = None
    number: str = ""
    phase: Phase = Phase.WAITING
    problem: str = ""
    copy_number: int = 0


# --- the machine -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SettingService:
    is_choosing_time: bool = False


@dataclass(frozen=True)
class SettingLevels:
    pass


class GoingDown(StrEnum):
    RESTART = "restart"
    SHUTDOWN = "shutdown"
    NEW_JOURNAL = "new_journal"
    """A damaged journal was set aside; somebody has seen it, and the program starts again with the new one."""


@dataclass(frozen=True)
class ConfirmingGoingDown:
    how: GoingDown
    is_going: bool = False


class MappingStage(StrEnum):
    DEVICES = "devices"
    PORTS = "ports"
    TRYING = "trying"
    WORKS = "works"
    FAILED = "failed"
    SAVING = "saving"


@dataclass(frozen=True)
class MappingDevices:
    ref: str
    mappings: tuple[DeviceMapping, ...] | None = None
    stage: MappingStage = MappingStage.DEVICES
    device: str = ""
    port_id: str = ""
    detail: str = ""
    deadline_s: float = 0.0


# --- report and audit ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CheckingReadiness:
    """`sent`: what was last done with the report (`staff.report.<sent>`)."""

    ref: str
    done: int = 0
    total: int = 0
    report: ReadinessReport | None = None
    phase: Phase = Phase.WORKING
    sent: str = ""


@dataclass(frozen=True)
class Exporting:
    kind: ExportKind
    ref: str
    phase: Phase = Phase.WORKING
    problem: str = ""
    file_name: str = ""


StaffSituation = (
    StaffCardNotAccepted
    | StaffUnlocking
    | StaffCardAwaited
    | StaffHome
    | StaffMenu
    | ChoosingTest
    | DeviceInTest
    | HandlingPaper
    | TakingInCard
    | SettlingBusiness
    | ReprintingReceipt
    | SettingService
    | SettingLevels
    | ConfirmingGoingDown
    | MappingDevices
    | CheckingReadiness
    | Exporting
)
