"""What a person can do in front of a picture, and whether the picture is complete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from kiosk.domain.language import Language
from kiosk.flow.display import view_of
from kiosk.flow.enrolling.situations import EnrolmentSituation
from kiosk.flow.events import Ticked
from kiosk.flow.machine import step
from kiosk.flow.situations import Attract, OutOfService
from kiosk.flow.staff.situations import StaffSituation
from kiosk.flow.staff.visit import IDLE_S
from kiosk.flow.texts import Text
from kiosk.flow.timeouts import next_wake_s
from kiosk.flow.translation import translate
from kiosk.flow.views import Display, Option
from kiosk.i18n import Catalogue, CatalogueFault, load_catalogue
from tests.flows.story import Story

LOCALE: Final = Path("assets/locale")
TICK_S: Final = 5.0
LONGEST_ABSENCE_S: Final = 600.0
"""A session that nobody attends is over after this, wherever it stood; what waits behind staff, that much later."""


def walk(thing: object) -> Iterator[object]:
    """Everything inside frozen data: dataclasses, tuples, leaves."""
    yield thing
    names = _names_of(type(thing))
    if names:
        for name in names:
            yield from walk(getattr(thing, name))
    elif isinstance(thing, tuple | frozenset | list):
        for each in thing:
            yield from walk(each)
    elif isinstance(thing, dict):
        yield from walk(tuple(thing.items()))


@cache
def _names_of(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()


# --- is the picture complete -----------------------------------------------------------------------------------------


@cache
def _translation(text: Text, language: Language) -> tuple[str, tuple[str, ...]]:
    """The words, and what is wrong with them."""
    faults: list[CatalogueFault] = []
    words = translate(Catalogue(_texts(), faults.append), text, language)
    return words, tuple(f"{fault.kind} {fault.key} {fault.detail}" for fault in faults)


@cache
def _texts() -> Any:
    return load_catalogue(LOCALE).texts


def incomplete(display: Display) -> set[str]:
    """Every text that is missing, or empty, in one of the languages."""
    texts = {each for each in walk(display) if isinstance(each, Text)}
    wrong: set[str] = set()
    for text in texts:
        for language in (Language.ZH, Language.EN):
            words, faults = _translation(text, language)
            wrong |= set(faults) | (set() if words.strip() else {f"empty {text.key}"})
    return wrong


# --- what can be done ------------------------------------------------------------------------------------------------


def enabled(display: Display) -> set[str]:
    """The options that can be touched."""
    options = (each for each in walk(display.view) if isinstance(each, Option))
    return {option.option_id for option in options if option.is_enabled}


def notes(display: Display) -> dict[str, str]:
    """Why an option cannot be touched, by option."""
    options = (each for each in walk(display.view) if isinstance(each, Option) and not each.is_enabled)
    return {option.option_id: option.note.key if option.note else "" for option in options}


def exits(story: Story) -> set[str]:
    """The ways out of where a person stands; empty is a dead end."""
    display = story.display
    ways = {f"option {option}" for option in enabled(display)}
    if isinstance(getattr(display.view, "confirm", None), Text):
        ways.add("confirm")
    if display.frame.can_go_back:
        ways.add("back")
    if display.frame.can_end:
        ways.add("end")
    if next_wake_s(story.terminal, story.now()) is not None:
        ways.add("time")
    return ways


def seconds_until_nobody(story: Story) -> float:
    """How long a session lasts that everybody has left: devices and backend silent, only the clock goes on."""
    begun_s = story.mono_s
    while story.terminal.session is not None or isinstance(story.terminal.situation, StaffSituation):
        if story.mono_s - begun_s > LONGEST_ABSENCE_S + IDLE_S:
            raise AssertionError(f"nobody is there, and {story.situation} stays for ever")
        story.mono_s += TICK_S
        story.told += 1
        story.terminal, effects = step(story.terminal, Ticked(), story.now())
        story.effects.extend(effects)
    assert isinstance(story.terminal.situation, Attract | OutOfService | EnrolmentSituation)
    view_of(story.terminal, story.now())
    return story.mono_s - begun_s
