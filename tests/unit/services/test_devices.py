"""Devices over their real workers, with drivers of ten lines that a test can take away, bring back and hang."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from hardware import ports as hw
from hardware.errors import DisconnectedError
from hardware.worker import WAITING_JOBS_ALLOWED
from kiosk.domain.machine_readable_zone import check_digit
from kiosk.domain.staff import Role
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
    ScanTroubled,
)
from kiosk.flow.staff.events import StaffCardPresented, StaffCardRefused, StaffCardRemoved
from kiosk.flow.staff.facts import StaffCard
from kiosk.services.devices import Devices, StaffGate
from tests.unit.services.lobby import LIMIT_S, KeptLog, StillClock

NOTHING: frozenset[Activity] = frozenset()
DOCUMENT = hw.IdentityDocumentRecord(
    kind=hw.DocumentKind.RESIDENT_ID,
    number="11010519491231002X",
    name="样例",
    english_name="",
    sex="2",
    ethnic_group="01",
    birth_date="19491231",
    address="朝阳区一号街",
    issuing_authority="示例分局",
    valid_from="20200101",
    valid_to="长期",
    country="",
    pass_number="",
    issue_count="",
)
EXPIRED = replace(DOCUMENT, valid_to="20210101")
CARD = hw.SocialSecurityCardRecord(
    "A0000002X", "11010519491231002X", "样例", "2", "01", "110105", "19491231", "2.0", "20200101", "20300101", "", ""
)
ON_PAPER = hw.Document((hw.TextLine("x"),), job_id="p-1")


class Device:
    """Every driver at once: there or not, hanging or not, and answers that a test has put in line."""

    def __init__(self) -> None:
        self.is_present = True
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.hangs = threading.Event()
        self.answers: list[hw.Reading] = []
        self.unasked: list[hw.Reading] = []
        self.calls: list[str] = []
        self.challenges: list[bytes] = []
        self._news = threading.Condition()
        self._rest = threading.Event()

    def wait_for_call(self, name: str, times: int = 1) -> None:
        with self._news:
            assert self._news.wait_for(lambda: self.calls.count(name) >= times, LIMIT_S), self.calls

    def _call(self, name: str) -> None:
        with self._news:
            self.calls.append(name)
            self._news.notify_all()
        if not self.goes_on.is_set():
            self.hangs.set()
            self.goes_on.wait(LIMIT_S)
        if not self.is_present:
            raise DisconnectedError("port_lost")

    def open(self) -> None:
        self._call("open")

    def close(self) -> None:
        self.calls.append("close")

    def status(self) -> hw.DeviceStatus:
        self._call("status")
        return hw.DeviceStatus(hw.DeviceWord.ONLINE)

    def poll(self, timeout_s: float) -> Sequence[hw.Reading]:
        self._rest.wait(min(timeout_s, 0.01))
        readings, self.unasked = self.unasked, []
        return readings

    def start(self) -> None:
        self._call("start")

    def stop(self) -> None:
        self._call("stop")

    def preview(self) -> hw.PreviewFrame | None:
        return None

    def module_id(self) -> str:
        return ""

    def _answer(self, name: str) -> Any:
        self._call(name)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def read_card(self) -> Any:
        return self._answer("read_card")

    def challenge_staff_card(self, challenge: bytes) -> Any:
        self.challenges.append(challenge)
        return self._answer("challenge_staff_card")

    def read_passport(self, mrz_information: str) -> Any:
        return self._answer("read_passport")

    def read_document(self) -> Any:
        return self._answer("read_document")

    def print_document(self, document: hw.Document) -> Any:
        return replace(self._answer("print_document"), job_id=document.job_id)


class Desk:
    """The devices' service over four such drivers, and what it told the engine."""

    def __init__(self, gate: StaffGate | None = None) -> None:
        self.card, self.identity, self.camera, self.printer = (Device() for _ in range(4))
        self.card.answers = [hw.CardRead(CARD)]
        self.identity.answers = [hw.DocumentUnreadable(hw.DocumentProblem.NOT_PRESENT)]
        self.printer.answers = [hw.Printed(hw.Paper.FULL, 120)]
        self.heard: list[Event] = []
        self._news = threading.Condition()
        self.log = KeptLog()
        drivers = (self.card, self.identity, self.camera, self.printer)
        self.devices = Devices(*drivers, self._hear, StillClock(), self.log, gate=gate)

    def _hear(self, event: Event) -> None:
        with self._news:
            self.heard.append(event)
            self._news.notify_all()

    def wait_for(self, is_it: Callable[[Event], bool], times: int = 1) -> Event:
        with self._news:
            assert self._news.wait_for(lambda: len(self.told(is_it)) >= times, LIMIT_S), self.heard
        return self.told(is_it)[-1]

    def told(self, is_it: Callable[[Event], bool]) -> list[Event]:
        return [event for event in self.heard if is_it(event)]

    def wait_for_kind(self, kind: type[Any], times: int = 1) -> Any:
        return self.wait_for(lambda event: isinstance(event, kind), times)

    def all_online(self) -> None:
        for name in ("card_reader", "identity_reader", "code_scanner", "receipt_printer"):
            self.wait_for(lambda event, name=name: is_word(event, name, "online"))


def is_word(event: Event, name: str, word: str) -> bool:
    return isinstance(event, DeviceChanged) and event.name == name and event.facts.word == word


@contextmanager
def desk(gate: StaffGate | None = None) -> Iterator[Desk]:
    opened = Desk(gate)
    opened.devices.start()
    opened.all_online()
    try:
        yield opened
    finally:
        for device in (opened.card, opened.identity, opened.camera, opened.printer):
            device.goes_on.set()
        for worker in opened.devices._workers:
            assert worker.stop(LIMIT_S)


# --- passports ---


def zone(expires: str) -> str:
    """That of the specimen of ICAO 9303-4, valid until another day."""
    number, birth, rest = "L898902C36", "7408122", "ZE184226B<<<<<1"
    until = expires + check_digit(expires)
    lines = f"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<{number}UTO{birth}F{until}{rest}"
    return lines + check_digit(number + birth + until + rest)


SPECIMEN, OLD_SPECIMEN = zone("991231"), zone("120415")
BROKEN = SPECIMEN[:57] + "8" + SPECIMEN[58:]


def test_a_passport_that_was_read_is_a_document() -> None:
    with desk() as open_desk:
        open_desk.card.answers = [hw.PassportRead(hw.PassportRecord(SPECIMEN, "", is_state_known=False))]
        open_desk.devices.read_passport("L898902C3674081223512311")
        document = open_desk.wait_for_kind(DocumentPresented).document
        assert (document.kind, document.number, document.nationality) == ("passport", "L898902C3", "UTO")
        assert document.name == "ERIKSSON ANNA MARIA"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (hw.PassportUnreadable(hw.PassportProblem.ACCESS_DENIED), "access_denied"),
        (hw.PassportRead(hw.PassportRecord(OLD_SPECIMEN, "", is_state_known=True)), "expired"),
        (hw.PassportRead(hw.PassportRecord(BROKEN, "", is_state_known=True)), "unreadable"),
    ],
)
def test_a_passport_that_cannot_be_taken_says_why(answer: hw.Reading, problem: str) -> None:
    with desk() as open_desk:
        open_desk.card.answers = [answer]
        open_desk.devices.read_passport("L898902C3674081223512311")
        assert open_desk.wait_for_kind(PassportRefused).problem == problem


# --- documents ---


def test_the_reader_looks_for_a_document_only_while_one_is_wanted() -> None:
    with desk() as open_desk:
        assert "read_document" not in open_desk.identity.calls
        open_desk.identity.answers = [hw.DocumentRead(DOCUMENT)]
        open_desk.devices.set_activities(frozenset({Activity.READ_DOCUMENT}))
        presented = open_desk.wait_for_kind(DocumentPresented)
        assert presented.document.number == DOCUMENT.number
        open_desk.devices.set_activities(NOTHING)
        assert len(open_desk.told(lambda event: isinstance(event, DocumentPresented))) == 1


def test_after_a_document_that_cannot_be_taken_another_one_is_read() -> None:
    with desk() as open_desk:
        open_desk.identity.answers = [hw.DocumentRead(EXPIRED)]
        open_desk.devices.set_activities(frozenset({Activity.READ_DOCUMENT}))
        assert open_desk.wait_for_kind(DocumentRefused).problem == "expired"
        open_desk.identity.answers = [hw.DocumentRead(DOCUMENT)]
        open_desk.wait_for_kind(DocumentPresented)


def test_while_a_document_is_wanted_a_second_one_is_told_as_well() -> None:
    with desk() as open_desk:
        open_desk.identity.answers = [hw.DocumentRead(DOCUMENT)]
        open_desk.devices.set_activities(frozenset({Activity.READ_DOCUMENT}))
        open_desk.wait_for_kind(DocumentPresented)
        open_desk.identity.answers = [hw.DocumentRead(replace(DOCUMENT, name="another"))]
        open_desk.wait_for_kind(DocumentPresented, 2)


def test_a_document_read_again_for_the_next_person_is_told_again() -> None:
    with desk() as open_desk:
        open_desk.identity.answers = [hw.DocumentRead(DOCUMENT)]
        for times in (1, 2):
            open_desk.devices.set_activities(frozenset({Activity.READ_DOCUMENT}))
            open_desk.wait_for_kind(DocumentPresented, times)
            open_desk.devices.set_activities(NOTHING)


# --- the old card ---


def test_a_card_is_read_only_while_it_is_wanted() -> None:
    with desk() as open_desk:
        open_desk.card.unasked = [hw.CardInserted("r")]
        open_desk.wait_for_kind(OldCardInserted)
        open_desk.card.unasked = [hw.CardRemoved("r")]
        open_desk.wait_for_kind(OldCardTakenOut)
        assert "read_card" not in open_desk.card.calls
        open_desk.devices.set_activities(frozenset({Activity.READ_CARD}))
        open_desk.card.unasked = [hw.CardInserted("r")]
        assert open_desk.wait_for_kind(OldCardRead).card.social_security_number == CARD.social_security_number


def test_a_card_that_lies_in_the_reader_already_is_read_once() -> None:
    with desk() as open_desk:
        open_desk.card.unasked = [hw.CardInserted("r")]
        open_desk.wait_for_kind(OldCardInserted)
        open_desk.devices.set_activities(frozenset({Activity.READ_CARD}))
        open_desk.wait_for_kind(OldCardRead)
        open_desk.card.unasked = [hw.CardRemoved("r")]
        open_desk.wait_for_kind(OldCardTakenOut)
        assert open_desk.card.calls.count("read_card") == 1


def test_a_card_whose_reader_is_lost_while_it_is_read_is_unreadable() -> None:
    with desk() as open_desk:
        open_desk.devices.set_activities(frozenset({Activity.READ_CARD}))
        open_desk.card.goes_on.clear()
        open_desk.card.unasked = [hw.CardInserted("r")]
        assert open_desk.card.hangs.wait(LIMIT_S)
        open_desk.card.is_present = False
        open_desk.card.goes_on.set()
        assert open_desk.wait_for_kind(OldCardUnreadable).problem == "unreadable"


def test_a_card_in_a_reader_that_takes_no_more_jobs_is_unreadable() -> None:
    with desk() as open_desk:
        open_desk.card.unasked = [hw.CardInserted("r")]
        open_desk.wait_for_kind(OldCardInserted)
        open_desk.card.goes_on.clear()
        for _ in range(WAITING_JOBS_ALLOWED + 2):
            open_desk.devices.set_activities(frozenset({Activity.READ_CARD}))
            open_desk.devices.set_activities(NOTHING)
        assert open_desk.wait_for_kind(OldCardUnreadable).problem == "unreadable"


# --- codes ---


def test_the_camera_looks_for_codes_only_while_one_is_wanted() -> None:
    with desk() as open_desk:
        open_desk.devices.set_activities(frozenset({Activity.SCAN_CODE}))
        open_desk.camera.unasked = [hw.CodeSeen(b"13", "QRCode")]
        assert open_desk.wait_for_kind(CodeScanned).content == b"13"
        assert "stop" not in open_desk.camera.calls
        open_desk.devices.set_activities(NOTHING)
        open_desk.camera.wait_for_call("stop")
        assert open_desk.camera.calls.count("start") == 1


def test_a_camera_that_returns_while_somebody_waits_is_started_again() -> None:
    with desk() as open_desk:
        open_desk.devices.set_activities(frozenset({Activity.SCAN_CODE}))
        open_desk.camera.unasked = [hw.CameraTroubled(hw.CameraTrouble.NO_STREAM)]
        open_desk.camera.is_present = False
        assert open_desk.wait_for_kind(ScanTroubled).trouble == "no_stream"
        open_desk.wait_for(lambda event: isinstance(event, DeviceChanged) and event.facts.detail == "port_lost")
        before = open_desk.camera.calls.count("start")
        open_desk.camera.is_present = True
        open_desk.wait_for(lambda event: is_word(event, "code_scanner", "online"), times=2)
        open_desk.camera.wait_for_call("start", before + 1)


@pytest.mark.parametrize(
    ("reading", "trouble"),
    [(hw.SeveralCodesSeen(2), "several_codes"), (hw.OversizedCodeSeen(9000), "oversized")],
)
def test_what_is_wrong_with_a_code_is_told_by_word(reading: hw.Reading, trouble: str) -> None:
    with desk() as open_desk:
        open_desk.camera.unasked = [reading]
        assert open_desk.wait_for_kind(ScanTroubled).trouble == trouble


# --- paper ---


def test_a_print_is_answered() -> None:
    with desk() as open_desk:
        open_desk.devices.print_document(ON_PAPER)
        assert open_desk.wait_for_kind(ReceiptPrinted) == ReceiptPrinted("p-1")


def test_a_print_on_a_printer_that_is_lost_is_answered_with_doubt() -> None:
    with desk() as open_desk:
        open_desk.printer.is_present = False
        open_desk.devices.print_document(ON_PAPER)
        told = open_desk.wait_for_kind(ReceiptNotPrinted)
        assert told == ReceiptNotPrinted("p-1", "no_answer", may_have_printed=True)


def test_a_print_that_a_hung_printer_never_takes_is_answered_without_doubt() -> None:
    with desk() as open_desk:
        open_desk.printer.goes_on.clear()
        open_desk.devices.print_document(ON_PAPER)
        assert open_desk.printer.hangs.wait(LIMIT_S)
        for _ in range(WAITING_JOBS_ALLOWED + 1):
            open_desk.devices.print_document(ON_PAPER)
        told = open_desk.wait_for_kind(ReceiptNotPrinted)
        assert told == ReceiptNotPrinted("p-1", "no_answer", may_have_printed=False)


# --- all of them ---


def test_with_every_driver_hung_every_command_returns() -> None:
    """Returning is what is tested: a command that waited for a driver would wait for ever."""
    with desk() as open_desk:
        for device in (open_desk.card, open_desk.identity, open_desk.camera, open_desk.printer):
            device.goes_on.clear()
        open_desk.card.unasked = [hw.CardInserted("r")]
        for _ in range(3 * WAITING_JOBS_ALLOWED):
            open_desk.devices.set_activities(frozenset(Activity))
            open_desk.devices.print_document(ON_PAPER)
            open_desk.devices.set_activities(NOTHING)
        open_desk.devices.preview()
        open_desk.devices.stop(0)
        assert open_desk.told(lambda event: isinstance(event, ReceiptNotPrinted))


def test_the_log_knows_a_change_of_state_and_nothing_of_a_person() -> None:
    with desk() as open_desk:
        open_desk.identity.answers = [hw.DocumentRead(DOCUMENT)]
        open_desk.devices.set_activities(frozenset({Activity.READ_DOCUMENT}))
        open_desk.wait_for_kind(DocumentPresented)
        assert ("device", "online") in [(name, fields["word"]) for name, fields in open_desk.log.lines]
        assert DOCUMENT.number not in repr(open_desk.log.lines)
        assert DOCUMENT.number not in repr(open_desk.heard)


# --- staff cards ---

ANSWERED = hw.StaffCardAnswered("A" * 16, "B" * 16, bytes(32), bytes(64))
PRESENTED = StaffCardPresented(StaffCard("A" * 16, "7", Role.ATTENDANT), 5)
NOT_SOCIAL = hw.CardUnreadable(hw.CardProblem.NOT_SOCIAL_SECURITY)
IN, OUT = hw.CardInserted("reader"), hw.CardRemoved("reader")


class OpenGate:
    """Takes every answer."""

    def challenge(self) -> bytes:
        return bytes(32)

    def judge(self, answer: hw.StaffCardAnswered) -> StaffCardPresented | StaffCardRefused:
        return PRESENTED


def cards_of(open_desk: Desk) -> list[Event]:
    kinds = (OldCardInserted, OldCardTakenOut, OldCardRead, OldCardUnreadable, *STAFF_CARD_EVENTS)
    return open_desk.told(lambda event: isinstance(event, kinds))


STAFF_CARD_EVENTS = (StaffCardPresented, StaffCardRefused, StaffCardRemoved)


def test_a_staff_card_never_shows_as_a_citizens_card() -> None:
    with desk(OpenGate()) as open_desk:
        open_desk.card.answers = [ANSWERED]
        open_desk.card.unasked = [IN]
        open_desk.wait_for_kind(StaffCardPresented)
        open_desk.card.unasked = [OUT]
        open_desk.wait_for_kind(StaffCardRemoved)
        assert cards_of(open_desk) == [PRESENTED, StaffCardRemoved()]


def test_a_card_that_is_no_staff_card_shows_as_ever() -> None:
    with desk(OpenGate()) as open_desk:
        open_desk.card.answers = [hw.NoStaffCard("other_card")]
        open_desk.card.unasked = [IN]
        open_desk.wait_for_kind(OldCardInserted)
        open_desk.card.unasked = [OUT]
        open_desk.wait_for_kind(OldCardTakenOut)
        assert cards_of(open_desk) == [OldCardInserted(), OldCardTakenOut()]


def test_a_citizens_card_that_is_waited_for_is_read_without_another_question() -> None:
    with desk(OpenGate()) as open_desk:
        open_desk.devices.set_activities(frozenset({Activity.READ_CARD}))
        open_desk.card.unasked = [IN]
        open_desk.wait_for_kind(OldCardRead)
        assert "challenge_staff_card" not in open_desk.card.calls


def test_a_staff_card_put_in_while_a_citizens_card_is_waited_for_is_known_too() -> None:
    with desk(OpenGate()) as open_desk:
        open_desk.card.answers = [NOT_SOCIAL, ANSWERED]
        open_desk.devices.set_activities(frozenset({Activity.READ_CARD}))
        open_desk.card.unasked = [IN]
        open_desk.wait_for_kind(StaffCardPresented)
        assert cards_of(open_desk) == [OldCardInserted(), OldCardTakenOut(), PRESENTED]


def test_another_kind_of_card_is_still_told_to_the_citizen() -> None:
    with desk(OpenGate()) as open_desk:
        open_desk.card.answers = [NOT_SOCIAL, hw.NoStaffCard("other_card")]
        open_desk.devices.set_activities(frozenset({Activity.READ_CARD}))
        open_desk.card.unasked = [IN]
        assert open_desk.wait_for_kind(OldCardUnreadable).problem == "not_social_security"


def test_a_lost_reader_ends_what_the_staff_card_opened() -> None:
    with desk(OpenGate()) as open_desk:
        open_desk.card.answers = [ANSWERED]
        open_desk.card.unasked = [IN]
        open_desk.wait_for_kind(StaffCardPresented)
        open_desk.card.is_present = False
        open_desk.devices.reset("card_reader")
        open_desk.wait_for_kind(StaffCardRemoved)


def test_a_device_is_lent_and_its_answer_comes_back() -> None:
    with desk() as open_desk:
        printed = open_desk.devices.lend("receipt_printer", lambda printer: printer.print_document(ON_PAPER), LIMIT_S)
        assert isinstance(printed, hw.Printed)
        assert not open_desk.told(lambda event: isinstance(event, ReceiptPrinted))


def test_a_device_that_hangs_lends_nothing_and_does_nothing_later() -> None:
    with desk() as open_desk:
        open_desk.printer.goes_on.clear()
        open_desk.devices.print_document(ON_PAPER)
        assert open_desk.printer.hangs.wait(LIMIT_S)
        assert open_desk.devices.lend("receipt_printer", lambda printer: printer.print_document(ON_PAPER), 0.01) is None
        open_desk.printer.goes_on.set()
        open_desk.wait_for_kind(ReceiptPrinted)
        open_desk.devices.lend("receipt_printer", lambda printer: printer.status(), LIMIT_S)
        assert open_desk.printer.calls.count("print_document") == 1


def test_another_driver_takes_over_and_goes_on_with_what_is_wanted() -> None:
    with desk() as open_desk:
        open_desk.devices.set_activities(frozenset({Activity.READ_DOCUMENT}))
        other = Device()
        other.answers = [hw.DocumentRead(DOCUMENT)]
        open_desk.devices.exchange("identity_reader", other)  # type: ignore[arg-type]
        open_desk.wait_for_kind(DocumentPresented)
        assert "close" in open_desk.identity.calls
