"""Nothing of a person outlives their visit: not on the disk, not in the log, not in what the program says of itself."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import structlog
from pydantic import ValidationError

from kiosk.domain.application import DeliveryMode, PaymentMethod, PaymentState, Reason
from kiosk.flow.display import view_of
from kiosk.flow.effects import (
    Activity,
    Apply,
    Effect,
    LookUpPerson,
    PrintReceipt,
    ReportLoss,
    RequestPayment,
    Submit,
)
from kiosk.flow.events import (
    ApplicationAnswered,
    CentralChanged,
    CentralSilent,
    DeviceChanged,
    Event,
    Failed,
    LossReported,
    OldCardInserted,
    OldCardRead,
    OldCardTakenOut,
    PaymentAnswered,
    PersonFound,
    ReferenceArrived,
    Ticked,
    Touched,
)
from kiosk.flow.facts import DEVICE_NAMES, DeviceFacts, LossFacts, PaymentFacts
from kiosk.flow.situations import (
    CheckingAnswers,
    ChoosingPayment,
    ChoosingReason,
    EnteringAddress,
    EnteringMobile,
    HandingIn,
    LookingUp,
    LossStopped,
    Paying,
    PaymentBeingChecked,
    ReviewingRecord,
    ScanningPayerCode,
    Situation,
    TakingReceipt,
)
from kiosk.flow.terminal import Terminal
from kiosk.flow.touches import Confirmed, Declined, EndConfirmed, EndTouched, KeyPressed, OptionChosen, Touch
from kiosk.flow.views import Display
from kiosk.journal.entries import OutboxItem, Step
from kiosk.journal.opening import open_store
from kiosk.journal.store import Store
from kiosk.logs import open_log
from kiosk.services.engine import Engine
from kiosk.services.records import application_request, look_up_request, payment_request
from tests.faults import canary
from tests.faults.willing import next_deed
from tests.flows.story import ACCEPTED, APPLICATION, REFERENCE, START, Story

LONGEST_VISIT = 400


@dataclass
class Time:
    """Stands still until it is told to move."""

    mono_s: float = 0.0

    def monotonic_s(self) -> float:
        return self.mono_s

    def now(self) -> datetime:
        return START + timedelta(seconds=self.mono_s)


@dataclass
class Ids:
    given: int = 0

    def __call__(self) -> str:
        self.given += 1
        return f"id{self.given:030d}"


@dataclass
class Witnessed:
    """A journal that remembers what it was given, in front of the real store."""

    store: Store
    seen: list[object]

    def commit(self, steps: tuple[Step, ...], deliveries: tuple[OutboxItem, ...] = ()) -> None:
        self.seen += [*steps, *deliveries]
        self.store.commit(steps, deliveries)


@dataclass
class World:
    """Backend and devices: every effect gets its answer, unless the world is silent or breaks."""

    seen: list[object]
    fate: PaymentState = PaymentState.PAID
    is_silent: bool = False
    breaks_with: Exception | None = None
    answers: deque[Event] = field(default_factory=deque)

    def set_activities(self, wanted: frozenset[Activity]) -> None:
        pass

    def perform(self, effect: Effect) -> None:
        self.seen.append(effect)
        if self.breaks_with is not None:
            raise self.breaks_with
        answer = None if self.is_silent else self._answer(effect)
        if answer is not None:
            self.answers.append(answer)

    def _answer(self, effect: Effect) -> Event | None:
        match effect:
            case LookUpPerson(ref=ref):
                return PersonFound(ref, canary.person())
            case ReportLoss(ref=ref):
                return LossReported(ref, LossFacts("L1", START))
            case Apply(ref=ref):
                return ApplicationAnswered(ref, APPLICATION)
            case RequestPayment(payment_number=number):
                applied = APPLICATION.application_number
                return PaymentAnswered(PaymentFacts(number, applied, self.fate, PaymentMethod.PAYER_CODE, 2000))
            case Submit(ref=ref):
                return ApplicationAnswered(ref, ACCEPTED)
            case _:
                return None


@dataclass
class Screen:
    seen: list[object]

    def publish(self, display: Display) -> None:
        self.seen.append(display)


@dataclass
class Visit:
    """The real engine, store and log, moved by hand; `seen` holds everything that passed through."""

    engine: Engine
    world: World
    time: Time
    seen: list[object]

    @property
    def terminal(self) -> Terminal:
        return self.engine._terminal

    def tell(self, *events: Event) -> None:
        self.world.answers.extend(events)
        while self.world.answers:
            event = self.world.answers.popleft()
            self.seen += [event, self.terminal, self.terminal.situation, self.terminal.session]
            self.engine._safely(partial(self.engine._handle, event))

    def touch(self, *touches: Touch) -> None:
        self.tell(*(Touched(touch) for touch in touches))

    def go_to(self, *there: type[Situation], choice: int = 1) -> None:
        """The person goes on until they stand there."""
        for _ in range(LONGEST_VISIT):
            if isinstance(self.terminal.situation, there):
                return
            self.tell(*next_deed(self.terminal.situation, choice))
        raise AssertionError(f"stuck in {type(self.terminal.situation).__name__}")

    def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            self.time.mono_s += 1
            self.tell(Ticked())


Ending = Callable[[Visit], None]


def finished(visit: Visit) -> None:
    visit.go_to(TakingReceipt)
    for _ in range(3):  # printed, finish, things taken
        visit.tell(*next_deed(visit.terminal.situation, 0))


def cancelled(visit: Visit) -> None:
    visit.go_to(CheckingAnswers)
    visit.touch(EndTouched(), EndConfirmed())


def not_me(visit: Visit) -> None:
    visit.go_to(ReviewingRecord)
    visit.touch(Declined())


def loss_only(visit: Visit) -> None:
    visit.go_to(LossStopped, choice=0)
    visit.touch(Declined())


def left_while_typing_a_number(visit: Visit) -> None:
    visit.go_to(EnteringMobile)
    visit.touch(*(KeyPressed(key) for key in canary.MOBILE))
    visit.wait(160)


def left_while_typing_an_address(visit: Visit) -> None:
    visit.go_to(EnteringAddress)
    visit.touch(*(KeyPressed(key) for key in canary.HOUSE))
    visit.wait(160)


def left_with_the_card_in_the_reader(visit: Visit) -> None:
    visit.go_to(HandingIn)
    visit.tell(OldCardInserted(), OldCardRead(canary.OLD_CARD))
    visit.go_to(EnteringMobile)
    visit.touch(*(KeyPressed(key) for key in canary.MOBILE))
    visit.wait(160)
    visit.wait(130)
    visit.tell(OldCardTakenOut())


def records_silent(visit: Visit) -> None:
    visit.world.is_silent = True
    visit.go_to(LookingUp)
    visit.wait(200)


def payment_declined(visit: Visit) -> None:
    visit.world.fate = PaymentState.CLOSED
    visit.go_to(ScanningPayerCode)
    visit.tell(*next_deed(visit.terminal.situation, 0))
    assert visit.terminal.situation == ChoosingPayment("closed")
    visit.wait(160)


def payment_unclear(visit: Visit) -> None:
    visit.world.fate = PaymentState.UNKNOWN
    visit.go_to(Paying)
    visit.wait(70)
    assert isinstance(visit.terminal.situation, PaymentBeingChecked)
    visit.touch(OptionChosen("finish"), Confirmed())


def paid_later(visit: Visit) -> None:
    visit.world.fate = PaymentState.REQUESTED
    visit.go_to(Paying)
    visit.tell(CentralSilent(visit.terminal.situation.payment_number))  # type: ignore[union-attr]
    visit.wait(400)


def screens_crashed_while_paying(visit: Visit) -> None:
    visit.world.fate = PaymentState.REQUESTED
    visit.go_to(Paying)
    visit.tell(Failed("screens"))


def engine_hit_a_bug_that_quotes_the_person(visit: Visit) -> None:
    visit.go_to(ChoosingReason)
    visit.world.breaks_with = ValueError(f"cannot handle {canary.NAME} {canary.NUMBER}")
    visit.go_to(CheckingAnswers)
    visit.touch(Confirmed())


def journal_is_broken(visit: Visit) -> None:
    visit.go_to(CheckingAnswers)
    visit.engine._journal.store._db.close()  # type: ignore[attr-defined]
    visit.touch(Confirmed())


ENDINGS: tuple[Ending, ...] = (
    finished,
    cancelled,
    not_me,
    loss_only,
    left_while_typing_a_number,
    left_while_typing_an_address,
    left_with_the_card_in_the_reader,
    records_silent,
    payment_declined,
    payment_unclear,
    paid_later,
    screens_crashed_while_paying,
    engine_hit_a_bug_that_quotes_the_person,
    journal_is_broken,
)


@pytest.fixture
def quiet_logging() -> Iterator[None]:
    """The log adds handlers to the root logger; they go again."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in [each for each in root.handlers if each not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def visit(tmp_path: Path, quiet_logging: None) -> Iterator[Visit]:
    seen: list[object] = []
    time, world = Time(), World(seen)
    store = open_store(tmp_path / "journal.sqlite", time.now)
    log = open_log(tmp_path / "log", "debug")
    engine = Engine(Story().terminal, time, Ids(), Witnessed(store, seen), world, Screen(seen), log)
    started = Visit(engine, world, time, seen)
    started.tell(CentralChanged(is_reachable=True, are_payments_open=True, clock_skew_s=0.0))
    started.tell(*(DeviceChanged(name, DeviceFacts("online", paper="full")) for name in DEVICE_NAMES))
    started.tell(ReferenceArrived(REFERENCE))
    yield started
    store.close()


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
def test_nothing_of_a_person_outlives_the_visit(
    ending: Ending, visit: Visit, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ending(visit)
    assert visit.terminal.session is None
    assert any(canary.held_by(thing) for thing in visit.seen), "the person was never there: the test sees nothing"
    assert not canary.held_by(visit.terminal)
    assert not canary.held_by(view_of(visit.terminal, visit.engine._moment()))
    assert not canary.held_by(tuple(thing for thing in visit.seen if isinstance(thing, Step | OutboxItem)))
    assert not [name for name, content in _files(tmp_path) if canary.found_in_bytes(content)]
    assert not canary.found_in_text("".join(capfd.readouterr()))


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
def test_nothing_says_who_the_person_is(ending: Ending, visit: Visit) -> None:
    ending(visit)
    for thing in visit.seen:
        assert not canary.found_in_text(f"{thing!r} {thing}"), type(thing).__name__


def test_the_slip_names_nobody_who_finds_it(visit: Visit) -> None:
    finished(visit)
    slips = [effect.receipt for effect in visit.seen if isinstance(effect, PrintReceipt)]
    assert slips
    assert not canary.held_by(tuple(slips))


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "spool").write_bytes(b"\x00" * 100 + canary.NAME.encode("gbk") + b"\x00")
    assert [canary.found_in_bytes(content) for _, content in _files(tmp_path)] == [{canary.NAME}]
    assert canary.held_by(canary.person()) >= {canary.NAME, canary.MOBILE, canary.HOUSE}


def test_a_request_that_does_not_fit_the_wire_is_not_quoted() -> None:
    applied = _apply(mobile=canary.MOBILE + canary.MOBILE, recipient=canary.NAME * 60)
    pay = RequestPayment("SSC-00000001", "SQ1", PaymentMethod.PAYER_CODE, 2000, "to_staff", canary.PAYER_CODE * 3)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: look_up_request(replace(canary.DOCUMENT, number=canary.NUMBER * 2)),
        lambda: look_up_request(replace(canary.DOCUMENT, kind=canary.NAME)),
        lambda: application_request(applied),
        lambda: payment_request(pay),
    )
    for attempt in attempts:
        with pytest.raises(ValidationError) as refused:
            attempt()
        assert not canary.found_in_text(f"{refused.value} {refused.value!r}")


def _apply(mobile: str, recipient: str) -> Apply:
    express = DeliveryMode.EXPRESS
    return Apply("k", canary.TOKEN, Reason.LOST, mobile, express, None, canary.ADDRESS, recipient, "B1", 2000)


def _files(folder: Path) -> list[tuple[str, bytes]]:
    """Every byte under the folder, the log and the write-ahead log among them."""
    return [(path.name, path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
