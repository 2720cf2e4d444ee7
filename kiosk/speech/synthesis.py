"""Words to sound by espeak-ng: at set-up for clips, at run time for what only this person has. Nothing leaves the
machine, and nothing that is said stands on a command line or in a log.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import Any

import numpy as np

from kiosk.domain.language import Language
from kiosk.speech.pronouncing import Pronunciation, Reading
from kiosk.speech.sound import SAMPLE_RATE, Samples, from_wav, joined, silence, trimmed

PROGRAM = "espeak-ng"
LIMIT_S = 3.0
VOICES = {Language.ZH: "cmn-latn-pinyin", Language.EN: "en-gb"}
WORDS_PER_MINUTE = {Language.ZH: 150, Language.EN: 150}
"""At 100 %; measured, 150 is about 133 Han characters a minute."""
RECIPE = "espeak-ng/150/150/trim1"
"""Changes when the same words would sound different: clips are then made again."""
GAP_S = 0.06


class SynthesisError(Exception):
    """The synthesiser is not there, failed, or took too long. The text never names what was to be said."""


@dataclass(frozen=True)
class Synthesis:
    pronunciation: Pronunciation

    def say(self, words: str, language: Language) -> Samples:
        """Sound of any words; raises `SynthesisError`."""
        spoken = [_spoken(reading) for reading in self.pronunciation.of(words, language)]
        gap = silence(GAP_S)
        return joined([part for each in spoken for part in (each, gap)][:-1]) if spoken else silence(0)


def _spoken(reading: Reading) -> Samples:
    language = reading.language if reading.language in VOICES else Language.EN
    speed = str(WORDS_PER_MINUTE[language])
    command = [PROGRAM, "-v", VOICES[language], "-s", speed, "-b", "1", "--stdin", "--stdout"]
    environment: dict[str, Any] = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603  our own command; the words go in by the pipe
            command, input=reading.words.encode(), capture_output=True, timeout=LIMIT_S, check=False, env=environment
        )
    except FileNotFoundError:
        raise SynthesisError("espeak-ng is not installed") from None
    except subprocess.TimeoutExpired:
        raise SynthesisError("took too long") from None
    if done.returncode != 0 or not done.stdout:
        raise SynthesisError(f"ended with {done.returncode}")
    samples = from_wav(done.stdout)
    if samples.dtype != np.int16:
        raise SynthesisError(f"gave no 16-bit sound of {SAMPLE_RATE} Hz")
    return trimmed(samples)
