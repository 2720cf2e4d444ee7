from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from kiosk.speech.sound import (
    SAMPLE_RATE,
    Samples,
    at_rate,
    from_wav,
    joined,
    louder,
    seconds_of,
    silence,
    to_wav,
    trimmed,
)


def tone(hertz: float, seconds: float = 1.0) -> Samples:
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (np.sin(2 * np.pi * hertz * at) * 8000).astype(np.int16)


def pitch_of(samples: Samples) -> float:
    """The strongest frequency, in hertz."""
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / len(samples)


@pytest.mark.parametrize("rate_percent", [50, 75, 125, 200])
def test_another_rate_changes_the_length_and_keeps_the_pitch(rate_percent: int) -> None:
    changed = at_rate(tone(220, 2.0), rate_percent)
    assert seconds_of(changed) == pytest.approx(2.0 * 100 / rate_percent, rel=0.05)
    assert pitch_of(changed) == pytest.approx(220, rel=0.03)


def test_the_usual_rate_leaves_every_sample_as_it_is() -> None:
    samples = tone(220)
    assert at_rate(samples, 100) is samples
    assert len(at_rate(silence(0), 50)) == 0


def test_six_decibel_less_is_half_the_height() -> None:
    assert np.abs(louder(tone(220), -6)).max() == pytest.approx(8000 / 2, rel=0.01)


def test_too_loud_is_held_at_the_limit() -> None:
    assert louder(tone(220), 40).max() == 32767


def test_silence_at_both_ends_is_cut_off() -> None:
    padded = joined((silence(0.5), tone(220, 0.2), silence(0.5)))
    assert seconds_of(trimmed(padded)) == pytest.approx(0.224, abs=0.01)
    assert len(trimmed(silence(1))) == 0


def test_a_recording_in_stereo_and_at_another_rate_becomes_ours() -> None:
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(np.repeat(tone(220)[::1], 2).astype("<i2").tobytes())
    samples = from_wav(held.getvalue())
    assert len(samples) == pytest.approx(SAMPLE_RATE / 2, rel=0.01)


def test_what_is_written_is_read_again() -> None:
    assert np.array_equal(from_wav(to_wav(tone(220))), tone(220))


@pytest.mark.parametrize("data", [b"", b"RIFF", b"not a sound at all"])
def test_no_wav_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="WAV"):
        from_wav(data)
