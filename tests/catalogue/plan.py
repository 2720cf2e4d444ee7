"""Which state is drawn in which guise: all pairs of all dimensions, not the full product of 108.

Every state is measured in nine guises that hold every pair of values of any two dimensions (an orthogonal array), and
in the hardest ones: the largest letters in each language, upright and wide, in the usual and in the low layout. Screens
are drawn in all nine. What is only another word on a screen that is there already is drawn once per theme and size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from kiosk.flow.views import Size, Theme
from tests.catalogue.picture import Guise
from tests.catalogue.states import State, is_variation

LANGUAGES: Final = ("zh", "en", "pseudo")


@dataclass(frozen=True)
class Task:
    """One picture to make. `is_drawn`: with pixels, and kept."""

    state: State
    guise: Guise
    is_drawn: bool
    is_accepted: bool = False
    """Compared with its accepted picture."""
    is_ringed: bool = False
    """Drawn again with the focus on each of its controls."""


PAIRS: Final = (
    Guise(),
    Guise("zh", Size.LARGE, Theme.HIGH_CONTRAST, is_portrait=False, is_low_reach=True),
    Guise("zh", Size.EXTRA_LARGE, Theme.DARK, is_portrait=False),
    Guise("en", Size.STANDARD, Theme.HIGH_CONTRAST, is_portrait=False),
    Guise("en", Size.LARGE, Theme.DARK),
    Guise("en", Size.EXTRA_LARGE, Theme.NORMAL, is_low_reach=True),
    Guise("pseudo", Size.STANDARD, Theme.DARK, is_low_reach=True),
    Guise("pseudo", Size.LARGE, Theme.NORMAL, is_portrait=False),
    Guise("pseudo", Size.EXTRA_LARGE, Theme.HIGH_CONTRAST),
)
"""Each value of a dimension meets each value of every other: `test_plan.py` counts."""

IN_CHINESE: Final = PAIRS[:3]
"""Each size and each theme once."""
ACCEPTED: Final = (PAIRS[0], PAIRS[2], PAIRS[3])
RINGED: Final = (PAIRS[0], PAIRS[3], PAIRS[6])
"""One for each theme; a state has its focus looked at in one of them, the next state in the next."""


def hardest() -> Iterator[Guise]:
    """Where room is shortest."""
    for language, is_portrait, is_low in product(LANGUAGES, (True, False), (False, True)):
        yield Guise(language, Size.EXTRA_LARGE, is_portrait=is_portrait, is_low_reach=is_low)


def full_plan(states: tuple[State, ...]) -> list[Task]:
    return [task for number, state in enumerate(states) for task in tasks_for(state, number)]


def tasks_for(state: State, number: int) -> Iterator[Task]:
    is_screen = not is_variation(state)
    for guise in (*PAIRS, *(guise for guise in hardest() if guise not in PAIRS)):
        is_drawn = guise in (PAIRS if is_screen else IN_CHINESE)
        yield Task(
            state,
            guise,
            is_drawn,
            is_accepted=is_screen and guise in ACCEPTED,
            is_ringed=is_screen and guise == RINGED[number % len(RINGED)],
        )


DRAWN_OF_SMALL: Final = 8


def small_plan(states: tuple[State, ...]) -> list[Task]:
    """For every run of the tests: every state in one of the nine guises, the next state in the next; some drawn."""
    tasks: list[Task] = []
    for number, state in enumerate(states):
        guise = PAIRS[number % len(PAIRS)]
        is_drawn = number % DRAWN_OF_SMALL == 0
        tasks.append(Task(state, guise, is_drawn, is_ringed=is_drawn and guise in RINGED))
    return tasks
