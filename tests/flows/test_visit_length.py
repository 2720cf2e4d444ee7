"""How long a visit took is a fact of the journal, and staff see it of the last one."""

from __future__ import annotations

from kiosk.flow.effects import Note
from kiosk.flow.events import Ticked, Touched
from kiosk.flow.touches import EndConfirmed
from tests.flows.stages import card_left, purpose, taking_things
from tests.flows.story import Story


def _duration_s(story: Story) -> object:
    (note,) = (effect for effect in story.effects if isinstance(effect, Note) and effect.kind == "session_ended")
    return dict(note.facts)["duration_s"]


def _began_s(story: Story) -> float:
    assert story.terminal.session is not None
    return story.terminal.session.began_at_s


def test_a_visit_lasts_from_the_first_touch_to_its_end() -> None:
    story = purpose()
    story.mono_s = _began_s(story) + 42.4
    assert _duration_s(story.tell(Touched(EndConfirmed()))) == 42


def test_whoever_takes_their_things_is_still_there() -> None:
    story = taking_things()
    story.mono_s = _began_s(story) + 300
    assert _duration_s(story.tell(Ticked())) == 300


def test_a_wiped_visit_with_a_card_left_keeps_its_beginning() -> None:
    assert _began_s(card_left()) == _began_s(purpose())
