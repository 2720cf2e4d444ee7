"""From the phone to the terminal, and from the terminal to the phone."""

import pytest

from kiosk.domain.application import DeliveryMode
from kiosk.domain.errands import DraftPhone
from kiosk.flow.effects import Apply
from kiosk.flow.errands.effects_other import CloseDraft, FetchDraft, PollDraft, RedeemDraft
from kiosk.flow.errands.events_other import DraftArrived
from kiosk.flow.errands.facts_other import DraftFacts
from kiosk.flow.events import CentralRefused, CentralSilent, CodeScanned
from kiosk.flow.touches import BackTouched, ChangeRequested, Confirmed, OptionChosen, Touch
from tests.flows.other_stages import (
    ADDRESS,
    DRAFT,
    WITHOUT_PHOTO,
    awaited,
    awaiting_phone,
    awaiting_photo,
    card_details,
    claimed,
    fetching,
    opening_hand_off,
    photo_sent,
    prefilled,
    redeeming,
    refused,
    scanning_resume_code,
)
from tests.flows.story import Story

HALF = DraftFacts("CG2", 1, DraftPhone.AT_WORK)


def of_kind(story: Story, kind: type) -> list:
    return [effect for effect in story.effects if isinstance(effect, kind)]


def test_what_was_filled_in_at_home_is_on_the_check_page() -> None:
    story = prefilled().touch(Confirmed(), OptionChosen("damaged"), OptionChosen("handed_in"))
    assert story.situation == "CheckingAnswers"
    story.touch(Confirmed())
    (sent,) = of_kind(story, Apply)
    assert (sent.address, sent.delivery_mode, sent.recipient) == (ADDRESS, DeliveryMode.EXPRESS, "王收件")
    assert (sent.draft_number, sent.photo_number) == ("CG1", "P1")


def test_what_was_filled_in_can_be_changed() -> None:
    story = prefilled().touch(Confirmed(), OptionChosen("damaged"), OptionChosen("handed_in"))
    story.touch(ChangeRequested("delivery"), OptionChosen("pickup"), OptionChosen("CY-1"))
    assert story.situation == "CheckingAnswers"


def test_nothing_of_a_draft_is_read_before_its_person_is_identified() -> None:
    assert not of_kind(claimed(), FetchDraft)
    assert [effect.person_token for effect in of_kind(fetching(), FetchDraft)] == ["t" * 20]


@pytest.mark.parametrize(
    "code", ["draft_code_expired", "draft_code_used", "draft_code_unknown", "draft_code_malformed"]
)
def test_each_code_that_does_not_serve_has_its_words_and_another_chance(code: str) -> None:
    story = refused(redeeming(), code)
    assert story.display.view.title.key == f"trouble.{code}.title"
    assert story.touch(OptionChosen("again")).situation == "ScanningResumeCode"


def test_of_two_terminals_with_one_code_the_second_says_so() -> None:
    first, second = redeeming(), redeeming()
    refused(second, "draft_code_used")
    assert second.display.view.title.key == "trouble.draft_code_used.title"
    assert first.situation == "RedeemingDraft"


def test_codes_of_other_kinds_are_not_sent_on() -> None:
    story = scanning_resume_code().tell(CodeScanned(b"134567890123456789"))
    assert story.display.view.message.key == "resume.problem.payment"
    assert story.tell(CodeScanned(b"hello")).display.view.message.key == "resume.problem.malformed"
    assert not of_kind(story, RedeemDraft)


@pytest.mark.parametrize("code", ["draft_person_differs", "draft_elsewhere", "draft_closed"])
def test_a_draft_that_cannot_be_read_leaves_the_way_of_everybody(code: str) -> None:
    story = refused(fetching(), code).touch(OptionChosen("start_here"))
    assert story.situation == "ReviewingRecord"
    assert story.terminal.session.answers.further.draft is None


def test_a_silent_centre_leaves_the_way_of_everybody() -> None:
    story = fetching()
    assert story.tell(CentralSilent(awaited(story))).touch(OptionChosen("start_here")).situation == "ReviewingRecord"


# --- to the phone ----------------------------------------------------------------------------------------------------


def test_the_phone_fills_in_and_the_terminal_goes_on() -> None:
    story = awaiting_phone().wait(4)
    assert of_kind(story, PollDraft)
    story.tell(DraftArrived("CG2", HALF))
    assert story.display.view.waiting.key == "hand_off.phone.at_work"
    story.tell(DraftArrived("CG2", DRAFT))
    assert story.situation == "ChoosingCardDetails"
    assert story.terminal.session.answers.address == ADDRESS
    assert story.terminal.session.answers.mobile == "13800138000"  # given here, so it stays


@pytest.mark.parametrize("touch", [OptionChosen("type_here"), BackTouched()])
def test_who_types_here_takes_the_form_back_from_the_phone(touch: Touch) -> None:
    story = awaiting_phone().touch(touch)
    assert len(of_kind(story, CloseDraft)) == 1
    late = story.tell(DraftArrived("CG2", DRAFT))  # the phone was faster than the word
    assert late.terminal.session.answers.address is None


def test_an_address_that_is_half_done_is_not_taken() -> None:
    half = DraftFacts("CG2", 2, DraftPhone.AT_WORK, DRAFT.address)
    assert awaiting_phone().tell(DraftArrived("CG2", half)).situation == "AwaitingPhone"


def test_the_wait_for_a_phone_ends() -> None:
    story = awaiting_phone().wait(301)
    assert story.display.view.title.key == "trouble.hand_off_expired.address.title"
    assert story.touch(OptionChosen("again")).situation == "ChoosingAddress"
    assert story.wait(200).terminal.session is None


def test_a_slow_line_is_said_and_asked_again() -> None:
    story = awaiting_phone().wait(4).tell(CentralSilent("CG2"))
    assert story.display.view.waiting.key == "hand_off.silent"
    before = len(of_kind(story, PollDraft))
    assert len(of_kind(story.wait(4), PollDraft)) > before


def test_a_draft_that_is_gone_leads_back_to_the_question() -> None:
    story = awaiting_phone().tell(CentralRefused("CG2", "draft_closed"))
    assert story.touch(OptionChosen("again")).situation == "ChoosingAddress"


def test_a_centre_that_gives_no_code_leads_back_to_the_question() -> None:
    story = opening_hand_off()
    story.tell(CentralSilent(awaited(story)))
    assert story.touch(OptionChosen("again")).situation == "ChoosingAddress"


# --- a photo by phone ------------------------------------------------------------------------------------------------


def test_a_photo_from_the_phone_is_the_new_cards() -> None:
    story = photo_sent()
    assert story.situation == "ChoosingCardDetails"
    story.touch(OptionChosen("keep"))
    assert ("photo", "check.photo.new") in [(row.row_id, row.value.key) for row in story.display.view.rows]
    story.touch(Confirmed())
    (sent,) = of_kind(story, Apply)
    assert sent.photo_number == "P2"
    assert not of_kind(story, CloseDraft)  # which would delete the photo


def test_a_photo_that_the_person_has_not_agreed_to_is_not_taken() -> None:
    looking_at_it = DraftFacts("CG2", 2, DraftPhone.AT_WORK, photo_number="P2")
    assert awaiting_photo().tell(DraftArrived("CG2", looking_at_it)).situation == "AwaitingPhone"


@pytest.mark.parametrize("touch", [OptionChosen("no_photo"), BackTouched()])
def test_who_wants_no_new_photo_after_all_keeps_the_old_one(touch: Touch) -> None:
    story = awaiting_photo().touch(touch)
    assert story.situation == "ChoosingCardDetails"
    assert len(of_kind(story, CloseDraft)) == 1
    assert story.touch(OptionChosen("keep")).situation == "CheckingAnswers"


def test_without_a_photo_on_record_a_new_one_comes_first() -> None:
    story = card_details(WITHOUT_PHOTO)
    assert story.touch(OptionChosen("keep")).situation == "ChoosingCardDetails"
    assert story.touch(OptionChosen("bank"), OptionChosen("B2")).situation == "ChoosingCardDetails"
    assert photo_sent(WITHOUT_PHOTO).touch(OptionChosen("keep")).situation == "CheckingAnswers"


@pytest.mark.parametrize("code", ["photo_unknown", "photo_needed"])
def test_a_photo_that_is_gone_is_asked_for_again(code: str) -> None:
    story = refused(photo_sent().touch(OptionChosen("keep"), Confirmed()), code)
    assert story.touch(OptionChosen("again")).situation == "ChoosingCardDetails"
    assert story.terminal.session.answers.further.photo_number is None


def test_more_time_is_given_once_a_phone_is_at_work() -> None:
    story = awaiting_phone().tell(DraftArrived("CG2", HALF)).wait(290).touch(OptionChosen("more_time")).wait(290)
    assert story.situation == "AwaitingPhone"
