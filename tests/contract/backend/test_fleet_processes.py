"""Several backend processes on one PostgreSQL: whoever posts, terminals waiting at any of them are woken."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from backend.clock import RandomNumbers, SystemClock
from backend.composition import build_backend
from backend.fleet.director import Wish
from backend.fleet.fleet import Fleet
from backend.fleet.part import build_fleet
from backend.fleet.seeding import publish, sections_of_reference
from backend.reference.service import load_reference
from backend.settings import Settings
from kiosk.central.wire import TERMINAL_HEADER
from kiosk.fleet.sections import TimeOuts
from tests.contract.backend.databases import Cluster, put_away
from tests.contract.backend.server import TERMINAL, _listener

HOLD_S = 40
TRIES = 600
pytestmark = pytest.mark.postgres


@dataclass(frozen=True)
class Site:
    """One database and one folder, shared by every process."""

    folder: Path
    database: str
    font: Path

    @property
    def arguments(self) -> list[str]:
        places = ["--state-dir", str(self.folder / "state"), "--fleet-dir", str(self.folder / "keys")]
        return [*places, "--database", self.database, "--font", str(self.font), "--front"]

    def run(self, *command: str) -> None:
        everything = [sys.executable, "-m", "backend", *command, *self.arguments]
        subprocess.run(everything, check=True, capture_output=True, timeout=60)

    @contextmanager
    def serving(self) -> Iterator[httpx.Client]:
        """One backend process, and a terminal's line to it."""
        with _listener() as found:
            port = found.getsockname()[1]
        command = [sys.executable, "-m", "backend", "serve", "--port", str(port), *self.arguments]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        token = (self.folder / "state" / "terminal-token").read_text().strip()
        headers = {"Authorization": f"Bearer {token}", TERMINAL_HEADER: TERMINAL}
        url = f"http://127.0.0.1:{port}"
        try:
            with httpx.Client(base_url=url, headers=headers, timeout=HOLD_S + 10, trust_env=False) as line:
                assert until(lambda: answers(line)), "the process does not serve"
                yield line
        finally:
            process.terminate()
            process.wait(20)

    @contextmanager
    def fleet(self) -> Generator[Fleet]:
        """Of a third process: this one."""
        where = self.folder / "state"
        settings = Settings(where, self.database, "http://127.0.0.1:1", "http://127.0.0.1:1", self.font)
        backend = build_backend(settings, SystemClock(), RandomNumbers())
        keys = Settings(where, self.database, "", "", self.font, fleet_dir=self.folder / "keys")
        yield build_fleet(keys, backend.services)
        put_away(backend.engine)


def answers(line: httpx.Client) -> bool:
    try:
        return line.get("/v1/health").status_code == 200
    except httpx.TransportError:
        return False


def until(is_so: Callable[[], bool]) -> bool:
    """Looks again and again, for a minute at most."""
    pause = threading.Event()
    return any(is_so() or pause.wait(0.1) for _ in range(TRIES))


def desired(line: httpx.Client, etag: str = "") -> httpx.Response:
    headers = {"If-None-Match": etag, "Prefer": f"wait={HOLD_S}"} if etag else {}
    return line.get(f"/v1/terminals/{TERMINAL}/desired", headers=headers)


def waiting(line: httpx.Client, token: str) -> int:
    text = line.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
    found = [row for row in text.splitlines() if row.startswith("lobby_terminals_waiting ")]
    return int(float(found[0].split()[1]))


def push(fleet: Fleet, keys: Path) -> str:
    """Every terminal is wished another bundle; its address."""
    sections = sections_of_reference(load_reference()).model_copy(update={"timeouts": TimeOuts(idle_s=90)})
    with fleet.sessions.begin() as session:
        bundle = publish(fleet, session, "second", sections, keys)
    fleet.act(lambda session: fleet.director.wish(session, {TERMINAL: Wish(bundle)}, fleet.clock.now()))
    return bundle.sha256


def test_a_post_of_one_process_wakes_terminals_at_the_others(cluster: Cluster, tmp_path: Path, font: Path) -> None:
    site = Site(tmp_path, cluster.emptied_database(), font)
    site.run("seed", "--fleet", "--terminal", TERMINAL)
    with ExitStack() as stack:
        lines: Sequence[httpx.Client] = [stack.enter_context(site.serving()) for _ in range(2)]
        token = (tmp_path / "state" / "metrics-token").read_text().strip()
        etag = desired(lines[0]).headers["ETag"]
        pool = stack.enter_context(ThreadPoolExecutor(len(lines)))
        held = [pool.submit(desired, line, etag) for line in lines]
        assert until(lambda: all(waiting(line, token) == 1 for line in lines)), "both hold their terminal"
        push(stack.enter_context(site.fleet()), tmp_path / "keys")
        told = [one.result(HOLD_S + 10) for one in held]
    assert [answer.status_code for answer in told] == [200, 200]
    assert told[0].headers["ETag"] == told[1].headers["ETag"] != etag
    assert told[0].content == told[1].content
