"""Chapter 4a: which bank and which photo the new card has."""

from __future__ import annotations

from kiosk.domain.errands import HandOffTopic
from kiosk.flow.delivering import next_question, per_page, person_of, to_the_phone
from kiosk.flow.events import Event, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.paging import page_of, turned
from kiosk.flow.situations import CheckingAnswers, ChoosingBank, ChoosingCardDetails
from kiosk.flow.terminal import Result, Terminal, answer, go, session_of, turn
from kiosk.flow.texts import Text, bilingual, text
from kiosk.flow.touches import OptionChosen, PageTurned
from kiosk.flow.views import ChoiceView, Option, Picture

BANKS_PER_PAGE = 6

# --- keep or change --------------------------------------------------------------------------------------------------


def lacks_photo(terminal: Terminal) -> bool:
    """There is none on record, and none came from a phone."""
    return not person_of(terminal).has_photo and session_of(terminal).answers.further.photo_number is None


def on_choosing_card_details(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen("keep")) if not lacks_photo(terminal):
            return next_question(terminal, CheckingAnswers(), now)
        case Touched(OptionChosen("bank")) if len(person_of(terminal).bank_choices) > 1:
            return go(terminal, ChoosingBank(), now)
        case Touched(OptionChosen("photo")):
            return to_the_phone(terminal, HandOffTopic.PHOTO, now)
        case _:
            return terminal, ()


def view_choosing_card_details(terminal: Terminal) -> ChoiceView:
    keep, bank, photo = _keep_option(terminal), _bank_option(terminal), _photo_option(terminal)
    options = (photo, bank, keep) if lacks_photo(terminal) else (keep, bank, photo)
    return ChoiceView(question=text("card_details.question"), options=options)


def _keep_option(terminal: Terminal) -> Option:
    photo, lacks = photo_of(terminal), lacks_photo(terminal)
    return Option(
        "keep",
        text("card_details.keep" if photo == "old" else "card_details.go_on"),
        text(f"card_details.keep.{photo}", bank=bank_text(terminal)),
        Picture.TICK,
        is_enabled=not lacks,
        note=text("card_details.photo.needed") if lacks else None,
    )


def _bank_option(terminal: Terminal) -> Option:
    has_choice = len(person_of(terminal).bank_choices) > 1
    return Option(
        "bank",
        text("card_details.bank"),
        text("card_details.bank.about"),
        Picture.BANK,
        is_enabled=has_choice,
        note=None if has_choice else text("card_details.bank.employer"),
    )


def _photo_option(terminal: Terminal) -> Option:
    words = {"old": "card_details.photo", "new": "card_details.photo.again", "none": "card_details.photo.first"}
    return Option(
        "photo",
        text(words[photo_of(terminal)]),
        text("card_details.photo.about"),
        Picture.PHONE,
        is_primary=lacks_photo(terminal),
    )


def photo_of(terminal: Terminal) -> str:
    """Which photo the card will have: `old`, `new` or `none`."""
    if session_of(terminal).answers.further.photo_number is not None:
        return "new"
    return "none" if lacks_photo(terminal) else "old"


def bank_text(terminal: Terminal) -> Text:
    session = session_of(terminal)
    bank = session.reference.bank(session.answers.bank_code or "")
    return bilingual(bank.name_zh, bank.name_en) if bank else text("card_details.no_bank")


# --- another bank ----------------------------------------------------------------------------------------------------


def on_choosing_bank(terminal: Terminal, situation: ChoosingBank, event: Event, now: Moment) -> Result:
    choices = person_of(terminal).bank_choices
    match event:
        case Touched(PageTurned(by)):
            return turn(
                terminal, ChoosingBank(turned(situation.page, by, len(choices), per_page(terminal, BANKS_PER_PAGE)))
            )
        case Touched(OptionChosen(bank_code)) if bank_code in choices:
            chosen_bank = answer(terminal, bank_code=bank_code)
            onward = ChoosingCardDetails() if lacks_photo(terminal) else CheckingAnswers()
            return next_question(chosen_bank, onward, now)
        case _:
            return terminal, ()


def view_choosing_bank(terminal: Terminal, situation: ChoosingBank) -> ChoiceView:
    reference = session_of(terminal).reference
    banks = tuple(bank for code in person_of(terminal).bank_choices if (bank := reference.bank(code)))
    shown, pages = page_of(banks, situation.page, per_page(terminal, BANKS_PER_PAGE))
    return ChoiceView(
        question=text("bank.question"),
        options=tuple(Option(bank.bank_code, bilingual(bank.name_zh, bank.name_en)) for bank in shown),
        layout="list",
        page=situation.page,
        pages=pages,
    )
