"""What the terminal does for itself while nobody is there."""

from kiosk.domain.language import Language
from kiosk.flow.effects import TidyJournal
from kiosk.flow.timeouts import next_wake_s
from kiosk.flow.touches import LanguageChosen
from tests.flows.stages import attract, check, submitted
from tests.flows.story import Story


def tidyings(story: Story) -> int:
    return story.effects.count(TidyJournal())


def test_the_journal_is_tidied_after_some_quiet_minutes_and_not_more_than_once_an_hour() -> None:
    story = attract()
    assert tidyings(story.wait(299)) == 0
    assert tidyings(story.wait(1)) == 1
    assert tidyings(story.wait(3599)) == 1
    assert tidyings(story.wait(1)) == 2


def test_the_flow_asks_to_be_woken_for_it() -> None:
    story = attract()
    assert next_wake_s(story.terminal, story.now()) == 300.0
    story.wait(300)
    assert next_wake_s(story.terminal, story.now()) == 3900.0


def test_nothing_is_tidied_while_somebody_is_there() -> None:
    for story in (check(), submitted()):
        assert tidyings(story.wait(100)) == 0


def test_a_person_in_between_begins_the_quiet_anew() -> None:
    story = attract().wait(250).touch(LanguageChosen(Language.EN))
    assert tidyings(story.wait(299)) == 0
    assert tidyings(story.wait(1)) == 1


def test_a_terminal_that_is_out_of_service_tidies_nothing() -> None:
    assert tidyings(Story().wait(4000)) == 0
