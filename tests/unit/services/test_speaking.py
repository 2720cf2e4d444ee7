from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from hardware.ports import Sound, SoundBegun, SoundsEnded
from kiosk.flow.views import Display, Focus, SpeechWishes
from kiosk.i18n import load_catalogue
from kiosk.services.speaking import Speech, Trace
from kiosk.speech.clips import Clips
from kiosk.speech.pronouncing import Pronunciation
from kiosk.speech.sound import Samples, silence
from kiosk.speech.synthesis import Synthesis
from kiosk.speech.wording import Piece
from tests.flows.stages import STAGES
from tests.unit.services.lobby import LIMIT_S, KeptLog

ON = SpeechWishes(is_on=True)


class QuietClips(Clips):
    """As long as there are words, and silent."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"), Synthesis(Pronunciation({})), lambda _: None)

    def sound_of(self, pieces: tuple[Piece, ...]) -> Samples:
        if any("bug" in piece.words for piece in pieces):
            raise RuntimeError("11010519491231002X")
        return silence(0.01 * len(pieces))


class Ears:
    """The speaker: what it was given, in order; `None` where it was silenced."""

    def __init__(self) -> None:
        self.given: list[Sound | None] = []
        self._news = threading.Condition()

    def play(self, sound: Sound) -> None:
        self._add(sound)

    def silence(self) -> None:
        self._add(None)

    def _add(self, sound: Sound | None) -> None:
        with self._news:
            self.given.append(sound)
            self._news.notify_all()

    def wait_for(self, is_so: Callable[[list[Sound | None]], bool]) -> list[Sound]:
        with self._news:
            assert self._news.wait_for(lambda: is_so(self.given), LIMIT_S), self.given
            return [sound for sound in self.given if sound is not None]


@contextmanager
def speech(trace: Path | None = None) -> Iterator[tuple[Speech, Ears, KeptLog]]:
    ears, log = Ears(), KeptLog()
    catalogue = load_catalogue(Path("assets/locale"))
    opened = Speech(catalogue, QuietClips(), ears, log, Trace(trace) if trace else None)
    opened.start()
    try:
        yield opened, ears, log
    finally:
        opened.stop(LIMIT_S)
        assert not opened._thread.is_alive()


def display(name: str, *, has_headset: bool = True, **changes: object) -> Display:
    shown = STAGES[name]().display
    frame = replace(shown.frame, has_headset=has_headset, **{"speech": ON, **changes})  # type: ignore[arg-type]
    return replace(shown, frame=frame)


def test_a_page_is_read_part_by_part() -> None:
    with speech() as (opened, ears, _):
        opened.publish(display("record"))
        sounds = ears.wait_for(lambda given: len(given) >= 14)
        assert [sound.sound_id for sound in sounds] == list(range(1, len(sounds) + 1))
        assert any(sound.is_private for sound in sounds)


def test_a_focus_interrupts_the_page() -> None:
    with speech() as (opened, ears, _):
        shown = display("record")
        opened.publish(shown)
        ears.wait_for(lambda given: len(given) >= 3)
        opened.publish(replace(shown, frame=replace(shown.frame, focus=Focus("confirm"))))
        ears.wait_for(lambda given: given.count(None) == 2 and given[-1] is not None)


def test_a_pause_is_silent_and_what_was_cut_off_is_said_again(tmp_path: Path) -> None:
    trace = tmp_path / "spoken.jsonl"
    with speech(trace) as (opened, ears, _):
        shown = display("notice")
        opened.publish(shown)
        sounds = ears.wait_for(lambda given: len(given) >= 6)
        opened.hear(SoundBegun(sounds[1].sound_id))
        opened.publish(replace(shown, frame=replace(shown.frame, speech=replace(ON, is_paused=True))))
        ears.wait_for(lambda given: given.count(None) == 2)
        count, before = len(ears.given), sum(each is not None for each in ears.given)
        opened.publish(shown)
        again = ears.wait_for(lambda given: len(given) > count)
        opened.hear(SoundBegun(again[before].sound_id))
    lines = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    assert lines[0]["speaks_for"] == lines[-1]["speaks_for"] == "line.1"


def test_speech_that_is_off_says_nothing_and_falls_silent_at_once() -> None:
    with speech() as (opened, ears, _):
        shown = display("notice")
        opened.publish(replace(shown, frame=replace(shown.frame, speech=SpeechWishes())))
        opened.publish(shown)
        ears.wait_for(lambda given: len(given) >= 3)
        opened.publish(replace(shown, frame=replace(shown.frame, speech=SpeechWishes())))
        ears.wait_for(lambda given: given.count(None) == 2 and given[-1] is None)
        assert ears.given[0] is None  # the first word came with the page that had speech


def test_another_speed_is_another_length() -> None:
    with speech() as (opened, ears, _):
        opened.publish(display("notice"))
        usual = ears.wait_for(lambda given: len(given) >= 2)[0]
    with speech() as (opened, ears, _):
        opened.publish(display("notice", speech=replace(ON, rate_percent=50)))
        slow = ears.wait_for(lambda given: len(given) >= 2)[0]
    assert len(slow.samples) > len(usual.samples)


def test_a_fault_while_speaking_is_logged_without_its_text_and_the_voice_lives() -> None:
    with speech() as (opened, ears, log):
        shown = display("notice")
        broken = replace(shown.view, title=STAGES["out of service"]().display.view.staff_word)  # type: ignore[arg-type]
        opened.publish(replace(shown, view=broken))
        opened.publish(replace(display("record"), serial=99))
        ears.wait_for(lambda given: len(given) >= 8)
        opened.hear(SoundsEnded(1))
    assert "11010519491231002X" not in str(log.lines)
