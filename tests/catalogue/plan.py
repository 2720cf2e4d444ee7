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


def guises_measured() -> Iterator[Guise]:
    for language, size, is_portrait in product(LANGUAGES, Size, (True, False)):
        yield Guise(language, size, is_portrait=is_portrait)
    for language, size, is_portrait in product(LANGUAGES, Size, (True, False)):
        yield Guise(language, size, is_portrait=is_portrait, is_low_reach=True)


def guises_drawn() -> Iterator[Guise]:
    """Of a screen and its phases, besides those of every state."""
    for language, size, is_portrait in product(LANGUAGES, Size, (True, False)):
        yield Guise(language, size, is_portrait=is_portrait)
    for theme, is_portrait in product((Theme.HIGH_CONTRAST, Theme.DARK), (True, False)):
        yield Guise("zh", Size.STANDARD, theme, is_portrait)
        yield Guise("zh", Size.EXTRA_LARGE, theme, is_portrait)
    for size, is_portrait in product(Size, (True, False)):
        yield Guise("zh", size, is_portrait=is_portrait, is_low_reach=True)


def full_plan(states: tuple[State, ...]) -> list[Task]:
    return [task for state in states for task in tasks_for(state)]


def tasks_for(state: State) -> Iterator[Task]:
    drawn = {Guise(theme=theme) for theme in Theme}
    if not is_variation(state):
        drawn |= set(guises_drawn())
    for guise in dict.fromkeys((*guises_measured(), *guises_drawn(), *(Guise(theme=theme) for theme in Theme))):
        is_measured_only = guise not in drawn
        if is_measured_only and guise.theme is not Theme.NORMAL:
            continue
        is_accepted = not is_variation(state) and guise in ACCEPTED
        yield Task(state, guise, is_drawn=not is_measured_only, is_accepted=is_accepted)


def small_plan(states: tuple[State, ...]) -> list[Task]:
    """For every run of the tests: every state once, every screen in the widest and the largest, a few with pixels."""
    tasks: list[Task] = []
    for number, state in enumerate(states):
        tasks.append(Task(state, Guise(), is_drawn=number % 6 == 0, is_accepted=not is_variation(state)))
        if not is_variation(state):
            themes = tuple(Theme)
            tasks.append(Task(state, Guise(theme=themes[number % 3], size=Size.LARGE), is_drawn=number % 3 == 0))
            tasks.append(Task(state, Guise("pseudo", Size.EXTRA_LARGE, is_portrait=number % 2 == 0), is_drawn=False))
            tasks.append(Task(state, Guise("en", Size.LARGE, is_portrait=False), is_drawn=False))
            tasks.append(Task(state, Guise("zh", Size.EXTRA_LARGE, is_low_reach=True), is_drawn=False))
    return tasks
