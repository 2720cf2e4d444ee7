"""The readiness report of a terminal that does not run: opens the devices and reads the files by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from kiosk.audit.log import AuditFiles, read_lines, witnesses
from kiosk.audit.verify import verify
from kiosk.central.client import CentralClient
from kiosk.central.path_check import check_path
from kiosk.clock import Clock
from kiosk.config import DEVICE_SECTIONS, OPTIONAL_DEVICE_SECTIONS, Settings
from kiosk.flow.events import DeviceChanged, Event
from kiosk.flow.facts import DeviceFacts
from kiosk.flow.staff.facts import CertificateFacts, QueueFacts, ReadinessReport
from kiosk.i18n import Catalogue
from kiosk.journal.entries import JournalError
from kiosk.journal.reading import open_reader
from kiosk.services.devices import Devices
from kiosk.services.staff.backend_entrance import Entrance
from kiosk.services.staff.device_tests import health_rows, path_rows
from kiosk.services.staff.machine import NoSpeaker, disk_free_percent, temperature_c
from kiosk.services.staff.office import STATE_FILE, program_of, roll_of, toolkit_of
from kiosk.services.staff.overview import JournalFacts, TerminalFacts, overview_of
from kiosk.services.staff.readiness import report_of
from kiosk.services.staff.reporting import Program
from kiosk.services.staff.state import StateKeeper

DEVICES_LIMIT_S = 12.0
STOP_LIMIT_S = 3.0
KINDS = tuple(kind for kind in DEVICE_SECTIONS if kind not in OPTIONAL_DEVICE_SECTIONS)


class DeviceWords:
    """Collects the words of devices that have just been opened."""

    def __init__(self) -> None:
        self._facts: dict[str, DeviceFacts] = {name: DeviceFacts() for name in KINDS}
        self._news = threading.Condition()

    def hear(self, event: Event) -> None:
        if isinstance(event, DeviceChanged):
            with self._news:
                self._facts[event.name] = event.facts
                self._news.notify_all()

    def wait(self, limit_s: float) -> Mapping[str, DeviceFacts]:
        with self._news:
            self._news.wait_for(lambda: all(facts.word != "starting" for facts in self._facts.values()), limit_s)
            return dict(self._facts)


def report_alone(
    settings: Settings,
    clock: Clock,
    catalogue: Catalogue,
    client: CentralClient,
    entrance: Entrance,
    open_devices: Callable[[Callable[[Event], None]], Devices],
    on_trouble: Callable[[str, BaseException], None],
) -> ReadinessReport:
    words, program = DeviceWords(), program_of(settings)
    state = StateKeeper(program.state_dir / STATE_FILE, on_trouble).state
    devices = open_devices(words.hear)
    kit = toolkit_of(entrance, devices, client, clock, catalogue, NoSpeaker(), lambda _length_mm: None)
    devices.start()
    try:
        facts = words.wait(DEVICES_LIMIT_S)
    finally:
        devices.stop(STOP_LIMIT_S)
    found = check_path(kit.backend_url, kit.ca_file, clock.monotonic_s)
    path = (*path_rows(found, clock), *(health_rows(kit) if found.connect_ms is not None else ()))
    terminal = TerminalFacts(
        devices=facts,
        clock_offset_s=None,
        certificates=_own_certificate(entrance, clock),
        configuration_version="",
        configuration_hash=program.configuration_hash,
        software_version=program.software_version,
        software_hash=program.software_hash,
        disk_free_percent=disk_free_percent(program.state_dir),
        temperature_c=temperature_c(),
        is_audit_sound=_is_audit_sound(program),
    )
    journal = JournalFacts(QueueFacts(0, 0), 0, (), is_sound=_is_journal_sound(program.state_dir / "journal.sqlite"))
    overview = overview_of(clock.now(), journal, terminal, state, roll_of(settings))
    return report_of(overview, terminal, state, path)


def _own_certificate(entrance: Entrance, clock: Clock) -> tuple[CertificateFacts, ...]:
    ends = entrance.certificate_ends()
    return () if ends is None else (CertificateFacts("terminal", (ends - clock.now()).days),)


def _is_audit_sound(program: Program) -> bool:
    """By the chain and the head file; the seals are for `audit verify`, which names the key."""
    files = AuditFiles(program.state_dir)
    return verify(read_lines(files.log), None, program.terminal_id, witnesses(files)).is_sound


def _is_journal_sound(path: Path) -> bool:
    try:
        with closing(open_reader(path)) as reader:
            return reader.verify() is None
    except JournalError:
        return not path.exists()  # a terminal that never ran has none
