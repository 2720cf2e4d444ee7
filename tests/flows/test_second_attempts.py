"""What is done twice is one thing: a loss report, an application taken up again, a card handed in before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.domain.application import CardState, PaymentState, Reason
from kiosk.domain.receipt import InterimSlip
from kiosk.domain.rules import SurrenderRule
from kiosk.flow.effects import PrintReceipt, ReportLoss, RequestPayment, Submit
from kiosk.flow.events import ApplicationAnswered, CentralSilent, LossReported
from kiosk.flow.facts import LossFacts
from kiosk.flow.touches import BackTouched, Confirmed, OptionChosen
from tests.flows.stages import answered, awaited, identifying, in_state, record, reporting_loss, unpaid
from tests.flows.story import APPLICATION, REFERENCE, START, Story

RELEASES = START + timedelta(days=10)


def interim(story: Story) -> InterimSlip:
    slip = next(effect.receipt for effect in reversed(story.effects) if isinstance(effect, PrintReceipt))
    assert isinstance(slip, InterimSlip)
    return slip


def delayed_from_check(story: Story) -> Story:
    """From the question for the mobile number to a submission that nobody confirms."""
    story.touch(OptionChosen("known"), OptionChosen("pickup"), OptionChosen("CY-1"), OptionChosen("keep"), Confirmed())
    story.tell(ApplicationAnswered(awaited(story), replace(APPLICATION, reason=Reason.LOST)))
    story.touch(OptionChosen("scan_screen"))
    story.tell(answered(story, PaymentState.PAID))
    return story.tell(CentralSilent(awaited(story)))


# --- the loss report ---


def test_a_second_attempt_at_a_loss_report_is_the_same_report() -> None:
    story = reporting_loss()
    first = story.last[0]
    story.tell(CentralSilent(awaited(story))).touch(OptionChosen("again"), Confirmed())
    assert story.last == (first,)
    assert isinstance(first, ReportLoss)
    story.tell(LossReported(first.ref, LossFacts("L1", RELEASES)))
    assert story.situation == "LossStopped"


def test_the_day_of_release_is_on_the_slip_after_a_second_attempt() -> None:
    story = reporting_loss()
    story.tell(CentralSilent(awaited(story))).touch(OptionChosen("again"), Confirmed())
    story.tell(LossReported(awaited(story), LossFacts("L1", RELEASES))).touch(Confirmed())
    assert interim(delayed_from_check(story)).card_stopped_until == date(2026, 12, 3)


def test_the_day_of_release_of_an_earlier_report_is_on_the_slip_too() -> None:
    reported = in_state(CardState.PRE_LOST)
    assert reported.card is not None
    person = replace(reported, card=replace(reported.card, pre_lost_until=RELEASES))
    story = record(person).touch(Confirmed(), OptionChosen("lost"))
    assert interim(delayed_from_check(story)).card_stopped_until == date(2026, 12, 3)


# --- an application taken up again ---


def submitted_card(story: Story, option: str) -> str:
    """What the submission says of the damaged card, and what is journalled before the money."""
    story.touch(Confirmed(), OptionChosen(option), OptionChosen("scan_screen"))
    request = story.last[0]
    assert isinstance(request, RequestPayment)
    story.tell(answered(story, PaymentState.PAID))
    submission = story.last[0]
    assert isinstance(submission, Submit)
    assert submission.damaged_card == request.damaged_card
    return submission.damaged_card


@pytest.mark.parametrize("option", ["handed_in", "to_staff"])
def test_what_became_of_the_damaged_card_is_asked_not_guessed(option: str) -> None:
    story = record(unpaid())
    assert submitted_card(story, option) == option


def test_who_handed_it_in_on_an_earlier_visit_is_told_what_to_touch() -> None:
    story = record(unpaid()).touch(Confirmed())
    assert story.display.view.instruction.key == "hand_in.instruction_resumed"
    assert story.touch(BackTouched()).situation == "ReviewingRecord"


def test_where_no_card_is_asked_for_a_resumed_application_goes_straight_to_its_fee() -> None:
    rules = replace(REFERENCE.rules, surrenders=(SurrenderRule(date(2020, 1, 1), Reason.DAMAGED, is_required=False),))
    story = identifying()
    session = replace(story.terminal.session, reference=replace(REFERENCE, rules=rules))
    story.terminal = replace(story.terminal, session=session)
    story.identified(unpaid()).touch(Confirmed())
    assert story.situation == "ChoosingPayment"


def test_a_resumed_application_of_a_lost_card_hands_nothing_in() -> None:
    lost = replace(unpaid(), open_application=replace(APPLICATION, reason=Reason.LOST))
    story = record(lost).touch(Confirmed(), OptionChosen("scan_screen"))
    assert story.last[0].damaged_card == "not_applicable"
