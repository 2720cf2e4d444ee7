"""Chapter 4: how to reach the person, and where the new card goes."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.application import DeliveryMode
from kiosk.domain.contact import AddressFault, MobileFault, check_address, check_mobile
from kiosk.domain.errands import HandOffTopic
from kiosk.domain.language import Language
from kiosk.domain.masking import mask_address, mask_phone
from kiosk.domain.money import Money
from kiosk.flow.composing import NOTHING, Written, chosen, found, pressed, wishes
from kiosk.flow.errands.effects_other import OpenHandOff
from kiosk.flow.errands.situations_other import OpeningHandOff
from kiosk.flow.events import CandidatesFound, Event, Touched
from kiosk.flow.facts import Moment, OfficeFacts, Person
from kiosk.flow.keyboard import KeyboardPage
from kiosk.flow.paging import page_of, turned
from kiosk.flow.situations import (
    CheckingAnswers,
    ChoosingAddress,
    ChoosingCardDetails,
    ChoosingDelivery,
    ChoosingDistrict,
    ChoosingOffice,
    ChoosingStreet,
    EnteringAddress,
    EnteringMobile,
    Situation,
)
from kiosk.flow.terminal import Result, Terminal, answer, go, is_off, session_of, turn
from kiosk.flow.texts import Text, bilingual, literal, text
from kiosk.flow.touches import (
    CandidateChosen,
    Confirmed,
    KeyboardPageChosen,
    KeyPressed,
    OptionChosen,
    PageTurned,
)
from kiosk.flow.views import ChoiceView, KeypadView, Option, Picture, TextEntryView

OFFICES_PER_PAGE = 4
DISTRICTS_PER_PAGE = 20
STREETS_PER_PAGE = 15
MOBILE_DIGITS = 11
ADDRESS_CHARACTERS = 60


def next_question(terminal: Terminal, situation: Situation, now: Moment) -> Result:
    """Onward to the next question, or back to the check page when only one answer is being changed."""
    session = session_of(terminal)
    if session.is_changing:
        steady = replace(terminal, session=replace(session, is_changing=False, history=()))
        return go(steady, CheckingAnswers(), now)
    return go(terminal, situation, now)


def person_of(terminal: Terminal) -> Person:
    person = session_of(terminal).answers.person
    if person is None:
        raise RuntimeError("no person was looked up")
    return person


# --- mobile ----------------------------------------------------------------------------------------------------------


def on_entering_mobile(terminal: Terminal, situation: EnteringMobile, event: Event, now: Moment) -> Result:
    match event:
        case Touched(KeyPressed(key)):
            return turn(terminal, EnteringMobile(typed(situation.typed, key, MOBILE_DIGITS)))
        case Touched(Confirmed()):
            return _mobile_entered(terminal, situation, now)
        case Touched(OptionChosen("known")) if person_of(terminal).mobile:
            known = answer(terminal, mobile=person_of(terminal).mobile, has_answered_mobile=True)
            return next_question(known, ChoosingDelivery(), now)
        case Touched(OptionChosen("none")):
            none = answer(terminal, mobile=None, has_answered_mobile=True)
            return next_question(none, ChoosingDelivery(), now)
        case _:
            return terminal, ()


def typed(so_far: str, key: str, most: int) -> str:
    """What stands in a field after one more key."""
    if key == "clear":
        return ""
    if key == "backspace":
        return so_far[:-1]
    return (so_far + key)[:most]


def _mobile_entered(terminal: Terminal, situation: EnteringMobile, now: Moment) -> Result:
    mobile = check_mobile(situation.typed)
    if isinstance(mobile, MobileFault):
        return turn(terminal, replace(situation, problem=mobile.value))
    return next_question(answer(terminal, mobile=mobile.text, has_answered_mobile=True), ChoosingDelivery(), now)


def view_entering_mobile(terminal: Terminal, situation: EnteringMobile) -> KeypadView:
    known = person_of(terminal).mobile
    options = [Option("none", text("mobile.none"))]
    if known:
        options.insert(
            0,
            Option(
                "known", text("mobile.known", mobile=mask_phone(known)), is_primary=not situation.typed, is_private=True
            ),
        )
    return KeypadView(
        question=text("mobile.question"),
        value=grouped_mobile(situation.typed),
        placeholder=text("mobile.placeholder"),
        confirm=text("mobile.confirm"),
        hint=text("mobile.hint"),
        problem=text(f"mobile.problem.{situation.problem}") if situation.problem else None,
        can_confirm=bool(situation.typed),
        options=tuple(options),
    )


def grouped_mobile(digits: str) -> str:
    """Read in groups: 138 0013 8000."""
    return " ".join(part for part in (digits[:3], digits[3:7], digits[7:]) if part)


# --- pick up or express ----------------------------------------------------------------------------------------------


def on_choosing_delivery(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen("pickup")):
            return go(answer(terminal, delivery_mode=DeliveryMode.PICKUP, address=None), ChoosingOffice(), now)
        case Touched(OptionChosen("express")) if _can_send(terminal):
            return go(answer(terminal, delivery_mode=DeliveryMode.EXPRESS, office_id=None), ChoosingAddress(), now)
        case _:
            return terminal, ()


def view_choosing_delivery(terminal: Terminal, now: Moment) -> ChoiceView:
    answers = session_of(terminal).answers
    has_mobile = bool(answers.mobile)
    return ChoiceView(
        question=text("delivery.question"),
        options=(
            Option("pickup", text("delivery.pickup"), text("delivery.pickup.about"), Picture.OFFICE),
            Option(
                "express",
                text("delivery.express"),
                _express_about(terminal, now),
                Picture.COURIER,
                is_enabled=_can_send(terminal),
                note=_why_not_sent(terminal, has_mobile=has_mobile),
            ),
        ),
    )


def _can_send(terminal: Terminal) -> bool:
    return bool(session_of(terminal).answers.mobile) and not is_off(terminal, "express")


def _why_not_sent(terminal: Terminal, *, has_mobile: bool) -> Text | None:
    if is_off(terminal, "express"):
        return text("feature.off")
    return None if has_mobile else text("delivery.express.needs_mobile")


def _express_about(terminal: Terminal, now: Moment) -> Text:
    session = session_of(terminal)
    reason, today, rules = session.answers.reason, now.wall.date(), session.reference.rules
    if reason is None:
        return text("delivery.express.about")
    extra_fen = (
        rules.fee_for(reason, DeliveryMode.EXPRESS, today).amount_fen
        - rules.fee_for(reason, DeliveryMode.PICKUP, today).amount_fen
    )
    return text("delivery.express.about_fee", fee=Money(extra_fen)) if extra_fen else text("delivery.express.about")


def on_choosing_office(terminal: Terminal, situation: ChoosingOffice, event: Event, now: Moment) -> Result:
    offices = _offices(terminal)
    match event:
        case Touched(PageTurned(by)):
            return turn(
                terminal, ChoosingOffice(turned(situation.page, by, len(offices), per_page(terminal, OFFICES_PER_PAGE)))
            )
        case Touched(OptionChosen(office_id)) if any(office.office_id == office_id for office in offices):
            return next_question(answer(terminal, office_id=office_id), ChoosingCardDetails(), now)
        case _:
            return terminal, ()


def per_page(terminal: Terminal, count: int) -> int:
    """Fewer choices at a time in elder mode."""
    return max(3, count // 2) if terminal.preferences.is_elder else count


def _offices(terminal: Terminal) -> tuple[OfficeFacts, ...]:
    """The office of this terminal first, then those of its district, then the rest in the backend's order."""
    here = terminal.site.office_id
    offices = session_of(terminal).reference.offices
    own = next((office for office in offices if office.office_id == here), None)
    district = own.district if own else ""
    return tuple(sorted(offices, key=lambda office: (office.office_id != here, office.district != district)))


def view_choosing_office(terminal: Terminal, situation: ChoosingOffice) -> ChoiceView:
    offices = _offices(terminal)
    shown, pages = page_of(offices, situation.page, per_page(terminal, OFFICES_PER_PAGE))
    return ChoiceView(
        question=text("office.question"),
        options=tuple(_office_option(office, terminal.site.office_id) for office in shown),
        hint=text("office.hint"),
        layout="list",
        page=situation.page,
        pages=pages,
    )


def _office_option(office: OfficeFacts, here: str) -> Option:
    return Option(
        office.office_id,
        bilingual(zh=office.name_zh, en=office.name_en),
        text(
            "office.about",
            address=bilingual(zh=office.address_zh, en=office.address_en),
            hours=bilingual(zh=office.hours_zh, en=office.hours_en),
        ),
        Picture.OFFICE,
        note=text("office.here") if office.office_id == here else None,
    )


# --- express address -------------------------------------------------------------------------------------------------


def on_choosing_address(terminal: Terminal, event: Event, now: Moment) -> Result:
    last = person_of(terminal).address
    match event:
        case Touched(OptionChosen("last")) if last is not None:
            return next_question(answer(terminal, address=last), ChoosingCardDetails(), now)
        case Touched(OptionChosen("new")):
            return go(terminal, ChoosingDistrict(), now)
        case Touched(OptionChosen("phone")):
            return to_the_phone(terminal, HandOffTopic.ADDRESS, now)
        case _:
            return terminal, ()


def to_the_phone(terminal: Terminal, topic: HandOffTopic, now: Moment) -> Result:
    effect = OpenHandOff(now.fresh_id, person_of(terminal).token, topic)
    return go(terminal, OpeningHandOff(now.fresh_id, topic), now, effect)


def view_choosing_address(terminal: Terminal) -> ChoiceView:
    last = person_of(terminal).address
    options = [Option("new", text("address.new"), text("address.new.about"), Picture.COURIER)]
    options.append(Option("phone", text("address.phone"), text("address.phone.about"), Picture.PHONE))
    if last is not None:
        masked = literal(f"{last.district}{last.street}{mask_address(last.detail)}")
        options.insert(0, Option("last", text("address.last"), masked, Picture.CLOCK, is_private=True))
    return ChoiceView(question=text("address.question"), options=tuple(options), layout="cards")


def on_choosing_district(terminal: Terminal, situation: ChoosingDistrict, event: Event, now: Moment) -> Result:
    districts = session_of(terminal).reference.districts
    match event:
        case Touched(PageTurned(by)):
            return turn(
                terminal,
                ChoosingDistrict(turned(situation.page, by, len(districts), per_page(terminal, DISTRICTS_PER_PAGE))),
            )
        case Touched(OptionChosen(name)) if any(district.name == name for district in districts):
            return go(terminal, ChoosingStreet(name), now)
        case _:
            return terminal, ()


def view_choosing_district(terminal: Terminal, situation: ChoosingDistrict) -> ChoiceView:
    districts = session_of(terminal).reference.districts
    shown, pages = page_of(districts, situation.page, per_page(terminal, DISTRICTS_PER_PAGE))
    return ChoiceView(
        question=text("district.question"),
        options=tuple(Option(one.name, bilingual(zh=one.name, en=one.name_en)) for one in shown),
        layout="grid",
        page=situation.page,
        pages=pages,
    )


def _streets(terminal: Terminal, district: str) -> tuple[str, ...]:
    districts = session_of(terminal).reference.districts
    return next((one.streets for one in districts if one.name == district), ())


def on_choosing_street(terminal: Terminal, situation: ChoosingStreet, event: Event, now: Moment) -> Result:
    streets = _streets(terminal, situation.district)
    match event:
        case Touched(PageTurned(by)):
            return turn(
                terminal,
                replace(situation, page=turned(situation.page, by, len(streets), per_page(terminal, STREETS_PER_PAGE))),
            )
        case Touched(OptionChosen(street)) if street in streets:
            return go(terminal, EnteringAddress(situation.district, street), now)
        case _:
            return terminal, ()


def view_choosing_street(terminal: Terminal, situation: ChoosingStreet) -> ChoiceView:
    shown, pages = page_of(_streets(terminal, situation.district), situation.page, per_page(terminal, STREETS_PER_PAGE))
    return ChoiceView(
        question=text("street.question", district=situation.district),
        options=tuple(Option(street, literal(street)) for street in shown),
        layout="grid",
        page=situation.page,
        pages=pages,
    )


def on_entering_address(terminal: Terminal, situation: EnteringAddress, event: Event, now: Moment) -> Result:
    match event:
        case Touched(KeyPressed(key)):
            return _written(terminal, situation, pressed(_field(situation), key, ADDRESS_CHARACTERS))
        case Touched(CandidateChosen(number)):
            return _written(terminal, situation, chosen(_field(situation), number, ADDRESS_CHARACTERS))
        case CandidatesFound(letters, candidates):
            return _written(terminal, situation, found(_field(situation), letters, candidates))
        case Touched(KeyboardPageChosen(page)):
            return turn(terminal, replace(situation, page=page, composing=NOTHING))
        case Touched(Confirmed()):
            return _address_entered(terminal, situation, now)
        case _:
            return terminal, ()


def _field(situation: EnteringAddress) -> Written:
    return Written(situation.typed, situation.composing)


def _written(terminal: Terminal, situation: EnteringAddress, after: Written) -> Result:
    changed = replace(situation, typed=after.text, composing=after.composing, problem="")
    return turn(terminal, changed, *wishes(_field(situation), after))


def _address_entered(terminal: Terminal, situation: EnteringAddress, now: Moment) -> Result:
    if situation.composing.letters:  # which characters were meant is for the person to say
        return turn(terminal, replace(situation, problem="composing"))
    address = check_address(situation.district, situation.street, situation.typed)
    if isinstance(address, AddressFault):
        return turn(terminal, replace(situation, problem=address.value))
    return next_question(answer(terminal, address=address), ChoosingCardDetails(), now)


def view_entering_address(terminal: Terminal, situation: EnteringAddress) -> TextEntryView:
    pages = tuple(page for page in KeyboardPage if page is not KeyboardPage.PINYIN or terminal.site.has_pinyin)
    usual = KeyboardPage.LETTERS if terminal.preferences.language is Language.EN else pages[0]
    page = situation.page or usual
    return TextEntryView(
        question=text("address_detail.question"),
        value=situation.typed,
        placeholder=text("address_detail.placeholder"),
        confirm=text("address_detail.confirm"),
        hint=text("address_detail.hint_pinyin" if page is KeyboardPage.PINYIN else "address_detail.hint"),
        problem=text(f"address_detail.problem.{situation.problem}") if situation.problem else None,
        can_confirm=bool(situation.typed),
        fixed_part=literal(f"{situation.district} {situation.street}"),
        page=page,
        pages=pages,
        letters=situation.composing.letters,
        candidates=tuple(candidate.text for candidate in situation.composing.candidates),
    )
