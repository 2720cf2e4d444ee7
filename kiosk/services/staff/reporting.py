"""Overview and readiness report of a running terminal: made, printed, sent, taken away.

`overview` may be asked for on any thread; everything else belongs to one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hardware.ports import Printed
from kiosk.audit.log import AuditFiles
from kiosk.central.path_check import check_path
from kiosk.domain.language import Language
from kiosk.flow.facts import DeviceFacts
from kiosk.flow.staff.events import ExportDone, ExportFailed, ReadinessNotPrinted, ReadinessPrinted
from kiosk.flow.staff.facts import (
    CertificateFacts,
    ExportKind,
    ExportProblem,
    Measure,
    MeasuredRow,
    ReadinessReport,
    StaffOverview,
)
from kiosk.i18n import Catalogue
from kiosk.journal.entries import JournalError, Lane, OutboxItem
from kiosk.journal.journal import Journal
from kiosk.services.staff.audit_keeper import AuditKeeper
from kiosk.services.staff.device_tests import Toolkit, health_rows, path_rows, print_now
from kiosk.services.staff.machine import Backlight, disk_free_percent, temperature_c
from kiosk.services.staff.overview import TerminalFacts, journal_facts, overview_of
from kiosk.services.staff.paper import Roll
from kiosk.services.staff.readiness import json_of, message_of, report_of, report_time
from kiosk.services.staff.report_paper import readiness_pdf, readiness_slip
from kiosk.services.staff.state import StateKeeper
from kiosk.services.staff.stick import Stick

READINESS = "readiness"
STEPS = 4
COPY_BYTES = 65_536


def _no_certificate() -> None:
    """A terminal that shows a token has none."""


@dataclass(frozen=True)
class Program:
    """What does not change while the program runs."""

    terminal_id: str
    state_dir: Path
    fonts_dir: Path
    configuration_hash: str
    software_version: str
    software_hash: str


@dataclass
class Reporting:
    """`clock_offset_s`, `configuration_version`: the newest that was heard, set by whoever hears it."""

    program: Program
    journal: Journal
    toolkit: Toolkit
    devices_facts: Callable[[], Mapping[str, DeviceFacts]]
    state: StateKeeper
    audit: AuditKeeper
    audit_files: AuditFiles
    catalogue: Catalogue
    roll: Roll
    stick: Stick
    fresh_id: Callable[[], str]
    wake_outbox: Callable[[], None]
    backlight: Backlight = field(default_factory=Backlight)
    clock_offset_s: float | None = None
    configuration_version: str = ""
    own_certificate_ends: Callable[[], datetime | None] = _no_certificate
    """Of the certificate with which the terminal shows the backend who it is."""
    certificates: tuple[CertificateFacts, ...] = ()
    """Of others, as they were last seen."""
    newest: ReadinessReport | None = field(default=None)

    def overview(self) -> StaffOverview:
        now = self.toolkit.clock.now()
        return overview_of(now, journal_facts(self.journal, now), self._terminal(), self.state.state, self.roll)

    def report(self, progress: Callable[[int, int], None]) -> ReadinessReport:
        """At most about half a minute: every step has its own limit. A copy goes to the backend."""
        progress(0, STEPS)
        path = self._path(progress)
        overview = self.overview()
        progress(3, STEPS)
        made = report_of(overview, self._terminal(), self.state.state, path)
        self.newest = made
        self._send(made)
        progress(STEPS, STEPS)
        return made

    def _path(self, progress: Callable[[int, int], None]) -> tuple[MeasuredRow, ...]:
        kit = self.toolkit
        found = check_path(kit.backend_url, kit.ca_file, kit.clock.monotonic_s)
        progress(1, STEPS)
        if found.certificate_ends_at is not None:
            days = (found.certificate_ends_at - kit.clock.now()).days
            self.certificates = (CertificateFacts("backend", days),)
        health = health_rows(kit) if found.connect_ms is not None else ()
        progress(2, STEPS)
        path = tuple(row for row in path_rows(found, kit.clock) if row.measure is not Measure.CERTIFICATE_DAYS)
        return (*path, *health)

    def _send(self, report: ReadinessReport) -> None:
        key = f"readiness-{self.fresh_id()}"
        body = message_of(report).model_dump_json()
        try:
            self.journal.commit((), (OutboxItem(key, Lane.TELEMETRY, READINESS, body),))
        except JournalError:
            return  # the report itself says that the journal is broken
        self.wake_outbox()

    def print_report(
        self, ref: str, report: ReadinessReport, language: Language
    ) -> ReadinessPrinted | ReadinessNotPrinted:
        slip = readiness_slip(report, self.program.terminal_id, self.catalogue, language)
        outcome = print_now(self.toolkit, slip)
        return ReadinessPrinted(ref) if isinstance(outcome, Printed) else ReadinessNotPrinted(ref, outcome.problem)

    def export(self, ref: str, kind: ExportKind, language: Language) -> ExportDone | ExportFailed:
        match kind:
            case ExportKind.AUDIT:
                name, problem = self._export_audit()
            case ExportKind.READINESS:
                name, problem = self._export_readiness(language)
        return ExportDone(ref, kind, name) if problem is None else ExportFailed(ref, kind, problem)

    def _export_audit(self) -> tuple[str, ExportProblem | None]:
        """The file itself, sealed to its end, with the public key that its seals are checked with."""
        self.audit.seal()
        stem = f"audit-{self.program.terminal_id}-{report_time(self.toolkit.clock.now())}"
        path = self.audit_files.log
        try:
            size = path.stat().st_size
        except OSError:
            return "", ExportProblem.WRITE_FAILED
        name = f"{stem}.jsonl"
        problem = self.stick.write(name, _pieces(path, size), size)
        key = f"{self.audit.public_key}\n".encode()
        return name, problem or self.stick.write(f"{stem}.key", (key,), len(key))

    def _export_readiness(self, language: Language) -> tuple[str, ExportProblem | None]:
        report = self.newest or self.report(lambda _done, _total: None)
        program = self.program
        stem = f"readiness-{program.terminal_id}-{report_time(report.made_at)}"
        page = readiness_pdf(report, program.terminal_id, self.catalogue, language, program.fonts_dir)
        data = json_of(report, program.terminal_id)
        problem = self.stick.write(f"{stem}.json", (data,), len(data))
        return f"{stem}.pdf", problem or self.stick.write(f"{stem}.pdf", (page,), len(page))

    def _own_certificate(self) -> tuple[CertificateFacts, ...]:
        ends = self.own_certificate_ends()
        return () if ends is None else (CertificateFacts("terminal", (ends - self.toolkit.clock.now()).days),)

    def _terminal(self) -> TerminalFacts:
        program = self.program
        return TerminalFacts(
            devices=self.devices_facts(),
            clock_offset_s=self.clock_offset_s,
            certificates=(*self._own_certificate(), *self.certificates),
            configuration_version=self.configuration_version,
            configuration_hash=program.configuration_hash,
            software_version=program.software_version,
            software_hash=program.software_hash,
            disk_free_percent=disk_free_percent(program.state_dir),
            temperature_c=temperature_c(),
            has_backlight=self.backlight.is_there,
            is_audit_sound=self.audit.is_sound,
        )


def _pieces(path: Path, size: int) -> Iterable[bytes]:
    """The first `size` bytes: what is recorded meanwhile belongs to the next copy."""
    with path.open("rb") as file:
        while size > 0 and (piece := file.read(min(COPY_BYTES, size))):
            size -= len(piece)
            yield piece
