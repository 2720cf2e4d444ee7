"""Chapter 7a: what cannot be finished now. The person gets a slip with the numbers and may leave, or wait: late answers
are heard as long as the page is there, and afterwards the outbox, the settling and the backend go on without it.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.application import ApplicationState, PaymentState
from kiosk.domain.receipt import InterimKind
from kiosk.flow.effects import AskPayment, CallStaff, CancelPayment
from kiosk.flow.ending import leave
from kiosk.flow.events import (
    ApplicationAnswered,
    CentralRefused,
    CentralSilent,
    Event,
    PaymentAnswered,
    Ticked,
    Touched,
)
from kiosk.flow.facts import ApplicationFacts, Moment, PaymentFacts
from kiosk.flow.paying import submit
from kiosk.flow.situations import (
    ChoosingPayment,
    PaymentBeingChecked,
    PrintJob,
    SubmissionDelayed,
    SubmissionRefused,
    Submitted,
    Submitting,
)
from kiosk.flow.slips import heard_of, print_interim
from kiosk.flow.terminal import Result, Terminal, answer, application_of, go, session_of, turn
from kiosk.flow.texts import text
from kiosk.flow.touches import OptionChosen
from kiosk.flow.views import Line, Option, Phase, Picture, ProblemView, WorkingView

NOT_FOUND_IS_CERTAIN_AFTER = 4
"""Answers: a request that was on its way when the page appeared has arrived, or failed, by then."""
NO_CARD = (ApplicationState.REJECTED, ApplicationState.CANCELLED)

# --- a payment nobody can tell yet -----------------------------------------------------------------------------------


def on_payment_being_checked(terminal: Terminal, situation: PaymentBeingChecked, event: Event, now: Moment) -> Result:
    number = situation.payment_number
    slip = heard_of(situation.slip, event, now)
    if slip is not None:
        return turn(terminal, replace(situation, slip=slip))
    match event:
        case PaymentAnswered(payment) if payment.payment_number == number:
            return _late_answer(terminal, situation, payment, now)
        case CentralRefused(ref, "not_found") if ref == number:
            return _not_found(terminal, situation, now)
        case Ticked() if now.mono_s >= situation.next_poll_s:
            return _poll(terminal, situation, now)
        case Touched(OptionChosen("print_again")) if situation.slip.phase is Phase.TROUBLE:
            job, effect = print_interim(terminal, InterimKind.PAYMENT_CHECKED, now, situation.slip, number)
            return turn(terminal, replace(situation, slip=job), effect)
        case Touched(OptionChosen("finish")):
            return leave(terminal, now, "payment_left_open")
        case _:
            return terminal, ()


def _late_answer(terminal: Terminal, situation: PaymentBeingChecked, payment: PaymentFacts, now: Moment) -> Result:
    match payment.state:
        case PaymentState.PAID:
            return submit(answer(terminal, payment=payment), now)
        case PaymentState.CLOSED:
            return go(terminal, ChoosingPayment("checked"), now)
        case PaymentState.REFUND_DUE | PaymentState.REFUNDED:
            return go(terminal, ChoosingPayment("refunded"), now)
        case PaymentState.CREATED | PaymentState.REQUESTED:
            return turn(terminal, replace(situation, is_cancelling=True, times_not_found=0))
        case PaymentState.UNKNOWN:
            return turn(terminal, replace(situation, times_not_found=0))


def _not_found(terminal: Terminal, situation: PaymentBeingChecked, now: Moment) -> Result:
    times = situation.times_not_found + 1
    if times >= NOT_FOUND_IS_CERTAIN_AFTER:
        return go(terminal, ChoosingPayment("checked"), now)
    return turn(terminal, replace(situation, times_not_found=times))


def _poll(terminal: Terminal, situation: PaymentBeingChecked, now: Moment) -> Result:
    """An order that is known to be open is withdrawn; the answer to that tells its state as well."""
    number, next_poll_s = situation.payment_number, now.mono_s + terminal.timeouts.poll_payment_s
    question = CancelPayment(number) if situation.is_cancelling else AskPayment(number)
    return turn(terminal, replace(situation, next_poll_s=next_poll_s), question)


def view_payment_being_checked(situation: PaymentBeingChecked) -> ProblemView:
    return ProblemView(
        title=text("being_checked.title"),
        lines=(
            Line(text("being_checked.do_not_pay_again"), Picture.WARNING),
            Line(text("being_checked.settled"), Picture.MONEY),
            _slip_line(situation.slip),
        ),
        options=_options(situation.slip),
        reference=text("reference.payment", number=situation.payment_number),
        is_serious=True,
    )


# --- the submission --------------------------------------------------------------------------------------------------


def on_submitting(terminal: Terminal, situation: Submitting, event: Event, now: Moment) -> Result:
    match event:
        case ApplicationAnswered(situation.ref, application):
            return _submission_answered(terminal, application, now)
        case CentralRefused(situation.ref, _):
            return _refused(terminal, now)
        case CentralSilent(situation.ref):
            job, effect = print_interim(terminal, InterimKind.SUBMISSION_DELAYED, now)
            return go(terminal, SubmissionDelayed(situation.ref, job), now, effect)
        case _:
            return terminal, ()


def _submission_answered(terminal: Terminal, application: ApplicationFacts, now: Moment) -> Result:
    known = answer(terminal, application=application)
    if application.submitted_at is None:
        return _refused(known, now)
    return go(known, Submitted(), now)


def view_submitting(terminal: Terminal) -> WorkingView:
    title = text("submitting.title" if application_of(terminal).fee_fen else "submitting.title_free")
    return WorkingView(title, text("submitting.detail"), Picture.CARD)


def on_submission_delayed(terminal: Terminal, situation: SubmissionDelayed, event: Event, now: Moment) -> Result:
    slip = heard_of(situation.slip, event, now)
    if slip is not None:
        return turn(terminal, replace(situation, slip=slip))
    match event:
        case ApplicationAnswered(situation.ref, application):
            return _submission_answered(terminal, application, now)
        case CentralRefused(situation.ref, _):
            return _refused(terminal, now)
        case Touched(OptionChosen("print_again")) if situation.slip.phase is Phase.TROUBLE:
            job, effect = print_interim(terminal, InterimKind.SUBMISSION_DELAYED, now, situation.slip)
            return turn(terminal, replace(situation, slip=job), effect)
        case Touched(OptionChosen("finish")):
            return leave(terminal, now, "submission_delayed")
        case _:
            return terminal, ()


def view_submission_delayed(terminal: Terminal, situation: SubmissionDelayed) -> ProblemView:
    application = application_of(terminal)
    is_paid = application.fee_fen > 0
    return ProblemView(
        title=text("submission_delayed.title" if is_paid else "submission_delayed_free.title"),
        lines=(
            Line(text("submission_delayed.sent_again"), Picture.NETWORK),
            Line(text("submission_delayed.kept" if is_paid else "submission_delayed_free.kept"), Picture.TICK),
            _slip_line(situation.slip),
        ),
        options=_options(situation.slip),
        reference=text("reference", number=application.application_number),
    )


# --- refused for good ------------------------------------------------------------------------------------------------


def _refused(terminal: Terminal, now: Moment) -> Result:
    """Sending it again changes nothing, so a person has to look at it: the office hears of it at once."""
    is_rejected = application_of(terminal).state in NO_CARD
    job, effect = print_interim(terminal, _kind_of(is_rejected=is_rejected), now)
    called = replace(terminal, session=replace(session_of(terminal), is_staff_called=True))
    return go(called, SubmissionRefused(job, is_rejected), now, effect, CallStaff(SubmissionRefused.__name__))


def _kind_of(*, is_rejected: bool) -> InterimKind:
    return InterimKind.REJECTED if is_rejected else InterimKind.WITH_THE_OFFICE


def on_submission_refused(terminal: Terminal, situation: SubmissionRefused, event: Event, now: Moment) -> Result:
    slip = heard_of(situation.slip, event, now)
    if slip is not None:
        return turn(terminal, replace(situation, slip=slip))
    match event:
        case Touched(OptionChosen("print_again")) if situation.slip.phase is Phase.TROUBLE:
            kind = _kind_of(is_rejected=situation.is_rejected)
            job, effect = print_interim(terminal, kind, now, situation.slip)
            return turn(terminal, replace(situation, slip=job), effect)
        case Touched(OptionChosen("finish")):
            return leave(terminal, now, "submission_refused")
        case _:
            return terminal, ()


def view_submission_refused(terminal: Terminal, situation: SubmissionRefused) -> ProblemView:
    application = application_of(terminal)
    kind = _kind_of(is_rejected=situation.is_rejected).value
    return ProblemView(
        title=text(f"refused.{kind}.title"),
        lines=(
            Line(text(f"refused.{kind}.what"), Picture.STAFF),
            Line(text(f"refused.{kind}.money" if application.fee_fen else f"refused.{kind}.free"), Picture.MONEY),
            _slip_line(situation.slip),
        ),
        options=_options(situation.slip),
        reference=text("reference", number=application.application_number),
        is_serious=True,
    )


# --- the slip on these pages -----------------------------------------------------------------------------------------


def _slip_line(slip: PrintJob) -> Line:
    match slip.phase:
        case Phase.DONE:
            return Line(text("interim.printed"), Picture.RECEIPT)
        case Phase.TROUBLE:
            doubt = "interim.unclear" if slip.may_have_printed else "interim.not_printed"
            return Line(text(doubt), Picture.WARNING)
        case Phase.WORKING | Phase.WAITING:
            return Line(text("interim.printing"), Picture.RECEIPT)


def _options(slip: PrintJob) -> tuple[Option, ...]:
    leaving = Option("finish", text("interim.finish"), is_primary=True)
    if slip.phase is Phase.TROUBLE:
        return (Option("print_again", text("interim.print_again"), picture=Picture.PRINTER), leaving)
    return (leaving,)
