"""How the bench commands a peripheral: each is a program of its own that obeys JSON lines.

A line on standard input is `{"verb": "insert", ...}`; the answer is one line on standard output,
`{"ok": true, ...}` or `{"ok": false, "error": "..."}`. The first line a program prints is `{"ready": true, ...}`
once its wire is up. End of input ends the program.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Self

Answer = dict[str, Any]  # JSON object; each verb documents its own fields
Verb = Callable[..., Mapping[str, Any] | None]

START_TIMEOUT_S = 20.0
CALL_TIMEOUT_S = 10.0


class PeripheralError(Exception):
    """The peripheral refused a verb, or did not answer in time."""


def serve(verbs: Mapping[str, Verb], **ready: Any) -> None:
    """Run in a peripheral's main thread: announce readiness, obey until standard input ends."""
    _say({"ready": True, **ready})
    for line in sys.stdin:
        if line.strip():
            _say(_obey(verbs, line))


def _obey(verbs: Mapping[str, Verb], line: str) -> Answer:
    try:
        request = json.loads(line)
        verb = verbs.get(request.pop("verb", ""))
        if verb is None:
            return {"ok": False, "error": f"unknown verb; known: {', '.join(sorted(verbs))}"}
        return {"ok": True, **(verb(**request) or {})}
    except (ValueError, TypeError, AttributeError, LookupError, OSError) as error:
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}


def _say(answer: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


class Peripheral:
    """One running peripheral program, seen from the bench or a test."""

    def __init__(self, module: str, *arguments: str) -> None:
        self.command: Sequence[str] = [sys.executable, "-m", module, *arguments]
        self.ready: Answer = {}
        self._process: subprocess.Popen[str] | None = None
        self._answers: SimpleQueue[str] = SimpleQueue()
        self._owed = 0
        """Lines that are still to come for what was asked before."""
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self._answers, self._owed = SimpleQueue(), 1  # the announcement
        self._process = subprocess.Popen(  # noqa: S603  our own module
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        threading.Thread(target=self._listen, args=(self._process, self._answers), daemon=True).start()
        self.ready = self._next_answer(START_TIMEOUT_S)
        self._owed = 0

    def call(self, verb: str, **fields: Any) -> Answer:
        """Send one verb and return its answer; raises `PeripheralError` when refused or silent."""
        with self._lock:
            process = self._process
            if process is None or process.stdin is None or process.poll() is not None:
                raise PeripheralError(f"{self.command[2]} is not running")
            try:
                process.stdin.write(json.dumps({"verb": verb, **fields}) + "\n")
                process.stdin.flush()
            except OSError:
                raise PeripheralError(f"{self.command[2]} has ended") from None
            answer = self._answer_to_this()
        if not answer.get("ok"):
            raise PeripheralError(str(answer.get("error")))
        return answer

    def stop(self) -> None:
        """End the program: unplugs its wire. May be called twice."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=3)

    def kill(self) -> None:
        """End the program without a farewell."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=3)

    def _answer_to_this(self) -> Answer:
        """The answer to the newest verb: those that come too late for verbs before it are dropped."""
        self._owed += 1
        while True:
            answer = self._next_answer(CALL_TIMEOUT_S)
            self._owed -= 1
            if self._owed == 0:
                return answer

    def _next_answer(self, timeout_s: float) -> Answer:
        try:
            return json.loads(self._answers.get(timeout=timeout_s))
        except Empty:
            raise PeripheralError(f"{self.command[2]} did not answer within {timeout_s:g} s") from None

    @staticmethod
    def _listen(process: subprocess.Popen[str], answers: SimpleQueue[str]) -> None:
        if process.stdout is not None:
            with process.stdout as lines:
                for line in lines:
                    answers.put(line)
        answers.put('{"ok": false, "error": "the program ended"}')
