"""A payment in doubt: it ends in time, nothing is asked for twice, and nobody is told that it is over before it is."""

from kiosk.domain.application import PaymentState
from kiosk.flow.effects import CancelPayment
from kiosk.flow.touches import OptionChosen
from tests.flows.stages import answered, awaited, cancelling, code_shown


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
