"""Which state is drawn in which guise: a covering design, not the full product.

What depends on what decides it. Sizes, gaps, breaks and clipping depend on language, size and orientation: every state
is measured in all of them, without pixels. Colours depend on the theme alone: every state is drawn in all three, at the
standard size. What is left is drawn for every screen and every phase of it, but not again for each word on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from kiosk.flow.views import Size, Theme
from tests.catalogue.picture import Guise
from tests.catalogue.states import State, is_variation

LANGUAGES = ("zh", "en", "pseudo")


@dataclass(frozen=True)
class Task:
    """One picture to make. `is_drawn`: with pixels, and kept."""

    state: State
    guise: Guise
    is_drawn: bool
    is_accepted: bool = False
    """Compared with its accepted picture."""


ACCEPTED = (
    Guise(),
    Guise("en", is_portrait=False),
    Guise("zh", Size.EXTRA_LARGE, Theme.DARK, is_portrait=False),
)


def of_every_state() -> Iterator[tuple[Guise, bool]]:
    """Guises of every state, and whether it is drawn in them."""
    for theme in Theme:
        yield Guise(theme=theme), True
    for language, size, is_portrait in product(LANGUAGES, (Size.STANDARD, Size.EXTRA_LARGE), (True, False)):
        yield Guise(language, size, is_portrait=is_portrait), False


def of_every_screen() -> Iterator[tuple[Guise, bool]]:
    """Guises of every screen and every phase of it, besides."""
    for language, size, is_portrait in product(LANGUAGES, Size, (True, False)):
        yield Guise(language, size, is_portrait=is_portrait), language != "pseudo"
    for theme in (Theme.HIGH_CONTRAST, Theme.DARK):
        yield Guise("zh", Size.EXTRA_LARGE, theme, is_portrait=False), True
        yield Guise("en", Size.LARGE, theme), True
    for size, is_portrait in product(Size, (True, False)):
        yield Guise("zh", size, is_portrait=is_portrait, is_low_reach=True), True
        yield Guise("pseudo", size, is_portrait=is_portrait, is_low_reach=True), False


def full_plan(states: tuple[State, ...]) -> list[Task]:
    return [task for state in states for task in tasks_for(state)]


def tasks_for(state: State) -> list[Task]:
    is_screen = not is_variation(state)
    wanted = dict([*of_every_state(), *(of_every_screen() if is_screen else ())])
    return [
        Task(state, guise, is_drawn, is_accepted=is_screen and guise in ACCEPTED) for guise, is_drawn in wanted.items()
    ]


def small_plan(states: tuple[State, ...]) -> list[Task]:
    """For every run of the tests: every state once; of the screens some with pixels, and the low layout at its hardest.

    Sizes, languages and orientations of all screens are measured by `tests/screens/test_measures.py`.
    """
    themes = tuple(Theme)
    tasks: list[Task] = []
    for number, state in enumerate(states):
        tasks.append(Task(state, Guise(theme=themes[number % 3]), is_drawn=number % 4 == 0))
        if not is_variation(state):
            tasks.append(Task(state, Guise("zh", Size.EXTRA_LARGE, is_low_reach=True), is_drawn=False))
    return tasks
