"""Volume and light as staff set them: in the room for all that sounds, never in somebody's headset."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hardware.ports import Sound
from kiosk.domain.language import Language
from kiosk.flow.texts import Text
from kiosk.services.access_devices import USUAL_VOLUME, with_volume
from kiosk.services.staff.machine import Backlight, SpokenTest
from tests.unit.services.test_speaking import speech

SAMPLES = np.array([0, 1000, -1000, 20_000, -20_000], dtype="<i2").tobytes()


def loudest(sound: Sound) -> int:
    return int(np.abs(np.frombuffer(sound.samples, dtype="<i2").astype(int)).max())


@pytest.mark.parametrize(("percent", "peak"), [(0, 0), (30, 10_000), (60, 20_000), (100, 32_767)])
def test_the_room_is_as_loud_as_staff_set_it(percent: int, peak: int) -> None:
    assert loudest(with_volume(Sound(1, SAMPLES), percent)) == pytest.approx(peak, abs=1)


def test_at_the_usual_volume_a_sound_is_as_it_was_made() -> None:
    sound = Sound(1, SAMPLES, is_private=True)
    assert with_volume(sound, USUAL_VOLUME) is sound
    assert with_volume(sound, 40).is_private


class Room:
    def __init__(self, *, has_headset: bool) -> None:
        self.has_headset = has_headset
        self.percent = -1

    def set_volume(self, percent: int) -> None:
        self.percent = percent


@pytest.mark.parametrize(("has_headset", "word"), [(False, "loudspeaker"), (True, "headset")])
def test_the_speaker_is_tested_with_a_sentence_and_says_where_it_is_heard(*, has_headset: bool, word: str) -> None:
    said: list[tuple[Text, Language]] = []
    room = Room(has_headset=has_headset)
    speaker = SpokenTest(room, lambda text, language: said.append((text, language)))
    speaker.set_volume(40)
    assert room.percent == 40
    assert speaker.play_test(Language.EN) == word
    assert [(text.key, language) for text, language in said] == [("staff.test.speaker.sentence", Language.EN)]


def test_the_voice_says_a_sentence_by_hand_where_nothing_is_read_aloud() -> None:
    with speech() as (voice, ears, log):
        voice.say(Text("staff.test.speaker.sentence"), Language.ZH)
        assert len(ears.wait_for(lambda given: len(given) == 1)) == 1
        assert log.names() == []


def test_a_machine_without_a_backlight_offers_no_light(tmp_path: Path) -> None:
    assert not Backlight(tmp_path / "none").is_there
    assert not Backlight(tmp_path).set_brightness(50)


def test_the_light_is_set_in_the_kernel_s_own_steps(tmp_path: Path) -> None:
    light = tmp_path / "panel"
    light.mkdir()
    (light / "max_brightness").write_text("400\n")
    (light / "brightness").write_text("400\n")
    backlight = Backlight(tmp_path)
    assert backlight.is_there
    assert backlight.set_brightness(30)
    assert (light / "brightness").read_text() == "120"
