"""A payment in doubt: it ends in time, nothing is asked for twice, and nobody is told that it is over before it is."""

import pytest

from kiosk.domain.application import PaymentState
from kiosk.flow.effects import CancelPayment, RequestPayment
from kiosk.flow.events import CentralRefused
from kiosk.flow.touches import OptionChosen
from tests.flows.stages import answered, awaited, cancelling, code_shown, payer_code_sent, payment_requested
from tests.flows.story import APPLICATION, Story


def test_a_cancellation_that_the_backend_never_finishes_ends_as_being_checked() -> None:
    story = cancelling()
    for _ in range(11):
        story.wait(5).tell(answered(story, PaymentState.REQUESTED))
    assert story.situation == "Paying"
    story.wait(5)
    assert story.situation == "PaymentBeingChecked"


def test_a_cancellation_is_given_as_long_as_an_unclear_payment() -> None:
    story = code_shown().wait(10).touch(OptionChosen("cancel"), OptionChosen("more_time")).wait(59)
    assert story.situation == "Paying"
    assert story.wait(1).situation == "PaymentBeingChecked"


def test_time_over_is_cancelled_once() -> None:
    story = code_shown()
    number = awaited(story)
    story.wait(400)
    assert story.effects.count(CancelPayment(number)) == 1


def requests(story: Story) -> int:
    return sum(isinstance(effect, RequestPayment) for effect in story.effects)


def test_a_cancelled_payment_that_never_arrived_is_not_asked_for_again() -> None:
    story = cancelling()
    story.tell(CentralRefused(awaited(story), "not_found"))
    assert requests(story) == 1
    assert story.wait(61).situation == "PaymentBeingChecked"


def test_an_application_that_the_backend_does_not_know_is_not_asked_about_in_a_storm() -> None:
    story = code_shown()
    for _ in range(100):
        story.tell(CentralRefused(awaited(story), "not_found"))
    assert requests(story) == 2
    story.wait(3).tell(CentralRefused(awaited(story), "not_found"))
    assert requests(story) == 3


@pytest.mark.parametrize("code", ["not_authenticated", "not_allowed", "too_many", "key_reused", "internal"])
def test_a_refused_question_does_not_end_an_open_payment(code: str) -> None:
    story = code_shown()
    story.tell(CentralRefused(awaited(story), code))
    assert story.situation == "Paying"
    assert story.wait(61).situation == "PaymentBeingChecked"


def test_an_application_that_expired_meanwhile_is_said_so() -> None:
    story = payment_requested()
    assert story.tell(CentralRefused(awaited(story), "application_state")).situation == "Troubled"


def test_a_payment_that_the_gateway_did_not_take_is_closed_before_another_is_asked_for() -> None:
    story = payment_requested()
    first = awaited(story)
    story.tell(CentralRefused(first, "payment_unavailable"))
    assert story.last == (CancelPayment(first),)
    story.tell(answered(story, PaymentState.CLOSED, failure="cancelled"))
    assert story.display.view.problem.key == "pay.problem.payment_unavailable"
    assert awaited(story.touch(OptionChosen("scan_screen"))) != first


def test_a_wallet_that_the_gateway_does_not_take_leads_back_to_the_camera() -> None:
    story = payer_code_sent()
    story.tell(CentralRefused(awaited(story), "malformed"))
    assert story.situation == "ScanningPayerCode"
    assert story.display.view.message.key == "pay_scan.problem.not_payment"


def test_a_payment_left_open_earlier_is_named_by_the_application_not_by_a_number_that_was_never_made() -> None:
    story = payment_requested()
    number = awaited(story)
    story.tell(CentralRefused(number, "payment_open"))
    assert story.situation == "Troubled"
    assert story.display.view.title.key == "trouble.payment_open.title"
    assert dict(story.display.view.reference.values)["number"] == APPLICATION.application_number
