"""A running backend with a fleet and its console; people who sign in, and a lobby of terminals that report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from backend.app import Part
from backend.clock import RandomNumbers
from backend.composition import build_backend
from backend.console.accounts import Accounts, NewAccount, Role, code_at, open_seal
from backend.console.part import console_part
from backend.fleet.chance import SystemChance
from backend.fleet.director import Wish
from backend.fleet.fleet import Fleet
from backend.fleet.keys_command import make_bench_keys
from backend.fleet.part import build_fleet, fleet_part
from backend.fleet.seeding import adopt, seed_fleet
from backend.fleet.tables import DesiredRow, FleetTerminalRow
from backend.migrations.migrate import migrate
from backend.problems import Refusal
from backend.seed import Seeder, read_people
from backend.services import Services
from backend.settings import Settings
from kiosk.central.wire import TERMINAL_HEADER
from kiosk.fleet.report import Report
from tests.contract.backend.databases import put_away
from tests.contract.backend.fleet_bench import FleetBench, Told, report_body
from tests.contract.backend.server import TERMINAL, Running, SteppedClock, _listener, _serving

PASSWORD = "correct horse battery staple"
STAFF = {
    "anna": (Role.EDITOR, Role.APPROVER, Role.OPERATOR),
    "bert": (Role.APPROVER, Role.OPERATOR),
    "vera": (Role.VIEWER,),
    "eddy": (Role.EDITOR,),
}
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class Person:
    """Somebody at a browser without scripts: cookies, forms, and an authenticator."""

    name: str
    code_key: bytes = field(repr=False)
    http: httpx.Client
    clock: SteppedClock
    csrf: str = ""

    @property
    def origin(self) -> str:
        return str(self.http.base_url).rstrip("/")

    def sign_in(self, password: str = PASSWORD, code: str | None = None) -> httpx.Response:
        """The next code each time: none is taken twice."""
        self.clock.advance(seconds=30)
        given = code_at(self.code_key, self.clock.now()) if code is None else code
        answer = self.http.post("/console/sign-in", data={"name": self.name, "password": password, "code": given})
        if answer.status_code == 303:
            self.csrf = _CSRF.findall(self.get("/console").text)[0]
        return answer

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.http.get(path, **options)

    def post(self, path: str, follow: bool = True, **fields: Any) -> httpx.Response:
        files = fields.pop("files", None)
        data = {"csrf": self.csrf, **{name.replace("__", "."): value for name, value in fields.items()}}
        return self.http.post(path, data=data, files=files, headers={"Origin": self.origin}, follow_redirects=follow)


@dataclass
class ConsoleBench:
    bench: FleetBench
    accounts: dict[str, NewAccount]
    part: Part

    @property
    def url(self) -> str:
        return str(self.bench.running.http.base_url).rstrip("/")

    @property
    def fleet(self) -> Fleet:
        return self.bench.fleet

    @property
    def clock(self) -> SteppedClock:
        return self.bench.clock

    def code(self, name: str) -> str:
        self.clock.advance(seconds=30)
        return code_at(self.accounts[name].code_key, self.clock.now())

    @contextmanager
    def person(self, name: str) -> Iterator[Person]:
        with httpx.Client(base_url=self.url, timeout=20, trust_env=False) as http:
            yield Person(name, self.accounts[name].code_key, http, self.clock)

    @contextmanager
    def signed_in(self, name: str) -> Iterator[Person]:
        with self.person(name) as person:
            assert person.sign_in().status_code == 303
            yield person

    # --- terminals without a network: their reports go straight to the service ----------------------------------------

    def add_terminals(self, offices: Sequence[str], each: int) -> list[str]:
        now = self.clock.now()
        names = [f"{office.lower()}-{number}" for office in offices for number in range(1, each + 1)]
        with self.bench.session() as session:
            for name in names:
                office = name.split("-")[0].upper()
                session.add(
                    FleetTerminalRow(
                        terminal_id=name, office_id=office, state="enrolled", hardware="bench", enrolled_at=now
                    )
                )
            session.flush()
            running = self.fleet.bundles.running(session)
        assert running is not None
        self.fleet.act(lambda session: self.fleet.director.wish(session, {name: Wish(running) for name in names}, now))
        return names

    def has_terminal(self, name: str) -> bool:
        with self.bench.session() as session:
            return session.get(FleetTerminalRow, name) is not None

    def speak(self, names: Sequence[str], seq: int, **changes: Any) -> None:
        """Each reports that it runs what is wished, with these changes."""
        for name in names:
            with self.bench.session() as session:
                row = session.get_one(DesiredRow, name)
            seen = {"epoch": row.epoch, "version": row.version}
            applied = {**seen, "bundle": row.bundle_sha256, "release_counter": 1, "slot": "active"}
            words = {
                "observed": {**seen, "sha256": row.bundle_sha256},
                "applied": {**applied, "since": self.clock.now()},
                **changes,
            }
            report = Report.model_validate(report_body(self.clock, seq, **words), strict=False)
            assert not isinstance(self.fleet.health.accept(name, report), Refusal)


@contextmanager
def running_console(database_url: str, folder: Path, font: Path, clock: SteppedClock) -> Iterator[ConsoleBench]:
    listener = _listener()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    keys, told, built = folder / "keys", Told(), list[Fleet]()
    parts: list[Part] = []
    make_bench_keys(keys, clock.now())
    settings = Settings(folder / "state", database_url, url, "http://127.0.0.1:1", font, fleet_dir=keys, bench=True)

    def make_parts(settings: Settings, services: Services) -> Sequence[Part]:
        built.append(build_fleet(settings, services, messenger=told))
        parts.extend([fleet_part(settings, built[0]), console_part(settings, services, built[0])])
        return parts

    backend = build_backend(settings, clock, RandomNumbers(), make_parts)
    migrate(backend.engine)
    token_file = settings.state_dir / "terminal-token"
    fleet = built[0]
    accounts = Accounts(clock, SystemChance(), open_seal(settings.state_dir))
    with fleet.sessions.begin() as session:
        seeder = Seeder(session, clock, RandomNumbers(), backend.services.reference)
        seeder.terminal(TERMINAL, "CY01", token_file)
        seeder.people(read_people())
        seed_fleet(fleet, session, backend.services.reference, keys)
        made = {name: accounts.add(session, name, PASSWORD, roles) for name, roles in STAFF.items()}
    fleet.act(lambda session: adopt(fleet, session, TERMINAL, "CY01"))
    headers = {"Authorization": f"Bearer {token_file.read_text().strip()}", TERMINAL_HEADER: TERMINAL}
    with _serving(backend, listener), httpx.Client(base_url=url, timeout=20, trust_env=False) as http:
        running = Running(backend, clock, settings, http, headers)
        yield ConsoleBench(FleetBench(running, fleet, keys, told), made, parts[1])
    put_away(backend.engine)
