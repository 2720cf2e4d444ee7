"""One terminal, moved by hand: real flow, journal, recovery, outbox and client, without a thread; it can be cut off."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import structlog

from kiosk.central import wire
from kiosk.central.client import CentralClient
from kiosk.domain.beijing_time import in_beijing
from kiosk.flow.display import view_of
from kiosk.flow.effects import (
    Apply,
    AskPayment,
    CancelPayment,
    Effect,
    LookUpPerson,
    ReportLoss,
    RequestPayment,
    Submit,
)
from kiosk.flow.events import CentralChanged, DeviceChanged, Event, ReferenceArrived, Ticked
from kiosk.flow.facts import DEVICE_NAMES, DeviceFacts, Moment, Site
from kiosk.flow.machine import step
from kiosk.flow.situations import TakingReceipt
from kiosk.flow.terminal import Terminal
from kiosk.flow.views import DoneView
from kiosk.journal.entries import Lane, OutboxItem, Step, StepKind
from kiosk.journal.sender import OutboxSender
from kiosk.journal.store import Store
from kiosk.logs import Log
from kiosk.services.central_desk import CentralDesk
from kiosk.services.delivery import Delivery
from kiosk.services.recording import deliveries_of, steps_of
from kiosk.services.records import reference_of
from kiosk.services.recovery import Round, Settling, left_behind
from tests.faults.lossy import LossyNetwork
from tests.faults.money_office import TERMINAL, MoneyOffice
from tests.no_audit import no_audit

T = TypeVar("T")

TO_CENTRAL = (LookUpPerson, ReportLoss, Apply, RequestPayment, AskPayment, CancelPayment)
MOST_CALLS = 60
"""More of them in one go are a storm."""


class Cut(StrEnum):
    """When the power goes: the worst moments lie around the first byte that leaves."""

    NEVER = "never"
    BEFORE_THE_CALL = "after the commit, before the call"
    AFTER_THE_CALL = "after the call, before its answer is known"


class DirectJournal:
    """The store without its thread."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def commit(self, steps: Sequence[Step], deliveries: Sequence[OutboxItem] = ()) -> None:
        self.store.commit(steps, deliveries)

    def ask(self, work: Callable[[Store], T]) -> T:
        return work(self.store)


class MoneyTerminal:
    def __init__(self, office: MoneyOffice, folder: Path, trial: int) -> None:
        self.office = office
        self.trial = trial
        self.folder = folder
        self.client = CentralClient(office.url, TERMINAL, office.token)
        self.network = LossyNetwork(self.client._http.get_adapter("http://"))
        self.client._http.mount("http://", self.network)
        self.mono_s = 0.0
        self.ids = 0
        self.starts = 0
        self.cut = Cut.NEVER
        self.codes: list[str] = []
        """Every code that was ever shown here; a phone may still have it."""
        self.bugs: list[str] = []
        self.calls: deque[Effect] = deque()
        self.heard: deque[Event] = deque()
        self._logged = structlog.testing.CapturingLogger()
        self._desk = CentralDesk(
            lambda: self.client, self.heard.append, self, Log(structlog.wrap_logger(self._logged)), 10.0
        )
        self._path = folder / "journal-0.sqlite"
        self._open()

    # --- the clock, as the terminal's parts see it ------------------------------------------------------------------

    def monotonic_s(self) -> float:
        return self.mono_s

    def now(self) -> datetime:
        return in_beijing(self.office.sandbox.now())

    def moment(self) -> Moment:
        self.ids += 1
        return Moment(self.mono_s, self.now(), f"{self.trial:06d}{self.ids:08d}".ljust(32, "0"))

    # --- starting and being cut off ---------------------------------------------------------------------------------

    def _open(self) -> None:
        self.starts += 1
        store = Store(self._path, self.now)
        self.journal = DirectJournal(store)
        delivery = Delivery(self.client, self.heard.append, no_audit)
        self.outbox = OutboxSender(self.journal, delivery.send, lambda: 0.0, self._bug, self.monotonic_s)  # type: ignore[arg-type]
        self.settling = Settling(
            self.journal,  # type: ignore[arg-type]
            lambda: self.client,
            self.moment,
            lambda: 0.0,
            lambda: None,
            lambda: None,
            self._bug,
        )
        self.round = Round()
        self.terminal = Terminal(Site(TERMINAL, "CY01", "一号中心", "Centre One"))
        store.commit((Step(StepKind.STARTED, TERMINAL),))
        self.tell(CentralChanged(is_reachable=True, are_payments_open=True, clock_skew_s=0.0))
        self.tell(*(DeviceChanged(name, DeviceFacts("online", paper="full")) for name in DEVICE_NAMES))
        self.learn_the_service()

    def learn_the_service(self) -> None:
        answer = self.client.reference()
        if isinstance(answer, wire.Reference):
            self.tell(ReferenceArrived(reference_of(answer)))

    def cut_off(self) -> None:
        """The power goes: what is on the disk stays, everything else is gone."""
        old = self._path
        self._path = self.folder / f"journal-{self.starts}.sqlite"
        for ending in ("", "-wal"):
            part = old.with_name(old.name + ending)
            if part.exists():
                shutil.copyfile(part, self._path.with_name(self._path.name + ending))
        self.close()
        self.calls.clear()
        self.heard.clear()
        self.cut = Cut.NEVER
        self._open()

    def close(self) -> None:
        self.journal.store.close()

    def end(self) -> None:
        self.close()
        self.client.close()

    # --- one engine step --------------------------------------------------------------------------------------------

    def tell(self, *events: Event) -> None:
        """Events, and all that they set going, until nothing is left to do."""
        self.heard.extend(events)
        made = 0
        while self.heard or self.calls:
            if self.heard:
                self._advance(self.heard.popleft())
            else:
                made += 1
                assert made < MOST_CALLS, "a storm of calls"
                self._call(self.calls.popleft())

    def _advance(self, event: Event) -> None:
        now = self.moment()
        terminal, effects = step(self.terminal, event, now)
        steps = steps_of(event, effects)
        if steps:
            self.journal.commit(steps, deliveries_of(steps, effects, now))
        self.terminal = terminal
        self.calls.extend(effect for effect in effects if isinstance(effect, (*TO_CENTRAL, Submit)))
        display = view_of(terminal, now)
        if isinstance(display.view, DoneView):
            self._is_true(display.view)
        code = getattr(display.view, "qr_content", None)
        if code and not isinstance(terminal.situation, TakingReceipt) and code not in self.codes:
            self.codes.append(code)

    def _is_true(self, view: DoneView) -> None:
        with self.office.backend.services.sessions() as session:
            row = self.office.backend.services.applications.find(session, view.number)
            assert getattr(row, "submitted_at", None) is not None, "success was claimed for what is not accepted"

    def _call(self, effect: Effect) -> None:
        is_money = isinstance(effect, RequestPayment | Submit | CancelPayment)
        if is_money and self.cut is Cut.BEFORE_THE_CALL:
            self.cut_off()
            return
        if isinstance(effect, Submit):
            self.outbox.deliver_waiting()
        elif isinstance(effect, TO_CENTRAL):
            self.heard.append(self._desk._answered(self.client, effect))
        if is_money and self.cut is Cut.AFTER_THE_CALL:
            self.cut_off()

    # --- beside the engine ------------------------------------------------------------------------------------------

    def look_after(self) -> None:
        """One round of recovery and of the outbox."""
        self.round = self.settling.settle_once(self.client, self.round)  # type: ignore[arg-type]
        self.outbox.deliver_waiting()
        self.tell(Ticked())

    def is_at_rest(self) -> bool:
        store = self.journal.store
        has_money = bool(store.waiting(Lane.MONEY))
        return self.terminal.session is None and not has_money and not left_behind(store.unsettled_steps()).business

    def _bug(self, what: str, error: BaseException) -> None:
        self.bugs.append(f"{what}: {error!r}")

    @property
    def faults(self) -> list[str]:
        """What our own code tripped over; a call that fails is a warning and none of them."""
        return self.bugs + [str(call.args) for call in self._logged.calls if call.method_name == "error"]
