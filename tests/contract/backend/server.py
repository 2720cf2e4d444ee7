"""The real backend behind a real port, with a clock that a test moves."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import uvicorn

from backend.app import Part
from backend.clock import RandomNumbers
from backend.composition import Backend, build_backend
from backend.migrations.migrate import migrate
from backend.seed import Seeder, SeedPerson, read_people
from backend.settings import Settings
from kiosk.central.wire import IDEMPOTENCY_HEADER, TERMINAL_HEADER
from tests.contract.backend.databases import put_away

START = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)
"""Tuesday 10:00 in Beijing, two working days before the long holiday."""
TERMINAL = "lobby-1"
PEOPLE = {person.special: person for person in read_people()}


class SteppedClock:
    """Stands still until it is told to move."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, **step: float) -> None:
        self._now += timedelta(**step)


@dataclass
class Running:
    """One running backend and a terminal that talks to it."""

    backend: Backend
    clock: SteppedClock
    settings: Settings
    http: httpx.Client
    headers: dict[str, str] = field(repr=False)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.http.get(path, headers=self.headers | options.pop("headers", {}), **options)

    def post(self, path: str, body: Any, key: str | None = None, **options: Any) -> httpx.Response:
        headers = self.headers | options.pop("headers", {})
        if key is not None:
            headers[IDEMPOTENCY_HEADER] = f'"{key}"'
        return self.http.post(path, json=body, headers=headers, **options)

    # --- steps that many tests take -----------------------------------------------------------------------------------

    def look_up(self, special: str) -> httpx.Response:
        return self.post("/v1/look-ups", look_up_body(PEOPLE[special]))

    def token(self, special: str) -> str:
        answer = self.look_up(special)
        assert answer.status_code == 200, answer.text
        return answer.json()["person_token"]

    def apply(self, special: str, key: str | None = None, **changes: Any) -> httpx.Response:
        body = application_body(self.token(special)) | changes
        return self.post("/v1/applications", body, key or new_key())

    def apply_and_pay(self, special: str, **changes: Any) -> str:
        """The number of an application whose payment has arrived."""
        answer = self.apply(special, **changes)
        assert answer.status_code == 201, answer.text
        number = answer.json()["application_number"]
        self.pay(number)
        return number

    def pay(self, number: str, payment_number: str = "ZF-TEST-0001") -> object:
        services = self.backend.services
        with services.sessions.begin() as session:
            return services.applications.mark_paid(session, number, payment_number, self.clock.now())

    def submit(self, number: str, damaged_card: str = "not_applicable", key: str | None = None) -> httpx.Response:
        body = {"damaged_card": damaged_card}
        return self.post(f"/v1/applications/{number}/submission", body, key or new_key())


def look_up_body(person: SeedPerson) -> dict[str, str]:
    return {
        "document_kind": person.document_kind,
        "document_number": person.document_number,
        "name": person.name,
    }


def application_body(token: str) -> dict[str, Any]:
    return {
        "person_token": token,
        "reason": "LOST",
        "mobile": "13800000000",
        "delivery_mode": "PICKUP",
        "office_id": "CY01",
        "bank_code": "B01",
        "fee_fen": 2000,
    }


def new_key() -> str:
    return str(uuid4())


@contextmanager
def running(
    database_url: str, state_dir: Path, font: Path, clock: SteppedClock, parts: Sequence[Part] = ()
) -> Iterator[Running]:
    """Migrates, seeds, serves; stops the server at the end. May run again over the same database: a restart."""
    listener = _listener()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = Settings(state_dir, database_url, url, "http://127.0.0.1:1", font, bench=True)
    backend = build_backend(settings, clock, RandomNumbers(), lambda *_: parts)
    migrate(backend.engine)
    token_file = state_dir / "terminal-token"
    with backend.services.sessions.begin() as session:
        seeder = Seeder(session, clock, RandomNumbers(), backend.services.reference)
        seeder.terminal(TERMINAL, "CY01", token_file)
        seeder.people(read_people())
    headers = {"Authorization": f"Bearer {token_file.read_text().strip()}", TERMINAL_HEADER: TERMINAL}
    with _serving(backend, listener), httpx.Client(base_url=url, timeout=20, trust_env=False) as http:
        yield Running(backend, clock, settings, http, headers)
    put_away(backend.engine)


def _listener() -> socket.socket:
    """Listening already, so that a client may connect before the server's loop runs."""
    for port in range(20000, 32768):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            listener.close()
            continue
        listener.listen(128)
        return listener
    raise RuntimeError("no free port below 32768")


@contextmanager
def _serving(backend: Backend, listener: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(backend.app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
        assert not thread.is_alive()
