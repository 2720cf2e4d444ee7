"""A payment in doubt: it ends in time, nothing is asked for twice, and nobody is told that it is over before it is."""

from kiosk.domain.application import PaymentState
from kiosk.flow.effects import CancelPayment, RequestPayment
from kiosk.flow.events import CentralRefused
from kiosk.flow.touches import OptionChosen
from tests.flows.stages import answered, awaited, cancelling, code_shown
from tests.flows.story import Story


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
