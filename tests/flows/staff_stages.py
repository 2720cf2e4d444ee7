"""Every situation of staff mode, reached as staff reach it. Cards and numbers are invented."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from kiosk.domain.staff import Role
from kiosk.flow.events import Event, Failed
from kiosk.flow.staff.events import (
    DeviceTestFinished,
    DeviceTestMeasured,
    ExportDone,
    ExportFailed,
    MappingChecked,
    MappingListed,
    PinAccepted,
    PinLocked,
    PinRefused,
    ReadinessProgressed,
    ReadinessReady,
    ReceiptNotReprinted,
    ReceiptReprinted,
    ReceiptsListed,
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
    CertificateFacts,
    DayFacts,
    DeviceMapping,
    DeviceTest,
    DeviceTestResult,
    ExportKind,
    ExportProblem,
    LastSession,
    Measure,
    MeasuredRow,
    PaperFacts,
    PastReceipt,
    Port,
    QueueFacts,
    ReadinessReport,
    RecordedTest,
    SettlingOutcome,
    StaffCard,
    StaffCardProblem,
    StaffOverview,
    Unit,
    UnsettledItem,
    UnsettledKind,
    Verdict,
)
from kiosk.flow.touches import Confirmed, KeyPressed, OptionChosen
from tests.flows.story import START, Story

PIN: Final = "284916"
ATTENDANT: Final = StaffCard("card-1", "S-0001", Role.ATTENDANT)
TECHNICIAN: Final = StaffCard("card-2", "S-0002", Role.TECHNICIAN)
AUDITOR: Final = StaffCard("card-3", "S-0003", Role.AUDITOR)
OVERVIEW: Final = StaffOverview(
    taken_at=START,
    paper=PaperFacts(left_mm=52_000, roll_mm=80_000, receipts_left=260),
    queue=QueueFacts(waiting=2, parked=0, oldest_s=40),
    clock_offset_s=0.2,
    certificates=(CertificateFacts("terminal", 61),),
    configuration_version="2026.11-3",
    software_version="1.4.0",
    disk_free_percent=71,
    temperature_c=41,
    last_session=LastSession(START - timedelta(minutes=4), "completed", 170),
    days=tuple(DayFacts(START.date() - timedelta(days=back), 30 + back, 27, 6000) for back in range(6, -1, -1)),
    tests=(RecordedTest(DeviceTest.SPEAKER, Verdict.GOOD, START),),
    brightness_percent=80,
)
UNSETTLED: Final = tuple(
    UnsettledItem(f"item-{place}", kind, f"N-{place}", START, 2000 if place % 2 else None, place)
    for place, kind in enumerate(UnsettledKind)
)
RECEIPTS: Final = tuple(PastReceipt(f"SQ20261123{place:04d}", START, place % 2, place != 3) for place in range(1, 9))
PORTS: Final = (Port("usb-1", "USB 1"), Port("usb-2", "USB 2"))
MAPPINGS: Final = (DeviceMapping("card_reader", "usb-1", PORTS), DeviceMapping("receipt_printer", "usb-2", PORTS))
REPORT: Final = ReadinessReport(START, Verdict.GOOD, (MeasuredRow(Measure.DISK_FREE, 71, Unit.PERCENT),))


def ref_of(story: Story) -> str:
    return str(getattr(story.terminal.situation, "ref", "nobody"))


# --- coming in -------------------------------------------------------------------------------------------------------


def attract() -> Story:
    return Story().open_for_business()


def presented(card: StaffCard = TECHNICIAN, story: Story | None = None) -> Story:
    return (story or attract()).tell(StaffCardPresented(card, 5))


def type_pin(story: Story, pin: str = PIN) -> Story:
    return story.touch(*(KeyPressed(digit) for digit in pin), Confirmed())


def checking(card: StaffCard = TECHNICIAN) -> Story:
    return type_pin(presented(card))


def unlock(story: Story) -> Story:
    """From the page of the PIN to the home page."""
    story = type_pin(story)
    return story.tell(PinAccepted(ref_of(story)), StaffOverviewArrived(OVERVIEW))


def at_home(card: StaffCard = TECHNICIAN, story: Story | None = None) -> Story:
    return unlock(presented(card, story))


def wrong_pin() -> Story:
    story = checking()
    return story.tell(PinRefused(ref_of(story), 4))


def locked() -> Story:
    story = checking()
    return story.tell(PinLocked(ref_of(story), 15.0))


# --- pages -----------------------------------------------------------------------------------------------------------


def page(entry: str) -> Story:
    return at_home().touch(OptionChosen("menu"), OptionChosen(entry))


def in_test(test: DeviceTest) -> Story:
    return page("tests").touch(OptionChosen(test.value))


def measured(test: DeviceTest, verdict: Verdict = Verdict.GOOD) -> Story:
    story = in_test(test)
    row = MeasuredRow(Measure.DEVICE_WORD, "online", Unit.WORD)
    finished = DeviceTestFinished(ref_of(story), DeviceTestResult(test, verdict))
    return story.tell(DeviceTestMeasured(ref_of(story), row), finished)


def card_away() -> Story:
    return in_test(DeviceTest.CARD_READER).tell(StaffCardRemoved())


def strip() -> Story:
    return page("refill").touch(OptionChosen("next"), OptionChosen("next"), OptionChosen("next"))


def answered(story: Story, event: Callable[[str], Event]) -> Story:
    return story.tell(event(ref_of(story)))


def unsettled() -> Story:
    return answered(page("unsettled"), lambda ref: UnsettledListed(ref, UNSETTLED))


def retrying() -> Story:
    return unsettled().touch(OptionChosen("item-0"), OptionChosen("retry"))


def receipts() -> Story:
    return answered(page("reprint"), lambda ref: ReceiptsListed(ref, RECEIPTS))


def reprinting() -> Story:
    return receipts().touch(OptionChosen(RECEIPTS[0].number))


def mappings() -> Story:
    return answered(page("mapping"), lambda ref: MappingListed(ref, MAPPINGS))


def trying() -> Story:
    return mappings().touch(OptionChosen("card_reader"), OptionChosen("usb-2"))


def ready() -> Story:
    return answered(page("readiness"), lambda ref: ReadinessReady(ref, REPORT))


STAFF_STAGES: Final[Mapping[str, Callable[[], Story]]] = {
    "staff: card refused": lambda: attract().tell(StaffCardRefused(StaffCardProblem.UNKNOWN)),
    "staff: PIN": presented,
    "staff: PIN being checked": checking,
    "staff: wrong PIN": wrong_pin,
    "staff: locked out": locked,
    "staff: home": at_home,
    "staff: home of an auditor": lambda: at_home(AUDITOR),
    "staff: home after a failure": lambda: at_home().tell(Failed("journal")),
    "staff: menu": lambda: at_home().touch(OptionChosen("menu")),
    "staff: choosing a test": lambda: page("tests"),
    "staff: test running": lambda: in_test(DeviceTest.NETWORK),
    "staff: test to be judged": lambda: measured(DeviceTest.SPEAKER),
    "staff: test done": lambda: measured(DeviceTest.IDENTITY_READER),
    "staff: test failed": lambda: measured(DeviceTest.NETWORK, Verdict.BAD),
    "staff: camera test": lambda: in_test(DeviceTest.CODE_SCANNER),
    "staff: touch grid": lambda: in_test(DeviceTest.TOUCH).touch(OptionChosen("cell.0")),
    "staff: dead cells": lambda: (
        in_test(DeviceTest.TOUCH)
        .touch(*(OptionChosen(f"cell.{number}") for number in range(45)))
        .touch(OptionChosen("finish"))
    ),
    "staff: ruler": lambda: in_test(DeviceTest.DISPLAY),
    "staff: card awaited": lambda: card_away().touch(OptionChosen("done")),
    "staff: refill": lambda: page("refill"),
    "staff: jam": lambda: page("jam").touch(OptionChosen("next")),
    "staff: test strip": strip,
    "staff: test strip failed": lambda: answered(strip(), lambda ref: StripNotPrinted(ref, "paper_out")),
    "staff: refilled": lambda: answered(strip(), StripPrinted),
    "staff: taking in a card": lambda: page("card"),
    "staff: listing unsettled": lambda: page("unsettled"),
    "staff: nothing unsettled": lambda: answered(page("unsettled"), lambda ref: UnsettledListed(ref, ())),
    "staff: unsettled": unsettled,
    "staff: one unsettled": lambda: unsettled().touch(OptionChosen("item-1")),
    "staff: retrying": retrying,
    "staff: settled": lambda: answered(
        retrying(), lambda ref: SettlingAnswered(ref, "item-0", SettlingOutcome.SETTLED)
    ),
    "staff: still open": lambda: answered(
        retrying(), lambda ref: SettlingAnswered(ref, "item-0", SettlingOutcome.STILL_OPEN)
    ),
    "staff: listing receipts": lambda: page("reprint"),
    "staff: receipts": receipts,
    "staff: typing a number": lambda: receipts().touch(OptionChosen("by_number"), KeyPressed("0")),
    "staff: reprinting": reprinting,
    "staff: reprinted": lambda: answered(reprinting(), lambda ref: ReceiptReprinted(ref, RECEIPTS[0].number, 2)),
    "staff: not reprinted": lambda: answered(
        reprinting(), lambda ref: ReceiptNotReprinted(ref, RECEIPTS[0].number, "not_found")
    ),
    "staff: service": lambda: page("service"),
    "staff: closing time": lambda: page("service").touch(OptionChosen("shorter")),
    "staff: levels": lambda: page("levels"),
    "staff: restart": lambda: page("restart"),
    "staff: shutting down": lambda: page("shutdown").touch(Confirmed()),
    "staff: listing ports": lambda: page("mapping"),
    "staff: devices and ports": mappings,
    "staff: choosing a port": lambda: mappings().touch(OptionChosen("card_reader")),
    "staff: trying a port": trying,
    "staff: port works": lambda: answered(
        trying(), lambda ref: MappingChecked(ref, "card_reader", "usb-2", is_working=True)
    ),
    "staff: port fails": lambda: answered(
        trying(), lambda ref: MappingChecked(ref, "card_reader", "usb-2", is_working=False, detail="no_reader")
    ),
    "staff: report being made": lambda: answered(page("readiness"), lambda ref: ReadinessProgressed(ref, 3, 12)),
    "staff: report": ready,
    "staff: report being printed": lambda: ready().touch(OptionChosen("print")),
    "staff: exporting": lambda: page("audit"),
    "staff: exported": lambda: answered(
        page("audit"), lambda ref: ExportDone(ref, ExportKind.AUDIT, "audit-t-1.jsonl")
    ),
    "staff: not exported": lambda: answered(
        page("audit"), lambda ref: ExportFailed(ref, ExportKind.AUDIT, ExportProblem.NO_STICK)
    ),
}
