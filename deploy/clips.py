"""Set-up of the spoken prompts: `python -m deploy.clips --out .build/speech`.

Makes a clip of every fixed word of every text in `assets/locale`, with espeak-ng. A recording takes its place by its
file name: `assets/speech/recordings/<language>/<clip>.wav` (16 bit, any rate); `--list` prints every name with its
words. Nothing is made again while words, voice and recording are the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from kiosk.i18n import load_catalogue
from kiosk.speech.clips import clip_file
from kiosk.speech.pronouncing import load_pronunciation
from kiosk.speech.sound import from_wav, to_wav, trimmed
from kiosk.speech.synthesis import RECIPE, Synthesis, SynthesisError
from kiosk.speech.wording import Kind, Piece, fixed_pieces

INDEX = "index.json"
LOCALE = Path("assets/locale")
PRONUNCIATION = Path("assets/speech/pinyin.toml")
RECORDINGS = Path("assets/speech/recordings")


@dataclass(frozen=True)
class Wanted:
    """One clip that there should be, and what it is made from as a hash."""

    piece: Piece
    recording: Path | None
    made_from: str

    @property
    def name(self) -> str:
        return f"{self.piece.language.value}/{self.piece.clip}"


def wanted_clips(pieces: Iterable[Piece], recordings: Path, synthesis: Synthesis) -> list[Wanted]:
    return [_wanted(piece, recordings, synthesis) for piece in pieces if piece.kind is Kind.FIXED]


def _wanted(piece: Piece, recordings: Path, synthesis: Synthesis) -> Wanted:
    recording = clip_file(recordings, piece)
    if recording.is_file():
        return Wanted(piece, recording, hashlib.sha256(recording.read_bytes()).hexdigest())
    readings = repr(synthesis.pronunciation.of(piece.words, piece.language))
    return Wanted(piece, None, hashlib.sha256(f"{RECIPE}\n{readings}".encode()).hexdigest())


def make_missing(wanted: Sequence[Wanted], out: Path, synthesis: Synthesis) -> tuple[int, list[str]]:
    """How many clips were made, and the names of those that could not be. Clips nobody wants any more are removed."""
    index = _read_index(out)
    due = [one for one in wanted if index.get(one.name) != one.made_from or not clip_file(out, one.piece).is_file()]
    failed: list[str] = []

    def make(one: Wanted) -> str | None:
        return one.made_from if _make(one, out, synthesis) else None

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:  # the work is espeak-ng's, in its own processes
        made = tqdm(pool.map(make, due), total=len(due), desc="Making spoken prompts", disable=not due or None)
        for one, made_from in zip(due, made, strict=True):
            if made_from is None:
                failed.append(one.name)
            else:
                index[one.name] = made_from
    names = {one.name for one in wanted}
    for stale in index.keys() - names:
        (out / f"{stale}.wav").unlink(missing_ok=True)
    _write_index(out, {name: made_from for name, made_from in index.items() if name in names})
    return len(due) - len(failed), failed


def _make(one: Wanted, out: Path, synthesis: Synthesis) -> bool:
    try:
        if one.recording is not None:
            samples = trimmed(from_wav(one.recording.read_bytes()))
        else:
            samples = synthesis.say(one.piece.words, one.piece.language)
    except (SynthesisError, ValueError):
        return False
    file = clip_file(out, one.piece)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    unfinished.write_bytes(to_wav(samples))
    unfinished.replace(file)
    return True


def _read_index(out: Path) -> dict[str, str]:
    try:
        return json.loads((out / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _write_index(out: Path, index: dict[str, str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    unfinished = out / f"{INDEX}.part"
    unfinished.write_text(json.dumps(index, ensure_ascii=False, indent=0, sort_keys=True), encoding="utf-8")
    unfinished.replace(out / INDEX)


def main(arguments: Sequence[str] | None = None, say: Callable[[str], object] = print) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.clips", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(".build/speech"), help="folder for the clips (%(default)s)")
    parser.add_argument("--recordings", type=Path, default=RECORDINGS, help="recorded clips (%(default)s)")
    parser.add_argument("--list", action="store_true", help="print every clip's name and words, make nothing")
    asked = parser.parse_args(arguments)
    synthesis = Synthesis(load_pronunciation(PRONUNCIATION))
    wanted = wanted_clips(fixed_pieces(load_catalogue(LOCALE)), asked.recordings, synthesis)
    if asked.list:
        say("\n".join(f"{one.name}\t{one.piece.words}" for one in wanted))
        return 0
    made, failed = make_missing(wanted, asked.out, synthesis)
    if made or failed:
        say(f"{made} spoken prompts made, {len(wanted) - made - len(failed)} kept, {len(failed)} failed")
    if failed:
        say(f"not made: {', '.join(failed[:10])}; is espeak-ng installed?")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
