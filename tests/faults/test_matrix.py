"""Every situation x every device x every word of it, and every situation x every event: a defined result, a way out."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from hardware.ports import DeviceWord, Paper
from kiosk.flow.events import DeviceChanged, Event
from kiosk.flow.facts import DEVICE_NAMES, DeviceFacts
from kiosk.flow.machine import step
from kiosk.flow.situations import Situation
from kiosk.flow.terminal import Terminal
from tests.faults.every_event import events_for
from tests.faults.expectations import EXPECTED, is_fit
from tests.faults.outlook import enabled, exits, incomplete, notes, seconds_until_nobody
from tests.flows.enrolling_stages import ENROLLING_STAGES
from tests.flows.other_stages import OTHER_STAGES
from tests.flows.own_stages import OWN_STAGES
from tests.flows.staff_stages import STAFF_STAGES
from tests.flows.stages import STAGES
from tests.flows.story import Story

PAPERS = ("", *(paper.value for paper in Paper))
WORDS = tuple(word.value for word in DeviceWord)
MAY_BE_CLOSED = ("TakingReceipt", "TakingCertificate", "TakingLossSlip", "SettingLevels")
"""A button that is closed for a moment needs no reason."""
CHANGES = tuple(
    DeviceChanged(name, DeviceFacts(word, paper=paper))
    for name, word in product(DEVICE_NAMES, WORDS)
    for paper in (PAPERS if name == "receipt_printer" else ("",))
)


def again(terminal: Terminal, reached: Story) -> Story:
    """Another story from the same moment; states are frozen, so they can be shared."""
    return Story(terminal, reached.mono_s, reached.told)


def test_the_matrix_leaves_nothing_out() -> None:
    reached = {type(make().terminal.situation) for make in STAGES.values()}
    assert reached == set(get_args(Situation))
    assert EXPECTED.keys() == STAGES.keys()
    assert (len(DEVICE_NAMES), len(WORDS), len(PAPERS)) == (6, 10, 6)
    assert len(CHANGES) == 110
    groups = (ENROLLING_STAGES, STAFF_STAGES, OWN_STAGES, OTHER_STAGES)
    assert len(STAGES) == 68 + sum(len(group) for group in groups)


@pytest.mark.parametrize("stage", STAGES)
def test_every_word_of_every_device_has_a_defined_result(stage: str) -> None:
    reached, expected = STAGES[stage](), EXPECTED[stage]
    wanted_options = {way for way in expected.ways if way.startswith("option")}
    for change in CHANGES:
        story = again(reached.terminal, reached).tell(change)
        where = f"{stage}: {change.name} {change.facts.word} {change.facts.paper}"
        assert type(story.terminal.situation) is type(reached.terminal.situation), where
        assert not incomplete(story.display), where
        assert expected.ways <= exits(story), where
        assert wanted_options <= {f"option {each}" for each in enabled(story.display)}, where
        assert all(notes(story.display).values()) or story.situation in MAY_BE_CLOSED, where


@pytest.mark.parametrize("stage", [stage for stage, expected in EXPECTED.items() if expected.onward])
def test_a_person_can_go_on_unless_a_device_that_it_takes_is_unfit(stage: str) -> None:
    reached, onward = STAGES[stage](), EXPECTED[stage].onward
    assert onward is not None
    for change in CHANGES:
        story = again(reached.terminal, reached).tell(change, onward.event)
        is_blocked = change.name in onward.needs and not is_fit(change.name, change.facts)
        wanted = onward.blocked_in if is_blocked else onward.leads_to
        assert story.situation == wanted, f"{stage}: {change.name} {change.facts.word} {change.facts.paper}"


@pytest.mark.parametrize("stage", STAGES)
def test_whatever_breaks_a_session_that_everybody_left_ends(stage: str) -> None:
    reached = STAGES[stage]()
    for name, word in product(DEVICE_NAMES, WORDS):
        story = again(reached.terminal, reached).tell(DeviceChanged(name, DeviceFacts(word)))
        assert seconds_until_nobody(story) <= 600 + 10, f"{stage}: {name} {word}"


def test_every_event_is_told() -> None:
    told = (event for stage in ("code shown", "staff: home") for event in events_for(STAGES[stage]()))
    assert {type(event) for event in told} == set(get_args(Event))


@pytest.mark.parametrize("stage", STAGES)
def test_every_event_leaves_a_complete_picture_and_a_way_out(stage: str) -> None:
    reached = STAGES[stage]()
    for event in events_for(reached):
        story = again(reached.terminal, reached).tell(event)
        assert not incomplete(story.display), f"{stage}: {event}"
        assert exits(story) or story.terminal.session is None, f"{stage}: {event}"


@pytest.mark.parametrize("stage", STAGES)
def test_after_every_event_a_session_that_everybody_left_ends(stage: str) -> None:
    reached = STAGES[stage]()
    seen: set[int] = set()
    for event in events_for(reached):
        after, _ = step(reached.terminal, event, reached.now())
        if hash(after.situation) not in seen:
            seen.add(hash(after.situation))
            seconds_until_nobody(again(after, reached))
