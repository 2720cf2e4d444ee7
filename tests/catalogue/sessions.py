"""A22 and A26: every end of a session, from every stage, leaves nothing of the person: no wish, no word, no code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from kiosk.domain.language import Language
from kiosk.flow.events import Event, Failed, Touched
from kiosk.flow.machine import step
from kiosk.flow.terminal import Preferences, Terminal
from kiosk.flow.texts import Text
from kiosk.flow.touches import (
    EndConfirmed,
    EndTouched,
    LanguageChosen,
    LowReachChosen,
    SizeChosen,
    ThemeChosen,
)
from kiosk.flow.views import Display, Size, Theme
from screens.widgets.qr import QrCode
from screens.widgets.words import Words
from tests.catalogue.findings import Tally
from tests.faults.outlook import walk
from tests.flows.stages import STAGES
from tests.flows.story import Story

WISHES: Final = (
    LanguageChosen(Language.EN),
    SizeChosen(Size.EXTRA_LARGE),
    ThemeChosen(Theme.DARK),
    LowReachChosen(is_low_reach=True),
)
LONG_ENOUGH_S: Final = 900
SHORTEST_SECRET: Final = 3
"""Characters: shorter values (a house number) are on many screens anyway."""


def check_wishes_are_reset(tally: Tally) -> None:
    """A22: asked for everything, then ended by touch, by absence and by a crash."""
    for name, make in STAGES.items():
        for how, end in ENDS.items():
            story = make().touch(*WISHES)
            if story.terminal.session is None:
                continue
            after = end(story)
            is_reset = after.session is None and after.preferences == Preferences()
            tally.look("A22", "" if is_reset or after.session is not None else f"{name}, {how}: wishes stay")


def _by_touch(story: Story) -> Terminal:
    return _told(story, Touched(EndTouched()), Touched(EndConfirmed()))


def _by_crash(story: Story) -> Terminal:
    return _told(story, Failed("screens"))


def _by_absence(story: Story) -> Terminal:
    waited = 0
    while story.terminal.session is not None and waited < LONG_ENOUGH_S:
        story.wait(30)
        waited += 30
    return story.terminal


def _told(story: Story, *events: Event) -> Terminal:
    terminal = story.terminal
    for event in events:
        terminal, _effects = step(terminal, event, story.now())
    return terminal


ENDS: Final = {"ended": _by_touch, "crashed": _by_crash, "left alone": _by_absence}


# --- what the screens keep -------------------------------------------------------------------------------------------


def personal_values(display: Display) -> frozenset[str]:
    """What a display holds that is data and not a text of the locale."""
    texts = [each for each in walk(display.view) if isinstance(each, Text)]
    values = {value for each in texts for _name, value in each.values if isinstance(value, str)}
    for name in ("value", "number", "qr_content"):
        value = getattr(display.view, name, None)
        values |= {value} if isinstance(value, str) else set()
    return frozenset(value for value in values if len(value) >= SHORTEST_SECRET)


def check_nothing_stays(theatre: Any, shown: Display, attract: Display, tally: Tally) -> None:
    """A26: the state is shown, then the attract screen; no widget on or behind the stage holds what was shown."""
    public = {each for each in walk(attract) if isinstance(each, str)}
    secrets = personal_values(shown) - public
    theatre.stage.show(replace(shown, serial=50))
    theatre.stage.show(replace(attract, serial=51))
    kept = " ".join(held_texts(theatre.stage))
    left = sorted(secret for secret in secrets if secret in kept)
    tally.look("A26", f"{len(left)} values are still held by the screens" if left else "")


def held_texts(stage: Any) -> Iterator[str]:
    """Of every widget that the stage or its router still has."""
    roots = [stage, *stage._router._screens.values()]
    for root in roots:
        for widget in root.walk(restrict=True):
            if isinstance(widget, Words):
                yield _plain(widget.text)
            elif isinstance(widget, QrCode):
                yield widget.content or ""


def _plain(value: object) -> str:
    if isinstance(value, Text):
        return " ".join(_plain(inner) for _name, inner in value.values)
    return "" if value is None else str(value)
