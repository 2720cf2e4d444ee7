"""Chapter 2: the document on the reader, the record, is this you."""

from __future__ import annotations

from kiosk.domain.application import ApplicationState, CardState, Reason
from kiosk.domain.masking import mask_name, mask_number, mask_phone
from kiosk.domain.money import Money
from kiosk.flow.effects import LookUpPerson
from kiosk.flow.errands.effects_other import FetchDraft
from kiosk.flow.errands.facts import Purpose
from kiosk.flow.errands.purposes import identified
from kiosk.flow.errands.situations_other import FetchingDraft, IdentifyingAgent, ScanningECard, TypingPassport
from kiosk.flow.events import (
    CentralRefused,
    CentralSilent,
    DocumentPresented,
    DocumentRefused,
    Event,
    PersonFound,
    Touched,
)
from kiosk.flow.facts import E_CARD, ApplicationFacts, CardFacts, DocumentFacts, Moment, Person
from kiosk.flow.old_card import must_hand_in
from kiosk.flow.paying import begin_payment
from kiosk.flow.situations import ChoosingReason, HandingIn, Identifying, LookingUp, ReviewingRecord, Troubled
from kiosk.flow.terminal import Result, Terminal, answer, finish, go, session_of, turn
from kiosk.flow.texts import Text, literal, text
from kiosk.flow.touches import Confirmed, Declined, OptionChosen
from kiosk.flow.views import DeviceView, Option, Phase, Picture, RecordView, Row, WorkingView

STAFF_AFTER_FAILURES = 3
REPLACEABLE = (CardState.NORMAL, CardState.PRE_LOST, CardState.LOST, CardState.LOCKED)


# --- the document ----------------------------------------------------------------------------------------------------


def on_identifying(terminal: Terminal, situation: Identifying, event: Event, now: Moment) -> Result:
    match event:
        case DocumentPresented(document=document):
            return look_up(terminal, document, now)
        case DocumentRefused(problem):
            return _document_refused(terminal, situation, problem)
        case Touched(OptionChosen("passport")) if terminal.conditions.device("card_reader").is_online:
            return go(terminal, TypingPassport(), now)
        case Touched(OptionChosen("e_card")) if terminal.conditions.device("code_scanner").is_online:
            return go(terminal, ScanningECard(), now)
        case Touched(OptionChosen("other_document")):
            return go(terminal, Troubled("other_document", ("again", "finish"), again_to=Identifying()), now)
        case Touched(OptionChosen("staff")):
            return go(terminal, Troubled("cannot_identify", ("again", "finish"), again_to=Identifying()), now)
        case _:
            return terminal, ()


def look_up(terminal: Terminal, document: DocumentFacts, now: Moment) -> Result:
    known = answer(terminal, document=document)
    return go(known, LookingUp(now.fresh_id), now, LookUpPerson(now.fresh_id, document))


def look_up_again(terminal: Terminal, now: Moment) -> Result:
    """The document was read; only the record is asked for once more."""
    document = session_of(terminal).answers.document
    if document is None or document.kind == E_CARD:  # its code serves once
        return go(terminal, Identifying(), now)
    return look_up(terminal, document, now)


def _document_refused(terminal: Terminal, situation: Identifying, problem: str) -> Result:
    """`not_present` is the usual answer of a reader that waits; the last message stays until something new."""
    if problem == "not_present":
        phase = Phase.TROUBLE if situation.problem else Phase.WAITING
        return turn(terminal, Identifying(phase, situation.problem, situation.failures))
    is_new = problem != situation.problem or situation.phase is not Phase.TROUBLE
    failures = situation.failures + 1 if is_new else situation.failures
    return turn(terminal, Identifying(Phase.TROUBLE, problem, failures))


def with_device(terminal: Terminal, option_id: str, device: str) -> Option:
    """Another way to identify, closed with a word while its device is not there."""
    is_there = terminal.conditions.device(device).is_online
    note = None if is_there else text(f"missing.{device}")
    return Option(option_id, text(f"identify.{option_id}"), is_enabled=is_there, note=note)


def view_identifying(terminal: Terminal, situation: Identifying) -> DeviceView:
    options = [
        with_device(terminal, "passport", "card_reader"),
        with_device(terminal, "e_card", "code_scanner"),
        Option("other_document", text("identify.other_document")),
    ]
    if situation.failures >= STAFF_AFTER_FAILURES:
        options.append(Option("staff", text("identify.staff"), picture=Picture.STAFF))
    message = text(f"identify.problem.{situation.problem}") if situation.problem else None
    is_for_other = session_of(terminal).answers.further.is_for_other
    is_lost = terminal.conditions.device("identity_reader").word not in ("online", "starting")
    return DeviceView(
        title=text("identify.title_holder" if is_for_other else "identify.title"),
        instruction=text("identify.instruction"),
        picture=Picture.ID_CARD_ON_READER,
        phase=Phase.TROUBLE if is_lost else situation.phase,
        message=text("missing.identity_reader") if is_lost else message,
        options=tuple(options),
    )


# --- the record ------------------------------------------------------------------------------------------------------


def on_looking_up(terminal: Terminal, situation: LookingUp, event: Event, now: Moment) -> Result:
    match event:
        case PersonFound(ref=situation.ref, person=person):
            return person_found(terminal, person, now)
        case CentralRefused(situation.ref, code, corrected_at):
            problem = f"{code}.{corrected_at}" if corrected_at else code
            return go(terminal, Troubled(problem, ("finish",)), now)
        case CentralSilent(situation.ref):
            return go(terminal, Troubled("look_up_silent", ("again", "finish")), now)
        case _:
            return terminal, ()


def _own_bank(person: Person) -> str | None:
    if person.card is not None:
        return person.card.bank_code
    return person.bank_choices[0] if person.bank_choices else None


def person_found(terminal: Terminal, person: Person, now: Moment) -> Result:
    """However they were identified."""
    return _found(answer(terminal, person=person, bank_code=_own_bank(person)), person, now)


def _found(terminal: Terminal, person: Person, now: Moment) -> Result:
    if session_of(terminal).purpose is not Purpose.REPLACE:
        return go(terminal, ReviewingRecord(), now)
    application = person.open_application
    if application is not None and application.state is not ApplicationState.AWAITING_PAYMENT:
        number = application.application_number
        return go(terminal, Troubled("application_open", ("track", "finish"), number), now)
    if application is None and not _is_replaceable(person.card):
        state = "no_card" if person.card is None else person.card.state.value.lower()
        return go(terminal, Troubled(f"card_{state}", ("finish",)), now)
    draft = session_of(terminal).answers.further.draft
    if draft is not None and application is None:
        return go(
            terminal, FetchingDraft(now.fresh_id), now, FetchDraft(now.fresh_id, draft.draft_number, person.token)
        )
    return go(terminal, ReviewingRecord(), now)


def _is_replaceable(card: CardFacts | None) -> bool:
    return card is not None and card.state in REPLACEABLE


def view_looking_up() -> WorkingView:
    return WorkingView(text("looking_up.title"), text("looking_up.detail"), Picture.ID_CARD_ON_READER)


# --- is this you -----------------------------------------------------------------------------------------------------


def on_reviewing_record(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return _confirmed(terminal, now)
        case Touched(Declined()):
            return finish(terminal, now, "not_me")
        case _:
            return terminal, ()


def _confirmed(terminal: Terminal, now: Moment) -> Result:
    person = _person(terminal)
    if session_of(terminal).purpose is not Purpose.REPLACE:
        return identified(terminal, person, now)
    if person.open_application is None:
        is_for_other = session_of(terminal).answers.further.is_for_other
        return go(terminal, IdentifyingAgent() if is_for_other else ChoosingReason(), now)
    return take_up(terminal, person.open_application, now)


def take_up(terminal: Terminal, application: ApplicationFacts, now: Moment) -> Result:
    """An application of an earlier visit goes on where it stopped."""
    person = _person(terminal)
    resumed = answer(
        terminal,
        application=application,
        reason=application.reason,
        delivery_mode=application.delivery_mode,
        office_id=application.office_id,
        address=person.address,
        mobile=person.mobile,
        has_answered_mobile=True,
        damaged_card="not_applicable",
    )
    if application.reason is Reason.DAMAGED and must_hand_in(resumed, now):
        return go(resumed, HandingIn(), now)  # the visit that made it is not remembered, so what became of it is asked
    return begin_payment(resumed, application, now)


def view_reviewing_record(terminal: Terminal) -> RecordView:
    session = session_of(terminal)
    person, document = _person(terminal), session.answers.document
    rows = [
        Row("name", text("record.name"), literal(mask_name(person.name))),
        Row("number", text("record.number"), document_text(document)),
        Row("insured", text("record.insured"), text(f"insured.{person.insured_type.value.lower()}")),
    ]
    if person.mobile:
        rows.append(Row("mobile", text("record.mobile"), literal(mask_phone(person.mobile))))
    if person.card is not None:
        rows.append(Row("card", text("record.card"), _card_state(person.card)))
    application = person.open_application if session.purpose is Purpose.REPLACE else None
    is_for_other = session.answers.further.is_for_other
    confirm = "record.confirm_holder" if is_for_other else "record.confirm"
    if application is not None:
        rows.append(Row("application", text("record.unpaid"), _unpaid(application)))
    return RecordView(
        title=text("record.title_holder" if is_for_other else "record.title"),
        rows=tuple(rows),
        confirm=text("record.confirm_unpaid" if application else confirm),
        decline=text("record.decline_holder" if is_for_other else "record.decline"),
        hint=text("record.hint"),
    )


def document_text(document: DocumentFacts | None) -> Text:
    """Masked; the number behind an electronic card stays with its platform."""
    if document is not None and document.kind == E_CARD:
        return text("record.e_card")
    return literal(mask_number(document.number if document else ""))


def _card_state(card: CardFacts) -> Text:
    return text(f"card_state.{card.state.value.lower()}", last4=card.number_last4)


def _unpaid(application: ApplicationFacts) -> Text:
    return text("record.unpaid.value", number=application.application_number, fee=Money(application.fee_fen))


def _person(terminal: Terminal) -> Person:
    person = session_of(terminal).answers.person
    if person is None:
        raise RuntimeError("no person was looked up")
    return person
