"""No wait without a limit, and no limit that runs while the terminal itself keeps a person waiting."""

from kiosk.flow.events import OldCardInserted, OldCardTakenOut
from kiosk.flow.touches import BackTouched, OptionChosen
from kiosk.flow.views import Phase
from tests.faults.stages import handing_in


def test_a_card_reader_that_never_answers_does_not_keep_the_session_open() -> None:
    story = handing_in().tell(OldCardInserted()).wait(29)
    assert story.display.view.phase is Phase.WORKING
    assert story.wait(1).display.view.message.key == "hand_in.problem.unreadable"
    assert story.wait(150).situation == "Attract"


def test_back_to_a_card_that_is_gone_does_not_keep_the_session_open() -> None:
    story = handing_in().tell(OldCardInserted()).touch(OptionChosen("handed_in")).tell(OldCardTakenOut())
    assert story.touch(BackTouched()).situation == "HandingIn"
    assert story.wait(200).terminal.session is None
