"""Thousands of terminals waiting on one backend process: woken how soon, at what cost each, and all gone when gone.

Clients are plain connections of this process; the server is a process of its own, and only it is measured. A woken
client asks again after the pause that a terminal makes.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import requests
from uvloop import new_event_loop

from tests.measure.rows import Chart, Goal, Result, Row, Run
from tests.measure.waiting_server import name_of, token_of

COUNT = 5000
PORT = 18281
ARM_AT_ONCE = 200
LIMIT_S = 120.0
LAST_S, EACH_KB, HEALTH_MS, GHOST_S = 0.5, 30.0, 100.0, 10.0
LOOK_S = 0.05
AGAIN_S = 1.0
"""`kiosk.services.fleet.following.SHORTEST_PAUSE_S`."""


@dataclass
class Server:
    """The backend's process and its line of commands."""

    process: subprocess.Popen[str]

    def ask(self, act: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(act + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(20)


class Waiter(asyncio.Protocol):
    """One terminal's connection: asks, waits, is woken, and asks again with what it was told."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._buffer = b""
        self.etag = ""
        self.woken_at: list[float] = []
        self.transport: asyncio.Transport | None = None
        self._heard_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is one without being a subclass
        self.ask()

    def ask(self) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        headers = f"Authorization: Bearer {token_of(self._number)}\r\nKiosk-Terminal: {name_of(self._number)}\r\n"
        headers += f"Prefer: wait=50\r\nIf-None-Match: {self.etag}\r\n"
        line = f"GET /v1/terminals/{name_of(self._number)}/desired HTTP/1.1\r\nHost: x\r\n{headers}\r\n"
        self.transport.write(line.encode())

    def data_received(self, data: bytes) -> None:
        """Only takes down when; what it says is read later, when nobody's time is taken."""
        self._heard_s = time.monotonic()
        if not self._buffer:
            asyncio.get_running_loop().call_later(AGAIN_S, self._read)
        self._buffer += data

    def _read(self) -> None:
        head, _, body = self._buffer.partition(b"\r\n\r\n")
        self._buffer = b""
        status, *lines = head.decode().lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines)
        if " 200 " in status and len(body) == int(fields["content-length"]):
            self.etag = fields["etag"]
            self.woken_at.append(self._heard_s)
        self.ask()


@dataclass
class Figures:
    woken_s: list[list[float]] = field(default_factory=list[list[float]])
    """For each push: seconds from the post to each client's last byte."""
    processor_s: list[float] = field(default_factory=list[float])
    """For each push: what it cost the server; the time on the clock is also that of whoever else uses the machine."""
    each_kb: float = 0.0
    after_wakes_kb: float = 0.0
    health_s: list[float] = field(default_factory=list[float])
    ghosts_gone_s: float = 0.0
    left_behind: int = 0


def run(run: Run) -> Result:
    count, pushes = run.either(1000, COUNT), run.either(2, 3)
    _raise_limit(2 * count + 200)
    with tempfile.TemporaryDirectory(dir=run.folder) as folder, closing(_started(Path(folder), count)) as server:
        run.say(f"{count} terminals")
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            figures = runner.run(_measure(server, count, pushes, run.say))
    last = [max(seconds) for seconds in figures.woken_s]
    middle = sorted(figures.woken_s[0])[count // 2]
    return Result(
        [
            Row(f"{count} waiting: the last one woken", max(last), "s", goal=Goal(LAST_S),
                note=f"worst of {pushes} pushes; half of them after {middle:.2f} s"),
            Row("processor of the server for waking all", max(figures.processor_s), "s"),
            Row("memory of a waiting terminal", figures.each_kb, "kB", goal=Goal(EACH_KB),
                note=f"own pages of the server alone; after {pushes} pushes {figures.after_wakes_kb:.1f} kB"),
            Row("the server answers meanwhile, slowest", max(figures.health_s, default=0.0) * 1000, "ms",
                note=f"{len(figures.health_s)} questions while all were woken"),
            Row("waiters left when all clients vanished", figures.left_behind, "terminals", goal=Goal(0),
                note=f"the last was gone after {figures.ghosts_gone_s:.1f} s"),
        ],
        [Chart(f"{count} waiting terminals: from the push to the answer", "ms",
               {f"push {n + 1}": [s * 1000 for s in seconds] for n, seconds in enumerate(figures.woken_s)},
               LAST_S * 1000)],
    )  # fmt: skip


async def _measure(server: Server, count: int, pushes: int, say: Callable[[str], None]) -> Figures:
    figures = Figures()
    before_kb = await _memory(server)
    waiters = await _armed(server, count)
    figures.each_kb = (await _memory(server) - before_kb) / count
    for number in range(pushes):
        say(f"push {number + 1}")
        await _push(server, waiters, figures)
        await _until_waiting(server, count)
    figures.after_wakes_kb = (await _memory(server) - before_kb) / count
    began_s = time.monotonic()
    for number, waiter in enumerate(waiters):
        if waiter.transport is not None:  # half say goodbye, half are simply gone
            waiter.transport.close() if number % 2 else waiter.transport.abort()
    figures.left_behind = await _until_waiting(server, 0, GHOST_S)
    figures.ghosts_gone_s = time.monotonic() - began_s
    return figures


async def _armed(server: Server, count: int) -> Sequence[Waiter]:
    loop, waiters = asyncio.get_running_loop(), [Waiter(number) for number in range(count)]
    for start in range(0, count, ARM_AT_ONCE):
        some = waiters[start : start + ARM_AT_ONCE]
        await asyncio.gather(*(loop.create_connection(lambda one=one: one, "127.0.0.1", PORT) for one in some))
    await _until_waiting(server, count)
    return waiters


async def _push(server: Server, waiters: Sequence[Waiter], figures: Figures) -> None:
    known = [len(waiter.woken_at) for waiter in waiters]
    probe = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.measure.waiting_probe", str(PORT),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    await asyncio.sleep(AGAIN_S)
    pushed = await asyncio.to_thread(server.ask, "push")
    at_s = pushed["at_s"]
    for _ in range(int(LIMIT_S / LOOK_S)):
        if all(len(w.woken_at) > k for w, k in zip(waiters, known, strict=True)):
            break
        await asyncio.sleep(LOOK_S)
    after = await asyncio.to_thread(server.ask, "state")
    figures.processor_s.append(after["processor_s"] - pushed["processor_s"])
    answers, _ = await probe.communicate(b"")
    woken = [w.woken_at[k] - at_s for w, k in zip(waiters, known, strict=True) if len(w.woken_at) > k]
    if len(woken) < len(waiters):
        raise TimeoutError(f"{len(waiters) - len(woken)} terminals were not woken")
    figures.woken_s.append(woken)
    last_s = at_s + max(woken)
    figures.health_s += [took for asked, took in json.loads(answers) if at_s <= asked <= last_s]


async def _until_waiting(server: Server, count: int, limit_s: float = LIMIT_S) -> int:
    """How many wait in the end."""
    ends_s = time.monotonic() + limit_s
    while (waiting := (await asyncio.to_thread(server.ask, "state"))["waiting"]) != count:
        if time.monotonic() > ends_s:
            if count:
                raise TimeoutError(f"{waiting} of {count} wait")
            break
        await asyncio.sleep(0.2)
    return waiting


async def _memory(server: Server) -> float:
    return (await asyncio.to_thread(server.ask, "state"))["memory_kb"]


def _started(folder: Path, count: int) -> Server:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.measure.waiting_server", str(folder), str(PORT), str(count)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    ends_s = time.monotonic() + LIMIT_S
    while time.monotonic() < ends_s and process.poll() is None:
        try:
            requests.get(f"http://127.0.0.1:{PORT}/v1/health", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.2)
        else:
            return Server(process)
    process.kill()
    raise TimeoutError("the server did not start")


def _raise_limit(files: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, hard), hard))
