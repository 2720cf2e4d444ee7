"""The code scanner: QR codes and barcodes before a camera, read by a process of its own.

The driver owns all recovery. It keeps one camera process warm, sends it to work between `start` and `stop`, and
replaces it when it dies, blocks or sees a frozen picture; a scan goes on through that without a word from the caller.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait as wait_for
from typing import assert_never

from hardware.code_scanner.messages import Failed, Health, Message, Ready, Saw, Start, Stop, Stopped
from hardware.code_scanner.options import Options
from hardware.code_scanner.presence import is_there
from hardware.code_scanner.process_handle import CameraProcess
from hardware.code_scanner.shared_picture import Pulse, SharedPicture
from hardware.errors import DisconnectedError, NoAnswerError
from hardware.places import CAMERAS, paths
from hardware.ports import (
    Action,
    CameraRecovered,
    CameraTrouble,
    CameraTroubled,
    DeviceStatus,
    DeviceWord,
    Place,
    PreviewFrame,
    Reading,
)

_LOOK_AFTER_S = 0.25
"""How often a running scan is checked for a stopped pulse."""
_CHECK_UP_EVERY_S = 2.0
_RESPAWN_DELAYS_S = (0.0, 0.0, 1.0, 2.0, 4.0)
"""Before the next process, by how many have died without a picture."""

_ONLINE = DeviceStatus(DeviceWord.ONLINE)
_BLOCKED = DeviceStatus(DeviceWord.HARDWARE_ERROR, Action.RESET, "no_answer")
_PROCESS_DIED = DeviceStatus(DeviceWord.HARDWARE_ERROR, Action.SOFTWARE_ERROR, "process_died")


def status_of(trouble: CameraTrouble | None) -> DeviceStatus:
    """In a dark lobby a lit phone is still read, so `too_dark` stays online; the lamp is a matter for staff."""
    match trouble:
        case None:
            return _ONLINE
        case CameraTrouble.NO_STREAM:
            return DeviceStatus(DeviceWord.POWER_OFF, Action.CLEAR, trouble)
        case CameraTrouble.FROZEN | CameraTrouble.BLACK:
            return DeviceStatus(DeviceWord.HARDWARE_ERROR, Action.RESET, trouble)
        case CameraTrouble.COVERED:
            return DeviceStatus(DeviceWord.USER_ERROR, Action.CLEAR, trouble)
        case CameraTrouble.TOO_DARK:
            return DeviceStatus(DeviceWord.ONLINE, Action.CLEAR, trouble)
        case _:
            assert_never(trouble)


class CameraCodeScanner:
    """Implements `hardware.ports.CodeScanner`. All but `preview` and `wake` belongs to one thread."""

    def __init__(self, options: Options, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._options = options
        self._now_s = monotonic_s
        self._alarm: int | None = None
        """Becomes readable when somebody wakes us; there while the device is open."""
        self._alarm_lock = threading.Lock()
        self._memory: SharedPicture | None = None
        self._memory_lock = threading.Lock()
        self._process: CameraProcess | None = None
        self._is_ready = False
        self._deaths = 0
        self._respawn_s = 0.0
        self._replaced_s = self._checked_s = float("-inf")
        self._scan = 0
        self._is_wanted = False
        """Between `start` and `stop`."""
        self._is_looking = False
        """The process has the camera open: wanted, or to see whether a trouble is over."""
        self._status = _ONLINE
        self._told: CameraTrouble | None = None
        self._readings: list[Reading] = []

    # --- Driver ----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Look whether the source is there and load the camera process; raises `DeviceError`."""
        if not is_there(self._options.source, self._options.probe_deadline_s):
            raise DisconnectedError(CameraTrouble.NO_STREAM)
        if self._process is None:
            self._memory = SharedPicture.create()
            self._alarm = self._alarm or os.eventfd(0, os.EFD_NONBLOCK)
            self._spawn()
        end_s = self._now_s() + self._options.start_deadline_s
        while not self._is_ready:
            self._take(end_s - self._now_s())
            if not self._is_ready and not self._is_process_alive():
                self.close()
                raise NoAnswerError(_PROCESS_DIED.detail)
            if not self._is_ready and self._now_s() >= end_s:
                self.close()
                raise NoAnswerError(_BLOCKED.detail)

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end()
        with self._memory_lock:
            memory, self._memory = self._memory, None
            if memory is not None:
                memory.close()
        with self._alarm_lock:
            alarm, self._alarm = self._alarm, None
            if alarm is not None:
                os.close(alarm)
        self._is_ready = self._is_wanted = self._is_looking = False
        self._status, self._told, self._deaths = _ONLINE, None, 0
        self._readings.clear()

    def status(self) -> DeviceStatus:
        """As seen by the running scan; without one, whether the source is there.

        After a trouble the camera is opened for a moment, again and again, until it is good.
        """
        if self._memory is None:
            raise DisconnectedError("closed")
        self._drain()
        self._supervise()
        if self._is_wanted:
            return self._status
        if not is_there(self._options.source, self._options.probe_deadline_s):
            return status_of(CameraTrouble.NO_STREAM)
        if not self._status.is_online:
            self._check_up()
        return self._status

    def poll(self, timeout_s: float) -> Sequence[Reading]:
        if self._memory is None:
            raise DisconnectedError("closed")
        end_s = self._now_s() + timeout_s
        while True:
            self._drain()
            self._supervise()
            left_s = end_s - self._now_s()
            if self._readings or left_s <= 0 or self._is_woken():
                readings, self._readings = self._readings, []
                return readings
            self._wait(left_s)

    def wake(self) -> None:
        """End a `poll` early; from any thread."""
        with self._alarm_lock:
            if self._alarm is not None:
                os.eventfd_write(self._alarm, 1)

    def _is_woken(self) -> bool:
        try:
            return self._alarm is not None and os.eventfd_read(self._alarm) > 0
        except BlockingIOError:
            return False

    # --- CodeScanner -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        if not self._is_wanted:
            self._stop_looking()
            self._is_wanted, self._told = True, None
            self._look()

    def stop(self) -> None:
        self._is_wanted = False
        self._stop_looking()
        self._readings.clear()

    def preview(self) -> PreviewFrame | None:
        with self._memory_lock:
            return self._memory.read() if self._memory is not None and self._is_wanted else None

    # --- the camera process ----------------------------------------------------------------------------------------

    @property
    def process_id(self) -> int | None:
        """Of the camera process, for whoever measures it."""
        return self._process.pid if self._process else None

    @property
    def pictures(self) -> int:
        """How many pictures the running scan has taken."""
        return self._memory.pulse().pictures if self._memory else 0

    def _is_process_alive(self) -> bool:
        return self._process is not None and self._process.is_alive

    def _look(self) -> None:
        self._scan += 1
        self._is_looking = True
        if self._memory is not None:
            self._memory.beat(Pulse(0, self._now_s()))
        if self._process is not None:
            self._process.send(Start(self._scan))

    def _check_up(self) -> None:
        """Idle after a trouble: look whether it is over. The first good picture ends the look, as does trouble."""
        if not self._is_looking and self._now_s() - self._checked_s >= _CHECK_UP_EVERY_S:
            self._checked_s = self._now_s()
            self._look()

    def _stop_looking(self) -> None:
        """Have the camera closed; a process that does not answer is killed, which closes it too."""
        if not self._is_looking:
            return
        self._is_looking = False
        if self._process is not None:
            self._process.send(Stop(self._scan))
            self._await_stopped(self._now_s() + self._options.stop_deadline_s)
        if self._memory is not None:
            self._memory.wipe()

    def _await_stopped(self, end_s: float) -> None:
        while self._process is not None and (left_s := end_s - self._now_s()) > 0:
            match self._process.receive(left_s):
                case Stopped(scan) if scan == self._scan:
                    return
                case None:
                    break
                case message:
                    self._on(message)
        self._replace()

    def _wait(self, timeout_s: float) -> None:
        """Until the process says something, somebody wakes us, or it is time to look after it."""
        limit_s = min(timeout_s, _LOOK_AFTER_S) if self._is_looking or self._process is None else timeout_s
        alarm = () if self._alarm is None else (self._alarm,)
        process = () if self._process is None else (self._process.fileno(),)
        wait_for((*alarm, *process), max(limit_s, 0.0))

    def _drain(self) -> None:
        while self._take(0.0):
            pass

    def _take(self, timeout_s: float) -> bool:
        message = self._process.receive(max(timeout_s, 0.0)) if self._process is not None else None
        if message is not None:
            self._on(message)
        return message is not None

    def _on(self, message: Message) -> None:
        match message:
            case Ready():
                self._is_ready = True
                if self._is_looking and self._memory is not None:
                    self._memory.beat(Pulse(0, self._now_s()))
            case Health(scan, trouble) if scan == self._scan and self._is_looking:
                self._on_health(trouble)
            case Saw(scan, reading) if scan == self._scan and self._is_wanted:
                self._readings.append(reading)
            case Failed():
                self._status = _PROCESS_DIED
            case Health() | Saw() | Stopped():
                pass  # of a scan that is over
            case _:
                assert_never(message)

    def _on_health(self, trouble: CameraTrouble | None) -> None:
        self._status = status_of(trouble)
        self._deaths = 0
        self._tell(trouble)
        if not self._is_wanted:
            self._stop_looking()

    def _tell(self, trouble: CameraTrouble | None) -> None:
        if trouble is not None and trouble is not self._told and self._is_wanted:
            self._readings.append(CameraTroubled(trouble))
        elif trouble is None and self._told is not None and self._is_wanted:
            self._readings.append(CameraRecovered())
        self._told = trouble

    def _supervise(self) -> None:
        """Replace a process that died, blocked, or sees a frozen picture."""
        if not self._is_process_alive():
            self._on_death()
        elif self._is_looking and self._is_blocked():
            self._status = _BLOCKED
            self._tell(CameraTrouble.NO_STREAM)
            self._replace()
        elif self._is_looking and self._told is CameraTrouble.FROZEN and self._may_replace():
            self._replaced_s = self._now_s()
            self._replace()

    def _may_replace(self) -> bool:
        return self._now_s() - self._replaced_s >= self._options.replace_s

    def _is_blocked(self) -> bool:
        if self._memory is None:
            return False
        pulse = self._memory.pulse()
        options = self._options
        if not self._is_ready:
            limit_s = options.start_deadline_s
        else:
            limit_s = options.read_deadline_s if pulse.pictures else options.open_deadline_s
        return self._now_s() - pulse.at_s > limit_s

    def _on_death(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None
            delay_s = _RESPAWN_DELAYS_S[min(self._deaths, len(_RESPAWN_DELAYS_S) - 1)]
            self._deaths += 1
            self._respawn_s = self._now_s() + delay_s
            if delay_s:
                self._status = _PROCESS_DIED
        if self._now_s() >= self._respawn_s:
            self._spawn()
            self._resume()

    def _replace(self) -> None:
        if self._process is not None:
            self._process.end()
        self._spawn()
        self._resume()

    def _resume(self) -> None:
        if self._is_looking:
            self._look()

    def _spawn(self) -> None:
        if self._memory is None:
            return
        self._is_ready = False
        try:
            self._process = CameraProcess(self._options, self._memory)
        except OSError as error:
            self._process = None
            raise NoAnswerError(_PROCESS_DIED.detail) from error


def places(options: Options) -> tuple[Place, ...]:
    return paths("source", options.source, CAMERAS)


def build(options: Options) -> CameraCodeScanner:
    return CameraCodeScanner(options)
