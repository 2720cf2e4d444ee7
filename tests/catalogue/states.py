"""Every state a screen can be in: those of the flow as people reach them, their variations, and the samples.

Coverage is a result, not a list: whatever situation, view, overlay or text of the flow appears in none of the states
is told by `uncovered`. A new situation is caught here until `tests/flows/stages.py` has a story that reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, Protocol, get_args

from kiosk.domain.language import Language
from kiosk.flow import views
from kiosk.flow.display import view_of
from kiosk.flow.events import Touched
from kiosk.flow.facts import Moment
from kiosk.flow.machine import step
from kiosk.flow.situations import Situation
from kiosk.flow.staff.views import StaffKnock, StaffView
from kiosk.flow.terminal import Terminal
from kiosk.flow.texts import BILINGUAL, LITERAL, Text
from kiosk.flow.touches import EndTouched, HelpTouched, StaffCalled
from kiosk.flow.translation import translate
from kiosk.flow.views import Display, Frame
from kiosk.i18n import Catalogue, CatalogueFault, load_catalogue
from tests.catalogue.rare import RARE
from tests.catalogue.variations import ANY_WORD, variations, with_word
from tests.faults.outlook import walk
from tests.flows.stages import STAGES
from tests.flows.story import Story
from tests.screens.samples import SAMPLES

LOCALE: Final = Path("assets/locale")
PRINTED_OR_SPOKEN: Final = ("slip.toml", "staff_slip.toml", "speech.toml")
FOR_STAFF: Final = ("staff.toml",)
"""Words for what a device said or a clerk did: each stands alone in a column, whichever it is."""
PRINTED: Final = ("slip.",)
"""How keys begin of texts for paper that stand in a file of the screens."""


class State(Protocol):
    """One picture before it is dressed; a `Sample` is one too."""

    @property
    def name(self) -> str: ...

    def display(self, frame: Frame | None = None, serial: int = 7) -> Display: ...


@dataclass(frozen=True)
class Reached:
    """A state of the flow."""

    name: str
    shown: Display
    is_variation: bool = False
    """Another word on a screen that is there already."""

    def display(self, frame: Frame | None = None, serial: int = 7) -> Display:
        wishes = frame or Frame()
        dressed = replace(
            self.shown.frame,
            language=wishes.language,
            size=wishes.size,
            theme=wishes.theme,
            is_low_reach=wishes.is_low_reach,
        )
        return replace(self.shown, serial=serial, frame=dressed)


def is_variation(state: State) -> bool:
    return isinstance(state, Reached) and state.is_variation


@cache
def states() -> tuple[State, ...]:
    return (*SAMPLES, *flow_states())


@cache
def flow_states() -> tuple[Reached, ...]:
    """Every stage, and from it every variation that says something which no state before it says."""
    stories = {name: make() for name, make in (STAGES | RARE).items()}
    found = [Reached(f"flow {name}", _still(story.display)) for name, story in stories.items()]
    said = {key for state in found for key in keys_of(state.shown)}
    for name, story in stories.items():
        for display in _variations_of(story):
            new = keys_of(display) - said
            if new:
                said |= new
                found.append(Reached(f"flow {name}, {min(new)}", _still(display), is_variation=True))
    return tuple(found)


def _still(display: Display) -> Display:
    return replace(display, serial=7)


def _variations_of(story: Story) -> Iterator[Display]:
    now, base = story.now(), story.display
    for terminal in (*_with_overlays(story.terminal, story), *variations(story.terminal)):
        display = _made(terminal, now)
        if display is None or display == base:
            continue  # most parts of a terminal are not seen on this screen
        keys = keys_of(display)
        words = {word for key in keys if ANY_WORD in key for word in _words_that_fit(key)}
        for seen in (display, *(_made(with_word(terminal, word), now) for word in sorted(words))):
            if seen is not None and _is_sayable(seen):
                yield seen
    years_on = replace(now, wall=now.wall.replace(year=now.wall.year + 20))
    beyond = _made(story.terminal, years_on)  # of the years whose holidays are known
    if beyond is not None and _is_sayable(beyond):
        yield beyond


@cache
def _words_that_fit(marked: str) -> tuple[str, ...]:
    """Every word of the locale that may stand where `ANY_WORD` stands in a key."""
    before, _, after = marked.partition(ANY_WORD)
    fitting = (key for key in texts_of_the_locale() if key.startswith(before) and key.endswith(after))
    words = (key[len(before) : len(key) - len(after)] for key in fitting)
    return tuple(word for word in words if word and "." not in word)


def _with_overlays(terminal: Terminal, story: Story) -> Iterator[Terminal]:
    """Help, staff called, the question about the end, the warning of absence."""
    now = story.now()
    for touches in ((HelpTouched(),), (HelpTouched(), StaffCalled()), (EndTouched(),)):
        after = terminal
        for touch in touches:
            after, _effects = step(after, Touched(touch), now)
        yield after
    if terminal.session is not None:
        yield replace(terminal, session=replace(terminal.session, warned_at_s=now.mono_s))


def _made(terminal: Terminal, now: Moment) -> Display | None:
    try:
        return view_of(terminal, now)
    except (RuntimeError, ValueError, LookupError, AttributeError, TypeError):
        return None  # a combination that the flow never makes


def _is_sayable(display: Display) -> bool:
    """No text of it is missing, no word of it is made up."""
    known = texts_of_the_locale()
    return all(key in known for key in keys_of(display)) and not any(
        isinstance(each, str) and ANY_WORD in each for each in walk(display)
    )


# --- keys of texts ---------------------------------------------------------------------------------------------------


def keys_of(display: Display) -> frozenset[str]:
    """The keys of the locale that a display shows (those that screens add themselves are not among them)."""
    return frozenset({each.key for each in walk(display) if isinstance(each, Text)} - {LITERAL, BILINGUAL})


@cache
def texts_of_the_locale() -> frozenset[str]:
    return frozenset(load_catalogue(LOCALE).texts[Language.ZH])


@cache
def keys_for_screens() -> frozenset[str]:
    import tomllib

    files = [file for file in (LOCALE / "zh").glob("*.toml") if file.name not in (*PRINTED_OR_SPOKEN, *FOR_STAFF)]
    keys = (key for file in files for key in dotted(tomllib.loads(file.read_text(encoding="utf-8")), ""))
    return frozenset(key for key in keys if not key.startswith(PRINTED))


def dotted(table: dict[str, object], prefix: str) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from dotted(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


# --- coverage --------------------------------------------------------------------------------------------------------


def uncovered(said_on_screen: Iterable[str] = ()) -> tuple[str, ...]:
    """Situations, views, overlays, pictures and texts that are in no state, by name."""
    found = states()
    situations = {type(make().terminal.situation) for make in STAGES.values()}
    things = [thing for state in found for thing in walk(state.display())]
    kinds = {type(thing) for thing in things}
    said = {key for state in found for key in keys_of(state.display())} | set(said_on_screen)
    return (
        *(f"situation {kind.__name__}" for kind in get_args(Situation) if kind not in situations),
        *(f"view {kind.__name__}" for kind in (*get_args(views.View), *get_args(StaffView)) if kind not in kinds),
        *(f"overlay {kind.__name__}" for kind in (*get_args(views.Overlay), StaffKnock) if kind not in kinds),
        *(f"text {key}" for key in sorted(keys_for_screens() - said)),
    )


def faults_of(catalogue: Catalogue, display: Display, language: Language) -> tuple[str, ...]:
    """Keys without a text, values without a place."""
    faults: list[CatalogueFault] = []
    asked = Catalogue(catalogue.texts, faults.append)
    for each in walk(display):
        if isinstance(each, Text):
            translate(asked, each, language)
    return tuple(f"{fault.kind} {fault.key} {fault.detail}" for fault in faults)
