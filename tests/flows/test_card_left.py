"""A session that ends with a card in the reader asks for the card, and holds nothing else any more."""

from kiosk.flow.events import OldCardTakenOut
from kiosk.flow.terminal import Answers
from kiosk.flow.touches import Confirmed, EndConfirmed, EndTouched
from tests.flows.stages import own_card_read


def test_ending_with_a_card_in_the_reader_asks_for_the_card() -> None:
    story = own_card_read().touch(EndTouched(), EndConfirmed())
    assert story.situation == "TakingThings"
    assert story.terminal.session.answers == Answers()
    assert story.terminal.session.history == ()
    assert story.display.view.warning.key == "take.card_left"
    assert story.tell(OldCardTakenOut()).touch(Confirmed()).situation == "Attract"


def test_absence_with_a_card_in_the_reader_asks_for_the_card_then_gives_up_and_says_so() -> None:
    story = own_card_read().wait(150)
    assert story.situation == "TakingThings"
    assert story.wait(120).situation == "Attract"
    assert [effect.kind for effect in story.last] == ["card_left_in_reader", "session_ended"]
