"""Chapter 5: all answers on one page, each with a way to change it; then the application is made."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.application import DeliveryMode, Reason
from kiosk.domain.masking import mask_address, mask_name, mask_phone
from kiosk.domain.money import Money
from kiosk.domain.working_days import ToBeConfirmed, card_date
from kiosk.flow.card_details import bank_text, lacks_photo, photo_of
from kiosk.flow.effects import Apply
from kiosk.flow.events import ApplicationAnswered, CentralRefused, CentralSilent, Event, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.fitness import missing_to_charge
from kiosk.flow.identifying import document_text, look_up_again
from kiosk.flow.paying import begin_payment
from kiosk.flow.situations import (
    Applying,
    CheckingAnswers,
    ChoosingAddress,
    ChoosingCardDetails,
    ChoosingDelivery,
    ChoosingOffice,
    EnteringMobile,
    Situation,
    Troubled,
)
from kiosk.flow.terminal import Answers, Result, Session, Terminal, answer, answer_further, go, no_way_back, session_of
from kiosk.flow.texts import Text, bilingual, literal, text
from kiosk.flow.touches import ChangeRequested, Confirmed
from kiosk.flow.views import CheckView, Line, Picture, Row, WorkingView

CHANGES: dict[str, Situation] = {
    "mobile": EnteringMobile(),
    "delivery": ChoosingDelivery(),
    "bank": ChoosingCardDetails(),
    "photo": ChoosingCardDetails(),
}


def on_checking_answers(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(ChangeRequested(row_id)) if row_id in CHANGES:
            return _ask_again(terminal, CHANGES[row_id], now)
        case Touched(Confirmed()):
            unanswered = _unanswered(terminal)
            return _apply(terminal, now) if unanswered is None else _ask_again(terminal, unanswered, now)
        case _:
            return terminal, ()


def _ask_again(terminal: Terminal, question: Situation, now: Moment) -> Result:
    """One answer is changed; the next one, or Back, returns to the check page."""
    session = replace(session_of(terminal), is_changing=True, history=(CheckingAnswers(),))
    return go(replace(terminal, session=session), question, now)


def _unanswered(terminal: Terminal) -> Situation | None:
    """A change given up half way, or one that another answer depends on, leaves a question open."""
    answers = session_of(terminal).answers
    match answers.delivery_mode:
        case DeliveryMode.PICKUP if answers.office_id is None:
            return ChoosingOffice()
        case DeliveryMode.EXPRESS if answers.mobile is None:  # the courier calls
            return ChoosingDelivery()
        case DeliveryMode.EXPRESS if answers.address is None:
            return ChoosingAddress()
        case _:
            return ChoosingCardDetails() if lacks_photo(terminal) else None


def fee_of(session: Session, now: Moment) -> Money:
    """What this person pays, by the rules that were in force when the session began."""
    answers = session.answers
    if answers.reason is None or answers.delivery_mode is None:
        raise RuntimeError("the fee depends on reason and delivery")
    return session.reference.rules.fee_for(answers.reason, answers.delivery_mode, now.wall.date())


def _apply(terminal: Terminal, now: Moment) -> Result:
    session = session_of(terminal)
    answers = session.answers
    fee = fee_of(session, now)
    missing = missing_to_charge(terminal.conditions)
    if missing and fee.amount_fen > 0:
        return go(
            terminal, Troubled("cannot_charge", ("again", "finish"), missing=missing, again_to=CheckingAnswers()), now
        )
    person, reason, delivery, bank = answers.person, answers.reason, answers.delivery_mode, answers.bank_code
    if person is None or reason is None or delivery is None or bank is None:
        raise RuntimeError("the check page was reached with questions unanswered")
    key = answers.apply_key or now.fresh_id
    effect = Apply(
        ref=key,
        person_token=person.token,
        reason=reason,
        mobile=answers.mobile,
        delivery_mode=delivery,
        office_id=answers.office_id,
        address=answers.address,
        recipient=answers.further.recipient or person.name,
        bank_code=bank,
        fee_fen=fee.amount_fen,
        service_version=session_of(terminal).reference.conduct.bundle,
        agent_number=answers.further.agent.agent_number if answers.further.agent else None,
        draft_number=answers.further.draft.draft_number if answers.further.draft else None,
        photo_number=answers.further.photo_number,
    )
    return go(answer(terminal, apply_key=key), Applying(key), now, effect)


def on_applying(terminal: Terminal, situation: Applying, event: Event, now: Moment) -> Result:
    match event:
        case ApplicationAnswered(situation.ref, application):
            return begin_payment(no_way_back(answer(terminal, application=application)), application, now)
        case CentralRefused(situation.ref, "application_open"):
            return look_up_again(terminal, now)
        case CentralRefused(situation.ref, "photo_unknown" | "photo_needed" as code):
            without = answer_further(terminal, photo_number=None)
            return go(without, Troubled(code, ("again", "finish"), again_to=ChoosingCardDetails()), now)
        case CentralRefused(situation.ref, code):
            return go(terminal, Troubled(code, ("finish",)), now)
        case CentralSilent(situation.ref):
            return go(terminal, Troubled("apply_silent", ("again", "finish"), again_to=CheckingAnswers()), now)
        case _:
            return terminal, ()


def view_applying() -> WorkingView:
    return WorkingView(text("applying.title"), text("applying.detail"), Picture.CARD)


# --- the page --------------------------------------------------------------------------------------------------------


def view_checking_answers(terminal: Terminal, now: Moment) -> CheckView:
    session = session_of(terminal)
    fee = fee_of(session, now)
    return CheckView(
        title=text("check.title"),
        hint=text("check.hint"),
        rows=_rows(terminal, fee, now),
        confirm=text("check.confirm", fee=fee) if fee.amount_fen else text("check.confirm_free"),
        notes=_notes(session),
    )


def _rows(terminal: Terminal, fee: Money, now: Moment) -> tuple[Row, ...]:
    session = session_of(terminal)
    answers, document, person = session.answers, session.answers.document, session.answers.person
    mobile = literal(mask_phone(answers.mobile)) if answers.mobile else text("check.not_given")
    return (
        Row("name", text("check.name"), literal(mask_name(person.name if person else ""))),
        Row("number", text("check.number"), document_text(document)),
        *_agent_row(answers),
        Row("reason", text("check.reason"), text(f"check.reason.{(answers.reason or Reason.LOST).value.lower()}")),
        Row("mobile", text("check.mobile"), mobile, can_change=True),
        Row("delivery", text("check.delivery"), delivery_text(session), can_change=True),
        Row("bank", text("check.bank"), bank_text(terminal), can_change=True),
        *_photo_row(terminal),
        Row("card_date", text("check.card_date"), card_date_text(session, now)),
        Row("fee", text("check.fee"), text("amount", fee=fee)),
    )


def _agent_row(answers: Answers) -> tuple[Row, ...]:
    agent, relationship = answers.further.agent, answers.further.relationship
    if agent is None or relationship is None:
        return ()
    who = text("check.agent.who", name=agent.name_masked, relationship=text(f"agent.relationship.{relationship.value}"))
    return (Row("agent", text("check.agent"), who),)


def _photo_row(terminal: Terminal) -> tuple[Row, ...]:
    """Only where the card has another photo than before."""
    photo = photo_of(terminal)
    return () if photo == "old" else (Row("photo", text("check.photo"), text(f"check.photo.{photo}"), can_change=True),)


def delivery_text(session: Session) -> Text:
    answers = session.answers
    if answers.delivery_mode is DeliveryMode.EXPRESS and answers.address is not None:
        address = answers.address
        return text("check.express", address=f"{address.district}{address.street}{mask_address(address.detail)}")
    office = session.reference.office(answers.office_id)
    return bilingual(zh=office.name_zh, en=office.name_en) if office else text("check.not_given")


def card_date_text(session: Session, now: Moment) -> Text:
    """The promise on the check page, computed as the backend will compute it."""
    reason = session.answers.reason or Reason.LOST
    lead = session.reference.rules.lead_time_for(reason, now.wall.date())
    ready = card_date(now.wall, lead, session.reference.calendar)
    if isinstance(ready, ToBeConfirmed):
        return text("check.card_date.about", days=ready.about_days)
    return text("check.card_date.on", date=ready)


def _notes(session: Session) -> tuple[Line, ...]:
    if session.answers.reason is Reason.LOST:
        return (Line(text("check.note.lost"), Picture.WARNING),)
    return ()
