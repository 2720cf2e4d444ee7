"""What a cut-off session left: found in the journal, settled with the backend, before the attract screen and after.

| left behind | what is done |
|---|---|
| application made, not paid | nothing: the person can go on with it at any terminal |
| payment open | the backend is asked about the same number until it is paid, closed or was never heard of; an order that still waits for the payer is cancelled |
| paid, not submitted | submitted through the outbox, under one key that follows from the journal |
| submission undelivered | the outbox holds it |
| print begun, outcome unknown | noted for staff: it may have printed |
"""  # noqa: E501  a table

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import assert_never

from kiosk.central import wire
from kiosk.central.errors import Refused, Silent
from kiosk.domain.application import PaymentState
from kiosk.flow.facts import Moment
from kiosk.journal.entries import JournalError, JournalFullError, OutboxItem, Step, StepKind
from kiosk.journal.journal import Journal
from kiosk.journal.reading import RecordedStep
from kiosk.journal.store import Store
from kiosk.services.ports import PaymentDesk
from kiosk.services.recording import event_items, payment_changed, submission_intended, submission_item
from kiosk.services.records import payment_of

# --- what is unfinished: pure ----------------------------------------------------------------------------------------

SESSION_OVER = frozenset({StepKind.STARTED, StepKind.SESSION_ENDED, StepKind.OUT_OF_SERVICE})
"""After one of these nobody stands there any more who waits for what came before."""
PAYMENT_OVER = frozenset({PaymentState.CLOSED, PaymentState.REFUND_DUE, PaymentState.REFUNDED})
NOT_FOUND_IS_CERTAIN_AFTER = 4
"""Answers, so about two seconds: a request of the cut-off program may still be on its way at the first ones."""


@dataclass(frozen=True)
class OpenPayment:
    """Nobody knows yet whether money moved."""

    payment_number: str
    application_number: str
    damaged_card: str


@dataclass(frozen=True)
class PaidApplication:
    """Money moved, and the application was not made final."""

    payment_number: str
    application_number: str
    damaged_card: str

    @property
    def key(self) -> str:
        """The one idempotency key of its submission, however often the terminal is cut off while settling."""
        return hashlib.sha256(f"submission:{self.application_number}:{self.payment_number}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class UnclearPrint:
    """A slip was begun, and nobody knows what came out."""

    application_number: str


Unfinished = OpenPayment | PaidApplication | UnclearPrint


@dataclass(frozen=True)
class LeftBehind:
    """`settled_seq`: nothing up to this step needs looking at again; the session that runs now lies behind it."""

    business: tuple[Unfinished, ...] = ()
    settled_seq: int = 0


def left_behind(steps: Sequence[RecordedStep]) -> LeftBehind:
    """What sessions that are over left unfinished. What belongs to the session that runs now is the engine's."""
    over_at = max((each.seq for each in steps if each.step.kind in SESSION_OVER), default=0)
    payments = _payments(steps, over_at)
    prints = {seq: left for seq, left in _unclear_prints(steps).items() if seq <= over_at}
    business = (*payments.values(), *prints.values())
    oldest = min((*payments, *prints), default=over_at + 1)
    return LeftBehind(tuple(business), oldest - 1)


def _payments(steps: Sequence[RecordedStep], over_at: int) -> dict[int, OpenPayment | PaidApplication]:
    """By the step of their intent. A word that came after the session counts; an intent after it is the engine's."""
    submitted = {each.step.subject for each in steps if each.step.kind is StepKind.SUBMISSION_INTENDED}
    found: dict[int, OpenPayment | PaidApplication] = {}
    for each in steps:
        if each.seq > over_at or each.step.kind is not StepKind.PAYMENT_INTENDED:
            continue
        left = _standing_of(each.step, steps)
        if left is not None and not (isinstance(left, PaidApplication) and left.application_number in submitted):
            found[each.seq] = left
    return found


def _standing_of(intent: Step, steps: Iterable[RecordedStep]) -> OpenPayment | PaidApplication | None:
    """The newest word about this payment decides; late money after a closing counts."""
    facts = dict(intent.facts)
    numbers = (intent.subject, str(facts["application_number"]), str(facts["damaged_card"]))
    standing: OpenPayment | PaidApplication | None = OpenPayment(*numbers)
    for each in steps:
        if each.step.subject != intent.subject:
            continue
        if each.step.kind is StepKind.SETTLED:
            standing = None
        elif each.step.kind is StepKind.PAYMENT_CHANGED:
            state = PaymentState(str(dict(each.step.facts)["state"]))
            standing = PaidApplication(*numbers) if state is PaymentState.PAID else None
    return standing


def _unclear_prints(steps: Iterable[RecordedStep]) -> dict[int, UnclearPrint]:
    """By the step in which they were begun. An outcome belongs to the slip of its job."""
    found: dict[int, UnclearPrint] = {}
    begun: dict[str, int] = {}
    for each in steps:
        job = str(dict(each.step.facts).get("job", ""))
        match each.step.kind:
            case StepKind.PRINT_BEGUN:
                found[each.seq] = UnclearPrint(each.step.subject)
                begun[job] = each.seq
            case StepKind.PRINTED | StepKind.NOT_PRINTED if job in begun:
                found.pop(begun.pop(job), None)
            case StepKind.SETTLED:
                found = {seq: left for seq, left in found.items() if left.application_number != each.step.subject}
            case _:
                pass
    return found


# --- what to do about an open payment: pure --------------------------------------------------------------------------


class Verdict(Enum):
    ASK_AGAIN = "ask_again"
    CANCEL = "cancel"
    PAID = "paid"
    OVER = "over"
    NEVER_ASKED = "never_asked"


def verdict_on(answer: wire.Payment | Refused | Silent, times_not_found: int) -> Verdict:
    """`times_not_found` counts this answer too."""
    match answer:
        case wire.Payment(state=PaymentState.PAID):
            return Verdict.PAID
        case wire.Payment(state=PaymentState.CREATED | PaymentState.REQUESTED):
            return Verdict.CANCEL
        case wire.Payment(state=PaymentState.UNKNOWN):
            return Verdict.ASK_AGAIN
        case wire.Payment():
            return Verdict.OVER
        case Refused(code=wire.ProblemCode.NOT_FOUND) if times_not_found >= NOT_FOUND_IS_CERTAIN_AFTER:
            return Verdict.NEVER_ASKED
        case Refused() | Silent():
            return Verdict.ASK_AGAIN


# --- settling --------------------------------------------------------------------------------------------------------

PATIENCE_S = 5.0
"""How long the start waits for the backend before the attract screen appears all the same."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 60.0
LOOK_EVERY_S = 30.0


@dataclass(frozen=True)
class Round:
    """How far settling has come."""

    remaining: int = 0
    times_not_found: tuple[tuple[str, int], ...] = ()


class Settling:
    """One thread. `on_ready` is called once: when nothing is left, or after `patience_s`; then it goes on by itself."""

    def __init__(
        self,
        journal: Journal,
        open_desk: Callable[[], PaymentDesk],
        moment: Callable[[], Moment],
        random_unit: Callable[[], float],
        wake_outbox: Callable[[], None],
        on_ready: Callable[[], None],
        on_bug: Callable[[str, BaseException], None],
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._journal = journal
        self._desk = open_desk()
        self._moment = moment
        self._random_unit = random_unit
        self._wake_outbox = wake_outbox
        self._on_ready = on_ready
        self._on_bug = on_bug
        self._patience_s = patience_s
        self._settled = threading.Event()
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._threads = (
            threading.Thread(target=self._run, name="settling", daemon=True),
            threading.Thread(target=self._wait_until_ready, name="settling-limit", daemon=True),
        )

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float) -> None:
        """End a question that is under way too; what it would have said is asked for at the next start."""
        self._stopping.set()
        self._desk.cancel()
        self._wake.set()
        self._settled.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(timeout_s)

    def wake(self) -> None:
        """A session has ended, or the backend is back."""
        self._wake.set()

    # --- the threads -----------------------------------------------------------------------------------------------

    def _wait_until_ready(self) -> None:
        self._settled.wait(self._patience_s)
        if not self._stopping.is_set():
            self._on_ready()

    def _run(self) -> None:
        round_, failures = Round(), 0
        while not self._stopping.is_set():
            try:
                round_ = self.settle_once(self._desk, round_)
            except JournalFullError:
                round_ = replace(round_, remaining=1)
            except JournalError:
                break  # the engine learns of it at its next commit and stops sales
            except Exception as error:  # noqa: BLE001  the one broad handler of this thread
                self._on_bug("settling_failed", error)
                round_ = replace(round_, remaining=1)
            failures = failures + 1 if round_.remaining else 0
            if not round_.remaining:
                self._settled.set()
            self._wake.wait(self._pause_s(failures))
            self._wake.clear()
        self._desk.close()

    def _pause_s(self, failures: int) -> float:
        """Short while somebody waits for the start, then longer with jitter."""
        if failures == 0:
            return LOOK_EVERY_S
        if not self._settled.is_set() and failures <= self._patience_s / FIRST_PAUSE_S:
            return FIRST_PAUSE_S
        return FIRST_PAUSE_S + self._random_unit() * min(LONGEST_PAUSE_S, 2.0 ** min(failures, 10))

    # --- one round -------------------------------------------------------------------------------------------------

    def settle_once(self, desk: PaymentDesk, before: Round = Round()) -> Round:
        """Everything that sessions left behind, once."""
        steps = self._journal.ask(lambda store: store.unsettled_steps())
        left = left_behind(steps)
        not_found = dict(before.times_not_found)
        remaining = 0
        for each in left.business:
            if self._stopping.is_set():
                break
            remaining += not self._settle(desk, each, not_found)
        if steps and steps[0].seq <= left.settled_seq:
            self._journal.ask(lambda store: store.mark_settled(left.settled_seq))
        return Round(remaining, tuple(not_found.items()))

    def _settle(self, desk: PaymentDesk, left: Unfinished, not_found: dict[str, int]) -> bool:
        """True when it is settled now."""
        match left:
            case OpenPayment():
                return self._settle_payment(desk, left, not_found)
            case PaidApplication():
                return self._submit(left)
            case UnclearPrint(application_number):
                return self._note(application_number, "may_have_printed")
            case _:
                assert_never(left)

    def _settle_payment(self, desk: PaymentDesk, left: OpenPayment, not_found: dict[str, int]) -> bool:
        number = left.payment_number
        answer = self._ask(desk.payment, number, not_found)
        if verdict_on(answer, not_found.get(number, 0)) is Verdict.CANCEL:
            answer = self._ask(desk.cancel_payment, number, not_found)
        verdict = verdict_on(answer, not_found.get(number, 0))
        if isinstance(answer, wire.Payment) and verdict in (Verdict.PAID, Verdict.OVER):
            self._commit((payment_changed(payment_of(answer)),))
        match verdict:
            case Verdict.PAID:
                return self._submit(PaidApplication(number, left.application_number, left.damaged_card))
            case Verdict.OVER | Verdict.NEVER_ASKED:
                return self._note(number, verdict.value)
            case Verdict.ASK_AGAIN | Verdict.CANCEL:
                return False

    def _ask(
        self,
        question: Callable[[str], wire.Payment | Refused | Silent],
        number: str,
        not_found: dict[str, int],
    ) -> wire.Payment | Refused | Silent:
        answer = question(number)
        if isinstance(answer, Refused) and answer.code is wire.ProblemCode.NOT_FOUND:
            not_found[number] = not_found.get(number, 0) + 1
        return answer

    def _submit(self, paid: PaidApplication) -> bool:
        """Intent and delivery in one transaction, unless the engine was faster."""
        now = self._moment()

        def commit(store: Store) -> None:
            if any(_is_submission_of(each.step, paid.application_number) for each in store.unsettled_steps()):
                return
            steps = (
                submission_intended(paid.key, paid.application_number, paid.damaged_card),
                Step(StepKind.SETTLED, paid.payment_number, (("outcome", "submitted"),)),
            )
            item = submission_item(paid.key, paid.application_number, paid.damaged_card)
            store.commit(steps, (item, *event_items(steps, now)))

        self._journal.ask(commit)
        self._wake_outbox()
        return True

    def _note(self, subject: str, outcome: str) -> bool:
        self._commit((Step(StepKind.SETTLED, subject, (("outcome", outcome),)),))
        return True

    def _commit(self, steps: tuple[Step, ...]) -> None:
        deliveries: tuple[OutboxItem, ...] = event_items(steps, self._moment())
        self._journal.commit(steps, deliveries)


def _is_submission_of(step: Step, application_number: str) -> bool:
    return step.kind is StepKind.SUBMISSION_INTENDED and step.subject == application_number
