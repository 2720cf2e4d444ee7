"""Chapter 3: what happened to the old card. Lost: it is stopped at once. Damaged: it is handed in."""

from __future__ import annotations

from kiosk.domain.application import CardState, Reason
from kiosk.domain.beijing_time import in_beijing
from kiosk.flow.effects import ReportLoss
from kiosk.flow.errands.handing_in import brought_later
from kiosk.flow.events import (
    CentralRefused,
    CentralSilent,
    Event,
    LossReported,
    OldCardInserted,
    OldCardRead,
    OldCardTakenOut,
    OldCardUnreadable,
    Ticked,
    Touched,
)
from kiosk.flow.facts import E_CARD, PASSPORT, Moment, OldCardFacts
from kiosk.flow.paying import begin_payment
from kiosk.flow.situations import (
    CheckingAnswers,
    ChoosingReason,
    EnteringMobile,
    ExplainingLoss,
    HandingIn,
    LossStopped,
    ReportingLoss,
    Troubled,
)
from kiosk.flow.terminal import Answers, Result, Terminal, answer, finish, go, is_off, no_way_back, session_of, turn
from kiosk.flow.texts import Text, bilingual, text
from kiosk.flow.touches import Confirmed, Declined, OptionChosen
from kiosk.flow.views import ChoiceView, DeviceView, ExplainView, Line, Option, Phase, Picture, WorkingView

CARD_READ_LIMIT_S = 30.0
WITHOUT_CARD_NUMBER = (E_CARD, PASSPORT)
"""Documents with no number, or another one than the card has: whose card it is, the record tells, not the chip."""

# --- lost or damaged -------------------------------------------------------------------------------------------------


def on_choosing_reason(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen("lost")) if not is_off(terminal, "replace_lost"):
            lost = answer(terminal, reason=Reason.LOST, damaged_card="not_applicable")
            return _after_lost(lost, now)
        case Touched(OptionChosen("damaged")) if not is_off(terminal, "replace_damaged"):
            damaged = answer(terminal, reason=Reason.DAMAGED)
            if must_hand_in(damaged, now):
                return go(damaged, HandingIn(), now)
            return _on_to_the_form(damaged, now)
        case _:
            return terminal, ()


def _after_lost(terminal: Terminal, now: Moment) -> Result:
    """A card that is stopped already needs no second report."""
    answers = session_of(terminal).answers
    card = answers.person.card if answers.person else None
    if answers.loss is not None or (card is not None and card.state in (CardState.PRE_LOST, CardState.LOST)):
        return _on_to_the_form(terminal, now)
    return go(terminal, ExplainingLoss(), now)


def must_hand_in(terminal: Terminal, now: Moment) -> bool:
    """By the dated rule that this session began with."""
    rules = session_of(terminal).reference.rules
    return rules.surrender_card_required(Reason.DAMAGED, now.wall.date())


def view_choosing_reason(terminal: Terminal) -> ChoiceView:
    answers = session_of(terminal).answers
    is_stopped = answers.loss is not None or _is_reported_lost(answers)
    return ChoiceView(
        question=text("reason.question"),
        options=(
            Option(
                "lost",
                text("reason.lost"),
                text("reason.lost.about"),
                Picture.CARD_LOST,
                is_enabled=not is_off(terminal, "replace_lost"),
                note=text("feature.off") if is_off(terminal, "replace_lost") else None,
            ),
            Option(
                "damaged",
                text("reason.damaged"),
                text("reason.damaged.about"),
                Picture.CARD_DAMAGED,
                is_enabled=not (is_stopped or is_off(terminal, "replace_damaged")),
                note=_why_not_damaged(terminal, is_stopped=is_stopped),
            ),
        ),
    )


def _why_not_damaged(terminal: Terminal, *, is_stopped: bool) -> Text | None:
    if is_stopped:
        return text("reason.damaged.reported_lost")
    return text("feature.off") if is_off(terminal, "replace_damaged") else None


def _is_reported_lost(answers: Answers) -> bool:
    card = answers.person.card if answers.person else None
    return card is not None and card.state in (CardState.PRE_LOST, CardState.LOST)


# --- lost ------------------------------------------------------------------------------------------------------------


def on_explaining_loss(terminal: Terminal, event: Event, now: Moment) -> Result:
    person = session_of(terminal).answers.person
    match event:
        case Touched(Confirmed()) if person is not None:
            key = session_of(terminal).answers.loss_key or now.fresh_id
            return go(answer(terminal, loss_key=key), ReportingLoss(key), now, ReportLoss(key, person.token))
        case Touched(Declined()):
            return go(terminal, ChoosingReason(), now)
        case _:
            return terminal, ()


def view_explaining_loss(terminal: Terminal, now: Moment) -> ExplainView:
    rules = session_of(terminal).reference.rules
    release = rules.loss_release_date(now.wall)
    return ExplainView(
        title=text("loss.title"),
        lines=(
            Line(text("loss.stops"), Picture.CARD_LOST),
            Line(text("loss.releases", date=release, days=rules.loss_pre_report_days), Picture.CALENDAR),
            Line(text("loss.final"), Picture.CARD),
            Line(text("loss.bank"), Picture.BANK),
        ),
        confirm=text("loss.confirm"),
        decline=text("loss.decline"),
        is_warning=True,
    )


def on_reporting_loss(terminal: Terminal, situation: ReportingLoss, event: Event, now: Moment) -> Result:
    match event:
        case LossReported(situation.ref, report):
            return go(no_way_back(answer(terminal, loss=report)), LossStopped(), now)
        case CentralRefused(situation.ref, "already_reported"):
            return _on_to_the_form(no_way_back(terminal), now)
        case CentralRefused(situation.ref, code):
            return go(terminal, Troubled(code, ("finish",)), now)
        case CentralSilent(situation.ref):
            return go(terminal, Troubled("loss_silent", ("again", "finish"), again_to=ExplainingLoss()), now)
        case _:
            return terminal, ()


def view_reporting_loss() -> WorkingView:
    return WorkingView(text("reporting_loss.title"), text("reporting_loss.detail"), Picture.CARD_LOST)


def on_loss_stopped(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return _on_to_the_form(terminal, now)
        case Touched(Declined()):
            return finish(terminal, now, "loss_only")
        case _:
            return terminal, ()


def _on_to_the_form(terminal: Terminal, now: Moment) -> Result:
    """What was filled in on the phone is not asked again: it stands on the check page, to be changed there."""
    is_filled_in = session_of(terminal).answers.address is not None
    return go(terminal, CheckingAnswers() if is_filled_in else EnteringMobile(), now)


def view_loss_stopped(terminal: Terminal) -> ExplainView:
    session = session_of(terminal)
    loss, bank = session.answers.loss, session.reference.bank(session.answers.bank_code or "")
    lines = [Line(text("loss_stopped.now"), Picture.TICK)]
    if loss is not None:
        released = in_beijing(loss.releases_at).date()
        lines.append(Line(text("loss_stopped.releases", date=released), Picture.CALENDAR))
    if bank is not None:
        lines.append(Line(text("loss_stopped.bank", bank=bilingual(bank.name_zh, bank.name_en), phone=bank.loss_phone)))
    return ExplainView(
        title=text("loss_stopped.title"),
        lines=tuple(lines),
        confirm=text("loss_stopped.confirm"),
        decline=text("loss_stopped.decline"),
    )


# --- damaged ---------------------------------------------------------------------------------------------------------


def on_handing_in(terminal: Terminal, situation: HandingIn, event: Event, now: Moment) -> Result:
    match event:
        case OldCardInserted():
            return turn(terminal, HandingIn(Phase.WORKING))
        case OldCardRead(card=card):
            return _card_read(terminal, card)
        case OldCardUnreadable("removed" | "no_card"):
            return turn(terminal, HandingIn(Phase.TROUBLE, "removed"))
        case OldCardUnreadable(problem):
            return turn(terminal, HandingIn(Phase.TROUBLE, problem))
        case OldCardTakenOut() if situation.phase is Phase.WORKING:
            return turn(terminal, HandingIn(Phase.TROUBLE, "removed"))
        case Ticked() if _is_reading_overdue(terminal, situation, now):
            return turn(terminal, HandingIn(Phase.TROUBLE, "unreadable"))
        case Touched(OptionChosen("handed_in")) if situation.problem != "other_person":
            word = "read_and_handed_in" if situation.phase is Phase.DONE else "handed_in"
            return _handed_in(answer(terminal, damaged_card=word), now)
        case Touched(OptionChosen("to_staff")):
            return _handed_in(answer(terminal, damaged_card="to_staff"), now)
        case _:
            return terminal, ()


def _handed_in(terminal: Terminal, now: Moment) -> Result:
    """On to the form, or straight to the fee of an application that was made before."""
    application = session_of(terminal).answers.application
    if application is None:
        return _on_to_the_form(terminal, now)
    return brought_later(terminal, application, now) or begin_payment(terminal, application, now)


def _is_reading_overdue(terminal: Terminal, situation: HandingIn, now: Moment) -> bool:
    """A reader that never answers must not keep a session open: nobody is counted as absent while it works."""
    present_at_s = session_of(terminal).present_at_s
    return situation.phase is Phase.WORKING and now.mono_s >= present_at_s + CARD_READ_LIMIT_S


def _card_read(terminal: Terminal, card: OldCardFacts) -> Result:
    document = session_of(terminal).answers.document
    if document is not None and document.kind in WITHOUT_CARD_NUMBER:
        return turn(terminal, HandingIn(Phase.DONE))
    is_own = document is not None and card.social_security_number == document.number
    return turn(terminal, HandingIn(Phase.DONE) if is_own else HandingIn(Phase.TROUBLE, "other_person"))


def view_handing_in(terminal: Terminal, situation: HandingIn) -> DeviceView:
    reader = terminal.conditions.device("card_reader")
    is_other = situation.problem == "other_person"
    return DeviceView(
        title=text("hand_in.title"),
        instruction=_hand_in_instruction(terminal, situation),
        picture=Picture.HAND_IN if situation.phase is Phase.DONE or not reader.is_online else Picture.CARD_INTO_SLOT,
        phase=situation.phase,
        message=_hand_in_message(situation),
        options=(
            Option(
                "handed_in",
                text("hand_in.handed_in"),
                is_primary=True,
                is_enabled=not is_other,
                note=text("hand_in.problem.other_person") if is_other else None,
            ),
            Option("to_staff", text("hand_in.to_staff")),
        ),
    )


def _hand_in_instruction(terminal: Terminal, situation: HandingIn) -> Text:
    if situation.phase is Phase.DONE:
        return text("hand_in.instruction_read")
    application = session_of(terminal).answers.application
    if application is not None and application.submitted_at is None:
        return text("hand_in.instruction_resumed")
    is_reader_there = terminal.conditions.device("card_reader").is_online
    return text("hand_in.instruction" if is_reader_there else "hand_in.instruction_no_reader")


def _hand_in_message(situation: HandingIn) -> Text | None:
    if situation.phase is Phase.DONE:
        return text("hand_in.read")
    if situation.phase is Phase.WORKING:
        return text("hand_in.reading")
    return text(f"hand_in.problem.{situation.problem}") if situation.problem else text("hand_in.waiting")
