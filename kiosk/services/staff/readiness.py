"""The readiness report: everything that says whether this terminal can serve, as rows with a verdict each.

The same value is shown, printed, sent to the backend and written to a stick.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.central import wire
from kiosk.domain.beijing_time import in_beijing
from kiosk.flow.facts import DeviceFacts
from kiosk.flow.staff.facts import (
    CertificateFacts,
    Measure,
    MeasuredRow,
    ReadinessReport,
    StaffOverview,
    Unit,
    Verdict,
)
from kiosk.services.staff.device_tests import certificate_row, clock_row, row_word, worst
from kiosk.services.staff.overview import TerminalFacts
from kiosk.services.staff.state import StaffState

DISK_WARNING_PERCENT, DISK_BAD_PERCENT = 15, 5
HOT_C, TOO_HOT_C = 70, 85
LITTLE_PAPER_MM = 5_000
MANY_WAITING = 200
PACKAGES = ("kiosk", "screens", "hardware")


def report_of(
    overview: StaffOverview, terminal: TerminalFacts, state: StaffState, path: Iterable[MeasuredRow]
) -> ReadinessReport:
    """`path`: the rows of the way to the backend, measured for this report."""
    rows = (
        *_devices(terminal.devices),
        *_tests(overview),
        *_supplies(overview),
        *path,
        *_clock(overview, path),
        *_certificates(overview.certificates),
        *_business(overview),
        *_machine(overview),
        *_program(terminal),
        _yes(Measure.JOURNAL, is_good=overview.is_journal_sound),
        _yes(Measure.AUDIT_LOG, is_good=overview.is_audit_sound),
        _service(state),
    )
    return ReadinessReport(overview.taken_at, worst(row.verdict for row in rows), rows)


def _devices(devices: Mapping[str, DeviceFacts]) -> Iterable[MeasuredRow]:
    for name, facts in devices.items():
        is_good = facts.is_online and not facts.action and facts.paper not in ("out", "jammed")
        verdict = Verdict.WARNING if is_good and facts.paper == "low" else Verdict.GOOD
        yield MeasuredRow(
            Measure.DEVICE_WORD, row_word(facts.word), Unit.WORD, verdict if is_good else Verdict.BAD, name
        )


def _tests(overview: StaffOverview) -> Iterable[MeasuredRow]:
    for test in overview.tests:
        at = f"{in_beijing(test.tested_at):%Y-%m-%d %H:%M}"
        yield MeasuredRow(Measure.LAST_TEST, at, Unit.DATA, test.verdict, test.test.value)


def _supplies(overview: StaffOverview) -> Iterable[MeasuredRow]:
    if overview.paper is None:
        return (MeasuredRow(Measure.PAPER_LEFT, "unknown", Unit.WORD, Verdict.UNKNOWN),)
    left_mm = overview.paper.left_mm
    verdict = Verdict.GOOD if left_mm >= LITTLE_PAPER_MM else Verdict.WARNING
    return (MeasuredRow(Measure.PAPER_LEFT, left_mm // 1000, Unit.METRES, verdict if left_mm else Verdict.BAD),)


def _clock(overview: StaffOverview, path: Iterable[MeasuredRow]) -> Iterable[MeasuredRow]:
    """Measured with the way to the backend, or as it was known before."""
    if any(row.measure is Measure.CLOCK_OFFSET for row in path):
        return ()
    if overview.clock_offset_s is None:
        return (MeasuredRow(Measure.CLOCK_OFFSET, "unknown", Unit.WORD, Verdict.UNKNOWN),)
    return (clock_row(overview.clock_offset_s),)


def _certificates(certificates: Iterable[CertificateFacts]) -> Iterable[MeasuredRow]:
    return map(certificate_row, certificates)


def _business(overview: StaffOverview) -> Iterable[MeasuredRow]:
    waiting, unsettled = overview.queue.waiting, overview.unsettled
    many = Verdict.WARNING if waiting > MANY_WAITING or overview.queue.parked else Verdict.GOOD
    yield MeasuredRow(Measure.QUEUE_WAITING, waiting, Unit.COUNT, many)
    yield MeasuredRow(Measure.QUEUE_OLDEST, overview.queue.oldest_s, Unit.SECONDS)
    yield MeasuredRow(Measure.UNSETTLED, unsettled, Unit.COUNT, Verdict.WARNING if unsettled else Verdict.GOOD)


def _machine(overview: StaffOverview) -> Iterable[MeasuredRow]:
    disk, heat = overview.disk_free_percent, overview.temperature_c
    if disk is not None:
        few = Verdict.WARNING if disk < DISK_WARNING_PERCENT else Verdict.GOOD
        yield MeasuredRow(Measure.DISK_FREE, disk, Unit.PERCENT, Verdict.BAD if disk < DISK_BAD_PERCENT else few)
    if heat is not None:
        hot = Verdict.WARNING if heat >= HOT_C else Verdict.GOOD
        yield MeasuredRow(Measure.TEMPERATURE, heat, Unit.DEGREES, Verdict.BAD if heat >= TOO_HOT_C else hot)


def _program(terminal: TerminalFacts) -> Iterable[MeasuredRow]:
    yield MeasuredRow(
        Measure.CONFIGURATION_VERSION,
        terminal.configuration_version or "-",
        verdict=Verdict.GOOD if terminal.configuration_version else Verdict.UNKNOWN,
    )
    yield MeasuredRow(Measure.CONFIGURATION_HASH, terminal.configuration_hash)
    yield MeasuredRow(Measure.SOFTWARE_VERSION, terminal.software_version)
    yield MeasuredRow(Measure.SOFTWARE_HASH, terminal.software_hash)


def _service(state: StaffState) -> MeasuredRow:
    is_in = state.service.is_in_service
    return MeasuredRow(
        Measure.SERVICE,
        "in_service" if is_in else "out_of_service",
        Unit.WORD,
        Verdict.GOOD if is_in else Verdict.WARNING,
    )


def _yes(measure: Measure, *, is_good: bool) -> MeasuredRow:
    return MeasuredRow(measure, "sound" if is_good else "damaged", Unit.WORD, Verdict.GOOD if is_good else Verdict.BAD)


# --- hashes ----------------------------------------------------------------------------------------------------------


def software_hash(root: Path) -> str:
    """Of every line of the program, so that a changed file shows; 16 characters."""
    total = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in (".py", ".kv", ".sql", ".toml") and path.is_file():
                total.update(f"{path.relative_to(root)}\n".encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --- for machines ----------------------------------------------------------------------------------------------------


def message_of(report: ReadinessReport) -> wire.Readiness:
    return wire.Readiness.model_validate(
        {"made_at": report.made_at, "verdict": report.verdict.value, "rows": _rows(report)}
    )


def _rows(report: ReadinessReport) -> list[dict[str, Any]]:
    return [
        {
            "measure": row.measure.value,
            "value": row.value,
            "unit": row.unit.value,
            "verdict": row.verdict.value,
            "subject": row.subject,
        }
        for row in report.rows
    ]


def json_of(report: ReadinessReport, terminal_id: str) -> bytes:
    body = {
        "terminal_id": terminal_id,
        "made_at": report.made_at.isoformat(),
        "verdict": report.verdict.value,
        "rows": _rows(report),
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"


def report_from(message: wire.Readiness) -> ReadinessReport:
    """The value again, from what was sent."""
    rows = tuple(
        MeasuredRow(Measure(row.measure), row.value, Unit(row.unit), Verdict(row.verdict), row.subject)
        for row in message.rows
    )
    return ReadinessReport(message.made_at, Verdict(message.verdict), rows)


def report_time(moment: datetime) -> str:
    """For file names."""
    return f"{in_beijing(moment):%Y%m%d-%H%M%S}"
