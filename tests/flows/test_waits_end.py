"""No wait without a limit, and no limit that runs while the terminal itself keeps a person waiting."""

from kiosk.domain.application import PaymentState
from kiosk.flow.events import ApplicationAnswered, OldCardInserted, OldCardTakenOut
from kiosk.flow.touches import BackTouched, OptionChosen
from kiosk.flow.views import IdleWarning, Phase
from tests.flows.stages import answered, awaited, code_shown, handing_in
from tests.flows.story import ACCEPTED


def test_a_card_reader_that_never_answers_does_not_keep_the_session_open() -> None:
    story = handing_in().tell(OldCardInserted()).wait(29)
    assert story.display.view.phase is Phase.WORKING
    assert story.wait(1).display.view.message.key == "hand_in.problem.unreadable"
    assert story.wait(150).situation == "TakingThings"  # the card is still in it
    assert story.wait(120).situation == "Attract"


def test_back_to_a_card_that_is_gone_does_not_keep_the_session_open() -> None:
    story = handing_in().tell(OldCardInserted()).touch(OptionChosen("handed_in")).tell(OldCardTakenOut())
    assert story.touch(BackTouched()).situation == "HandingIn"
    assert story.wait(200).terminal.session is None


def test_absence_is_counted_from_the_end_of_a_payment_not_from_its_beginning() -> None:
    story = code_shown().wait(170)
    story.tell(answered(story, PaymentState.PAID)).tell(ApplicationAnswered(awaited(story), ACCEPTED))
    assert story.wait(119).display.overlay is None
    assert isinstance(story.wait(1).display.overlay, IdleWarning)
