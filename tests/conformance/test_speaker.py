"""The speaker over its real wire: samples on TCP at the pace of a sound card, the jack as an input device."""

from __future__ import annotations

import socket
import threading
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hardware.bench.peripheral import Peripheral
from hardware.errors import DisconnectedError
from hardware.ports import (
    SOUND_RATE,
    DeviceWord,
    HeadsetChanged,
    Reading,
    Sound,
    SoundBegun,
    SoundsEnded,
    StatusChanged,
)
from hardware.registry import is_bench
from hardware.speaker.player import Options, PcmSpeaker, build
from hardware.speaker.sinks import AlsaSink
from hardware.worker import DeviceWorker

LIMIT_S = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sound(sound_id: int, seconds: float = 0.2, *, is_private: bool = False) -> Sound:
    at = np.arange(round(seconds * SOUND_RATE))
    samples = (np.sin(at / 20) * 9000).astype("<i2").tobytes()
    return Sound(sound_id, samples, is_private)


@dataclass
class Desk:
    """A speaker at work, its bench, and everything it has said."""

    bench: Peripheral
    worker: DeviceWorker[PcmSpeaker]
    spool: Path
    readings: list[Reading]
    news: threading.Condition = field(default_factory=threading.Condition)

    def play(self, *sounds: Sound) -> None:
        for each in sounds:
            assert self.worker.submit(lambda speaker, each=each: speaker.play(each))

    def silence(self) -> None:
        assert self.worker.submit(lambda speaker: speaker.silence())

    def wait_for(self, is_so: Callable[[list[Reading]], bool]) -> None:
        with self.news:
            assert self.news.wait_for(lambda: is_so(self.readings), LIMIT_S), self.readings

    def played(self) -> list[dict[str, Any]]:
        return self.bench.call("played")["played"]

    def headset(self, *, on: bool) -> None:
        self.bench.call("headset", on=on)
        self.wait_for(lambda readings: HeadsetChanged(on) in readings)

    def is_online(self, readings: list[Reading]) -> bool:
        words = [reading.status.word for reading in readings if isinstance(reading, StatusChanged)]
        return bool(words) and words[-1] is DeviceWord.ONLINE


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    port, jack, spool = free_port(), tmp_path / "jack", tmp_path / "speech"
    arguments = ("--port", str(port), "--jack", str(jack), "--spool", str(spool))
    with Peripheral("hardware.bench.speaker", *arguments) as bench:
        readings: list[Reading] = []
        news = threading.Condition()

        def emit(_name: str, reading: Reading) -> None:
            with news:
                readings.append(reading)
                news.notify_all()

        driver = build(Options(connection="network", port=port, jack=str(jack), stall_timeout_s=1.0))
        worker = DeviceWorker("speaker", driver, emit)
        desk = Desk(bench, worker, spool, readings, news)
        worker.start()
        try:
            desk.wait_for(desk.is_online)
            yield desk
        finally:
            assert worker.stop(LIMIT_S)


def test_every_sample_arrives_in_order(desk: Desk) -> None:
    desk.play(sound(1), sound(2, 0.3))
    desk.wait_for(lambda readings: SoundsEnded(2) in readings)
    begun = [reading for reading in desk.readings if isinstance(reading, SoundBegun)]
    assert begun == [SoundBegun(1), SoundBegun(2)]
    (stretch,) = desk.played()
    with wave.open(str(desk.spool / stretch["file"])) as file:
        assert file.readframes(file.getnframes()) == sound(1).samples + sound(2, 0.3).samples
    assert not stretch["is_cut"]


def test_silence_cuts_off_what_plays_and_forgets_what_waits(desk: Desk) -> None:
    desk.play(sound(1, 10), sound(2, 10))
    desk.wait_for(lambda readings: SoundBegun(1) in readings)
    desk.bench.call("hear")
    desk.silence()
    desk.play(sound(3))
    desk.wait_for(lambda readings: SoundsEnded(3) in readings)
    first, second = desk.played()
    assert first["is_cut"]
    assert first["seconds"] < 8
    assert second["seconds"] == 0.2
    assert SoundBegun(2) not in desk.readings


def test_a_private_sound_is_not_played_without_a_headset(desk: Desk) -> None:
    desk.play(sound(1, is_private=True), sound(2))
    desk.wait_for(lambda readings: SoundsEnded(2) in readings)
    assert SoundBegun(1) not in desk.readings
    assert [each["seconds"] for each in desk.played()] == [0.2]


def test_a_headset_hears_private_sounds_until_it_is_pulled_out(desk: Desk) -> None:
    desk.headset(on=True)
    desk.play(sound(1, 10, is_private=True), sound(2, 10, is_private=True))
    desk.wait_for(lambda readings: SoundBegun(1) in readings)
    desk.bench.call("hear")
    desk.headset(on=False)
    desk.play(sound(3))
    desk.wait_for(lambda readings: SoundsEnded(3) in readings)
    assert SoundBegun(2) not in desk.readings
    assert desk.played()[0]["is_cut"]


def test_a_jack_that_is_unplugged_counts_as_no_headset(desk: Desk) -> None:
    desk.headset(on=True)
    desk.bench.call("unplug_jack")
    desk.wait_for(lambda readings: HeadsetChanged(is_in=False) in readings)
    desk.play(sound(1))
    desk.wait_for(lambda readings: SoundsEnded(1) in readings)


def test_a_speaker_that_vanishes_is_offline_and_comes_back(desk: Desk) -> None:
    desk.bench.call("go_down")
    desk.wait_for(lambda readings: not desk.is_online(readings))
    desk.bench.call("come_up")
    desk.wait_for(desk.is_online)
    desk.play(sound(1))
    desk.wait_for(lambda readings: SoundsEnded(1) in readings)


def test_a_card_that_takes_nothing_is_given_up(desk: Desk) -> None:
    desk.bench.call("stall", on=True)
    desk.play(sound(1, 20))
    desk.wait_for(lambda readings: SoundBegun(1) in readings)
    desk.play(sound(2))
    desk.bench.call("stall", on=True)
    desk.bench.call("go_down")
    desk.wait_for(lambda readings: not desk.is_online(readings))


def test_a_machine_without_a_sound_card_says_so(tmp_path: Path) -> None:
    with pytest.raises(DisconnectedError, match="no_sound_card"):
        AlsaSink("default", cards=tmp_path).check()


def test_aplay_plays_to_the_end_and_is_cut_off_at_once() -> None:
    """On ALSA's own null device: the program is real, the loudspeaker is not."""
    stream = AlsaSink("null").begin()
    samples = memoryview(sound(1, 0.1).samples)
    while samples:
        samples = samples[stream.write(bytes(samples)) :]
    stream.finish()
    assert stream.is_whole()
    stream.cut()
    cut = AlsaSink("null").begin()
    cut.write(samples.tobytes() or b"\0\0")
    cut.cut()


def test_a_speaker_on_this_machine_is_the_bench() -> None:
    assert is_bench("speaker", {"connection": "network", "host": "127.0.0.1", "device": "default"})
    assert not is_bench("speaker", {"connection": "alsa", "host": "127.0.0.1", "device": "default", "jack": "/dev/j"})
