"""The plan leaves no pair of wishes out, and no state."""

from __future__ import annotations

from dataclasses import fields
from itertools import combinations, product

from kiosk.flow.views import Size, Theme
from tests.catalogue.picture import Guise
from tests.catalogue.plan import LANGUAGES, PAIRS, RINGED, full_plan, small_plan
from tests.catalogue.states import is_variation, states

VALUES = {
    "language": LANGUAGES,
    "size": tuple(Size),
    "theme": tuple(Theme),
    "is_portrait": (True, False),
    "is_low_reach": (True, False),
}


def test_every_value_of_a_dimension_meets_every_value_of_every_other() -> None:
    assert set(VALUES) == {field.name for field in fields(Guise)}
    for first, second in combinations(VALUES, 2):
        met = {(getattr(guise, first), getattr(guise, second)) for guise in PAIRS}
        assert met == set(product(VALUES[first], VALUES[second])), (first, second)


def test_every_screen_is_drawn_in_all_pairs_and_every_state_in_every_theme() -> None:
    drawn: dict[str, set[Guise]] = {state.name: set() for state in states()}
    for task in full_plan(states()):
        drawn[task.state.name] |= {task.guise} if task.is_drawn else set()
    for state in states():
        guises = drawn[state.name]
        assert guises >= (set() if is_variation(state) else set(PAIRS))
        assert {guise.theme for guise in guises} == set(Theme)
        assert {guise.size for guise in guises} == set(Size)


def test_the_focus_is_looked_at_once_on_every_screen_and_in_every_theme() -> None:
    ringed = [task for task in full_plan(states()) if task.is_ringed]
    assert {task.state.name for task in ringed} == {state.name for state in states() if not is_variation(state)}
    assert {guise.theme for guise in RINGED} == set(Theme)


def test_the_small_plan_has_every_state() -> None:
    assert {task.state.name for task in small_plan(states())} == {state.name for state in states()}
