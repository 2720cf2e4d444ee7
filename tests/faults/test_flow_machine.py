"""Anything, in any order, told to the pure flow: it never raises, leaves no open payment, keeps nobody's data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.central.wire import ProblemCode
from kiosk.domain.application import OPEN_PAYMENT_STATES, PaymentMethod, PaymentState
from kiosk.flow.effects import Apply, CancelPayment, Effect, LookUpPerson, ReportLoss, RequestPayment, Submit
from kiosk.flow.events import (
    ApplicationAnswered,
    CentralRefused,
    DeviceChanged,
    Event,
    LossReported,
    PaymentAnswered,
    PersonFound,
    Ticked,
    Touched,
)
from kiosk.flow.facts import DEVICE_NAMES, ApplicationFacts, DeviceFacts, LossFacts, PaymentFacts
from kiosk.flow.fitness import missing_to_charge
from kiosk.flow.situations import Attract, OutOfService, Paying, Situation
from kiosk.flow.staff.events import StaffCardPresented, StaffCardRemoved, StaffEvent
from kiosk.flow.terminal import Preferences, Terminal
from kiosk.flow.touches import OptionChosen
from kiosk.flow.views import DoneView
from tests.faults import canary
from tests.faults.every_event import events_for
from tests.faults.outlook import exits, seconds_until_nobody
from tests.faults.willing import next_deed
from tests.flows.staff_stages import TECHNICIAN
from tests.flows.stages import awaited
from tests.flows.story import ACCEPTED, APPLICATION, START, Story

MANY = 1_000_000
FATES = (PaymentState.PAID, PaymentState.CLOSED, PaymentState.UNKNOWN, PaymentState.REQUESTED)


@dataclass
class Witness:
    """What the flow has asked for and been told in one session: the judge of what it may do next."""

    payments: dict[str, RequestPayment] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    """Payments that the backend called closed, paid or never made."""
    heard_of: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    """Payments that the backend did not know when it was last asked."""
    cancelled: set[str] = field(default_factory=set)
    submissions: set[str] = field(default_factory=set)
    is_accepted: bool = False

    def hear(self, event: Event) -> None:
        match event:
            case PaymentAnswered(payment) if payment.payment_number in self.payments:
                self.heard_of.add(payment.payment_number)
                if payment.state not in OPEN_PAYMENT_STATES:
                    self.over.add(payment.payment_number)
            case CentralRefused(ref, "application_state" | "malformed" | "payment_open") if ref not in self.heard_of:
                self.over.add(ref)
            case CentralRefused(ref, "not_found"):
                self.lost.add(ref)
            case CentralRefused(ref, "already_paid"):
                self.over.add(ref)
            case ApplicationAnswered(ref) if ref in self.submissions:
                self.is_accepted = True
            case _:
                pass

    def see(self, effect: Effect) -> None:
        match effect:
            case RequestPayment(payment_number=number):
                self._see_request(number, effect)
            case CancelPayment(number):
                assert number in self.payments
                self.cancelled.add(number)
            case Submit(ref=ref):
                self.submissions.add(ref)
            case _:
                pass

    def _see_request(self, number: str, effect: RequestPayment) -> None:
        if number in self.payments:
            assert effect == self.payments[number], "a repeated request is the same request"
            assert number in self.lost, "only what never arrived is asked for again"
            assert number not in self.cancelled, "what is cancelled is not asked for again"
            self.lost.discard(number)
        assert not self.open_payments() - {number}, "one payment at a time"
        self.payments[number] = effect

    def open_payments(self) -> set[str]:
        return self.payments.keys() - self.over


def is_visited(terminal: Terminal) -> bool:
    """Somebody's session is on, or waits beneath staff mode."""
    waits = terminal.beneath is not None and terminal.beneath.session is not None
    return terminal.session is not None or waits


def underneath(terminal: Terminal) -> Situation:
    """What is there once staff have gone."""
    return terminal.situation if terminal.beneath is None else terminal.beneath.situation


class Lobby(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.story = Story().open_for_business()
        self.witness = Witness()
        self.visits = 0

    # --- telling -----------------------------------------------------------------------------------------------------

    def tell(self, event: Event) -> None:
        before = self.story.terminal
        self.witness.hear(event)
        self.story.tell(event)
        for effect in self.story.last:
            self.witness.see(effect)
            if isinstance(effect, RequestPayment) and not isinstance(before.situation, Paying):
                assert not missing_to_charge(before.conditions), "an unfit terminal takes no fee"
        if is_visited(before) and not is_visited(self.story.terminal):
            self._session_ended()

    def _session_ended(self) -> None:
        self.witness = Witness()
        self.visits += 1
        assert self.story.terminal.preferences == Preferences()
        if isinstance(underneath(self.story.terminal), OutOfService):  # staff start the program again
            self.story = replace(Story().open_for_business(), mono_s=self.story.mono_s, told=self.story.told)

    def application(self, base: ApplicationFacts = APPLICATION) -> ApplicationFacts:
        return replace(base, application_number=f"SQ{self.visits:06d}")

    def answer(self, fate: PaymentState) -> Event | None:
        """What a healthy backend says to the question that waits."""
        asked = next((e for e in reversed(self.story.effects) if isinstance(e, (
            LookUpPerson, ReportLoss, Apply, RequestPayment, Submit))), None)  # fmt: skip
        ref = awaited(self.story)
        match asked:
            case LookUpPerson():
                return PersonFound(ref, canary.person())
            case ReportLoss():
                return LossReported(ref, LossFacts("L1", START))
            case Apply():
                return ApplicationAnswered(ref, self.application())
            case RequestPayment(method=method):
                number = self.application().application_number
                return PaymentAnswered(PaymentFacts(ref, number, fate, method, 2000, "weixin://x"))
            case Submit():
                return ApplicationAnswered(ref, self.application(ACCEPTED))
            case _:
                return None

    # --- rules -------------------------------------------------------------------------------------------------------

    @initialize(is_at_payment=st.booleans(), choices=st.lists(st.integers(0, 3), min_size=30, max_size=30))
    def a_visit_begins(self, is_at_payment: bool, choices: list[int]) -> None:
        for choice in choices if is_at_payment else choices[:1]:
            if not isinstance(self.story.terminal.situation, Paying):
                self._go_on(choice)

    @rule(choices=st.lists(st.integers(0, 3), min_size=1, max_size=25))
    def the_visit_goes_on(self, choices: list[int]) -> None:
        for choice in choices:
            self._go_on(choice)

    def _go_on(self, choice: int) -> None:
        deeds = next_deed(self.story.terminal.situation, choice)
        answer = None if deeds else self.answer(FATES[choice])
        for event in deeds or ((answer,) if answer else ()):
            self.tell(event)

    @rule(which=st.integers(0, MANY))
    def anything_happens(self, which: int) -> None:
        events = [event for event in events_for(self.story) if not isinstance(event, StaffEvent)]
        self.tell(events[which % len(events)])

    @rule(answer=st.sampled_from(["staff_in", "staff_wait", "staff_help", "nothing"]), seconds=st.integers(0, 40))
    def staff_come_and_go(self, answer: str, seconds: int) -> None:
        """Whatever the citizen is doing, and whatever they say to it; the card is pulled before a PIN is typed."""
        self.tell(StaffCardPresented(TECHNICIAN, 5))
        self.tell(Touched(OptionChosen(answer)))
        for _ in range(seconds):
            self.story.mono_s += 1
            self.tell(Ticked())
        self.tell(StaffCardRemoved())

    @precondition(lambda self: isinstance(self.story.terminal.situation, Paying))
    @rule(code=st.sampled_from(ProblemCode))
    def a_payment_is_refused(self, code: ProblemCode) -> None:
        self.tell(CentralRefused(awaited(self.story), code.value))

    @precondition(lambda self: isinstance(self.story.terminal.situation, Paying))
    @rule(state=st.sampled_from(PaymentState))
    def a_payment_is_answered(self, state: PaymentState) -> None:
        number = awaited(self.story)
        applied = self.application().application_number
        self.tell(PaymentAnswered(PaymentFacts(number, applied, state, PaymentMethod.CODE_SHOWN, 2000, "weixin://x")))

    @precondition(lambda self: isinstance(self.story.terminal.situation, Paying))
    @rule(is_lost=st.booleans())
    def a_payment_is_cancelled(self, is_lost: bool) -> None:
        self.tell(Touched(OptionChosen("cancel")))
        if is_lost:
            self.tell(CentralRefused(awaited(self.story), "not_found"))

    @precondition(lambda self: self.story.terminal.session is not None)
    @rule(seconds=st.sampled_from([3, 9, 61, 190]))
    def time_passes(self, seconds: int) -> None:
        for _ in range(0, seconds, 3):
            self.story.mono_s += 3
            self.tell(Ticked())

    @rule(name=st.sampled_from(DEVICE_NAMES), word=st.sampled_from(["online", "powerOff", "hardwareError"]))
    def a_device_changes(self, name: str, word: str) -> None:
        self.tell(DeviceChanged(name, DeviceFacts(word, paper="full")))

    @rule()
    def everything_is_well_again(self) -> None:
        for name in DEVICE_NAMES:
            self.tell(DeviceChanged(name, DeviceFacts("online", paper="full")))

    # --- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def there_is_a_way_out(self) -> None:
        assert exits(self.story) or self.story.terminal.session is None

    @invariant()
    def success_is_shown_for_an_accepted_application_only(self) -> None:
        if isinstance(self.story.display.view, DoneView):
            assert self.witness.is_accepted

    @invariant()
    def an_open_payment_is_on_the_screen_or_being_checked(self) -> None:
        """It is left to others only with a note of it."""
        for number in self.witness.open_payments():
            is_here = awaited(self.story) == number
            is_noted = any(("payment_number", number) in getattr(effect, "facts", ()) for effect in self.story.effects)
            assert is_here or is_noted, "an open payment was left without a word"

    @invariant()
    def nobody_is_remembered(self) -> None:
        if self.story.terminal.session is None:
            assert isinstance(self.story.terminal.situation, Attract | OutOfService)
            assert not canary.held_by(self.story.terminal)

    @invariant()
    def absence_ends_in_attract(self) -> None:
        alone = Story(self.story.terminal, self.story.mono_s, self.story.told)
        seconds_until_nobody(alone)
        assert isinstance(alone.terminal.situation, Attract)
        assert not canary.held_by(alone.terminal)


TestLobby = Lobby.TestCase
TestLobby.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
