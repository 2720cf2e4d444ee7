"""The devices of this terminal: one worker each; readings become events, activities become armed jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum
from typing import Any, Protocol, TypeVar, assert_never, cast

from hardware import ports as hw
from hardware.worker import DeviceWorker
from kiosk.clock import Clock
from kiosk.domain.identity_document import DocumentFault, IdentityDocument, document_from
from kiosk.domain.machine_readable_zone import MrzFault, TravelDocument, read_zone
from kiosk.flow.effects import Activity
from kiosk.flow.errands.events_other import PassportRefused
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
from kiosk.flow.facts import PASSPORT, DeviceFacts, DocumentFacts, OldCardFacts
from kiosk.flow.staff.events import StaffCardPresented, StaffCardRefused, StaffCardRemoved
from kiosk.logs import Log

LOOK_FOR_DOCUMENT_EVERY_S = 0.3
NOT_ASKED = hw.NoStaffCard("unreadable")
CARD_LOST = hw.CardUnreadable(hw.CardProblem.UNREADABLE)
STOP_LIMIT_S = 3.0

T = TypeVar("T")
Watch = Callable[[str, hw.Reading], None]
"""Hears every reading of every device, on the devices' threads."""


def _unwatched(_name: str, _reading: hw.Reading) -> None:
    pass


class InReader(Enum):
    """What the card reader holds, as far as it is known."""

    NOTHING = "nothing"
    CARD = "card"
    STAFF_CARD = "staff_card"


class StaffGate(Protocol):
    """Who judges staff cards."""

    def challenge(self) -> bytes: ...

    def judge(self, answer: hw.StaffCardAnswered) -> StaffCardPresented | StaffCardRefused: ...


class Preview(Protocol):
    """The newest camera picture, for the screen that shows it."""

    def __call__(self) -> hw.PreviewFrame | None: ...


class Devices:
    """Starts, watches and commands the devices. Every method returns at once; `post` hears what happens."""

    def __init__(  # noqa: PLR0913  one per device
        self,
        card_reader: hw.CardReader,
        identity_reader: hw.IdentityReader,
        code_scanner: hw.CodeScanner,
        receipt_printer: hw.ReceiptPrinter,
        post: Callable[[Event], None],
        clock: Clock,
        log: Log,
        *,
        gate: StaffGate | None = None,
        watch: Watch = _unwatched,
    ) -> None:
        """Without a `gate` no card is asked whether it is a staff card."""
        self._post = post
        self._clock = clock
        self._log = log
        self._gate = gate
        self._watch = watch
        self._lock = threading.Lock()
        """Over what the engine's thread and the workers' threads decide together: all that follows."""
        self._active: frozenset[Activity] = frozenset()
        self._in_reader = InReader.NOTHING
        self._is_card_told = False
        """The flow knows of the card that is in, which is no staff card."""
        self._facts: dict[str, DeviceFacts] = {}
        self._card_moves = threading.Condition(self._lock)
        self._scanner = code_scanner
        self._card = DeviceWorker("card_reader", card_reader, self._emitted)
        self._identity = DeviceWorker("identity_reader", identity_reader, self._emitted)
        self._camera = DeviceWorker("code_scanner", code_scanner, self._emitted)
        self._printer = DeviceWorker("receipt_printer", receipt_printer, self._emitted)

    @property
    def _workers(self) -> tuple[DeviceWorker[Any], ...]:  # four drivers, four types
        return (self._card, self._identity, self._camera, self._printer)

    def _worker(self, name: str) -> DeviceWorker[Any]:
        return next(worker for worker in self._workers if worker.name == name)

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

    def read_passport(self, mrz_information: str) -> None:
        """Read once what lies on the card reader; one that is lost answers too."""
        lost = hw.PassportUnreadable(hw.PassportProblem.UNREADABLE)
        if not self._card.submit(lambda reader: reader.read_passport(mrz_information), lost):
            self._post(PassportRefused(lost.problem.value))

    # --- for staff -------------------------------------------------------------------------------------------------

    @property
    def facts(self) -> Mapping[str, DeviceFacts]:
        """The newest word of each device that has one."""
        with self._lock:
            return dict(self._facts)

    @property
    def in_reader(self) -> InReader:
        with self._lock:
            return self._in_reader

    def lend(self, name: str, work: Callable[[Any], T], limit_s: float) -> T | None:
        """Do `work` with a driver on its own thread and wait; None when it is lost or hangs. Not for the engine."""
        return self._worker(name).lend(work, limit_s)

    def reset(self, name: str) -> None:
        """Nothing for a device that is looked after elsewhere."""
        for worker in self._workers:
            if worker.name == name:
                worker.reset()

    def wait_for_card_move(self, timeout_s: float) -> bool:
        """Whether a card was put in or taken out meanwhile."""
        with self._card_moves:
            return self._card_moves.wait(timeout_s)

    def exchange(self, name: str, driver: hw.Driver) -> None:
        """Another driver from now on; the one before lets go of its device first, unless it hangs."""
        self._worker(name).stop(STOP_LIMIT_S)
        fresh: DeviceWorker[Any] = DeviceWorker(name, driver, self._emitted)
        match name:
            case "card_reader":
                self._card = fresh
            case "identity_reader":
                self._identity = fresh
            case "code_scanner":
                self._camera, self._scanner = fresh, cast("hw.CodeScanner", driver)
            case "receipt_printer":
                self._printer = fresh
            case _:
                raise LookupError(name)
        fresh.start()
        with self._lock:
            for activity in self._active:
                self._begin(activity)

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
                self._identity.arm(lambda reader: reader.read_document(), LOOK_FOR_DOCUMENT_EVERY_S)
            case Activity.READ_CARD:
                if self._in_reader is InReader.CARD:  # a card that lies in the reader already is read at once
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
        self._watch(name, reading)
        if isinstance(reading, hw.StatusChanged):
            self._status_changed(name, reading.status)
        elif isinstance(reading, hw.CardInserted | hw.CardRemoved):
            self._card_moved(is_in=isinstance(reading, hw.CardInserted))
        elif isinstance(reading, hw.StaffCardAnswered | hw.NoStaffCard):
            self._card_told_itself(reading)
        else:
            event = self._event(reading)
            if event is not None:
                self._post(event)

    def _status_changed(self, name: str, status: hw.DeviceStatus) -> None:
        changed = device_changed(self._log, name, status)
        self._post(changed)
        with self._lock:
            self._facts[name] = changed.facts
            if name == "card_reader" and not status.is_online and self._in_reader is InReader.STAFF_CARD:
                self._in_reader = InReader.NOTHING  # a staff session must not outlast the reader
                self._post(StaffCardRemoved())
            if name == "code_scanner" and status.is_online and Activity.SCAN_CODE in self._active:
                self._camera.submit(_start_scanning)  # a camera that came back while somebody waits

    def _card_moved(self, *, is_in: bool) -> None:
        with self._card_moves:
            before, self._in_reader = self._in_reader, InReader.CARD if is_in else InReader.NOTHING
            self._card_moves.notify_all()
            if not is_in:
                self._card_left(before)
            elif Activity.READ_CARD in self._active:
                self._read_card()
            else:
                self._greet_card()

    def _card_left(self, before: InReader) -> None:
        was_told, self._is_card_told = self._is_card_told, False
        if before is InReader.STAFF_CARD:
            self._post(StaffCardRemoved())
        elif was_told:
            self._post(OldCardTakenOut())

    def _greet_card(self) -> None:
        """Nobody waits for a card: it may be a staff card, and one command tells."""
        gate = self._gate
        if gate is None or not self._card.submit(
            lambda reader: reader.challenge_staff_card(gate.challenge()), NOT_ASKED
        ):
            self._tell_of_card()

    def _tell_of_card(self) -> None:
        if not self._is_card_told:
            self._is_card_told = True
            self._post(OldCardInserted())

    def _card_told_itself(self, answer: hw.StaffCardAnswered | hw.NoStaffCard) -> None:
        with self._lock:
            if self._in_reader is InReader.NOTHING:
                return  # pulled while it was asked
            if isinstance(answer, hw.NoStaffCard) or self._gate is None:
                self._tell_of_card()
                return
            if self._is_card_told:  # it was taken for a citizen's card
                self._is_card_told = False
                self._post(OldCardTakenOut())
            self._in_reader = InReader.STAFF_CARD
            judged = self._gate.judge(answer)
        self._post(judged)

    def _read_card(self) -> None:
        """The flow hears that a card is there, and then always what came of it."""
        self._is_card_told = True
        self._post(OldCardInserted())
        if not self._card.submit(self._reading_of, CARD_LOST):
            self._post(OldCardUnreadable(CARD_LOST.problem.value))

    def _reading_of(self, reader: hw.CardReader) -> hw.Reading:
        """A citizen's card first, so that it waits for nobody; only one of another kind may be a staff card."""
        outcome = reader.read_card()
        is_other = isinstance(outcome, hw.CardUnreadable) and outcome.problem is hw.CardProblem.NOT_SOCIAL_SECURITY
        if self._gate is not None and is_other:
            answer = reader.challenge_staff_card(self._gate.challenge())
            return answer if isinstance(answer, hw.StaffCardAnswered) else outcome
        return outcome

    def _event(self, reading: hw.Reading) -> Event | None:  # noqa: C901  the table
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
            case hw.PassportRead(passport):
                return self._passport(passport)
            case hw.PassportUnreadable(problem):
                return PassportRefused(problem.value)
            case hw.StatusChanged() | hw.CardInserted() | hw.CardRemoved() | hw.StaffCardAnswered() | hw.NoStaffCard():
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

    def _passport(self, record: hw.PassportRecord) -> DocumentPresented | PassportRefused:
        today = self._clock.now().date()
        document = read_zone(record.mrz, today)
        if isinstance(document, MrzFault):
            return PassportRefused("unreadable")
        if document.expires_on < today:
            return PassportRefused("expired")
        return DocumentPresented(_facts_of_passport(document, record.full_name))


def device_changed(log: Log, name: str, status: hw.DeviceStatus) -> DeviceChanged:
    """A device's new state for the flow, and a line in the log."""
    paper = status.paper.value if status.paper else ""
    action = status.action.value if status.action else ""
    log.info("device", device=name, word=status.word.value, action=action, detail=status.detail, paper=paper)
    return DeviceChanged(name, DeviceFacts(status.word.value, action, status.detail, paper))


def _facts_of(document: IdentityDocument) -> DocumentFacts:
    return DocumentFacts(
        document.kind.value,
        document.number.text,
        document.display_name,
        document.address,
        english_name=document.english_name if document.name else "",
        birth_date=document.birth_date,
    )


def _facts_of_passport(document: TravelDocument, full_name: str) -> DocumentFacts:
    """The zone's name; the one in national characters, where the chip has it, may be the one on record."""
    return DocumentFacts(
        PASSPORT,
        document.number,
        full_name or document.display_name,
        "",
        english_name=document.display_name if full_name else "",
        nationality=document.nationality,
        birth_date=document.birth_date,
    )


def _start_scanning(scanner: hw.CodeScanner) -> None:
    scanner.start()


def _stop_scanning(scanner: hw.CodeScanner) -> None:
    scanner.stop()
