from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.central import wire
from kiosk.central.errors import Refused, SilenceKind, Silent
from kiosk.domain.application import PaymentMethod, PaymentState
from kiosk.flow.facts import Moment
from kiosk.journal.entries import Lane, Step, StepKind
from kiosk.journal.journal import Journal
from kiosk.journal.reading import RecordedStep
from kiosk.journal.store import Store
from kiosk.services.recording import submission_intended
from kiosk.services.recovery import (
    NOT_FOUND_IS_CERTAIN_AFTER,
    LeftBehind,
    OpenPayment,
    PaidApplication,
    Settling,
    UnclearPrint,
    Verdict,
    left_behind,
    verdict_on,
)
from tests.unit.journal.samples import NOON, noon

LIMIT_S = 20.0
NUMBER, APPLICATION, CARD = "SSC261123-000001", "A20261123001", "handed_in"
AWAY = Silent(SilenceKind.UNREACHABLE)
NOT_FOUND = Refused(wire.ProblemCode.NOT_FOUND)

STARTED = Step(StepKind.STARTED, "t-1")
ENDED = Step(StepKind.SESSION_ENDED, "", (("outcome", "completed"),))
LEFT_OPEN = Step(StepKind.PAYMENT_LEFT_OPEN, NUMBER, (("payment_number", NUMBER),))
INTENDED = Step(
    StepKind.PAYMENT_INTENDED,
    NUMBER,
    (("application_number", APPLICATION), ("method", "x"), ("amount_fen", 2000), ("damaged_card", CARD)),
)
SUBMISSION = submission_intended("key-of-the-engine", APPLICATION, CARD)
PRINT = Step(StepKind.PRINT_BEGUN, APPLICATION, (("job", "p-1"), ("copy", "original"), ("language", "zh")))
PRINTED = Step(StepKind.PRINTED, "", (("job", "p-1"),))
NEXT_PRINT = Step(StepKind.PRINT_BEGUN, "A20261123002", (("job", "p-2"), ("copy", "original"), ("language", "zh")))
OPEN = OpenPayment(NUMBER, APPLICATION, CARD)
PAID = PaidApplication(NUMBER, APPLICATION, CARD)


def changed(state: PaymentState) -> Step:
    return Step(StepKind.PAYMENT_CHANGED, NUMBER, (("state", state.value), ("application_number", APPLICATION)))


def settled(subject: str) -> Step:
    return Step(StepKind.SETTLED, subject, (("outcome", "over"),))


def recorded(*steps: Step) -> list[RecordedStep]:
    return [RecordedStep(seq, NOON, step) for seq, step in enumerate(steps, start=1)]


def payment(state: PaymentState) -> wire.Payment:
    return wire.Payment(
        payment_number=NUMBER,
        application_number=APPLICATION,
        state=state,
        method=PaymentMethod.CODE_SHOWN,
        amount_fen=2000,
    )


# --- what is unfinished ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "business"),
    [
        ((), ()),
        ((Step(StepKind.APPLICATION_MADE, APPLICATION), STARTED), ()),
        ((INTENDED, STARTED), (OPEN,)),
        ((INTENDED, LEFT_OPEN, ENDED), (OPEN,)),
        ((INTENDED, Step(StepKind.OUT_OF_SERVICE, "")), (OPEN,)),
        ((INTENDED, changed(PaymentState.CLOSED), STARTED), ()),
        ((INTENDED, changed(PaymentState.REFUNDED), STARTED), ()),
        ((INTENDED, changed(PaymentState.PAID), STARTED), (PAID,)),
        ((INTENDED, changed(PaymentState.CLOSED), changed(PaymentState.PAID), STARTED), (PAID,)),
        ((INTENDED, changed(PaymentState.PAID), SUBMISSION, STARTED), ()),
        ((INTENDED, ENDED, changed(PaymentState.PAID)), (PAID,)),
        ((INTENDED, STARTED, settled(NUMBER)), ()),
        ((PRINT, STARTED), (UnclearPrint(APPLICATION),)),
        ((PRINT, PRINTED, STARTED), ()),
        ((PRINT, Step(StepKind.NOT_PRINTED, "", PRINTED.facts), STARTED), ()),
        ((PRINT, NEXT_PRINT, PRINTED, STARTED), (UnclearPrint("A20261123002"),)),
        ((PRINT, ENDED, PRINTED, NEXT_PRINT, STARTED), (UnclearPrint("A20261123002"),)),
        ((PRINT, ENDED, NEXT_PRINT, PRINTED, STARTED), (UnclearPrint("A20261123002"),)),
        ((PRINT, STARTED, settled(APPLICATION), STARTED), ()),
    ],
)
def test_what_sessions_leave_behind(steps: tuple[Step, ...], business: tuple[object, ...]) -> None:
    assert left_behind(recorded(*steps)).business == business


@pytest.mark.parametrize("steps", [(INTENDED,), (STARTED, INTENDED), (ENDED, INTENDED, LEFT_OPEN), (STARTED, PRINT)])
def test_what_belongs_to_the_session_that_runs_is_left_to_the_engine(steps: tuple[Step, ...]) -> None:
    assert left_behind(recorded(*steps)).business == ()


def test_the_place_up_to_which_all_is_settled_stops_before_what_is_open() -> None:
    assert left_behind(recorded(STARTED, ENDED, INTENDED, ENDED, STARTED)).settled_seq == 2
    assert left_behind(recorded(STARTED, ENDED, INTENDED)) == LeftBehind((), 2)
    assert left_behind([]).settled_seq == 0


# --- what to do about it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (payment(PaymentState.PAID), Verdict.PAID),
        (payment(PaymentState.CREATED), Verdict.CANCEL),
        (payment(PaymentState.REQUESTED), Verdict.CANCEL),
        (payment(PaymentState.UNKNOWN), Verdict.ASK_AGAIN),
        (payment(PaymentState.CLOSED), Verdict.OVER),
        (payment(PaymentState.REFUND_DUE), Verdict.OVER),
        (payment(PaymentState.REFUNDED), Verdict.OVER),
        (AWAY, Verdict.ASK_AGAIN),
        (Refused(wire.ProblemCode.NOT_AUTHENTICATED), Verdict.ASK_AGAIN),
    ],
)
def test_each_answer_has_its_verdict(answer: wire.Payment | Refused | Silent, verdict: Verdict) -> None:
    assert verdict_on(answer, 0) is verdict


def test_a_number_is_unknown_to_the_backend_only_when_it_says_so_again_and_again() -> None:
    assert verdict_on(NOT_FOUND, NOT_FOUND_IS_CERTAIN_AFTER - 1) is Verdict.ASK_AGAIN
    assert verdict_on(NOT_FOUND, NOT_FOUND_IS_CERTAIN_AFTER) is Verdict.NEVER_ASKED


# --- settling --------------------------------------------------------------------------------------------------------

Answer = wire.Payment | Refused | Silent


@dataclass
class Desk:
    """Answers in turn; the last answer stays."""

    payments: list[Answer]
    cancellations: list[Answer] = field(default_factory=lambda: list[Answer]([AWAY]))
    cancelled: list[str] = field(default_factory=list[str])
    asked: list[str] = field(default_factory=list[str])

    def payment(self, payment_number: str) -> Answer:
        self.asked.append(payment_number)
        return self.payments.pop(0) if len(self.payments) > 1 else self.payments[0]

    def cancel_payment(self, payment_number: str) -> Answer:
        self.cancelled.append(payment_number)
        return self.cancellations.pop(0) if len(self.cancellations) > 1 else self.cancellations[0]

    def cancel(self) -> None:
        self.cancelled.append("the call under way")

    def close(self) -> None:
        pass


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(lambda: Store(tmp_path / "journal.sqlite", noon))
    journal.start()
    yield journal
    journal.stop()


def settling(journal: Journal, desk: Desk, *, on_ready: object = None, patience_s: float = LIMIT_S) -> Settling:
    ids = itertools.count()
    return Settling(
        journal,
        lambda: desk,
        lambda: Moment(0.0, NOON, f"id-{next(ids):06d}"),
        lambda: 0.0,
        lambda: None,
        on_ready or (lambda: None),  # type: ignore[arg-type]
        lambda where, _: pytest.fail(where),
        patience_s,
    )


def submissions(journal: Journal) -> list[str]:
    return journal.ask(lambda store: [each.item.key for each in store.waiting(Lane.MONEY)])


def kinds(journal: Journal) -> list[StepKind]:
    return journal.ask(lambda store: [each.step.kind for each in store.steps()])


def test_a_paid_application_is_submitted_once_under_the_key_that_follows_from_the_journal(journal: Journal) -> None:
    journal.commit((INTENDED, STARTED))
    for _ in range(3):
        assert settling(journal, Desk([payment(PaymentState.PAID)])).settle_once(Desk([payment(PaymentState.PAID)]))
    assert submissions(journal) == [PAID.key]
    assert kinds(journal)[2:] == [StepKind.PAYMENT_CHANGED, StepKind.SUBMISSION_INTENDED, StepKind.SETTLED]


def test_an_order_that_waits_for_its_payer_is_cancelled(journal: Journal) -> None:
    journal.commit((INTENDED, STARTED))
    desk = Desk([payment(PaymentState.REQUESTED)], [payment(PaymentState.CLOSED)])
    assert settling(journal, desk).settle_once(desk).remaining == 0
    assert (desk.cancelled, submissions(journal)) == ([NUMBER], [])


def test_a_payer_who_was_faster_than_the_cancellation_gets_what_was_paid_for(journal: Journal) -> None:
    journal.commit((INTENDED, STARTED))
    desk = Desk([payment(PaymentState.REQUESTED)], [payment(PaymentState.PAID)])
    settling(journal, desk).settle_once(desk)
    assert submissions(journal) == [PAID.key]


def test_nothing_is_decided_while_the_backend_is_silent(journal: Journal) -> None:
    journal.commit((INTENDED, STARTED))
    desk = Desk([AWAY])
    assert settling(journal, desk).settle_once(desk).remaining == 1
    assert kinds(journal) == [StepKind.PAYMENT_INTENDED, StepKind.STARTED]


def test_the_engine_and_settling_never_submit_the_same_application_twice(journal: Journal) -> None:
    journal.commit((INTENDED, STARTED))
    desk = Desk([payment(PaymentState.PAID)])

    def person_is_back(number: str) -> Answer:
        journal.commit((SUBMISSION,))
        return payment(PaymentState.PAID)

    desk.payment = person_is_back  # type: ignore[method-assign]
    settling(journal, desk).settle_once(desk)
    assert submissions(journal) == []


def test_a_slip_that_may_have_printed_is_noted_once(journal: Journal) -> None:
    journal.commit((PRINT, STARTED))
    desk = Desk([AWAY])
    for _ in range(2):
        settling(journal, desk).settle_once(desk)
    assert kinds(journal) == [StepKind.PRINT_BEGUN, StepKind.STARTED, StepKind.SETTLED]


def test_settled_business_is_not_read_again(journal: Journal) -> None:
    journal.commit((INTENDED, changed(PaymentState.CLOSED), STARTED))
    desk = Desk([AWAY])
    settling(journal, desk).settle_once(desk)
    assert journal.ask(lambda store: len(store.unsettled_steps())) == 0


def test_the_terminal_is_ready_as_soon_as_everything_is_settled(journal: Journal) -> None:
    journal.commit((INTENDED, STARTED))
    ready, desk = threading.Event(), Desk([NOT_FOUND])
    running = settling(journal, desk, on_ready=ready.set)
    running.start()
    assert ready.wait(LIMIT_S)
    assert StepKind.SETTLED in kinds(journal)
    assert len(desk.asked) == NOT_FOUND_IS_CERTAIN_AFTER
    running.stop(LIMIT_S)


def test_an_unreachable_backend_does_not_keep_the_terminal_closed(journal: Journal) -> None:
    journal.commit((INTENDED, STARTED))
    ready, desk = threading.Event(), Desk([AWAY])
    running = settling(journal, desk, on_ready=ready.set, patience_s=0.0)
    running.start()
    assert ready.wait(LIMIT_S)
    assert StepKind.SETTLED not in kinds(journal)
    running.stop(LIMIT_S)


def test_a_session_that_leaves_a_payment_open_is_settled_while_the_terminal_runs(journal: Journal) -> None:
    journal.commit((STARTED,))
    asked = threading.Event()
    desk = Desk([payment(PaymentState.PAID)])
    answer = desk.payment

    def answer_and_tell(number: str) -> Answer:
        asked.set()
        return answer(number)

    desk.payment = answer_and_tell  # type: ignore[method-assign]
    ready = threading.Event()
    running = settling(journal, desk, on_ready=ready.set)
    running.start()
    assert ready.wait(LIMIT_S)
    journal.commit((INTENDED, LEFT_OPEN, ENDED))
    running.wake()
    assert asked.wait(LIMIT_S)
    running.stop(LIMIT_S)
    assert submissions(journal) == [PAID.key]


ORDINARY = (STARTED, INTENDED, changed(PaymentState.PAID), SUBMISSION, PRINT, PRINTED, ENDED)
ANSWERS = st.sampled_from([AWAY, NOT_FOUND, *(payment(state) for state in PaymentState)])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut_after=st.integers(1, len(ORDINARY)),
    answers=st.lists(ANSWERS, max_size=4),
    restart_every=st.integers(1, 3),
    is_paid=st.booleans(),
)
def test_wherever_a_session_is_cut_off_paid_means_submitted_once_and_unpaid_never(
    tmp_path_factory: pytest.TempPathFactory, cut_after: int, answers: list[Answer], restart_every: int, is_paid: bool
) -> None:
    """A payment that ended stays ended: after the first final answer the backend repeats it."""
    journal = Journal(lambda: Store(tmp_path_factory.mktemp("cut") / "journal.sqlite", noon))
    journal.start()
    journal.commit((*ORDINARY[:cut_after], STARTED))
    final = payment(PaymentState.PAID if is_paid else PaymentState.CLOSED)
    passing = [each for each in answers if verdict_on(each, 1) is Verdict.ASK_AGAIN and each is not NOT_FOUND]
    desk = Desk([*passing, final])
    running, round_ = settling(journal, desk), None
    for number in range(8):
        if number % restart_every == 0:
            running, round_ = settling(journal, desk), None
        round_ = running.settle_once(desk, round_) if round_ else running.settle_once(desk)
    assert round_
    assert round_.remaining == 0
    intended = kinds(journal).count(StepKind.SUBMISSION_INTENDED)
    must_submit = cut_after >= 3 or (cut_after == 2 and is_paid)
    journal.stop()
    assert intended == int(must_submit)
