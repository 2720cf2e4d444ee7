"""Puts together what stands behind the staff pages: first what devices and outbox need, then the desk itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from hardware import ports as hw
from hardware.registry import Choice, choose
from kiosk.audit.keys import KeyFileError, TerminalKey, terminal_key
from kiosk.audit.log import AuditError, AuditFiles, AuditLog
from kiosk.audit.records import Record
from kiosk.central.client import CentralClient
from kiosk.clock import Clock
from kiosk.config import OPTIONAL_DEVICE_SECTIONS, Settings
from kiosk.flow.events import Event
from kiosk.flow.facts import Moment, Site
from kiosk.flow.views import Language
from kiosk.i18n import Catalogue
from kiosk.journal.journal import Journal
from kiosk.logs import Log
from kiosk.services.devices import Devices
from kiosk.services.staff.audit_keeper import AuditKeeper, AuditUploads
from kiosk.services.staff.backend_entrance import Entrance
from kiosk.services.staff.cards import StaffGate
from kiosk.services.staff.device_tests import Toolkit, print_now
from kiosk.services.staff.machine import Backlight, NoSpeaker, Power, Speaker
from kiosk.services.staff.mapping import MappingDesk
from kiosk.services.staff.paper import Roll
from kiosk.services.staff.pins import PinDesk
from kiosk.services.staff.readiness import short_hash, software_hash
from kiosk.services.staff.report_paper import strip
from kiosk.services.staff.reporting import Program, Reporting
from kiosk.services.staff.reprints import ReprintDesk
from kiosk.services.staff.roster import ListedStaff, Roster, RosterError, read_roster
from kiosk.services.staff.state import StateKeeper
from kiosk.services.staff.stick import Stick
from kiosk.services.staff.unsettled import UnsettledDesk
from kiosk.services.staff_desk import StaffDesk, StaffParts

DEVICES_FILE = "devices.ini"
STATE_FILE = "staff.json"
PIN_FILE = "staff-pins.json"
VERSION = "0.1.0"
ROOT = Path(__file__).resolve().parents[3]


class StaffOffice:
    """Made before devices and outbox; `open` makes the desk once those are there."""

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        open_client: Callable[[], CentralClient],
        clock: Clock,
        moment: Callable[[], Moment],
        catalogue: Catalogue,
        log: Log,
        entrance: Entrance,
    ) -> None:
        self._entrance = entrance
        directory = settings.terminal.state_dir
        self._settings = settings
        self._journal = journal
        self._open_client = open_client
        self._clock = clock
        self._moment = moment
        self._catalogue = catalogue
        self._log = log
        self._files = AuditFiles(directory)
        self._wake_outbox: Callable[[], None] = _nothing
        self._roster = roster_of(settings, log)
        self._pins = PinDesk(directory / PIN_FILE, self._roster, clock, log.bug)
        self._state = StateKeeper(directory / STATE_FILE, log.bug)
        key = self._key()
        public_key = key.public.text if key else ""
        self._audit = AuditKeeper(partial(self._open_audit, key), journal, self._wake, log.bug, public_key)
        self.gate = StaffGate(self._roster, self._pins, settings.terminal.office_id, clock, os.urandom)

    def uploads(self, client: CentralClient) -> AuditUploads:
        """For the outbox, over its own client."""
        return AuditUploads(self._files, self._audit.public_key, client.send_audit)

    def open(
        self,
        devices: Devices,
        post: Callable[[Event], None],
        wake_outbox: Callable[[], None],
        wake_settling: Callable[[], None],
        pause: Callable[[float], object],
        power: Power,
        speaker: Speaker | None = None,
    ) -> StaffDesk:
        self._wake_outbox = wake_outbox
        desk: StaffDesk | None = None

        def printed(length_mm: int) -> None:
            if desk is not None:
                desk.count_paper(length_mm)

        loud = speaker or NoSpeaker()
        kit = toolkit_of(self._entrance, devices, self._open_client(), self._clock, self._catalogue, loud, printed)
        desk = StaffDesk(
            self._parts(kit, devices, power, wake_settling, pause), devices, post, self._clock, self._moment, self._log
        )
        return desk

    def _parts(
        self,
        kit: Toolkit,
        devices: Devices,
        power: Power,
        wake_settling: Callable[[], None],
        pause: Callable[[float], object],
    ) -> StaffParts:
        settings, staff = self._settings, self._settings.staff
        roll = roll_of(settings)
        is_production = settings.terminal.mode == "production"
        reporting = Reporting(
            program=program_of(settings),
            journal=self._journal,
            toolkit=kit,
            devices_facts=lambda: devices.facts,
            state=self._state,
            audit=self._audit,
            audit_files=self._files,
            catalogue=self._catalogue,
            roll=roll,
            stick=Stick(staff.usb_dir, must_be_mounted=is_production),
            fresh_id=lambda: self._moment().fresh_id,
            wake_outbox=self._wake_outbox,
            own_certificate_ends=self._entrance.certificate_ends,
        )
        return StaffParts(
            roster=self._roster,
            pins=self._pins,
            audit=self._audit,
            state=self._state,
            toolkit=kit,
            unsettled=UnsettledDesk(
                self._journal, kit.client, self._clock, self._moment, self._wake_outbox, wake_settling, pause
            ),
            reprints=ReprintDesk(
                self._journal,
                kit.client,
                site_of(settings),
                self._clock,
                self._moment,
                self._catalogue,
                lambda document: print_now(kit, document),
            ),
            reporting=reporting,
            mapping=MappingDesk(
                {kind: options for kind, options in settings.devices.items() if kind not in OPTIONAL_DEVICE_SECTIONS},
                settings.terminal.state_dir / DEVICES_FILE,
                devices,
                partial(choose_driver, is_production=is_production),
            ),
            power=power,
            speaker=kit.speaker,
            backlight=Backlight(),
            roll=roll,
        )

    def _wake(self) -> None:
        """Whoever is to be woken is known only once the desk is open."""
        self._wake_outbox()

    def _key(self) -> TerminalKey | None:
        try:
            return terminal_key(self._files.key)
        except KeyFileError as error:
            self._log.bug("terminal_key_not_usable", error)
            return None

    def _open_audit(self, key: TerminalKey | None, on_seal: Callable[[Record], None]) -> AuditLog:
        if key is None:
            raise AuditError("no key")
        return AuditLog(self._files, self._settings.terminal.id, key, self._clock.now, on_seal)


def _nothing() -> None:
    pass


def roster_of(settings: Settings, log: Log) -> Roster:
    """A list that cannot be read opens the terminal to nobody, and citizens are served all the same."""
    path = settings.staff.roster_file
    if path is None:
        return ListedStaff()
    try:
        return read_roster(path)
    except RosterError as error:
        log.bug("roster_not_usable", error)
        return ListedStaff()


def toolkit_of(
    entrance: Entrance,
    devices: Devices,
    client: CentralClient,
    clock: Clock,
    catalogue: Catalogue,
    speaker: Speaker,
    printed: Callable[[int], None],
) -> Toolkit:
    def long_strip(_language: Language) -> hw.Document:
        return strip(catalogue, is_long=True)

    return Toolkit(devices, speaker, client, entrance.url, entrance.ca_file, clock, long_strip, printed)


def program_of(settings: Settings) -> Program:
    return Program(
        settings.terminal.id,
        settings.terminal.state_dir,
        settings.display.fonts_dir,
        short_hash(settings.model_dump_json()),
        VERSION,
        software_hash(ROOT),
    )


def roll_of(settings: Settings) -> Roll:
    return Roll(settings.staff.paper_roll_m * 1000, settings.staff.paper_low_m * 1000)


def site_of(settings: Settings) -> Site:
    terminal = settings.terminal
    return Site(terminal.id, terminal.office_id, terminal.office_name_zh, terminal.office_name_en)


def choose_driver(kind: str, options: Mapping[str, str], *, is_production: bool) -> Choice | str:
    """A driver for a device's section, or a word for why there is none."""
    texts = {key: text for key, text in options.items() if key != "driver"}
    chosen = choose(kind, options.get("driver", ""), texts)
    if not isinstance(chosen, Choice):
        return "wrong_option"
    return "bench_device" if chosen.is_bench and is_production else chosen
