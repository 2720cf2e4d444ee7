"""A18 and A20: whatever is written can be heard, and whatever can be touched can be reached with the five keys.

What is heard is asked of the terminal's own voice: the announcement of the page when it comes, with a headset in, then
of each control when the keys come to it, and each of them as the pieces that would sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from kiosk.domain.language import Language
from kiosk.flow.announcing import announcement
from kiosk.flow.controls import Control, controls_of, order_of
from kiosk.flow.speech import page_of_speech, spoken_control
from kiosk.flow.texts import Text
from kiosk.flow.views import Display, SpeechWishes
from kiosk.i18n import Catalogue
from kiosk.speech.wording import script_of, words_of
from screens.widgets.target import Target
from tests.catalogue.findings import Tally
from tests.catalogue.picture import Picture, ancestors, said

OWN_PAGES = ("more.", "keyboard.")
"""Controls that turn pages on the glass only: a listener hears the whole list."""
FOR_FINGERS = ("reach",)
"""The low layout is for hands that do not reach high; keys stand where they stand."""
COUNTDOWNS = ("screen.time_left", "screen.seconds_left")
"""Said in minutes and seconds, in words of their own."""

SEEN_ONLY = frozenset("0123456789/ A")


class Utterance(Protocol):
    @property
    def speaks_for(self) -> str: ...
    @property
    def text(self) -> Text: ...


def heard_of(display: Display) -> tuple[Utterance, ...]:
    """Everything that a listener with a headset can hear of a display.

    Whose terminal it is was said on the first page.
    """
    quiet = replace(display.frame.focus, control_id=None)
    shown = replace(
        display, frame=replace(display.frame, speech=SpeechWishes(is_on=True), has_headset=True, focus=quiet)
    )
    page = announcement(None, shown)
    office = (said for said in page_of_speech(shown) if said.speaks_for == "office")
    controls = (said for control in controls_of(shown) for said in _when_reached(shown, control))
    return (*office, *(() if page is None else page.utterances), *controls)


def _when_reached(display: Display, control: Control) -> Iterator[Utterance]:
    if not control.is_for_keys:
        yield from spoken_control(control)
        return
    focus = replace(display.frame.focus, control_id=control.control_id)
    reached = announcement(display, replace(display, frame=replace(display.frame, focus=focus)))
    yield from () if reached is None else reached.utterances


def check_heard(picture: Picture, utterances: Iterable[Utterance], tally: Tally) -> None:
    """A18, by what is on the glass: every control named, every text said."""
    spoken = tuple(utterances)
    parts = {utterance.speaks_for.split("/")[0] for utterance in spoken}
    for target in picture.targets:
        if not target.element_id.startswith(OWN_PAGES):
            failure = "" if target.element_id in parts else f"{target.element_id} cannot be heard"
            tally.look("A18", failure, picture.place(target))
    say = picture.stage.looks()[0].say
    heard = " ".join(say(utterance.text) for utterance in spoken)
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


def check_sounds(utterances: Iterable[Utterance], catalogue: Catalogue, language: Language, tally: Tally) -> None:
    """A18, by what would sound: no utterance is silent."""
    for utterance in utterances:
        is_silent = not words_of(script_of(catalogue, utterance.text, language))
        tally.look("A18", f"{utterance.speaks_for} ({utterance.text.key}) is silence" if is_silent else "")


def check_keys(picture: Picture, display: Display, tally: Tally) -> None:
    """A20: the keys come to every control that is on the glass."""
    reached = {control.control_id for control in order_of(display)}
    for target in picture.targets:
        if not target.element_id.startswith((*OWN_PAGES, *FOR_FINGERS)):
            failure = "" if target.element_id in reached else f"no key leads to {target.element_id}"
            tally.look("A20", failure, picture.place(target))
