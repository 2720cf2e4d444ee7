"""A12, A13, A24: time and questions, over every stage of the flow."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.flow.situations import Attract, OutOfService
from kiosk.flow.timeouts import may_idle
from kiosk.flow.touches import StillHere
from kiosk.flow.views import IdleWarning, PayCodeView, Phase, WorkingView
from tests.flows.stages import STAGES, check, check_express, check_lost
from tests.flows.story import Story

EXTENSIONS = 12


def attended() -> list[str]:
    return [name for name, make in STAGES.items() if make().terminal.session is not None]


@pytest.mark.parametrize("name", [name for name in attended() if may_idle(STAGES[name]().terminal)])
def test_absence_can_be_put_off_more_than_ten_times(name: str) -> None:
    """The page with everything typed in it stays; what the terminal asks the backend meanwhile may go on."""
    story = STAGES[name]()
    situation, view = type(story.terminal.situation), story.display.view
    for _ in range(EXTENSIONS):
        assert isinstance(story.wait(125).display.overlay, IdleWarning)
        story.touch(StillHere())
        assert (type(story.terminal.situation), story.display.view, story.display.overlay) == (situation, view, None)


def is_at_work(story: Story) -> bool:
    """The terminal reads, asks, takes money or prints; an unclear payment that has an end is not among them."""
    view = story.display.view
    phases = (getattr(view, "phase", None), getattr(view, "receipt_phase", None))
    return Phase.WORKING in phases or isinstance(view, WorkingView | PayCodeView)


def test_no_absence_is_counted_while_the_terminal_works() -> None:
    stories = [STAGES[name]() for name in attended()]
    working = [story for story in stories if is_at_work(story)]
    assert {"LookingUp", "Paying", "Submitting", "TakingReceipt", "HandingIn"} <= {story.situation for story in working}
    for story in working:
        assert not may_idle(story.terminal), story.situation
        assert not isinstance(story.terminal.situation, Attract | OutOfService)
        assert story.wait(25).display.overlay is None


@pytest.mark.parametrize("way", [check, check_express, check_lost])
def test_no_question_is_asked_twice_on_the_way(way: Callable[[], Story]) -> None:
    session = way().terminal.session
    assert session is not None
    asked = [type(situation).__name__ for situation in session.history]
    assert {"EnteringMobile", "ChoosingDelivery", "ChoosingCardDetails"} <= set(asked)
    assert len(asked) == len(set(asked))
