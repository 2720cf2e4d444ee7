"""Chapter 7: submitted, receipt and certificate, take your things; and the pages for what went wrong."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.application import DeliveryMode, Reason
from kiosk.domain.receipt import ORIGINAL, POSSIBLE_DUPLICATE, CopyMark, duplicate
from kiosk.flow.checking import card_date_text, delivery_text
from kiosk.flow.effects import Note, PrintReceipt
from kiosk.flow.events import (
    ApplicationAnswered,
    CentralRefused,
    CentralSilent,
    Event,
    ReceiptNotPrinted,
    ReceiptPrinted,
    Ticked,
    Touched,
)
from kiosk.flow.facts import ApplicationFacts, Moment
from kiosk.flow.identifying import look_up_again
from kiosk.flow.receipts import receipt_of
from kiosk.flow.situations import (
    PaymentBeingChecked,
    SubmissionDelayed,
    Submitted,
    Submitting,
    TakingReceipt,
    TakingThings,
    Troubled,
)
from kiosk.flow.terminal import Result, Terminal, answer, finish, go, session_of, turn
from kiosk.flow.texts import Text, text
from kiosk.flow.touches import Confirmed, OptionChosen
from kiosk.flow.views import (
    DoneView,
    Line,
    Option,
    Phase,
    Picture,
    ProblemView,
    ReceiptView,
    Row,
    TakeThingsView,
    WorkingView,
)

CARD_LEFT_LIMIT_S = 120.0
PRINT_LIMIT_S = 60.0

# --- submitting ------------------------------------------------------------------------------------------------------


def on_submitting(terminal: Terminal, situation: Submitting, event: Event, now: Moment) -> Result:
    match event:
        case ApplicationAnswered(situation.ref, application):
            return go(answer(terminal, application=application), Submitted(), now)
        case CentralRefused(situation.ref, _) | CentralSilent(situation.ref):
            return go(terminal, SubmissionDelayed(), now)
        case _:
            return terminal, ()


def view_submitting() -> WorkingView:
    return WorkingView(text("submitting.title"), text("submitting.detail"), Picture.CARD)


def on_submission_delayed(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen("receipt")):
            return print_slip(terminal, TakingReceipt(), now)
        case _:
            return terminal, ()


def view_submission_delayed(terminal: Terminal) -> ProblemView:
    return ProblemView(
        title=text("submission_delayed.title"),
        lines=(
            Line(text("submission_delayed.kept"), Picture.TICK),
            Line(text("submission_delayed.sent_again"), Picture.NETWORK),
            Line(text("submission_delayed.no_second_payment"), Picture.MONEY),
        ),
        options=(Option("receipt", text("submission_delayed.receipt"), is_primary=True),),
        reference=text("reference", number=_application(terminal).application_number),
    )


def _application(terminal: Terminal) -> ApplicationFacts:
    application = session_of(terminal).answers.application
    if application is None:
        raise RuntimeError("the end was reached without an application")
    return application


# --- submitted -------------------------------------------------------------------------------------------------------


def on_submitted(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return print_slip(terminal, TakingReceipt(), now)
        case _:
            return terminal, ()


def view_submitted(terminal: Terminal, now: Moment) -> DoneView:
    session, application = session_of(terminal), _application(terminal)
    return DoneView(
        title=text("submitted.title"),
        number_label=text("submitted.number"),
        number=application.application_number,
        rows=(
            Row("card_date", text("submitted.card_date"), _promised(terminal, application, now)),
            Row("delivery", text("submitted.delivery"), delivery_text(session)),
        ),
        next_steps=_next_steps(application),
        confirm=text("submitted.confirm"),
    )


def _promised(terminal: Terminal, application: ApplicationFacts, now: Moment) -> Text:
    if application.card_date is not None:
        return text("check.card_date.on", date=application.card_date)
    if application.about_days is not None:
        return text("check.card_date.about", days=application.about_days)
    return card_date_text(session_of(terminal), now)


def _next_steps(application: ApplicationFacts) -> tuple[Line, ...]:
    is_express = application.delivery_mode is DeliveryMode.EXPRESS
    arrival = text("submitted.next.express") if is_express else text("submitted.next.pickup")
    return (
        Line(arrival, Picture.COURIER if is_express else Picture.OFFICE),
        Line(text("submitted.next.hospital"), Picture.CERTIFICATE),
        Line(text("submitted.next.bank"), Picture.BANK),
    )


# --- receipt and certificate -----------------------------------------------------------------------------------------


def print_slip(terminal: Terminal, slip: TakingReceipt, now: Moment) -> Result:
    """`slip` says what is known of the slips before this one."""
    effect = PrintReceipt(receipt_of(terminal, now, _mark_of(slip)), terminal.preferences.language)
    return go(terminal, replace(slip, receipt_phase=Phase.WORKING, problem=""), now, effect)


def _mark_of(slip: TakingReceipt) -> CopyMark:
    if slip.may_have_printed:
        return POSSIBLE_DUPLICATE
    return duplicate(slip.copies) if slip.copies else ORIGINAL


def on_taking_receipt(terminal: Terminal, situation: TakingReceipt, event: Event, now: Moment) -> Result:
    match event:
        case ReceiptPrinted() if situation.receipt_phase is Phase.WORKING:
            return turn(terminal, replace(situation, receipt_phase=Phase.DONE))
        case ReceiptNotPrinted(problem, may_have_printed) if situation.receipt_phase is Phase.WORKING:
            return turn(terminal, _not_printed(situation, problem, may_have_printed=may_have_printed))
        case Ticked() if _is_print_overdue(terminal, situation, now):
            return turn(terminal, _not_printed(situation, "no_answer", may_have_printed=True))
        case Touched(OptionChosen("print_again")) if situation.receipt_phase is Phase.TROUBLE:
            return print_slip(terminal, situation, now)
        case Touched(OptionChosen("print_copy")) if situation.receipt_phase is Phase.DONE:
            return print_slip(terminal, replace(situation, copies=situation.copies + 1, may_have_printed=False), now)
        case Touched(OptionChosen("finish")) if situation.receipt_phase is not Phase.WORKING:
            return leave(terminal, now)
        case _:
            return terminal, ()


def _is_print_overdue(terminal: Terminal, situation: TakingReceipt, now: Moment) -> bool:
    return situation.receipt_phase is Phase.WORKING and now.mono_s >= terminal.entered_at_s + PRINT_LIMIT_S


def _not_printed(situation: TakingReceipt, problem: str, *, may_have_printed: bool) -> TakingReceipt:
    doubtful = situation.may_have_printed or may_have_printed
    return replace(situation, receipt_phase=Phase.TROUBLE, problem=problem, may_have_printed=doubtful)


def view_taking_receipt(terminal: Terminal, situation: TakingReceipt) -> ReceiptView:
    application = _application(terminal)
    return ReceiptView(
        title=text("receipt.title"),
        receipt_phase=situation.receipt_phase,
        receipt_message=_receipt_message(situation),
        qr_content=application.certificate_url,
        qr_caption=text("receipt.certificate" if application.certificate_url else "receipt.certificate_later"),
        options=_receipt_options(situation),
    )


def _receipt_message(situation: TakingReceipt) -> Text:
    match situation.receipt_phase:
        case Phase.DONE:
            return text("receipt.printed")
        case Phase.TROUBLE:
            return text(f"receipt.problem.{situation.problem}")
        case Phase.WORKING | Phase.WAITING:
            return text("receipt.printing")


def _receipt_options(situation: TakingReceipt) -> tuple[Option, ...]:
    is_working = situation.receipt_phase is Phase.WORKING
    leaving = Option("finish", text("receipt.finish"), is_primary=True, is_enabled=not is_working)
    if situation.receipt_phase is Phase.TROUBLE:
        return (Option("print_again", text("receipt.print_again"), picture=Picture.PRINTER), leaving)
    if situation.receipt_phase is Phase.DONE:
        return (Option("print_copy", text("receipt.print_copy"), picture=Picture.PRINTER), leaving)
    return (leaving,)


# --- a payment nobody can tell yet -----------------------------------------------------------------------------------


def on_payment_being_checked(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen("finish")):
            return leave(terminal, now)
        case _:
            return terminal, ()


def view_payment_being_checked(situation: PaymentBeingChecked) -> ProblemView:
    return ProblemView(
        title=text("being_checked.title"),
        lines=(
            Line(text("being_checked.do_not_pay_again"), Picture.WARNING),
            Line(text("being_checked.settled"), Picture.MONEY),
            Line(text("being_checked.keep_number"), Picture.RECEIPT),
        ),
        options=(Option("finish", text("being_checked.finish"), is_primary=True),),
        reference=text("reference.payment", number=situation.payment_number),
        is_serious=True,
    )


# --- going -----------------------------------------------------------------------------------------------------------


def leave(terminal: Terminal, now: Moment, outcome: str = "completed") -> Result:
    return go(terminal, TakingThings(now.mono_s + terminal.site.timeouts.take_things_s, outcome), now)


def on_taking_things(terminal: Terminal, situation: TakingThings, event: Event, now: Moment) -> Result:
    is_card_left = terminal.conditions.is_card_in_reader
    match event:
        case Touched(Confirmed()) if not is_card_left:
            return finish(terminal, now, situation.outcome)
        case Ticked() if now.mono_s >= situation.deadline_s:
            if is_card_left and now.mono_s < terminal.entered_at_s + CARD_LEFT_LIMIT_S:
                return terminal, ()
            outcome = "card_left" if is_card_left else situation.outcome
            return _finish_noting(terminal, now, outcome)
        case _:
            return terminal, ()


def _finish_noting(terminal: Terminal, now: Moment, outcome: str) -> Result:
    ended, effects = finish(terminal, now, outcome)
    return ended, (Note("card_left_in_reader"), *effects) if outcome == "card_left" else effects


def view_taking_things(terminal: Terminal, situation: TakingThings, now: Moment) -> TakeThingsView:
    answers = session_of(terminal).answers
    items = [Line(text("take.document"), Picture.PERSON), Line(text("take.phone"), Picture.PHONE)]
    if answers.application is not None:
        items.append(Line(text("take.receipt"), Picture.RECEIPT))
    is_card_left = terminal.conditions.is_card_in_reader
    in_box = answers.reason is Reason.DAMAGED and answers.damaged_card.endswith("handed_in")
    return TakeThingsView(
        title=text("take.title"),
        items=tuple(items),
        seconds_left=max(0, round(situation.deadline_s - now.mono_s)),
        confirm=text("take.confirm"),
        warning=text("take.card_into_box" if in_box else "take.card_left") if is_card_left else None,
    )


# --- trouble ---------------------------------------------------------------------------------------------------------


def on_troubled(terminal: Terminal, situation: Troubled, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen("again")) if "again" in situation.options:
            return _again(terminal, situation, now)
        case Touched(OptionChosen("finish")):
            return leave(terminal, now)
        case _:
            return terminal, ()


def _again(terminal: Terminal, situation: Troubled, now: Moment) -> Result:
    if situation.again_to is None:
        return look_up_again(terminal, now)
    return go(terminal, situation.again_to, now)


def view_troubled(situation: Troubled) -> ProblemView:
    """`trouble.<problem>.title/.what/.do` in the locale; what is missing is named word by word."""
    missing = tuple(Line(text(f"missing.{word}"), Picture.TOOLS) for word in situation.missing)
    return ProblemView(
        title=text(f"trouble.{situation.problem}.title"),
        lines=(
            Line(text(f"trouble.{situation.problem}.what"), Picture.WARNING),
            *missing,
            Line(text(f"trouble.{situation.problem}.do"), Picture.TICK),
        ),
        options=tuple(Option(word, text(f"trouble.option.{word}"), is_primary=True) for word in situation.options[:1])
        + tuple(Option(word, text(f"trouble.option.{word}")) for word in situation.options[1:]),
        reference=text("reference", number=situation.reference) if situation.reference else None,
    )
