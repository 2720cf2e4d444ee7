"""The terminal's voice: a second face of the display. The screen draws what the flow shows, this says it.

What is to be said follows from two displays (`kiosk.flow.announcing`), so the flow needs no effects for it and nothing
is said twice. The voice has a thread of its own: synthesis takes tens of milliseconds, and nobody waits for it.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Protocol

from hardware.ports import Sound, SoundBegun, SoundsEnded
from kiosk.domain.language import Language
from kiosk.flow.announcing import Announcement, announcement
from kiosk.flow.speech import Utterance
from kiosk.flow.texts import Text
from kiosk.flow.translation import translate
from kiosk.flow.views import Display, SpeechWishes
from kiosk.i18n import Catalogue
from kiosk.logs import Log
from kiosk.speech.clips import Clips
from kiosk.speech.sound import at_rate, joined, louder, seconds_of, silence
from kiosk.speech.wording import script_of, words_of

GAP_S = 0.3
"""After each utterance."""
BY_HAND = "test"
"""What is said because somebody asked for it, in the place of a page and its part."""

SoundNews = SoundBegun | SoundsEnded


class Voice(Protocol):
    """What plays; both return at once."""

    def play(self, sound: Sound) -> None: ...

    def silence(self) -> None: ...


@dataclass(frozen=True)
class _ToSay:
    utterance: Utterance
    language: Language
    page: str
    """Name of the view or overlay that it belongs to, for the trace."""


class Trace:
    """Every utterance that began to sound, one JSON object a line: for the bench and the tests, never in production."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def begin(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text("", encoding="utf-8")

    def write(self, **line: str | float | bool) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


class Speech:
    """`publish` and `hear` may be called from any thread and return at once."""

    def __init__(self, catalogue: Catalogue, clips: Clips, voice: Voice, log: Log, trace: Trace | None = None) -> None:
        self._catalogue = catalogue
        self._clips = clips
        self._voice = voice
        self._log = log
        self._trace = trace
        self._inbox: SimpleQueue[Display | SoundNews | _ToSay | None] = SimpleQueue()
        self._shown: Display | None = None
        self._pending: deque[_ToSay] = deque()
        self._sounding: deque[tuple[int, _ToSay, float]] = deque()
        """Given to the speaker and not yet over: sound, what it says, seconds. The first one is heard now."""
        self._count = 0
        self._thread = threading.Thread(target=self._run, name="speech", daemon=True)

    def start(self) -> None:
        if self._trace is not None:
            self._trace.begin()
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._inbox.put(None)
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def publish(self, display: Display) -> None:
        self._inbox.put(display)

    def say(self, said: Text, language: Language) -> None:
        """A sentence for whoever tests the loudspeaker, also where nothing is read aloud."""
        self._inbox.put(_ToSay(Utterance(BY_HAND, said), language, BY_HAND))

    def hear(self, news: SoundNews) -> None:
        """What the speaker says about its sounds."""
        self._inbox.put(news)

    # --- the thread --------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        """A voice that fails must not end the terminal: it is logged, and the next display is tried."""
        is_going_on = True
        while is_going_on:
            try:
                is_going_on = self._turn()
            except Exception as error:  # noqa: BLE001  the one broad handler of this thread
                self._pending.clear()
                self._log.bug("speech_failed", error)

    def _turn(self) -> bool:
        try:
            item = self._inbox.get_nowait() if self._can_go_on() else self._inbox.get()
        except Empty:
            self._say(self._pending.popleft())
            return True
        match item:
            case None:
                return False
            case Display():
                self._show(item)
            case _ToSay():
                self._say(item)
            case SoundBegun(sound_id):
                self._begun(sound_id)
            case SoundsEnded(last_id):
                self._drop_before(last_id + 1)
        return True

    def _can_go_on(self) -> bool:
        return bool(self._pending) and not self._wishes.is_paused

    @property
    def _wishes(self) -> SpeechWishes:
        return SpeechWishes() if self._shown is None else self._shown.frame.speech

    def _show(self, display: Display) -> None:
        was_paused = self._wishes.is_paused
        new = announcement(self._shown, display)
        self._shown = display
        if new is not None:
            self._announce(new, display)
        if self._wishes.is_paused and not was_paused:
            self._pause()

    def _announce(self, new: Announcement, display: Display) -> None:
        if new.interrupts:
            self._voice.silence()
            self._pending.clear()
            self._sounding.clear()
        page = type(display.overlay or display.view).__name__
        self._pending.extend(_ToSay(utterance, new.language, page) for utterance in new.utterances)

    def _pause(self) -> None:
        """What was cut off is said again from its beginning when speech goes on."""
        self._voice.silence()
        self._pending.extendleft(to_say for _, to_say, _ in reversed(self._sounding))
        self._sounding.clear()

    def _say(self, to_say: _ToSay) -> None:
        pieces = script_of(self._catalogue, to_say.utterance.text, to_say.language)
        wishes = self._wishes
        spoken = louder(at_rate(self._clips.sound_of(pieces), wishes.rate_percent), wishes.volume_db)
        samples = joined((spoken, silence(GAP_S)))
        self._count += 1
        self._sounding.append((self._count, to_say, seconds_of(samples)))
        self._voice.play(Sound(self._count, samples.tobytes(), to_say.utterance.is_private))

    def _begun(self, sound_id: int) -> None:
        self._drop_before(sound_id)
        if self._trace is not None and self._sounding and self._sounding[0][0] == sound_id:
            self._write(self._trace, *self._sounding[0])

    def _drop_before(self, sound_id: int) -> None:
        while self._sounding and self._sounding[0][0] < sound_id:
            self._sounding.popleft()

    def _write(self, trace: Trace, sound_id: int, to_say: _ToSay, seconds: float) -> None:
        said = to_say.utterance
        trace.write(
            sound=sound_id,
            page=to_say.page,
            speaks_for=said.speaks_for,
            language=to_say.language.value,
            text=translate(self._catalogue, said.text, to_say.language),
            heard=words_of(script_of(self._catalogue, said.text, to_say.language)),
            is_private=said.is_private,
            seconds=round(seconds, 2),
        )
