"""Chapter 7: submitted, receipt and certificate, take your things; and the pages for what went wrong."""

from __future__ import annotations

from kiosk.domain.application import DeliveryMode, Reason
from kiosk.flow.checking import card_date_text, delivery_text
from kiosk.flow.effects import Note
from kiosk.flow.errands.purposes import read_progress
from kiosk.flow.events import Event, Ticked, Touched
from kiosk.flow.facts import ApplicationFacts, Moment
from kiosk.flow.identifying import look_up_again
from kiosk.flow.on_paper import words_on
from kiosk.flow.receipts import receipt_of
from kiosk.flow.situations import PrintJob, TakingReceipt, TakingThings, Troubled
from kiosk.flow.slips import copy_wanted, heard_of, mark_of, print_receipt
from kiosk.flow.terminal import Result, Terminal, application_of, finish, go, leave, session_of, turn
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
)

CARD_LEFT_LIMIT_S = 120.0
ONWARD = ("again", "document", "another_agent", "start_here")
"""Buttons of a page of trouble that lead on."""

# --- submitted -------------------------------------------------------------------------------------------------------


def on_submitted(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return print_slip(terminal, None, now)
        case _:
            return terminal, ()


def view_submitted(terminal: Terminal, now: Moment) -> DoneView:
    session, application = session_of(terminal), application_of(terminal)
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


def print_slip(terminal: Terminal, before: PrintJob | None, now: Moment) -> Result:
    job, effect = print_receipt(terminal, now, before)
    return go(terminal, TakingReceipt(job), now, effect)


def on_taking_receipt(terminal: Terminal, situation: TakingReceipt, event: Event, now: Moment) -> Result:
    slip = heard_of(situation.slip, event, now)
    if slip is not None:
        return turn(terminal, TakingReceipt(slip))
    phase = situation.slip.phase
    match event:
        case Touched(OptionChosen("print_again")) if phase is Phase.TROUBLE:
            return print_slip(terminal, situation.slip, now)
        case Touched(OptionChosen("print_copy")) if phase is Phase.DONE:
            return print_slip(terminal, copy_wanted(situation.slip), now)
        case Touched(OptionChosen("finish")) if phase is not Phase.WORKING:
            return leave(terminal, now)
        case _:
            return terminal, ()


def view_taking_receipt(terminal: Terminal, situation: TakingReceipt, now: Moment) -> ReceiptView:
    application, slip = application_of(terminal), situation.slip
    on_paper = words_on(receipt_of(terminal, now, mark_of(slip))) if slip.phase is Phase.DONE else ()
    return ReceiptView(
        title=text("receipt.title"),
        receipt_phase=situation.slip.phase,
        receipt_message=_receipt_message(situation.slip, application.application_number),
        qr_content=application.certificate_url,
        qr_caption=text("receipt.certificate" if application.certificate_url else "receipt.certificate_later"),
        options=_receipt_options(situation.slip.phase),
        on_paper=on_paper,
    )


def _receipt_message(slip: PrintJob, number: str) -> Text:
    """Where no paper comes, the number that is on it stands on the screen."""
    match slip.phase:
        case Phase.DONE:
            return text("receipt.printed")
        case Phase.TROUBLE:
            return text(f"receipt.problem.{slip.problem}", number=number)
        case Phase.WORKING | Phase.WAITING:
            return text("receipt.printing")


def _receipt_options(phase: Phase) -> tuple[Option, ...]:
    is_working = phase is Phase.WORKING
    leaving = Option("finish", text("receipt.finish"), is_primary=True, is_enabled=not is_working)
    if phase is Phase.TROUBLE:
        return (Option("print_again", text("receipt.print_again"), picture=Picture.PRINTER), leaving)
    if phase is Phase.DONE:
        return (Option("print_copy", text("receipt.print_copy"), picture=Picture.PRINTER), leaving)
    return (leaving,)


# --- going -----------------------------------------------------------------------------------------------------------


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
    items = [Line(text("take.document"), Picture.ID_CARD), Line(text("take.phone"), Picture.PHONE)]
    if answers.application is not None or answers.has_slip:
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
        case Touched(OptionChosen(word)) if word in situation.options and word in ONWARD:
            return _again(terminal, situation, now)
        case Touched(OptionChosen("track")) if "track" in situation.options:
            return read_progress(terminal, now)
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
