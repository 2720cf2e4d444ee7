"""Where an application is: its timeline, what can be done next, and doing it."""

from __future__ import annotations

from typing import Final

from kiosk.domain.application import PaymentMethod, Reason
from kiosk.domain.beijing_time import in_beijing
from kiosk.domain.errands import CardHandInState, Errand, NextAction, StepMark
from kiosk.domain.money import Money
from kiosk.flow.delivering import per_page
from kiosk.flow.effects import AskPayment
from kiosk.flow.errands.effects import CancelApplication, ResumeApplication
from kiosk.flow.errands.events import ApplicationResumed, ApplicationWithdrawn, ProgressArrived
from kiosk.flow.errands.facts import Purpose, Tracked, TrackedStep
from kiosk.flow.errands.purposes import purposed
from kiosk.flow.errands.situations_own import (
    AskingToCancel,
    Cancelled,
    Cancelling,
    ChoosingApplication,
    ChoosingErrand,
    ReadingProgress,
    Resuming,
    ReviewingCertificate,
    ShowingProgress,
)
from kiosk.flow.events import CentralRefused, CentralSilent, Event, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.identifying import take_up
from kiosk.flow.paging import page_of, turned
from kiosk.flow.situations import HandingIn, Paying, ReviewingRecord, Troubled
from kiosk.flow.terminal import Result, Terminal, answer, back, go, leave, no_way_back, session_of, turn
from kiosk.flow.texts import Text, literal, text
from kiosk.flow.touches import Confirmed, Declined, OptionChosen, PageTurned
from kiosk.flow.views import ChoiceView, DoneView, ExplainView, Line, Option, Picture, RecordView, Row, WorkingView

APPLICATIONS_PER_PAGE = 4
FIRST: Final = (Errand.PAY, Errand.SUBMIT, Errand.HAND_IN_CARD, Errand.CERTIFICATE, Errand.CANCEL)
"""Which errand is offered before which."""
PICTURES: Final = {
    Errand.PAY: Picture.MONEY,
    Errand.SUBMIT: Picture.TICK,
    Errand.HAND_IN_CARD: Picture.HAND_IN,
    Errand.CERTIFICATE: Picture.CERTIFICATE,
    Errand.CANCEL: Picture.WARNING,
}


def tracked_of(terminal: Terminal, application_number: str) -> Tracked:
    """One of the person's applications; raises RuntimeError for any other number."""
    found = (one for one in session_of(terminal).answers.tracked if one.number == application_number)
    tracked = next(found, None)
    if tracked is None:
        raise RuntimeError("not an application of this person")
    return tracked


# --- asking ----------------------------------------------------------------------------------------------------------


def on_reading_progress(terminal: Terminal, situation: ReadingProgress, event: Event, now: Moment) -> Result:
    match event:
        case ProgressArrived(situation.ref, applications):
            return _arrived(answer(terminal, tracked=applications), now)
        case CentralRefused(situation.ref, code):
            return go(terminal, Troubled(code, ("finish",)), now)
        case CentralSilent(situation.ref):
            return go(terminal, Troubled("progress_silent", ("again", "finish"), again_to=ReviewingRecord()), now)
        case _:
            return terminal, ()


def _arrived(terminal: Terminal, now: Moment) -> Result:
    wanted = _wanted(terminal)
    if not wanted:
        is_certificate = session_of(terminal).purpose is Purpose.CERTIFICATE
        return go(terminal, Troubled("no_certificate" if is_certificate else "no_application", ("finish",)), now)
    return _opened(terminal, wanted[0], now) if len(wanted) == 1 else go(terminal, ChoosingApplication(), now)


def _wanted(terminal: Terminal) -> tuple[Tracked, ...]:
    """The applications that this errand can be about."""
    session = session_of(terminal)
    if session.purpose is not Purpose.CERTIFICATE:
        return session.answers.tracked
    return tuple(one for one in session.answers.tracked if Errand.CERTIFICATE in one.errands)


def _opened(terminal: Terminal, tracked: Tracked, now: Moment) -> Result:
    is_certificate = session_of(terminal).purpose is Purpose.CERTIFICATE
    shown = ReviewingCertificate(tracked.number) if is_certificate else ShowingProgress(tracked.number)
    return go(terminal, shown, now)


def view_reading_progress() -> WorkingView:
    return WorkingView(text("own.progress.reading"), text("own.progress.reading.detail"), Picture.CALENDAR)


# --- which one -------------------------------------------------------------------------------------------------------


def on_choosing_application(terminal: Terminal, situation: ChoosingApplication, event: Event, now: Moment) -> Result:
    wanted = _wanted(terminal)
    match event:
        case Touched(PageTurned(by)):
            page = turned(situation.page, by, len(wanted), per_page(terminal, APPLICATIONS_PER_PAGE))
            return turn(terminal, ChoosingApplication(page))
        case Touched(OptionChosen(number)) if any(one.number == number for one in wanted):
            return _opened(terminal, tracked_of(terminal, number), now)
        case _:
            return terminal, ()


def view_choosing_application(terminal: Terminal, situation: ChoosingApplication) -> ChoiceView:
    shown, pages = page_of(_wanted(terminal), situation.page, per_page(terminal, APPLICATIONS_PER_PAGE))
    return ChoiceView(
        question=text("own.which"),
        options=tuple(_application_option(tracked) for tracked in shown),
        layout="list",
        page=situation.page,
        pages=pages,
    )


def _application_option(tracked: Tracked) -> Option:
    return Option(
        tracked.number,
        text("own.which.title", date=in_beijing(tracked.applied_at).date(), reason=reason_text(tracked)),
        text("own.which.about", number=tracked.number, state=state_text(tracked)),
        Picture.CARD_LOST if tracked.application.reason is Reason.LOST else Picture.CARD_DAMAGED,
        is_private=True,
    )


def reason_text(tracked: Tracked) -> Text:
    return text(f"own.reason.{tracked.application.reason.value.lower()}")


def state_text(tracked: Tracked) -> Text:
    return text(f"own.state.{tracked.application.state.value.lower()}")


# --- the timeline ----------------------------------------------------------------------------------------------------


def on_showing_progress(terminal: Terminal, situation: ShowingProgress, event: Event, now: Moment) -> Result:
    tracked = tracked_of(terminal, situation.application_number)
    foremost, others = _foremost(tracked), _others(tracked)
    match event:
        case Touched(Confirmed()):
            return _do(terminal, tracked, foremost, now) if foremost else leave(terminal, now)
        case Touched(Declined()) if others:
            return go(terminal, ChoosingErrand(tracked.number), now)
        case Touched(Declined()) if foremost:
            return leave(terminal, now)
        case _:
            return terminal, ()


def _foremost(tracked: Tracked) -> Errand | None:
    """The one thing that a large button offers; never to cancel."""
    return next((errand for errand in FIRST if errand in tracked.errands and errand is not Errand.CANCEL), None)


def _others(tracked: Tracked) -> tuple[Errand, ...]:
    foremost = _foremost(tracked)
    return tuple(errand for errand in FIRST if errand in tracked.errands and errand is not foremost)


def view_showing_progress(terminal: Terminal, situation: ShowingProgress) -> RecordView:
    tracked = tracked_of(terminal, situation.application_number)
    foremost, others = _foremost(tracked), _others(tracked)
    decline = "own.other_things" if others else "own.finish" if foremost else None
    return RecordView(
        title=text("own.progress.title", state=state_text(tracked)),
        rows=(
            Row("number", text("submitted.number"), literal(tracked.number)),
            *(
                Row(f"step{number}_{each.state.value.lower()}", _label(each), _when(each), mark=each.mark)
                for number, each in enumerate(tracked.timeline, start=1)
            ),
        ),
        confirm=text(f"own.errand.{foremost.value}") if foremost else text("own.finish"),
        decline=text(decline) if decline else None,
        hint=_next_text(terminal, tracked),
    )


def _label(step: TrackedStep) -> Text:
    return text(f"own.timeline.{step.state.value.lower()}")


def _when(step: TrackedStep) -> Text:
    mark = step.mark.value
    if step.mark is StepMark.TO_COME:
        return text("own.step.by", date=step.expected) if step.expected else text("own.step.to_come")
    return text(f"own.step.{mark}.on", date=in_beijing(step.at).date()) if step.at else text(f"own.step.{mark}")


def _next_text(terminal: Terminal, tracked: Tracked) -> Text:
    """What the person does next. A card that is due comes before waiting."""
    action = tracked.next_action
    if action is NextAction.WAIT and tracked.card_hand_in is CardHandInState.OVERDUE:
        action = NextAction.HAND_IN_CARD
    if action is NextAction.PAY and tracked.pay_by is not None:
        fee, pay_by = Money(tracked.application.fee_fen), in_beijing(tracked.pay_by)
        return text("own.next.pay_by", fee=fee, moment=pay_by)
    hotlines = "  ".join(session_of(terminal).reference.hotlines)
    return text("own.next.call", numbers=hotlines) if action is NextAction.CALL else text(f"own.next.{action.value}")


# --- what to do about it ---------------------------------------------------------------------------------------------


def on_choosing_errand(terminal: Terminal, situation: ChoosingErrand, event: Event, now: Moment) -> Result:
    tracked = tracked_of(terminal, situation.application_number)
    match event:
        case Touched(OptionChosen("finish")):
            return leave(terminal, now)
        case Touched(OptionChosen(word)) if word in tracked.errands:
            return _do(terminal, tracked, Errand(word), now)
        case _:
            return terminal, ()


def view_choosing_errand(terminal: Terminal, situation: ChoosingErrand) -> ChoiceView:
    tracked = tracked_of(terminal, situation.application_number)
    offered = [errand for errand in FIRST if errand in tracked.errands]
    return ChoiceView(
        question=text("own.errands.question"),
        hint=text("reference", number=tracked.number),
        options=(
            *(
                Option(
                    each.value,
                    text(f"own.errand.{each.value}"),
                    text(f"own.errand.{each.value}.about"),
                    PICTURES[each],
                )
                for each in offered
            ),
            Option("finish", text("own.finish"), text("own.finish.about"), Picture.TICK),
        ),
        layout="list",
    )


def _do(terminal: Terminal, tracked: Tracked, errand: Errand, now: Moment) -> Result:
    number = tracked.number
    match errand:
        case Errand.PAY | Errand.SUBMIT:
            effect = ResumeApplication(now.fresh_id, number, _token(terminal))
            return go(terminal, Resuming(now.fresh_id, number), now, effect)
        case Errand.CANCEL:
            return go(terminal, AskingToCancel(number), now)
        case Errand.CERTIFICATE:
            return go(terminal, ReviewingCertificate(number), now)
        case Errand.HAND_IN_CARD:
            chosen = answer(terminal, application=tracked.application, reason=tracked.application.reason)
            return go(chosen, HandingIn(), now)


def _token(terminal: Terminal) -> str:
    person = session_of(terminal).answers.person
    if person is None:
        raise RuntimeError("an errand without a person")
    return person.token


# --- pay or submit ---------------------------------------------------------------------------------------------------


def on_resuming(terminal: Terminal, situation: Resuming, event: Event, now: Moment) -> Result:
    number = situation.application_number
    match event:
        case ApplicationResumed(situation.ref, application, None):
            return take_up(purposed(terminal, Purpose.REPLACE), application, now)
        case ApplicationResumed(situation.ref, application, str() as open_payment):
            going_on = answer(purposed(terminal, Purpose.REPLACE), application=application, reason=application.reason)
            return _ask_about(no_way_back(going_on), open_payment, now)
        case CentralRefused(situation.ref, code):
            return go(terminal, Troubled(code, ("finish",), number), now)
        case CentralSilent(situation.ref):
            again_to = ShowingProgress(number)
            return go(terminal, Troubled("progress_silent", ("again", "finish"), number, again_to=again_to), now)
        case _:
            return terminal, ()


def _ask_about(terminal: Terminal, payment_number: str, now: Moment) -> Result:
    """A payment that is open already is waited for under its own number; nobody pays twice."""
    timeouts = terminal.timeouts
    paying = Paying(
        payment_number=payment_number,
        method=PaymentMethod.CODE_SHOWN,
        next_poll_s=now.mono_s + timeouts.poll_payment_s,
        repeat_from_s=float("inf"),
        deadline_s=now.mono_s + timeouts.pay_s,
    )
    return go(terminal, paying, now, AskPayment(payment_number))


def view_resuming() -> WorkingView:
    return WorkingView(text("own.resuming"), text("own.progress.reading.detail"), Picture.MONEY)


# --- cancel ----------------------------------------------------------------------------------------------------------


def on_asking_to_cancel(terminal: Terminal, situation: AskingToCancel, event: Event, now: Moment) -> Result:
    number = situation.application_number
    match event:
        case Touched(Confirmed()):
            key = situation.key or now.fresh_id
            return go(terminal, Cancelling(key, number), now, CancelApplication(key, number, _token(terminal)))
        case Touched(Declined()):
            return back(terminal, now)
        case _:
            return terminal, ()


def view_asking_to_cancel(terminal: Terminal, situation: AskingToCancel) -> ExplainView:
    application = tracked_of(terminal, situation.application_number).application
    lines = [
        Line(text("own.cancel.fee", fee=Money(application.fee_fen)), Picture.MONEY),
        Line(text("own.cancel.again"), Picture.CARD),
    ]
    if application.reason is Reason.LOST:
        lines.append(Line(text("own.cancel.lost"), Picture.CARD_LOST))
    return ExplainView(
        title=text("own.cancel.title"),
        lines=tuple(lines),
        confirm=text("own.cancel.confirm"),
        decline=text("own.cancel.decline"),
        is_warning=True,
    )


def on_cancelling(terminal: Terminal, situation: Cancelling, event: Event, now: Moment) -> Result:
    number = situation.application_number
    match event:
        case ApplicationWithdrawn(situation.ref):
            return go(no_way_back(terminal), Cancelled(number), now)
        case CentralRefused(situation.ref, code):
            return go(terminal, Troubled(code, ("finish",), number), now)
        case CentralSilent(situation.ref):
            again_to = AskingToCancel(number, situation.ref)
            return go(terminal, Troubled("cancel_silent", ("again", "finish"), number, again_to=again_to), now)
        case _:
            return terminal, ()


def view_cancelling() -> WorkingView:
    return WorkingView(text("own.cancel.working"), text("own.progress.reading.detail"), Picture.CALENDAR)


def on_cancelled(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return leave(terminal, now)
        case _:
            return terminal, ()


def view_cancelled(terminal: Terminal, situation: Cancelled) -> DoneView:
    is_lost = tracked_of(terminal, situation.application_number).application.reason is Reason.LOST
    return DoneView(
        title=text("own.cancel.done"),
        number_label=text("submitted.number"),
        number=situation.application_number,
        rows=(Row("state", text("own.state"), text("own.state.cancelled")),),
        next_steps=(
            Line(text("own.cancel.nothing_due"), Picture.MONEY),
            Line(text("own.cancel.again"), Picture.CARD),
            *((Line(text("own.cancel.lost"), Picture.CARD_LOST),) if is_lost else ()),
        ),
        confirm=text("own.finish"),
    )
