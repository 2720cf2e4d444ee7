"""Where the effects of staff mode go: joins what stands behind the staff pages. Every method returns at once.

Three threads: PINs wait for nobody; what is read from memory and disk comes quickly; what moves devices or talks to the
backend may take its time. A record of the audit log is on disk before `perform` returns, so before the act it is about.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import assert_never

from hardware import ports as hw
from kiosk.audit.catalogue import OwnWord
from kiosk.audit.records import Entry
from kiosk.clock import Clock
from kiosk.domain.beijing_time import in_beijing
from kiosk.domain.language import Language
from kiosk.flow.events import CentralChanged, Event, ReferenceArrived
from kiosk.flow.facts import Moment
from kiosk.flow.staff import effects as fx
from kiosk.flow.staff import events as ev
from kiosk.flow.staff.facts import AuditPhase, AuditWord, HoursException, MeasuredRow, ServiceState
from kiosk.journal.entries import JournalError
from kiosk.logs import Log
from kiosk.services.devices import Devices
from kiosk.services.staff.audit_keeper import AuditKeeper, entry_of
from kiosk.services.staff.crew import Crew, Work
from kiosk.services.staff.device_tests import Run, Toolkit, print_now, run_test
from kiosk.services.staff.machine import Backlight, Power, Speaker
from kiosk.services.staff.mapping import MappingDesk
from kiosk.services.staff.paper import Roll, after_printing, after_refill, after_sensor
from kiosk.services.staff.pins import PinDesk
from kiosk.services.staff.readiness import message_of
from kiosk.services.staff.report_paper import strip
from kiosk.services.staff.reporting import Reporting
from kiosk.services.staff.reprints import ReprintDesk
from kiosk.services.staff.roster import Roster, StaffMember
from kiosk.services.staff.state import StaffState, StateKeeper
from kiosk.services.staff.unsettled import UnsettledDesk

READINESS_LIMIT_S = 55.0


@dataclass(frozen=True)
class StaffParts:
    """Everybody who does a part of the work."""

    roster: Roster
    pins: PinDesk
    audit: AuditKeeper
    state: StateKeeper
    toolkit: Toolkit
    unsettled: UnsettledDesk
    reprints: ReprintDesk
    reporting: Reporting
    mapping: MappingDesk
    power: Power
    speaker: Speaker
    backlight: Backlight
    roll: Roll


class StaffDesk:
    def __init__(
        self,
        parts: StaffParts,
        devices: Devices,
        post: Callable[[Event], None],
        clock: Clock,
        moment: Callable[[], Moment],
        log: Log,
    ) -> None:
        self._parts = parts
        self._devices = devices
        self._post = post
        self._clock = clock
        self._moment = moment
        self._log = log
        self._pins = Crew("staff-pins", log.bug)
        self._quick = Crew("staff-quick", log.bug)
        self._slow = Crew("staff-slow", log.bug)
        self._running: dict[str, threading.Event] = {}
        """Tests that have not been ended, by their ref."""
        self._member: StaffMember | None = None
        """Who typed a good PIN last; the flow lets nobody act without one."""

    def start(self) -> None:
        self._parts.audit.start()
        self._parts.audit.record(Entry(OwnWord.TERMINAL_STARTED))
        members = self._parts.roster.members()
        withdrawn = sum(member.is_revoked for member in members)
        self._parts.audit.record(
            Entry(OwnWord.ROSTER_READ, facts=(("members", len(members)), ("withdrawn", withdrawn)))
        )
        for crew in self._crews:
            crew.start()
        self._set_levels()
        self._post(ev.ServiceChanged(self._service_today()))

    def stop(self, timeout_s: float) -> None:
        ends_at_s = self._clock.monotonic_s() + timeout_s
        for over in self._running.values():
            over.set()
        for crew in self._crews:
            crew.stop(max(0.0, ends_at_s - self._clock.monotonic_s()))
        self._parts.audit.record(Entry(OwnWord.TERMINAL_STOPPED))
        self._parts.audit.stop(max(0.0, ends_at_s - self._clock.monotonic_s()))

    @property
    def _crews(self) -> tuple[Crew, ...]:
        return (self._pins, self._quick, self._slow)

    # --- what happens elsewhere ------------------------------------------------------------------------------------

    def watch_device(self, name: str, reading: hw.Reading) -> None:
        """On the devices' threads: paper is counted, and corrected by the sensor."""
        match reading:
            case hw.Printed(_, length_mm):
                self.count_paper(length_mm)
            case hw.StatusChanged(hw.DeviceStatus(paper=paper)) if paper is not None and name == "receipt_printer":
                self._quick.do(lambda: self._change(lambda state: after_sensor(state, paper, self._parts.roll)))
            case _:
                pass

    def count_paper(self, length_mm: int) -> None:
        today = in_beijing(self._clock.now()).date()
        self._quick.do(lambda: self._change(lambda state: after_printing(state, length_mm, today)))

    def watch_event(self, event: Event) -> None:
        """On the backend's threads: what the home page shows of it."""
        match event:
            case CentralChanged(clock_skew_s=skew_s, is_reachable=is_reachable):
                self._parts.reporting.clock_offset_s = skew_s if is_reachable else None
            case ReferenceArrived(reference):
                self._parts.reporting.configuration_version = reference.version
            case _:
                pass

    def _change(self, change: Callable[[StaffState], StaffState]) -> None:
        self._parts.state.change(change)

    # --- effects ---------------------------------------------------------------------------------------------------

    def perform(self, effect: fx.StaffEffect) -> None:  # noqa: C901, PLR0912, PLR0915  the table
        parts = self._parts
        match effect:
            case fx.CheckPin():
                self._pins.do(lambda: self._check_pin(effect))
            case fx.RecordAudit():
                parts.audit.record(entry_of(effect))
                if effect.word is AuditWord.STAFF_SESSION and effect.phase is AuditPhase.END:
                    self._quick.do(parts.audit.seal)
            case fx.GatherOverview():
                self._tell_quickly(lambda: ev.StaffOverviewArrived(parts.reporting.overview()))
            case fx.RunDeviceTest():
                over = self._running[effect.ref] = threading.Event()
                self._slow.do(lambda: self._run_test(effect, over))
            case fx.EndTest(ref):
                self._running.get(ref, threading.Event()).set()
            case fx.RecordTest(result):
                now = self._clock.now()
                self._quick.do(lambda: self._change(lambda state: state.with_test(result, now)))
            case fx.ResetDevice(device):
                self._devices.reset(device)
            case fx.PaperReplaced():
                self._quick.do(lambda: self._change(lambda state: after_refill(state, parts.roll)))
            case fx.PrintTestStrip(ref):
                self._tell_slowly(lambda: self._strip(ref))
            case fx.ListUnsettled(ref):
                self._tell_quickly(lambda: ev.UnsettledListed(ref, parts.unsettled.items()))
            case fx.RetryUnsettled(ref, item):
                self._tell_slowly(lambda: ev.SettlingAnswered(ref, item, parts.unsettled.retry(item)))
            case fx.HandOver(ref, item):
                self._tell_slowly(lambda: ev.SettlingAnswered(ref, item, parts.unsettled.hand_over(item)))
            case fx.ListReceipts(ref):
                self._tell_quickly(lambda: ev.ReceiptsListed(ref, parts.reprints.receipts()))
            case fx.ReprintReceipt():
                self._tell_slowly(lambda: self._reprint(effect))
            case fx.SetService(service):
                self._quick.do(lambda: self._set_service(service))
            case fx.Restart():
                self._slow.do(parts.power.restart_program)
            case fx.Shutdown():
                self._slow.do(parts.power.switch_off)
            case fx.AcknowledgeJournal():
                self._slow.do(self._acknowledge_journal)
            case fx.SetVolume(percent):
                self._quick.do(lambda: self._set_level("volume_percent", percent))
            case fx.SetBrightness(percent):
                self._quick.do(lambda: self._set_level("brightness_percent", percent))
            case fx.ListMapping(ref):
                self._tell_slowly(lambda: ev.MappingListed(ref, parts.mapping.mappings()))
            case fx.TryMapping(ref, device, port_id):
                self._tell_slowly(lambda: parts.mapping.try_port(ref, device, port_id))
            case fx.KeepMapping(ref, device, port_id):
                self._tell_slowly(lambda: parts.mapping.keep_port(ref, device, port_id))
            case fx.UndoMapping(ref, device):
                self._tell_slowly(lambda: parts.mapping.undo(ref, device))
            case fx.MakeReadinessReport(ref):
                self._tell_slowly(lambda: ev.ReadinessReady(ref, parts.reporting.report(self._progress(ref))))
            case fx.PrintReadiness(ref, report, language):
                self._tell_slowly(lambda: parts.reporting.print_report(ref, report, Language(language)))
            case fx.Export(ref, kind, language):
                self._tell_slowly(lambda: parts.reporting.export(ref, kind, Language(language)))
            case _:
                assert_never(effect)

    def _tell_quickly(self, answer: Callable[[], Event]) -> None:
        self._quick.do(self._telling(answer))

    def _tell_slowly(self, answer: Callable[[], Event]) -> None:
        self._slow.do(self._telling(answer))

    def _telling(self, answer: Callable[[], Event]) -> Work:
        """Without an answer the flow's own limit says that there was none."""

        def tell() -> None:
            try:
                self._post(answer())
            except JournalError:
                self._log.error("journal_failed")

        return tell

    def report_to_operator(self) -> str:
        """Asked for from afar: made behind whatever staff do, and sent as every report is. Returns at once."""

        def make() -> None:
            self._parts.audit.record(Entry(OwnWord.READINESS_ASKED))
            self._parts.reporting.report(lambda _done, _total: None)

        self._slow.do(make)
        return ""

    def readiness_asked(self) -> bytes:
        """For the command line: the report as JSON, made on the thread that makes all of them. Blocks."""
        answer: SimpleQueue[bytes] = SimpleQueue()

        def make() -> None:
            self._parts.audit.record(Entry(OwnWord.READINESS_ASKED))
            report = self._parts.reporting.report(lambda _done, _total: None)
            answer.put(message_of(report).model_dump_json().encode())

        self._slow.do(make)
        try:
            return answer.get(timeout=READINESS_LIMIT_S)
        except Empty:
            return b""

    # --- single ones -----------------------------------------------------------------------------------------------

    def _check_pin(self, effect: fx.CheckPin) -> None:
        answer = self._parts.pins.check(effect.ref, effect.card_id, effect.pin)
        member = self._parts.roster.find(effect.card_id)
        if isinstance(answer, ev.PinAccepted):
            self._member = member
        elif isinstance(answer, ev.PinLocked):
            facts = (("locked_s", round(answer.locked_s)),)
            self._parts.audit.record(
                Entry(
                    OwnWord.LOCKED_OUT,
                    role=member.role if member else None,
                    staff=member.staff_number if member else 0,
                    facts=facts,
                )
            )
        self._post(answer)

    def _run_test(self, effect: fx.RunDeviceTest, over: threading.Event) -> None:
        def tell(row: MeasuredRow) -> None:
            if not over.is_set():
                self._post(ev.DeviceTestMeasured(effect.ref, row))

        result = run_test(self._parts.toolkit, Run(effect.test, Language(effect.language), tell, over))
        self._running.pop(effect.ref, None)
        self._post(ev.DeviceTestFinished(effect.ref, result))

    def _strip(self, ref: str) -> ev.StripPrinted | ev.StripNotPrinted:
        outcome = print_now(self._parts.toolkit, strip(self._parts.reporting.catalogue, is_long=False))
        return ev.StripPrinted(ref) if isinstance(outcome, hw.Printed) else ev.StripNotPrinted(ref, outcome.problem)

    def _reprint(self, effect: fx.ReprintReceipt) -> ev.ReceiptReprinted | ev.ReceiptNotReprinted:
        member = self._member
        if member is None:
            return ev.ReceiptNotReprinted(effect.ref, effect.number, "not_found")
        return self._parts.reprints.reprint(effect, member.staff_number, member.role)

    def _acknowledge_journal(self) -> None:
        """Without a journal that takes the word nothing starts again, and the flow says that it did not happen."""
        try:
            self._parts.reporting.journal.ask(lambda store: store.acknowledge())
        except JournalError:
            self._log.error("journal_failed")
            return
        self._parts.power.restart_program()

    def _set_service(self, service: ServiceState) -> None:
        self._parts.state.change(lambda state: state.model_copy(update={"service": service}))
        self._post(ev.ServiceChanged(service))

    def _service_today(self) -> ServiceState:
        """What held for one day only is over with it."""
        service = self._parts.state.state.service
        if service.exception_day == in_beijing(self._clock.now()).date():
            return service
        return ServiceState(service.is_in_service, HoursException.NONE)

    def _set_level(self, name: str, percent: int) -> None:
        self._parts.state.change(lambda state: state.model_copy(update={name: percent}))
        self._set_levels()

    def _set_levels(self) -> None:
        state = self._parts.state.state
        self._parts.speaker.set_volume(state.volume_percent)
        self._parts.backlight.set_brightness(state.brightness_percent)

    def _progress(self, ref: str) -> Callable[[int, int], None]:
        return lambda done, total: self._post(ev.ReadinessProgressed(ref, done, total))
