"""From the check page an answer can be changed, and the change given up: what is sent is always whole."""

from kiosk.domain.application import DeliveryMode
from kiosk.flow.effects import Apply
from kiosk.flow.touches import BackTouched, ChangeRequested, Confirmed, OptionChosen
from tests.flows.stages import check, check_express
from tests.flows.story import Story


def applied(story: Story) -> Apply:
    (effect,) = story.last
    assert isinstance(effect, Apply)
    return effect


def test_a_pickup_chosen_without_an_office_asks_for_the_office() -> None:
    story = check_express().touch(ChangeRequested("delivery"), OptionChosen("pickup"), BackTouched(), BackTouched())
    assert story.situation == "CheckingAnswers"
    assert story.touch(Confirmed()).situation == "ChoosingOffice"
    assert applied(story.touch(OptionChosen("CY-1"), Confirmed())).office_id == "CY-1"


def test_an_express_chosen_without_an_address_asks_for_the_address() -> None:
    story = check().touch(ChangeRequested("delivery"), OptionChosen("express"), BackTouched(), BackTouched())
    assert story.touch(Confirmed()).situation == "ChoosingAddress"


def test_without_a_mobile_number_the_delivery_is_asked_again() -> None:
    story = check_express().touch(ChangeRequested("mobile"), OptionChosen("none"), Confirmed())
    assert story.situation == "ChoosingDelivery"
    sent = applied(story.touch(OptionChosen("pickup"), OptionChosen("CY-1"), Confirmed()))
    assert (sent.delivery_mode, sent.address, sent.mobile) == (DeliveryMode.PICKUP, None, None)
