"""The camera process: `python -m hardware.code_scanner.camera_process SOCKET MEMORY`, both inherited descriptors.

It loads its libraries once, then sleeps until it is told to start; the camera is open only between start and stop. A
capture that blocks for ever blocks this process alone: the driver sees the pulse stop and replaces it. It ends when the
driver's end of the socket closes, however the driver ended. (The kernel's parent-death signal is no help: it is sent
when the thread ends that started the process.) Nothing that was scanned is printed or put into an error.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import assert_never

import cv2

from hardware.code_scanner.decode import read_all_codes
from hardware.code_scanner.freshness import Freshness, judge
from hardware.code_scanner.messages import Command, Failed, Health, Message, Ready, Saw, Start, Stop, Stopped
from hardware.code_scanner.options import Options
from hardware.code_scanner.repeats import Showing, is_news, observe
from hardware.code_scanner.shared_picture import MAX_HEIGHT, MAX_WIDTH, Pulse, SharedPicture
from hardware.code_scanner.sight import Gaze, Picture, look, picture_of
from hardware.code_scanner.source import Source, open_source
from hardware.ports import CameraTrouble

PREVIEW_FPS = 12


class Scan:
    """One look through the camera, from start to stop."""

    def __init__(self, number: int, options: Options, memory: SharedPicture, say: Callable[[Message], None]) -> None:
        self._number = number
        self._options = options
        self._memory = memory
        self._say = say
        self._gaze = Gaze()
        self._showing = Showing()
        self._freshness = Freshness()
        self._pictures = 0
        self._previews = 0
        self._preview_due_s = 0.0

    def run(self, is_over: Callable[[float], bool]) -> None:
        """Open the source, read it until it ends, try again; until `is_over`, which may wait for that many seconds."""
        self._beat()
        while not is_over(0.0):
            source = open_source(self._options)
            if source is not None:
                self._read(source, is_over)
            self._beat()
            if not is_over(0.0):
                self._tell_trouble(replace(self._freshness, trouble=CameraTrouble.NO_STREAM, is_known=True))
                is_over(self._options.retry_s)
                self._beat()

    def _read(self, source: Source, is_over: Callable[[float], bool]) -> None:
        try:
            while not is_over(0.0) and (grey := source.read()) is not None:
                self._pictures += 1
                self._beat()
                self._take(picture_of(grey), time.monotonic())
        finally:
            source.close()

    def _take(self, picture: Picture, now_s: float) -> None:
        self._publish(picture, now_s)
        self._tell_trouble(judge(self._freshness, picture, now_s, self._options.patience))
        self._gaze, codes = look(self._gaze, picture)
        if is_news(self._showing, codes):
            codes = tuple(dict.fromkeys((*codes, *read_all_codes(picture.grey, picture.half))))
        self._showing, reading = observe(self._showing, codes, now_s, self._options.repeat_s, self._options.limit_bytes)
        if reading is not None:
            self._say(Saw(self._number, reading))

    def _tell_trouble(self, freshness: Freshness) -> None:
        before, self._freshness = self._freshness, freshness
        if freshness.is_known and (freshness.trouble is not before.trouble or not before.is_known):
            self._say(Health(self._number, freshness.trouble))

    def _publish(self, picture: Picture, now_s: float) -> None:
        if now_s < self._preview_due_s:
            return
        self._preview_due_s = max(self._preview_due_s + 1 / PREVIEW_FPS, now_s)
        self._previews += 1
        height, width = picture.half.shape
        scale = min(MAX_WIDTH / width, MAX_HEIGHT / height, 1.0)
        small = cv2.resize(picture.half, (int(width * scale), int(height * scale)), interpolation=cv2.INTER_LINEAR)
        self._memory.write(self._previews, small)  # pyright: ignore[reportArgumentType]  cv2 keeps the type

    def _beat(self) -> None:
        self._memory.beat(Pulse(self._pictures, time.monotonic()))


class Inbox:
    """Commands from the driver, received by a thread of their own, so that a blocked camera cannot keep us alive."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._commands: SimpleQueue[Command] = SimpleQueue()
        self._next: Command | None = None

    def listen(self) -> None:
        threading.Thread(target=self._listen, name="camera-commands", daemon=True).start()

    def wait(self) -> Command:
        command, self._next = self._next or self._commands.get(), None
        return command

    def has_command(self, timeout_s: float) -> bool:
        """Wait at most so long for the next command, which stays for `wait`."""
        if self._next is None:
            try:
                self._next = self._commands.get(block=timeout_s > 0, timeout=timeout_s or None)
            except Empty:
                return False
        return True

    def _listen(self) -> None:
        try:
            while True:
                self._commands.put(self._connection.recv())
        except (EOFError, OSError):
            os._exit(0)  # the driver is gone; the capture may be blocked, so there is nothing to tidy up in order


def obey(inbox: Inbox, options: Options, memory: SharedPicture, say: Callable[[Message], None]) -> None:
    say(Ready())
    while True:
        match command := inbox.wait():
            case Start(number):
                Scan(number, options, memory, say).run(inbox.has_command)
            case Stop(number):
                say(Stopped(number))
            case _:
                assert_never(command)


def cause_of(error: BaseException) -> str:
    """Where and what, without the error's text: that could hold what was scanned."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}"


def main(socket_descriptor: int, memory_descriptor: int) -> None:
    cv2.setNumThreads(1)  # a scan may cost a tenth of one core, and waking threads costs more than it gains
    connection = Connection(socket_descriptor)
    options: Options = connection.recv()
    inbox = Inbox(connection)
    inbox.listen()
    try:
        obey(inbox, options, SharedPicture(memory_descriptor), connection.send)
    except OSError:
        return  # the driver is gone
    except Exception as error:  # noqa: BLE001  thread boundary: the driver must learn of any mistake
        connection.send(Failed(cause_of(error)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
