from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deploy.clips import make_missing, wanted_clips
from kiosk.domain.language import Language
from kiosk.flow.texts import literal, text
from kiosk.i18n import Catalogue
from kiosk.speech.clips import Clips, clip_file
from kiosk.speech.pronouncing import Pronunciation
from kiosk.speech.sound import from_wav, seconds_of, silence, to_wav
from kiosk.speech.synthesis import Synthesis
from kiosk.speech.wording import Piece, fixed_pieces, script_of

ZH, EN = Language.ZH, Language.EN
SYNTHESIS = Synthesis(Pronunciation({}))
CATALOGUE = Catalogue({ZH: {"hello": "您好"}, EN: {"hello": "Hello"}})


def pieces() -> list[Piece]:
    return [piece for piece in fixed_pieces(CATALOGUE) if piece.clip == "hello"]


def make(out: Path, recordings: Path) -> tuple[int, list[str]]:
    return make_missing(wanted_clips(pieces(), recordings, SYNTHESIS), out, SYNTHESIS)


def test_clips_are_made_once_and_again_when_the_words_change(tmp_path: Path) -> None:
    assert make(tmp_path / "out", tmp_path / "none") == (2, [])
    assert make(tmp_path / "out", tmp_path / "none") == (0, [])
    other = [Piece(piece.kind, piece.words + " again", piece.language, piece.clip) for piece in pieces()]
    assert make_missing(wanted_clips(other, tmp_path, SYNTHESIS), tmp_path / "out", SYNTHESIS) == (2, [])


def test_a_lost_clip_is_made_again_and_one_that_nobody_wants_is_removed(tmp_path: Path) -> None:
    make(tmp_path, tmp_path / "none")
    (tmp_path / "zh" / "hello.wav").unlink()
    assert make(tmp_path, tmp_path / "none") == (1, [])
    make_missing([], tmp_path, SYNTHESIS)
    assert not list(tmp_path.rglob("*.wav"))


def test_a_recording_takes_the_place_of_a_clip_by_its_name(tmp_path: Path) -> None:
    recording = tmp_path / "recordings" / "zh" / "hello.wav"
    recording.parent.mkdir(parents=True)
    loud = np.full(2205, 9000, dtype=np.int16)
    recording.write_bytes(to_wav(loud))
    make(tmp_path / "out", tmp_path / "recordings")
    assert np.array_equal(from_wav((tmp_path / "out" / "zh" / "hello.wav").read_bytes()), loud)


def test_a_recording_that_is_no_sound_is_named(tmp_path: Path) -> None:
    recording = tmp_path / "recordings" / "zh" / "hello.wav"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(b"no sound")
    assert make(tmp_path / "out", tmp_path / "recordings") == (1, ["zh/hello"])


@pytest.fixture
def said(tmp_path: Path) -> tuple[Clips, list[str]]:
    reports: list[str] = []
    make(tmp_path, tmp_path / "none")
    return Clips(tmp_path, SYNTHESIS, reports.append), reports


def test_a_clip_is_played_as_it_was_made(said: tuple[Clips, list[str]], tmp_path: Path) -> None:
    clips, reports = said
    pieces_of_it = script_of(CATALOGUE, text("hello"), ZH)
    made = from_wav(clip_file(tmp_path, pieces_of_it[0]).read_bytes())
    assert len(clips.sound_of(pieces_of_it)) == len(made) > 2000
    assert reports == []


def test_what_has_no_clip_is_synthesised_and_reported_by_name_only(said: tuple[Clips, list[str]]) -> None:
    clips, reports = said
    assert seconds_of(clips.sound_of(script_of(CATALOGUE, literal("王样例 12"), ZH))) > 0.5
    assert set(reports) == {"clip zh/value.十", "clip zh/value.二"}


def test_nothing_to_say_is_silence(said: tuple[Clips, list[str]]) -> None:
    assert np.array_equal(said[0].sound_of(()), silence(0))
