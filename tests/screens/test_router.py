"""What is kept between screens, and what must not be."""

from __future__ import annotations

from typing import Any

import pytest

from screens.blanks import BLANKS
from screens.router import SCREENS
from screens.widgets import words
from tests.screens.samples import BY_NAME

PERSONAL = "15_check"


def visit(theatre: Any, first_serial: int) -> None:
    for serial, name in enumerate(("01_attract", PERSONAL, "20_done"), first_serial):
        theatre.show(BY_NAME[name], serial=serial)


def test_screens_are_kept_during_a_session(theatre: Any) -> None:
    theatre.show(BY_NAME[PERSONAL], serial=1)
    first = theatre.stage.screen
    theatre.show(BY_NAME["20_done"], serial=2)
    theatre.show(BY_NAME[PERSONAL], serial=3)
    assert theatre.stage.screen is first


def test_no_screen_of_one_person_is_there_for_the_next(theatre: Any) -> None:
    kept: list[Any] = []
    for first_serial in (1, 11, 21):
        visit(theatre, first_serial)
        theatre.show(BY_NAME[PERSONAL], serial=first_serial + 5)
        assert all(theatre.stage.screen is not screen for screen in kept)
        kept.append(theatre.stage.screen)


def test_no_text_of_one_person_stays_measured_when_the_terminal_waits_again(theatre: Any) -> None:
    cache: Any = words
    for first_serial in (1, 11):
        visit(theatre, first_serial)
        before = cache._broken.cache_info().currsize
        theatre.show(BY_NAME["01_attract"], serial=first_serial + 5)
        assert cache._broken.cache_info().currsize < before


def test_screens_are_built_ahead_one_by_one_until_all_are_there(theatre: Any) -> None:
    router = theatre.stage._router
    theatre.show(BY_NAME["01_attract"])
    steps = 1
    while router.build_one():
        steps += 1
        assert steps < 50
    assert set(router._screens) >= {SCREENS[type(view)] for view in BLANKS}
    assert len(router._screens) == len(BLANKS) + 1


@pytest.mark.parametrize("name", ["07_reason", "10_mobile", "14_address_detail", "17_pay_code", "20_done", "31_help"])
def test_a_screen_built_ahead_looks_like_one_built_when_needed(theatre: Any, name: Any) -> None:
    theatre.show(BY_NAME[name])
    fresh = theatre.pixels()
    theatre.stage._router._screens.clear()
    while theatre.stage._router.build_one():
        pass
    theatre.show(BY_NAME[name])
    assert theatre.pixels() == fresh


def test_nothing_is_built_while_somebody_is_there(theatre: Any) -> None:
    theatre.show(BY_NAME["01_attract"])
    assert theatre.stage._build_event is not None
    theatre.show(BY_NAME["02_purpose"])
    assert theatre.stage._build_event is None
