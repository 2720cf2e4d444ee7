"""Chinese from pinyin: letters are typed, candidates come, one is chosen. Pure; the engine answers through events."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.domain.candidate import Candidate
from kiosk.domain.personal import Personal
from kiosk.flow.effects import FindCandidates
from kiosk.flow.keyboard import BACKSPACE, CLEAR, PINYIN_KEYS

MOST_LETTERS = 40
MOST_CANDIDATES = 8


@dataclass(frozen=True, repr=False)
class Composing(Personal):
    """Pinyin that is not written yet, and the ways to write it that are known so far."""

    letters: str = ""
    candidates: tuple[Candidate, ...] = ()

    @property
    def whole(self) -> Candidate | None:
        """The first candidate, if it stands for all letters."""
        first = self.candidates[0] if self.candidates else None
        return first if first is not None and first.letters >= len(self.letters) else None


NOTHING = Composing()


@dataclass(frozen=True, repr=False)
class Written(Personal):
    """A field: what stands in it, and what is being composed after it."""

    text: str
    composing: Composing = NOTHING


def pressed(field: Written, key: str, most: int) -> Written:
    """One key: a letter of pinyin, a character as it stands, or a correction (of the letters first)."""
    letters = field.composing.letters
    if key in PINYIN_KEYS:
        return replace(field, composing=replace(field.composing, letters=(letters + key)[:MOST_LETTERS]))
    if letters and key in (CLEAR, BACKSPACE):
        shorter = "" if key == CLEAR else letters[:-1]
        return replace(field, composing=replace(field.composing, letters=shorter) if shorter else NOTHING)
    match key:
        case "clear":
            return Written("")
        case "backspace":
            return Written(field.text[:-1])
        case _:
            return _after_letters(field, key, most)


def _after_letters(field: Written, key: str, most: int) -> Written:
    """A character after pinyin takes the first candidate with it; without one the pinyin has to be chosen first."""
    whole = field.composing.whole
    if field.composing.letters and whole is None:
        return field
    return Written((field.text + (whole.text if whole else "") + key)[:most])


def chosen(field: Written, number: int, most: int) -> Written:
    """Candidate `number`, from 0; one that is gone changes nothing."""
    composing = field.composing
    if not 0 <= number < len(composing.candidates):
        return field
    candidate = composing.candidates[number]
    rest = composing.letters[candidate.letters :]
    return Written((field.text + candidate.text)[:most], Composing(rest) if rest else NOTHING)


def found(field: Written, letters: str, candidates: tuple[Candidate, ...]) -> Written:
    """An answer to letters that have changed meanwhile is too late."""
    if letters != field.composing.letters:
        return field
    return replace(field, composing=replace(field.composing, candidates=candidates))


def wishes(before: Written, after: Written) -> tuple[FindCandidates, ...]:
    """What to ask the engine after a change."""
    letters = after.composing.letters
    return (FindCandidates(letters, MOST_CANDIDATES),) if letters and letters != before.composing.letters else ()
