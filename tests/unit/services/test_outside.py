"""The real outside with everything behind it hung: each effect returns, and each reaches its place."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.application import DeliveryMode, PaymentMethod, Reason
from kiosk.domain.language import Language
from kiosk.domain.money import Money
from kiosk.domain.receipt import PaidBy, PickUp, Receipt
from kiosk.flow.effects import (
    Activity,
    Apply,
    AskPayment,
    CallStaff,
    CancelPayment,
    Effect,
    FindCandidates,
    LookUpPerson,
    Note,
    PrintReceipt,
    ReportLoss,
    RequestPayment,
    Submit,
    TidyJournal,
)
from kiosk.flow.events import Event, ReceiptNotPrinted, ReceiptPrinted
from kiosk.i18n import load_catalogue
from kiosk.journal.entries import Lane, OutboxItem
from kiosk.journal.journal import Journal
from kiosk.journal.sender import OutboxSender, Outcome, Parcel
from kiosk.journal.store import Store
from kiosk.services.outside import RealOutside
from kiosk.services.typing_desk import TypingDesk
from tests.flows.story import DOCUMENT, START
from tests.unit.services.lobby import LIMIT_S, KeptLog, StillClock
from tests.unit.services.test_central_desk import Desk as Backends
from tests.unit.services.test_devices import Desk as Peripherals

LOCALE = Path(__file__).parents[3] / "assets" / "locale"
RECEIPT = Receipt(
    office_name="示例中心",
    terminal_id="t-1",
    application_number="A1",
    submitted_at=START,
    reason=Reason.LOST,
    masked_name="*样例",
    id_last_four="002X",
    delivery=PickUp("示例中心", "一号街", "9-17"),
    card_date=date(2026, 11, 27),
    fee=Money(2000),
    paid_by=PaidBy(PaymentMethod.CODE_SHOWN, "SSC1"),
    tracking_link="",
    certificate_link="https://c.example/x",
)
EFFECTS: tuple[Effect, ...] = (
    LookUpPerson("r-1", DOCUMENT),
    ReportLoss("r-2", "t" * 20),
    Apply("k-1", "t" * 20, Reason.LOST, None, DeliveryMode.PICKUP, "CY01", None, "", "B01", 2000),
    RequestPayment("SSC00000001", "A1", PaymentMethod.CODE_SHOWN, 2000, "not_applicable"),
    AskPayment("SSC00000001"),
    CancelPayment("SSC00000001"),
    Submit("k-2", "A1", "not_applicable"),
    PrintReceipt("p-1", RECEIPT, Language.ZH),
    CallStaff("Paying"),
    Note("session_ended"),
    TidyJournal(),
    FindCandidates("hao", 8),
)


def _ignore(_event: Event) -> None:
    pass


class Rooms:
    """Devices, backend and outbox over fakes; `hang` stops every one of them."""

    def __init__(self, folder: Path) -> None:
        self.devices, self.backends = Peripherals(), Backends()
        self.goes_on, self.tried = threading.Event(), threading.Event()
        self.journal = Journal(lambda: Store(folder / "journal.sqlite", StillClock().now))
        self.outbox = OutboxSender(self.journal, self._send, lambda: 0.5, KeptLog().bug, StillClock().monotonic_s)
        catalogue = load_catalogue(LOCALE, lambda _fault: None)
        self.staff: list[object] = []
        self.errands: list[object] = []
        self.woken: list[str] = []
        self.outside = RealOutside(
            self.devices.devices,
            self.backends.desk,
            self.outbox,
            catalogue,
            lambda: self.woken.append("settling"),
            lambda: self.woken.append("upkeep"),
            self.staff.append,
            TypingDesk(None, _ignore, KeptLog()),
            self.errands.append,
        )

    def _send(self, _parcel: Parcel) -> Outcome:
        self.tried.set()
        self.goes_on.wait(LIMIT_S)
        return Outcome.TRY_LATER

    def hang(self) -> None:
        peripherals = self.devices
        for device in (peripherals.card, peripherals.identity, peripherals.camera, peripherals.printer):
            device.goes_on.clear()
        self.backends.backend.goes_on.clear()


@contextmanager
def rooms(folder: Path) -> Iterator[Rooms]:
    opened = Rooms(folder)
    opened.journal.start()
    opened.devices.devices.start()
    opened.backends.desk.start()
    opened.outbox.start()
    try:
        yield opened
    finally:
        opened.goes_on.set()
        for device in (opened.devices.card, opened.devices.identity, opened.devices.camera, opened.devices.printer):
            device.goes_on.set()
        opened.outbox.stop(LIMIT_S)
        opened.backends.desk.stop(LIMIT_S)
        opened.devices.devices.stop(LIMIT_S)
        opened.journal.stop()


def test_every_effect_returns_while_everything_hangs(tmp_path: Path) -> None:
    """Returning is what is tested: an effect that waited would wait for ever."""
    with rooms(tmp_path) as opened:
        opened.hang()
        for _ in range(50):
            for effect in EFFECTS:
                opened.outside.perform(effect)
            opened.outside.set_activities(frozenset(Activity))
            opened.outside.set_activities(frozenset())
        assert opened.devices.told(lambda event: isinstance(event, ReceiptNotPrinted))


def test_a_receipt_reaches_the_printer_and_its_outcome_the_engine(tmp_path: Path) -> None:
    with rooms(tmp_path) as opened:
        opened.devices.all_online()
        opened.outside.perform(PrintReceipt("p-1", RECEIPT, Language.EN))
        assert opened.devices.wait_for_kind(ReceiptPrinted) == ReceiptPrinted("p-1")
        assert opened.devices.printer.calls.count("print_document") == 1


def test_what_the_backend_is_asked_reaches_it_once(tmp_path: Path) -> None:
    with rooms(tmp_path) as opened:
        opened.outside.perform(CancelPayment("SSC00000001"))
        opened.backends.wait_for(1)
        assert opened.backends.backend.calls == ["cancel_payment"]


@pytest.mark.parametrize(
    ("effect", "woken"),
    [
        (Note("session_ended"), ["settling"]),
        (Note("out_of_service"), ["settling"]),
        (TidyJournal(), ["upkeep"]),
        (CallStaff("Paying"), []),
        (Note("payment_left_open"), []),
    ],
)
def test_what_a_session_leaves_is_looked_after_at_once(tmp_path: Path, effect: Effect, woken: list[str]) -> None:
    opened = Rooms(tmp_path)
    opened.outside.perform(effect)
    assert opened.woken == woken


@pytest.mark.parametrize("effect", [CallStaff("Paying"), Note("session_ended"), Submit("k", "A1", "to_staff")])
def test_what_the_backend_should_hear_now_does_not_wait_for_its_turn(tmp_path: Path, effect: Effect) -> None:
    """The outbox holds a lane for minutes after failures; a woken one tries at once."""
    with rooms(tmp_path) as opened:
        opened.goes_on.set()
        opened.journal.commit((), (OutboxItem("k-1", Lane.TELEMETRY, "event", "{}"),))
        opened.outside.perform(effect)
        assert opened.tried.wait(LIMIT_S)
        opened.tried.clear()
        opened.outside.perform(effect)
        assert opened.tried.wait(LIMIT_S)


def test_what_is_only_for_the_journal_reaches_nobody(tmp_path: Path) -> None:
    with rooms(tmp_path) as opened:
        for effect in (CallStaff("Paying"), Note("session_ended"), CancelPayment("SSC00000001")):
            opened.outside.perform(effect)
        opened.backends.wait_for(1)
        assert opened.backends.backend.calls == ["cancel_payment"]
