"""The devices of this terminal: one worker each; readings become events, activities become armed jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, assert_never

from hardware import ports as hw
from hardware.worker import DeviceWorker
from kiosk.clock import Clock
from kiosk.domain.identity_document import DocumentFault, IdentityDocument, document_from
from kiosk.flow.effects import Activity
from kiosk.flow.events import (
    CodeScanned,
    DeviceChanged,
    DocumentPresented,
    DocumentRefused,
    Event,
    OldCardInserted,
    OldCardRead,
    OldCardTakenOut,
    OldCardUnreadable,
    ReceiptNotPrinted,
    ReceiptPrinted,
    ScanRecovered,
    ScanTroubled,
)
from kiosk.flow.facts import DeviceFacts, DocumentFacts, OldCardFacts
from kiosk.logs import Log

LOOK_FOR_DOCUMENT_EVERY_S = 0.3
CARD_LOST = hw.CardUnreadable(hw.CardProblem.UNREADABLE)


class Preview(Protocol):
    """The newest camera picture, for the screen that shows it."""

    def __call__(self) -> hw.PreviewFrame | None: ...


class Devices:
    """Starts, watches and commands the devices. Every method returns at once; `post` hears what happens."""

    def __init__(
        self,
        card_reader: hw.CardReader,
        identity_reader: hw.IdentityReader,
        code_scanner: hw.CodeScanner,
        receipt_printer: hw.ReceiptPrinter,
        post: Callable[[Event], None],
        clock: Clock,
        log: Log,
    ) -> None:
        self._post = post
        self._clock = clock
        self._log = log
        self._lock = threading.Lock()
        """Over what the engine's thread and the workers' threads decide together: `_active` and `_is_card_in`."""
        self._active: frozenset[Activity] = frozenset()
        self._is_card_in = False
        self._scanner = code_scanner
        self._card = DeviceWorker("card_reader", card_reader, self._emitted)
        self._identity = DeviceWorker("identity_reader", identity_reader, self._emitted)
        self._camera = DeviceWorker("code_scanner", code_scanner, self._emitted)
        self._printer = DeviceWorker("receipt_printer", receipt_printer, self._emitted)

    @property
    def _workers(self) -> tuple[DeviceWorker[Any], ...]:  # four drivers, four types
        return (self._card, self._identity, self._camera, self._printer)

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def stop(self, timeout_s: float) -> None:
        """All are told first, so that one that hangs takes no time from the others."""
        ends_at_s = self._clock.monotonic_s() + timeout_s
        for worker in self._workers:
            worker.stop(0)
        for worker in self._workers:
            worker.stop(max(0.0, ends_at_s - self._clock.monotonic_s()))

    def preview(self) -> hw.PreviewFrame | None:
        return self._scanner.preview()

    def print_document(self, document: hw.Document) -> None:
        """Print once. A printer that is lost or hangs answers with a doubt, never with silence."""
        lost = hw.NotPrinted(hw.PrintProblem.NO_ANSWER, may_have_printed=True, job_id=document.job_id)
        if not self._printer.submit(lambda printer: printer.print_document(document), lost):
            self._emitted("receipt_printer", replace(lost, may_have_printed=False))

    def set_activities(self, wanted: frozenset[Activity]) -> None:
        with self._lock:
            before, self._active = self._active, wanted
            for activity in wanted - before:
                self._begin(activity)
            for activity in before - wanted:
                self._end(activity)

    def _begin(self, activity: Activity) -> None:
        match activity:
            case Activity.READ_DOCUMENT:
                self._identity.arm(lambda reader: reader.read_document(), LOOK_FOR_DOCUMENT_EVERY_S, self._is_accepted)
            case Activity.READ_CARD:
                if self._is_card_in:  # a card that lies in the reader already is read at once
                    self._read_card()
            case Activity.SCAN_CODE:
                self._camera.submit(_start_scanning)
            case _:
                assert_never(activity)

    def _end(self, activity: Activity) -> None:
        match activity:
            case Activity.READ_DOCUMENT:
                self._identity.disarm()
            case Activity.SCAN_CODE:
                self._camera.submit(_stop_scanning)
            case Activity.READ_CARD:
                pass
            case _:
                assert_never(activity)

    # --- readings --------------------------------------------------------------------------------------------------

    def _emitted(self, name: str, reading: hw.Reading) -> None:
        """Called on the workers' threads."""
        if isinstance(reading, hw.StatusChanged):
            self._status_changed(name, reading.status)
        elif isinstance(reading, hw.CardInserted | hw.CardRemoved):
            self._card_moved(is_in=isinstance(reading, hw.CardInserted))
        else:
            event = self._event(reading)
            if event is not None:
                self._post(event)

    def _status_changed(self, name: str, status: hw.DeviceStatus) -> None:
        self._post(device_changed(self._log, name, status))
        with self._lock:
            if name == "code_scanner" and status.is_online and Activity.SCAN_CODE in self._active:
                self._camera.submit(_start_scanning)  # a camera that came back while somebody waits

    def _card_moved(self, *, is_in: bool) -> None:
        with self._lock:
            self._is_card_in = is_in
            if not is_in:
                self._post(OldCardTakenOut())
            elif Activity.READ_CARD in self._active:
                self._read_card()
            else:
                self._post(OldCardInserted())

    def _read_card(self) -> None:
        """The flow hears that a card is there, and then always what came of it."""
        self._post(OldCardInserted())
        if not self._card.submit(lambda reader: reader.read_card(), CARD_LOST):
            self._post(OldCardUnreadable(CARD_LOST.problem.value))

    def _event(self, reading: hw.Reading) -> Event | None:
        match reading:
            case hw.CardRead(card):
                return OldCardRead(OldCardFacts(card.social_security_number, card.name))
            case hw.CardUnreadable(problem):
                return OldCardUnreadable(problem.value)
            case hw.DocumentRead(document):
                return self._document(document)
            case hw.DocumentUnreadable(problem):
                return DocumentRefused(problem.value)
            case hw.CodeSeen():
                return CodeScanned(reading.content)
            case hw.SeveralCodesSeen():
                return ScanTroubled("several_codes")
            case hw.OversizedCodeSeen():
                return ScanTroubled("oversized")
            case hw.CameraTroubled(trouble):
                return ScanTroubled(trouble.value)
            case hw.CameraRecovered():
                return ScanRecovered()
            case hw.Printed(job_id=job_id):
                return ReceiptPrinted(job_id)
            case hw.NotPrinted(problem, may_have_printed, job_id):
                return ReceiptNotPrinted(job_id, problem.value, may_have_printed)
            case hw.StatusChanged() | hw.CardInserted() | hw.CardRemoved():
                return None
            case hw.SoundBegun() | hw.SoundsEnded() | hw.HeadsetChanged() | hw.NavigationKeyPressed():
                return None  # `kiosk.services.access_devices`
            case _:
                assert_never(reading)

    def _document(self, record: hw.IdentityDocumentRecord) -> DocumentPresented | DocumentRefused:
        document = document_from(record, self._clock.now().date())
        if isinstance(document, DocumentFault):
            return DocumentRefused(document.value)
        return DocumentPresented(_facts_of(document))

    def _is_accepted(self, reading: hw.Reading) -> bool:
        """A document that was read but cannot be used does not end the looking: the person brings another."""
        return isinstance(reading, hw.DocumentRead) and isinstance(self._document(reading.document), DocumentPresented)


def device_changed(log: Log, name: str, status: hw.DeviceStatus) -> DeviceChanged:
    """A device's new state for the flow, and a line in the log."""
    paper = status.paper.value if status.paper else ""
    action = status.action.value if status.action else ""
    log.info("device", device=name, word=status.word.value, action=action, detail=status.detail, paper=paper)
    return DeviceChanged(name, DeviceFacts(status.word.value, action, status.detail, paper))


def _facts_of(document: IdentityDocument) -> DocumentFacts:
    return DocumentFacts(document.kind.value, document.number.text, document.display_name, document.address)


def _start_scanning(scanner: hw.CodeScanner) -> None:
    scanner.start()


def _stop_scanning(scanner: hw.CodeScanner) -> None:
    scanner.stop()
