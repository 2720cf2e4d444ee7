"""Passport and electronic card in the place of an identity card."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.domain.application import CardState
from kiosk.flow.effects import LookUpPerson
from kiosk.flow.errands.effects_other import LookUpECard, ReadPassport
from kiosk.flow.errands.events_other import PassportRefused
from kiosk.flow.errands.facts_other import TypedPassport
from kiosk.flow.events import CodeScanned, DocumentPresented, OldCardTakenOut, PersonFound
from kiosk.flow.touches import BackTouched, Confirmed, KeyPressed, OptionChosen
from kiosk.flow.views import Phase
from tests.flows.other_stages import (
    E_CARD_CODE,
    PASSPORT,
    awaited,
    e_card_found,
    keys,
    passport_awaited,
    passport_birth,
    passport_expiry,
    passport_in_reader,
    passport_number,
    refused,
    resolving_e_card,
    scanning_e_card,
)
from tests.flows.story import PERSON, Story


def typed(story: Story) -> TypedPassport:
    return story.terminal.session.answers.further.typed_passport


# --- passport --------------------------------------------------------------------------------------------------------


def test_a_passport_that_was_read_is_looked_up_with_number_and_nationality() -> None:
    story = passport_in_reader()
    assert story.last == (ReadPassport("L898902C3674081223512311"),)
    story.tell(DocumentPresented(PASSPORT))
    asked = [effect for effect in story.effects if isinstance(effect, LookUpPerson)]
    assert [(one.document.number, one.document.nationality) for one in asked] == [("L898902C3", "UTO")]
    assert typed(story) == TypedPassport()
    assert story.tell(PersonFound(awaited(story), PERSON)).situation == "ReviewingRecord"


def test_typing_alone_identifies_nobody() -> None:
    story = passport_awaited().touch(Confirmed())
    assert story.situation == "ReadingPassport"
    assert not any(isinstance(effect, LookUpPerson) for effect in story.effects)


def test_the_check_digit_of_each_field_is_shown() -> None:
    assert dict(keys(passport_number(), "L898902C3").display.view.hint.values)["digit"] == "6"
    assert dict(keys(passport_birth(), "740812").display.view.hint.values)["digit"] == "2"
    assert dict(keys(passport_expiry(), "351231").display.view.hint.values)["digit"] == "1"


@pytest.mark.parametrize(
    ("story", "digits", "problem"),
    [
        (passport_birth, "741312", "no_such_day"),
        (passport_expiry, "201231", "expired"),
        (passport_expiry, "350231", "no_such_day"),
    ],
)
def test_a_day_that_cannot_be_is_said_at_once(story: Callable[[], Story], digits: str, problem: str) -> None:
    told = keys(story(), digits)
    assert told.display.view.problem.key == f"passport.problem.{problem}"
    assert told.touch(Confirmed()).situation == "TypingPassport"


def test_a_number_too_short_or_with_other_signs_is_said() -> None:
    assert passport_number().touch(KeyPressed("#")).display.view.problem.key == "passport.problem.characters"
    short = keys(passport_number(), "L8").touch(Confirmed())
    assert short.display.view.problem.key == "passport.problem.too_short"


def test_a_chip_that_does_not_open_leads_back_to_what_was_typed() -> None:
    story = passport_in_reader().tell(PassportRefused("access_denied"))
    assert story.display.view.problem.key == "passport.problem.not_opened"
    assert typed(story) == TypedPassport("L898902C3", "740812", "351231")
    story.touch(KeyPressed("backspace"), KeyPressed("4"), Confirmed(), Confirmed(), Confirmed())
    assert story.terminal.situation.phase is Phase.WORKING  # it lies there still, so it is read at once
    assert isinstance(story.last[0], ReadPassport)


def test_back_keeps_what_was_typed_on_both_sides() -> None:
    story = passport_expiry().touch(BackTouched(), BackTouched())
    assert story.display.view.value == "L898902C3"
    assert story.touch(Confirmed()).display.view.value == "74 08 12"


def test_back_from_a_number_that_was_typed_again_leads_out() -> None:
    story = passport_in_reader().tell(PassportRefused("access_denied")).touch(BackTouched())
    assert story.situation == "Identifying"


def test_a_passport_that_is_taken_away_is_asked_for_again() -> None:
    story = passport_in_reader().tell(OldCardTakenOut())
    assert story.display.view.message.key == "passport.refused.removed"


def test_a_reader_that_never_answers_does_not_keep_the_session_open() -> None:
    story = passport_in_reader().wait(45)
    assert story.display.view.message.key == "passport.refused.unreadable"
    assert story.wait(300).terminal.session is None


def test_after_three_failures_staff_are_offered() -> None:
    story = passport_in_reader().tell(*[PassportRefused("mute")] * 3)
    assert [option.option_id for option in story.display.view.options] == ["type_again", "staff"]
    assert story.touch(OptionChosen("staff")).situation == "Troubled"


# --- electronic card -------------------------------------------------------------------------------------------------


def test_an_electronic_card_leads_to_the_record() -> None:
    story = e_card_found()
    assert story.situation == "ReviewingRecord"
    rows = {row.row_id: row.value for row in story.display.view.rows}
    assert rows["number"].key == "record.e_card"


def test_an_electronic_card_carries_the_whole_visit() -> None:
    story = e_card_found().touch(Confirmed(), OptionChosen("damaged"), OptionChosen("handed_in"))
    story.touch(OptionChosen("known"), OptionChosen("pickup"), OptionChosen("CY-1"), OptionChosen("keep"))
    assert story.situation == "CheckingAnswers"
    assert story.touch(Confirmed()).situation == "Applying"


def test_a_stopped_electronic_card_is_refused_with_the_document_as_the_way_on() -> None:
    story = refused(resolving_e_card(), "e_card_stopped")
    assert story.display.view.title.key == "trouble.e_card_stopped.title"
    assert story.touch(OptionChosen("document")).situation == "Identifying"


def test_a_code_that_was_used_asks_for_a_fresh_one() -> None:
    assert refused(resolving_e_card(), "e_card_used").touch(OptionChosen("again")).situation == "ScanningECard"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"134567890123456789", "payment"),
        (b"11010519491231002X", "looks_like_id_number"),
        (b"https://x.example", "url"),
    ],
)
def test_codes_of_other_kinds_stay_at_the_terminal(content: bytes, problem: str) -> None:
    story = scanning_e_card().tell(CodeScanned(content))
    assert story.display.view.message.key == f"e_card.problem.{problem}"
    assert not any(isinstance(effect, LookUpECard) for effect in story.effects)


def test_a_code_is_sent_once_and_never_again() -> None:
    story = resolving_e_card().tell(CodeScanned(E_CARD_CODE))
    assert len([effect for effect in story.effects if isinstance(effect, LookUpECard)]) == 1


def test_a_card_that_is_not_in_use_ends_as_with_a_document() -> None:
    story = resolving_e_card()
    superseded = replace(PERSON, card=replace(PERSON.card, state=CardState.SUPERSEDED))
    assert story.tell(PersonFound(awaited(story), superseded)).situation == "Troubled"
