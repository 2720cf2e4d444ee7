"""A person, a phone, a network, a gateway, the power supply, in any order: the money ends where it belongs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from kiosk.domain.application import OPEN_PAYMENT_STATES, ApplicationState, PaymentState
from kiosk.flow.events import CodeScanned, DocumentPresented, Event, Ticked, Touched
from kiosk.flow.situations import ChoosingPayment, Identifying, Paying, ScanningPayerCode
from kiosk.flow.touches import EndConfirmed, OptionChosen
from tests.faults.lossy import Fate
from tests.faults.money_office import MoneyOffice, document_of
from tests.faults.money_terminal import Cut, MoneyTerminal
from tests.faults.willing import next_deed

FATES = st.sampled_from(Fate)
CUTS = st.sampled_from([Cut.NEVER, Cut.NEVER, Cut.NEVER, *Cut])
BEHAVIOURS = st.sampled_from(["pays", "pays", "pays", "pays", "asks_password", "insufficient", "expired", "hangs"])
TICK_S = 10


@dataclass(frozen=True)
class Weather:
    """What the next messages meet: between terminal and backend, then between backend and gateway."""

    fates: tuple[Fate, ...] = ()
    answers_lost: int = 0
    """The gateway does the work, and its answer does not arrive."""
    orders_failed: int = 0


WEATHER = st.builds(
    Weather,
    st.just(()) | st.lists(FATES, max_size=2).map(tuple),
    st.sampled_from([0, 0, 1, 2]),
    st.sampled_from([0, 0, 0, 1]),
)
UNSETTLED = {PaymentState.REFUND_DUE, *OPEN_PAYMENT_STATES}


class Money(RuleBasedStateMachine):
    """One person's money. `office` is set by whoever runs the machine."""

    office: ClassVar[MoneyOffice]
    trials: ClassVar[int] = 0
    captures: ClassVar[int] = 0
    on_trial: ClassVar[Callable[[], object]] = staticmethod(lambda: None)

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="money"))
        self.office.sandbox.sound()
        self.person = self.office.new_person()
        self.terminal = MoneyTerminal(self.office, self.folder, self.office.people)
        self.payer_codes: list[str] = []

    # --- the person --------------------------------------------------------------------------------------------------

    def deeds(self, choice: int) -> tuple[Event, ...]:
        situation = self.terminal.terminal.situation
        if isinstance(situation, Identifying):
            return (DocumentPresented(document_of(self.person)),)
        if isinstance(situation, ScanningPayerCode):
            return (self._shown("pays"),)
        return next_deed(situation, choice, office_id="CY01")

    def _shown(self, behaviour: str) -> Event:
        self.payer_codes.append(self.office.sandbox.payer_code(behaviour))
        return CodeScanned(self.payer_codes[-1].encode())

    @rule(times=st.integers(1, 6), choice=st.integers(0, 1))
    def the_visit_goes_on(self, times: int, choice: int) -> None:
        for _ in range(times):
            self.terminal.tell(*self.deeds(choice * 2))

    @initialize(weather=WEATHER, cut=CUTS, way=st.integers(0, 1), behaviour=BEHAVIOURS)
    def somebody_comes_to_pay(self, weather: Weather, cut: Cut, way: int, behaviour: str) -> None:
        self.the_visit_comes_to_its_payment(weather, cut, way, behaviour)

    @precondition(lambda self: not isinstance(self.terminal.terminal.situation, Paying))
    @rule(weather=WEATHER, cut=CUTS, way=st.integers(0, 1), behaviour=BEHAVIOURS)
    def the_visit_comes_to_its_payment(self, weather: Weather, cut: Cut, way: int, behaviour: str) -> None:
        """Faults begin with the request for money."""
        self.terminal.network.fates.clear()
        self.terminal.learn_the_service()
        for _ in range(40):
            if isinstance(self.terminal.terminal.situation, ChoosingPayment):
                break
            self.terminal.tell(*self.deeds(0))
        self._turns(weather, cut)
        self.terminal.tell(*self.deeds(way))
        if isinstance(self.terminal.terminal.situation, ScanningPayerCode):
            self.terminal.tell(self._shown(behaviour))

    @precondition(lambda self: isinstance(self.terminal.terminal.situation, Paying) and bool(self.terminal.codes))
    @rule(weather=WEATHER, cut=CUTS, is_cancelled=st.booleans())
    def the_payer_pays(self, weather: Weather, cut: Cut, is_cancelled: bool) -> None:
        """Perhaps while the terminal already cancels."""
        self.office.phone("pay", code_url=self.terminal.codes[-1])
        self._turns(weather, cut)
        if is_cancelled:
            self.terminal.tell(Touched(OptionChosen("cancel")))
        self._passes(TICK_S)
        self._passes(TICK_S)

    @precondition(lambda self: bool(self.terminal.codes))
    @rule(back=st.integers(0, 3))
    def a_phone_pays_a_code_that_was_shown(self, back: int) -> None:
        codes = self.terminal.codes
        self.office.phone("pay", code_url=codes[max(0, len(codes) - 1 - back)])

    @precondition(lambda self: bool(self.payer_codes))
    @rule(is_entered=st.booleans())
    def a_phone_takes_the_password(self, is_entered: bool) -> None:
        self.office.phone("password" if is_entered else "cancel", payer_code=self.payer_codes[-1])

    @precondition(lambda self: isinstance(self.terminal.terminal.situation, Paying))
    @rule(weather=WEATHER, cut=CUTS)
    def the_person_cancels(self, weather: Weather, cut: Cut) -> None:
        self._turns(weather, cut)
        self.terminal.tell(Touched(OptionChosen("cancel")))

    @rule()
    def the_person_ends(self) -> None:
        self.terminal.tell(Touched(EndConfirmed()))

    def _turns(self, weather: Weather, cut: Cut) -> None:
        self.terminal.network.fates.extend(weather.fates)
        self.office.sandbox.faults(drop_next_response=weather.answers_lost, system_error_next=weather.orders_failed)
        self.terminal.cut = cut

    # --- the world ---------------------------------------------------------------------------------------------------

    @rule()
    def late_messages_arrive(self) -> None:
        self.terminal.network.late_ones_arrive()

    @rule(weather=WEATHER, cut=CUTS)
    def the_weather_turns(self, weather: Weather, cut: Cut) -> None:
        self._turns(weather, cut)

    @rule(copies=st.integers(0, 2))
    def notifications_arrive(self, copies: int) -> None:
        self.office.sandbox.faults(duplicate_notifications=copies)
        self.office.sandbox.post("/control/release")
        self.office.sandbox.faults(hold_notifications=True)

    @rule()
    def the_power_goes(self) -> None:
        self.terminal.cut_off()

    @rule(seconds=st.sampled_from([10, 20, 70, 190]))
    def time_passes(self, seconds: int) -> None:
        for _ in range(0, seconds, TICK_S):
            self._passes(TICK_S)
        self.terminal.look_after()
        self.terminal.learn_the_service()

    def _passes(self, seconds: float) -> None:
        self.office.sandbox.advance(seconds)
        self.terminal.mono_s += seconds
        self.terminal.tell(Ticked())
        self.office.work()

    # --- the reckoning -----------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        type(self).trials += 1
        self.on_trial()
        try:
            self._all_is_well_again()
            self._reckon()
            assert not self.terminal.faults, self.terminal.faults
        finally:
            self.terminal.end()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _all_is_well_again(self) -> None:
        self.terminal.network.fates.clear()
        self.terminal.cut = Cut.NEVER
        self.office.sandbox.sound()
        self.terminal.network.late_ones_arrive()
        self.terminal.learn_the_service()
        for seconds in (30, 30, 30, 30, 60, 60, 60, 60, 120, 300, 600, 600, 600):
            self._passes(seconds)
            self.terminal.look_after()
            if self.terminal.is_at_rest() and not self._unsettled():
                break
        assert self.terminal.is_at_rest(), "the terminal has unfinished business for ever"
        assert not self._unsettled(), "a payment or a paid application stays unsettled for ever"

    def _unsettled(self) -> list[str]:
        """Payments nobody knows the end of, and paid applications that are not accepted."""
        applied = self.office.applications_of(self.person)
        payments = [row for each in applied for row in self.office.payments_of(each.application_number)]
        forgotten = [each.application_number for each in applied if each.state == ApplicationState.PAID]
        return [row.payment_number for row in payments if row.state in UNSETTLED] + forgotten

    def _reckon(self) -> None:
        orders = self.office.orders()
        for applied in self.office.applications_of(self.person):
            payments = self.office.payments_of(applied.application_number)
            for row in payments:
                order = orders.get(row.payment_number, {"captures": 0, "refunded_fen": 0, "total_fen": 0})
                self._reckon_payment(row.state, order)
            paid = [row.payment_number for row in payments if row.state == PaymentState.PAID]
            assert len(paid) <= 1, "two payments count for one application"
            assert (applied.payment_number is not None) == bool(paid)
            assert applied.payment_number in (None, *paid)
            assert (applied.submitted_at is not None) == bool(paid), "paid and accepted are one"

    def _reckon_payment(self, state: str, order: dict[str, int]) -> None:
        captures, kept_fen = order["captures"], order["captures"] * order["total_fen"] - order["refunded_fen"]
        type(self).captures += captures
        assert captures <= 1, "one order took money twice"
        match state:
            case PaymentState.PAID:
                assert (captures, kept_fen) == (1, order["total_fen"]), "paid without the gateway's proof"
            case PaymentState.REFUNDED | PaymentState.CLOSED:
                assert kept_fen == 0, "money was kept for nothing"
            case _:
                raise AssertionError(f"{state} at the end")
