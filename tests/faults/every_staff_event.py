"""Every event of staff mode, for the story that waits for one of them and for stale ones; and its touches."""

from __future__ import annotations

from typing import Final

from kiosk.flow.events import Event
from kiosk.flow.facts import DEVICE_NAMES
from kiosk.flow.staff.events import (
    DeviceTestFinished,
    DeviceTestMeasured,
    ExportDone,
    ExportFailed,
    MappingChecked,
    MappingListed,
    MappingSettled,
    PinAccepted,
    PinLocked,
    PinRefused,
    ReadinessNotPrinted,
    ReadinessPrinted,
    ReadinessProgressed,
    ReadinessReady,
    ReceiptNotReprinted,
    ReceiptReprinted,
    ReceiptsListed,
    ServiceChanged,
    SettlingAnswered,
    StaffCardPresented,
    StaffCardRefused,
    StaffCardRemoved,
    StaffOverviewArrived,
    StripNotPrinted,
    StripPrinted,
    UnsettledListed,
)
from kiosk.flow.staff.facts import (
    DeviceTest,
    DeviceTestResult,
    ExportKind,
    ExportProblem,
    Measure,
    MeasuredRow,
    ServiceState,
    SettlingOutcome,
    StaffCardProblem,
    Unit,
    Verdict,
)
from kiosk.flow.staff.home import MENU
from tests.flows.staff_stages import MAPPINGS, OVERVIEW, RECEIPTS, REPORT, TECHNICIAN, UNSETTLED

STAFF_OPTIONS: Final = (
    *(entry for entry, _, _ in MENU), *(test.value for test in DeviceTest), "menu", "leave", "next", "open", "home",
    "yes", "no", "done", "reset", "cell.5", "cell.999", "item-0", "retry", "hand_over", "list", "by_number", "in",
    "out", "closed", "usual", "shorter", "1200", "volume.up", "brightness.down", "usb-2", "keep", "undo", "print",
    "export", "again", RECEIPTS[0].number,
)  # fmt: skip
STAFF_REPORTS: Final[tuple[Event, ...]] = (
    StaffCardPresented(TECHNICIAN, 5),
    *(StaffCardRefused(problem) for problem in StaffCardProblem),
    StaffCardRemoved(),
    StaffOverviewArrived(OVERVIEW),
    ServiceChanged(ServiceState()),
    ServiceChanged(ServiceState(is_in_service=False)),
)


def staff_answers(ref: str) -> tuple[Event, ...]:
    """Everything that may come back from behind staff mode to one question."""
    number = RECEIPTS[0].number
    return (
        PinAccepted(ref),
        PinRefused(ref, 3),
        PinLocked(ref, 30.0),
        DeviceTestMeasured(ref, MeasuredRow(Measure.PROBLEM, "a_word_nobody_knows", Unit.WORD, Verdict.BAD)),
        *(DeviceTestFinished(ref, DeviceTestResult(test, verdict)) for test in DeviceTest for verdict in Verdict),
        StripPrinted(ref),
        StripNotPrinted(ref, "paper_out"),
        UnsettledListed(ref, UNSETTLED),
        *(SettlingAnswered(ref, "item-0", outcome) for outcome in SettlingOutcome),
        ReceiptsListed(ref, RECEIPTS),
        ReceiptReprinted(ref, number, 2),
        ReceiptNotReprinted(ref, number, "not_found"),
        MappingListed(ref, MAPPINGS),
        *(MappingChecked(ref, name, "usb-2", is_working=works) for name in DEVICE_NAMES for works in (True, False)),
        MappingSettled(ref, "card_reader", "usb-2", is_kept=True),
        ReadinessProgressed(ref, 1, 9),
        ReadinessReady(ref, REPORT),
        ReadinessPrinted(ref),
        ReadinessNotPrinted(ref, "paper_out"),
        *(ExportDone(ref, kind, "report.pdf") for kind in ExportKind),
        *(ExportFailed(ref, kind, problem) for kind in ExportKind for problem in ExportProblem),
    )
