"""The speaker: plays sounds one after the other, falls silent at once, and keeps private ones for the headset.

Everything happens in `poll`, on the worker's one thread: it waits for the stream to take more, for the jack, and for
its alarm. A headset that is pulled out silences everything before the loudspeaker could say it.
"""

from __future__ import annotations

import select
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from hardware.alarm import Alarm
from hardware.errors import DeviceError, NoAnswerError
from hardware.input_events import EV_SW, SW_HEADPHONE_INSERT, InputDevice
from hardware.ports import DeviceStatus, DeviceWord, HeadsetChanged, Reading, Sound, SoundBegun, SoundsEnded
from hardware.speaker.sinks import AlsaSink, NetworkSink, Sink, Stream


@dataclass(frozen=True)
class Options:
    """What `kiosk.ini` may say about the speaker."""

    connection: Literal["alsa", "network"] = field(default="alsa", metadata={"help": "the wire"})
    device: str = field(default="default", metadata={"help": "alsa: name of the sound device (aplay -L)"})
    host: str = field(default="127.0.0.1", metadata={"help": "network: name or address of the sound server"})
    port: int = field(default=4711, metadata={"help": "network: port of its simple protocol, 22,050 Hz, 16 bit, mono"})
    jack: str = field(default="", metadata={"help": "input device of the headset's jack; empty: never private"})
    connect_timeout_s: float = field(default=1.0, metadata={"help": "network: limit for connecting"})
    stall_timeout_s: float = field(default=3.0, metadata={"help": "limit without a sample being taken"})

    def __post_init__(self) -> None:
        if not all(0 < limit_s <= 60 for limit_s in (self.connect_timeout_s, self.stall_timeout_s)):
            raise ValueError("time limits must be above 0 and at most 60 s")


class PcmSpeaker:
    """Keeps the port `Speaker`."""

    def __init__(self, sink: Sink, jack: str, stall_timeout_s: float, monotonic: Callable[[], float]) -> None:
        self._sink = sink
        self._jack = InputDevice(jack) if jack else None
        self._stall_timeout_s = stall_timeout_s
        self._now_s = monotonic
        self._alarm = Alarm()
        self._waiting: deque[Sound] = deque()
        self._stream: Stream | None = None
        self._unwritten = memoryview(b"")
        self._is_finishing = False
        self._moved_at_s = 0.0
        self._is_headset_in = False
        self._last_id = 0
        self._found: list[Reading] = []

    # --- what every device has ---------------------------------------------------------------------------------------

    def open(self) -> None:
        self._sink.check()
        self._look_for_jack()

    def close(self) -> None:
        self._cut()
        if self._jack is not None:
            self._jack.close()

    def wake(self) -> None:
        self._alarm.ring()

    def status(self) -> DeviceStatus:
        if self._stream is None:
            self._sink.check()
        self._look_for_jack()
        has_jack = self._jack is None or self._jack.is_open
        return DeviceStatus(DeviceWord.ONLINE, detail="" if has_jack else "no_jack")

    def poll(self, timeout_s: float) -> Sequence[Reading]:
        ends_at_s = self._now_s() + timeout_s
        while not self._found:
            self._feed()
            left_s = ends_at_s - self._now_s()
            if self._found or left_s <= 0 or self._is_woken(left_s):
                break
        found, self._found = self._found, []
        return tuple(found)

    # --- sounds ------------------------------------------------------------------------------------------------------

    def play(self, sound: Sound) -> None:
        if not sound.is_private or self._is_headset_in:
            self._waiting.append(sound)

    def silence(self) -> None:
        self._waiting.clear()
        self._cut()

    def _cut(self) -> None:
        stream, self._stream = self._stream, None
        self._unwritten, self._is_finishing = memoryview(b""), False
        if stream is not None:
            stream.cut()

    def _feed(self) -> None:
        """Begins what is due."""
        if self._is_finishing or self._unwritten:
            return
        if self._waiting:
            sound = self._waiting.popleft()
            if self._stream is None:
                self._stream = self._sink.begin()
            self._unwritten, self._moved_at_s = memoryview(sound.samples), self._now_s()
            self._last_id = sound.sound_id
            self._found.append(SoundBegun(sound.sound_id))
        elif self._stream is not None:
            self._stream.finish()
            self._is_finishing, self._moved_at_s = True, self._now_s()

    def _write(self, stream: Stream) -> None:
        taken = stream.write(bytes(self._unwritten[:4096]))
        self._unwritten = self._unwritten[taken:]
        if taken:
            self._moved_at_s = self._now_s()

    def _ended(self, stream: Stream) -> None:
        is_whole = stream.is_whole()
        self._cut()
        if not is_whole:
            raise NoAnswerError("player_failed")
        if not self._waiting:
            self._found.append(SoundsEnded(self._last_id))

    # --- waiting -----------------------------------------------------------------------------------------------------

    def _is_woken(self, timeout_s: float) -> bool:
        """Waits for whatever comes first, and deals with it; True when somebody rang."""
        stream = self._stream
        readers: list[int] = [self._alarm.fileno()]
        if self._jack is not None and self._jack.is_open:
            readers.append(self._jack.fileno())
        if stream is not None and self._is_finishing:
            readers.append(stream.end_fileno())
        writers = [stream.fileno()] if stream is not None and self._unwritten else []
        limit_s = min(timeout_s, self._stall_timeout_s) if stream is not None else timeout_s
        readable, writable, _ = select.select(readers, writers, [], limit_s)
        if self._jack is not None and self._jack.is_open and self._jack.fileno() in readable:
            self._hear_jack(self._jack)
        if self._stream is not None and stream is not None:
            self._move(stream, readable, writable)
        if self._alarm.fileno() in readable:
            self._alarm.hush()
            return True
        return False

    def _move(self, stream: Stream, readable: list[int], writable: list[int]) -> None:
        if writable:
            self._write(stream)
        elif self._is_finishing and stream.end_fileno() in readable:
            self._ended(stream)
        elif self._now_s() - self._moved_at_s >= self._stall_timeout_s:
            self._cut()
            self._waiting.clear()
            raise NoAnswerError("not_taking_sound")

    # --- the jack ----------------------------------------------------------------------------------------------------

    def _look_for_jack(self) -> None:
        """Without its jack the speaker still speaks, only never anything private."""
        jack = self._jack
        if jack is None:
            return
        try:
            if jack.is_open:
                jack.check()
                return
            jack.open()
            is_in = jack.is_switched(SW_HEADPHONE_INSERT)
            if is_in is not None:
                self._headset(is_in=is_in)
        except DeviceError:
            jack.close()
            self._headset(is_in=False)

    def _hear_jack(self, jack: InputDevice) -> None:
        try:
            for event in jack.read():
                if event.kind == EV_SW and event.code == SW_HEADPHONE_INSERT:
                    self._headset(is_in=bool(event.value))
        except DeviceError:
            jack.close()
            self._headset(is_in=False)

    def _headset(self, *, is_in: bool) -> None:
        if is_in == self._is_headset_in:
            return
        self._is_headset_in = is_in
        if not is_in:
            self.silence()
        self._found.append(HeadsetChanged(is_in))


def build(options: Options, monotonic: Callable[[], float] = time.monotonic) -> PcmSpeaker:
    match options.connection:
        case "alsa":
            sink: Sink = AlsaSink(options.device)
        case "network":
            sink = NetworkSink(options.host, options.port, options.connect_timeout_s)
    return PcmSpeaker(sink, options.jack, options.stall_timeout_s, monotonic)
