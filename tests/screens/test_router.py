"""What is kept between screens, and what must not be."""

from __future__ import annotations

from typing import Any

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
    for first_serial in (1, 11):
        visit(theatre, first_serial)
        before = words._broken.cache_info().currsize
        theatre.show(BY_NAME["01_attract"], serial=first_serial + 5)
        assert words._broken.cache_info().currsize < before
