"""Pictures of staff mode, taken from the stories that reach them: what is drawn is what the flow says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from kiosk.flow.events import CentralChanged, CodeScanned, DeviceChanged
from kiosk.flow.facts import DeviceFacts
from kiosk.flow.staff.events import DeviceTestMeasured, ReadinessReady, StaffCardPresented, StaffOverviewArrived
from kiosk.flow.staff.facts import (
    CertificateFacts,
    DeviceTest,
    Measure,
    MeasuredRow,
    ReadinessReport,
    Unit,
    Verdict,
)
from kiosk.flow.touches import KeyPressed, OptionChosen
from kiosk.flow.views import Display
from tests.flows import stages
from tests.flows.staff_stages import (
    OVERVIEW,
    PIN,
    STAFF_STAGES,
    TECHNICIAN,
    answered,
    at_home,
    in_test,
    page,
    presented,
    ref_of,
    unlock,
)
from tests.flows.story import START, Story

DAYS = tuple(
    replace(day, sessions=sessions, completed=completed, paper_mm=paper_mm)
    for day, sessions, completed, paper_mm in zip(
        OVERVIEW.days,
        (31, 38, 24, 42, 35, 9, 17),
        (27, 33, 23, 36, 33, 7, 15),
        (6200, 7400, 4900, 8300, 7100, 1600, 3500),
        strict=True,
    )
)
WEEK: Final = replace(OVERVIEW, days=DAYS)
NETWORK_ROWS: Final = (
    MeasuredRow(Measure.NAME_FOUND, "10.20.0.4"),
    MeasuredRow(Measure.CONNECTED, 12, Unit.MILLISECONDS),
    MeasuredRow(Measure.TLS_AGREED, "TLS 1.3"),
    MeasuredRow(Measure.CERTIFICATE_TRUSTED, "yes", Unit.WORD),
    MeasuredRow(Measure.CERTIFICATE_DAYS, 19, Unit.DAYS, Verdict.WARNING),
    MeasuredRow(Measure.LATENCY, 48, Unit.MILLISECONDS),
)
REPORT_ROWS: Final = (
    MeasuredRow(Measure.DEVICE_WORD, "online", Unit.WORD, subject="card_reader"),
    MeasuredRow(Measure.DEVICE_WORD, "online", Unit.WORD, subject="identity_reader"),
    MeasuredRow(Measure.DEVICE_WORD, "power_off", Unit.WORD, Verdict.BAD, "code_scanner"),
    MeasuredRow(Measure.DEVICE_WORD, "online", Unit.WORD, subject="receipt_printer"),
    MeasuredRow(Measure.PAPER_LEFT, 52, Unit.METRES),
    *NETWORK_ROWS[1:],
    MeasuredRow(Measure.CLOCK_OFFSET, 210, Unit.MILLISECONDS),
    MeasuredRow(Measure.QUEUE_WAITING, 2, Unit.COUNT),
    MeasuredRow(Measure.UNSETTLED, 0, Unit.COUNT),
    MeasuredRow(Measure.DISK_FREE, 71, Unit.PERCENT),
    MeasuredRow(Measure.TEMPERATURE, 41, Unit.DEGREES),
    MeasuredRow(Measure.JOURNAL, "sound", Unit.WORD),
    MeasuredRow(Measure.AUDIT_LOG, "sound", Unit.WORD),
    MeasuredRow(Measure.CONFIGURATION_VERSION, "2026.11-3"),
    MeasuredRow(Measure.CONFIGURATION_HASH, "9f31c07a"),
    MeasuredRow(Measure.SOFTWARE_VERSION, "1.4.0"),
    MeasuredRow(Measure.SERVICE, "in_service", Unit.WORD),
)


def healthy() -> Story:
    return at_home().tell(StaffOverviewArrived(WEEK))


def with_paper_out() -> Story:
    out = DeviceChanged("receipt_printer", DeviceFacts("hardwareError", "clear", "paper_out", "out"))
    return healthy().tell(out, StaffOverviewArrived(replace(WEEK, unsettled=2)))


def all_wrong() -> Story:
    ill = replace(
        WEEK, certificates=(CertificateFacts("terminal", 5),), disk_free_percent=4, temperature_c=78, unsettled=3
    )
    return healthy().tell(
        DeviceChanged("card_reader", DeviceFacts("powerOff", "clear", "no_reader")),
        DeviceChanged("identity_reader", DeviceFacts("hardwareError", "maintenance", "no_answer")),
        DeviceChanged("code_scanner", DeviceFacts("userError", "clear", "covered")),
        DeviceChanged("receipt_printer", DeviceFacts("hardwareError", "clear", "paper_jammed", "jammed")),
        CentralChanged(is_reachable=False, are_payments_open=False, clock_skew_s=200.0),
        StaffOverviewArrived(ill),
    )


def network() -> Story:
    story = in_test(DeviceTest.NETWORK)
    return story.tell(*(DeviceTestMeasured(ref_of(story), row) for row in NETWORK_ROWS))


def camera() -> Story:
    story = in_test(DeviceTest.CODE_SCANNER)
    row = MeasuredRow(Measure.SHARPNESS, 83, Unit.PERCENT)
    return story.tell(DeviceTestMeasured(ref_of(story), row), CodeScanned(b"0" * 18))


def report() -> Story:
    made_at = START + timedelta(minutes=3)
    return answered(
        page("readiness"), lambda ref: ReadinessReady(ref, ReadinessReport(made_at, Verdict.BAD, REPORT_ROWS))
    )


def refilling_for_a_citizen() -> Story:
    story = presented(TECHNICIAN, stages.not_printed()).touch(OptionChosen("staff_help"))
    return unlock(story).touch(OptionChosen("menu"), OptionChosen("refill"), OptionChosen("next"))


OWN: Final[dict[str, Callable[[], Story]]] = {
    "40_staff_pin": lambda: presented().touch(*(KeyPressed(digit) for digit in PIN[:4])),
    "41_staff_home": healthy,
    "41_staff_home_paper": with_paper_out,
    "41_staff_home_all_wrong": all_wrong,
    "43_staff_test_network": network,
    "43_staff_test_camera": camera,
    "44_staff_refill": refilling_for_a_citizen,
    "49_staff_report": report,
    "51_staff_knock": lambda: stages.reason().tell(StaffCardPresented(TECHNICIAN, 5)),
    "51_staff_knock_help": lambda: stages.not_printed().tell(StaffCardPresented(TECHNICIAN, 5)),
    "51_staff_waiting": lambda: stages.code_shown().tell(StaffCardPresented(TECHNICIAN, 5)),
}
FROM_STAGES: Final = {
    "40_staff_card_refused": "staff: card refused",
    "40_staff_locked": "staff: locked out",
    "42_staff_menu": "staff: menu",
    "43_staff_tests": "staff: choosing a test",
    "43_staff_test_judged": "staff: test to be judged",
    "43_staff_touch": "staff: touch grid",
    "43_staff_touch_dead": "staff: dead cells",
    "43_staff_ruler": "staff: ruler",
    "43_staff_card_awaited": "staff: card awaited",
    "44_staff_jam": "staff: jam",
    "44_staff_strip_failed": "staff: test strip failed",
    "44_staff_refilled": "staff: refilled",
    "45_staff_card": "staff: taking in a card",
    "46_staff_unsettled": "staff: unsettled",
    "46_staff_one_unsettled": "staff: one unsettled",
    "47_staff_receipts": "staff: receipts",
    "47_staff_number": "staff: typing a number",
    "47_staff_reprinted": "staff: reprinted",
    "48_staff_service": "staff: service",
    "48_staff_closing": "staff: closing time",
    "48_staff_levels": "staff: levels",
    "48_staff_restart": "staff: restart",
    "48_staff_ports": "staff: choosing a port",
    "48_staff_port_works": "staff: port works",
    "49_staff_report_making": "staff: report being made",
    "50_staff_exported": "staff: exported",
    "50_staff_not_exported": "staff: not exported",
}


def staff_displays() -> dict[str, Display]:
    """By the name of the sample, in order."""
    makers = OWN | {name: STAFF_STAGES[stage] for name, stage in FROM_STAGES.items()}
    return {name: makers[name]().display for name in sorted(makers)}
