"""A18: whatever is written can be heard. Joined to the terminal's speech through one function, `spoken_of(display)`.

Each thing said has `speaks_for` (a part of the display, or the id of a control) and `text` (a `Text` of the flow). A
build without speech has nothing to check here, and the report says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from kiosk.flow.texts import Text
from kiosk.flow.views import Display
from screens.widgets.target import Target
from tests.catalogue.findings import Tally
from tests.catalogue.picture import Picture, ancestors, said

SPEECH = "kiosk.flow.speech"
OWN_PAGES = ("more.", "keyboard.")
"""Controls that turn pages on the glass only: a listener hears the whole list."""
COUNTDOWNS = ("screen.time_left", "screen.seconds_left")
"""Said in minutes and seconds, in words of their own."""

SEEN_ONLY = frozenset("0123456789/ A")


class Utterance(Protocol):
    @property
    def speaks_for(self) -> str: ...
    @property
    def text(self) -> Text: ...


SpokenOf = Callable[[Display], Iterable[Utterance]]


def speech_of_this_build() -> SpokenOf | None:
    if find_spec(SPEECH) is None:
        return None
    speech: Any = import_module(SPEECH)
    spoken_of: SpokenOf = speech.spoken_of
    return spoken_of


def check_heard(picture: Picture, spoken_of: SpokenOf | None, tally: Tally) -> None:
    display: Display | None = picture.stage.display
    if spoken_of is None or display is None or not picture.is_for_visitors:
        return
    utterances = tuple(spoken_of(display))
    parts = {utterance.speaks_for.split("/")[0] for utterance in utterances}
    for target in picture.targets:
        if not target.element_id.startswith(OWN_PAGES):
            failure = "" if target.element_id in parts else f"{target.element_id} cannot be heard"
            tally.look("A18", failure, picture.place(target))
    say = picture.stage.looks()[0].say
    heard = " ".join(say(utterance.text) for utterance in utterances)
    for words in picture.words:
        is_on_control = any(isinstance(block, Target) for block in ancestors(words))
        if not is_on_control and isinstance(words.text, Text) and not set(said(words)) <= SEEN_ONLY:
            is_said = is_heard(said(words), heard, is_countdown=words.text.key in COUNTDOWNS)
            failure = "" if is_said else f"“{said(words)}” is not spoken"
            tally.look("A18", failure, picture.place(words))


def is_heard(written: str, heard: str, *, is_countdown: bool) -> bool:
    return (
        all(number in heard for number in map(str, map(int, re.findall(r"\d+", written))))
        if is_countdown
        else written in heard
    )
