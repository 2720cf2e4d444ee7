"""Sound of pieces: clips made at set-up, synthesis where there is none. Keeps what was heard lately.

`<folder>/<language>/<clip>.wav` is made by `python -m deploy.clips`; `<clip>` follows from the text's key
(`kiosk.speech.wording`). A clip that is missing (a text that is newer than the set-up) is synthesised like free words.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from kiosk.domain.language import Language
from kiosk.speech.sound import Samples, from_wav, joined, silence, trimmed
from kiosk.speech.synthesis import Synthesis, SynthesisError
from kiosk.speech.wording import Kind, Piece

PAUSE_S = 0.22
BETWEEN_S = 0.03
KEPT = 400


class Clips:
    """Belongs to one thread. `report` hears what could not be said: the clip's name, or why, never the words."""

    def __init__(self, folder: Path, synthesis: Synthesis, report: Callable[[str], None]) -> None:
        self._folder = folder
        self._synthesis = synthesis
        self._report = report
        self._kept: OrderedDict[tuple[Language, str], Samples] = OrderedDict()

    def sound_of(self, pieces: tuple[Piece, ...]) -> Samples:
        """Everything that can be said of it; what cannot is left out."""
        parts: list[Samples] = []
        for piece in pieces:
            parts += (self._piece(piece), silence(BETWEEN_S))
        return joined(parts[:-1])

    def forget(self) -> None:
        """Nothing of a person stays: only clips are kept, and free words never are. For the end of a session."""
        self._kept.clear()

    def _piece(self, piece: Piece) -> Samples:
        match piece.kind:
            case Kind.PAUSE:
                return silence(PAUSE_S)
            case Kind.FIXED:
                return self._clip(piece)
            case Kind.FREE:
                return self._synthesised(piece)

    def _clip(self, piece: Piece) -> Samples:
        name = (piece.language, piece.clip)
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name]
        try:
            samples = trimmed(from_wav(clip_file(self._folder, piece).read_bytes()))
        except (OSError, ValueError):
            self._report(f"clip {piece.language.value}/{piece.clip}")
            samples = self._synthesised(piece)
        self._kept[name] = samples
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return samples

    def _synthesised(self, piece: Piece) -> Samples:
        try:
            return self._synthesis.say(piece.words, piece.language)
        except SynthesisError as error:
            self._report(str(error))
            return silence(0)


def clip_file(folder: Path, piece: Piece) -> Path:
    return folder / piece.language.value / f"{piece.clip}.wav"
