"""What a person does at the screen; the screens send these, nothing else. All are past facts."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow.keyboard import KeyboardPage
from kiosk.flow.views import Language, Size, Theme


@dataclass(frozen=True)
class Started:
    """The attract screen was touched on one of its two language buttons."""

    language: Language


@dataclass(frozen=True)
class ElderStarted:
    """Begun in elder mode: large, slow, spoken, fewer choices, longer times."""


@dataclass(frozen=True)
class SpeechSwitched:
    is_on: bool


@dataclass(frozen=True)
class SpeechPaused:
    is_paused: bool


@dataclass(frozen=True)
class SpeechRepeated:
    """Say the page again."""


@dataclass(frozen=True)
class RateChosen:
    rate_percent: int


@dataclass(frozen=True)
class VolumeChosen:
    volume_db: int


@dataclass(frozen=True)
class OptionChosen:
    option_id: str


@dataclass(frozen=True)
class Confirmed:
    """The primary button."""


@dataclass(frozen=True)
class Declined:
    """The secondary button."""


@dataclass(frozen=True, repr=False)
class KeyPressed:
    """One character, or `backspace`, or `clear`. What people type is personal: no repr."""

    key: str


@dataclass(frozen=True)
class KeyboardPageChosen:
    page: KeyboardPage


@dataclass(frozen=True)
class CandidateChosen:
    """`number` from 0."""

    number: int


@dataclass(frozen=True)
class PageTurned:
    by: int


@dataclass(frozen=True)
class ChangeRequested:
    row_id: str


@dataclass(frozen=True)
class BackTouched:
    pass


@dataclass(frozen=True)
class HelpTouched:
    pass


@dataclass(frozen=True)
class HelpClosed:
    pass


@dataclass(frozen=True)
class StaffCalled:
    pass


@dataclass(frozen=True)
class EndTouched:
    pass


@dataclass(frozen=True)
class EndConfirmed:
    pass


@dataclass(frozen=True)
class EndDeclined:
    pass


@dataclass(frozen=True)
class StillHere:
    pass


@dataclass(frozen=True)
class LanguageChosen:
    language: Language


@dataclass(frozen=True)
class SizeChosen:
    size: Size


@dataclass(frozen=True)
class ThemeChosen:
    theme: Theme


@dataclass(frozen=True)
class LowReachChosen:
    is_low_reach: bool


@dataclass(frozen=True)
class ScreenTouched:
    """A touch anywhere: somebody is there."""


Touch = (
    Started
    | ElderStarted
    | SpeechSwitched
    | SpeechPaused
    | SpeechRepeated
    | RateChosen
    | VolumeChosen
    | OptionChosen
    | Confirmed
    | Declined
    | KeyPressed
    | KeyboardPageChosen
    | CandidateChosen
    | PageTurned
    | ChangeRequested
    | BackTouched
    | HelpTouched
    | HelpClosed
    | StaffCalled
    | EndTouched
    | EndConfirmed
    | EndDeclined
    | StillHere
    | LanguageChosen
    | SizeChosen
    | ThemeChosen
    | LowReachChosen
    | ScreenTouched
)
