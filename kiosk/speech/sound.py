"""Sound as samples: 16 bit, one channel, 22,050 a second. Reading, joining, louder and softer, faster and slower."""

from __future__ import annotations

import ctypes
import io
import wave
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 22_050
_QUIET = 180
"""Of 32,767: below is silence to be trimmed."""
_EDGE_S = 0.012
"""Left at both ends, so that no consonant is cut."""

Samples = NDArray[np.int16]


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)


def joined(parts: Sequence[Samples]) -> Samples:
    return np.concatenate(parts) if parts else silence(0)


def seconds_of(samples: Samples) -> float:
    return len(samples) / SAMPLE_RATE


def trimmed(samples: Samples) -> Samples:
    """Without the silence at its ends."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _QUIET)
    if not len(loud):
        return silence(0)
    edge = round(_EDGE_S * SAMPLE_RATE)
    return samples[max(0, int(loud[0]) - edge) : int(loud[-1]) + edge]


def louder(samples: Samples, decibel: float) -> Samples:
    """By a gain; what would be too loud is held at the limit."""
    if decibel == 0:
        return samples
    scaled = samples.astype(np.float32) * 10 ** (decibel / 20)
    return np.clip(scaled, -32768, 32767).astype(np.int16)


def at_rate(samples: Samples, rate_percent: int) -> Samples:
    """Faster or slower at the same pitch, by libsonic (a part of espeak-ng's own installation)."""
    if rate_percent == 100 or not len(samples):
        return samples
    speed = rate_percent / 100
    room = np.zeros(int(len(samples) / min(1.0, speed)) + SAMPLE_RATE, dtype=np.int16)
    room[: len(samples)] = samples
    one = ctypes.c_float(1.0)
    place = room.ctypes.data_as(ctypes.c_void_p)
    count = _sonic().sonicChangeShortSpeed(place, len(samples), ctypes.c_float(speed), one, one, one, 0, SAMPLE_RATE, 1)
    return room[: max(0, int(count))]


@cache
def _sonic() -> ctypes.CDLL:
    library = ctypes.CDLL("libsonic.so.0")
    library.sonicChangeShortSpeed.restype = ctypes.c_int
    return library


def from_wav(data: bytes) -> Samples:
    """Any 16-bit WAV as ours: channels are averaged, other rates resampled. A length that the header does not know
    (a stream's) is what is there. Raises `ValueError` for anything else.
    """
    try:
        with wave.open(io.BytesIO(data)) as reader:
            width, channels, rate = reader.getsampwidth(), reader.getnchannels(), reader.getframerate()
            frames = reader.readframes(len(data))
    except (wave.Error, EOFError) as error:
        raise ValueError("no WAV sound") from error
    if width != 2:
        raise ValueError("not 16 bit")
    whole = frames[: len(frames) // (2 * channels) * 2 * channels]
    samples = np.frombuffer(whole, dtype="<i2").reshape(-1, channels).mean(axis=1)
    if rate != SAMPLE_RATE:
        count = round(len(samples) * SAMPLE_RATE / rate)
        samples = np.interp(np.linspace(0, len(samples) - 1, count), np.arange(len(samples)), samples)
    return samples.astype(np.int16)


def to_wav(samples: Samples) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLE_RATE)
        writer.writeframes(samples.tobytes())
    return held.getvalue()
