"""A running backend with a fleet, on throw-away keys; a terminal that speaks to it, and the people behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy.orm import Session

from backend.app import Part
from backend.clock import RandomNumbers
from backend.composition import build_backend
from backend.fleet.alerting import Note
from backend.fleet.board import Posted
from backend.fleet.director import Wish
from backend.fleet.fleet import Fleet
from backend.fleet.keys_command import make_bench_keys
from backend.fleet.part import build_fleet, fleet_part
from backend.fleet.seeding import adopt, publish, sections_of_reference, seed_fleet
from backend.fleet.tables import BundleRow
from backend.migrations.migrate import migrate
from backend.seed import Seeder, read_people
from backend.services import Services
from backend.settings import Settings
from kiosk.central.wire import TERMINAL_HEADER
from kiosk.fleet.report import Report
from kiosk.fleet.sections import Sections
from tests.contract.backend.databases import put_away
from tests.contract.backend.server import TERMINAL, Running, SteppedClock, _listener, _serving

BOOT = "0a1b2c3d"


@dataclass
class Told:
    """Who would be called."""

    notes: list[Note] = field(default_factory=list)

    def tell(self, notes: Sequence[Note]) -> None:
        self.notes.extend(notes)

    def take(self) -> list[tuple[str, str, str]]:
        taken = [(note.terminal_id, note.kind, note.telling.value) for note in self.notes]
        self.notes.clear()
        return taken


@dataclass
class FleetBench:
    running: Running
    fleet: Fleet
    keys: Path
    told: Told

    @property
    def clock(self) -> SteppedClock:
        return self.running.clock

    def session(self) -> Any:
        return self.fleet.sessions.begin()

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.running.get(path, **options)

    def desired(self, etag: str = "", wait: int = 0, terminal: str = TERMINAL) -> httpx.Response:
        headers = {"If-None-Match": etag} if etag else {}
        return self.get(
            f"/v1/terminals/{terminal}/desired", headers=headers | ({"Prefer": f"wait={wait}"} if wait else {})
        )

    def report(self, seq: int, **changes: Any) -> httpx.Response:
        body = report_body(self.clock, seq, **changes)
        return self.running.post(f"/v1/terminals/{TERMINAL}/report", body)

    def publish(self, bundle_id: str, **changes: Any) -> BundleRow:
        """A signed bundle that differs in these sections."""
        sections = sections_of_reference(self.running.backend.services.reference).model_copy(update=changes)
        with self.session() as session:
            return publish(self.fleet, session, bundle_id, sections, self.keys)

    def wish(self, bundle: BundleRow, *terminals: str) -> Mapping[str, Posted]:
        names = terminals or (TERMINAL,)

        def work(session: Session) -> Mapping[str, Posted]:
            return self.fleet.director.wish(session, {name: Wish(bundle) for name in names}, self.clock.now())

        return self.fleet.act(work)

    def sections(self) -> Sections:
        return sections_of_reference(self.running.backend.services.reference)


def report_body(clock: SteppedClock, seq: int, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "seq": seq,
        "boot_id": BOOT,
        "mono_ms": seq * 60_000,
        "wall": clock.now(),
        "service": "in_service",
        "state": "CONFIRMED",
        "app_version": "0.1.0",
        "hardware": "bench",
        "outbox": {"depth": 0, "oldest_s": 0},
        "clock": {"skew_ms": 0, "is_trusted": True, "floor": clock.now() - timedelta(days=1)},
    }
    return Report.model_validate({**values, **changes}, strict=False).model_dump(mode="json")


@contextmanager
def running_fleet(database_url: str, folder: Path, font: Path, clock: SteppedClock) -> Iterator[FleetBench]:
    listener = _listener()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    keys, told, built = folder / "keys", Told(), list[Fleet]()
    make_bench_keys(keys, clock.now())
    settings = Settings(folder / "state", database_url, url, "http://127.0.0.1:1", font, fleet_dir=keys, bench=True)

    def make_parts(settings: Settings, services: Services) -> Sequence[Part]:
        built.append(build_fleet(settings, services, messenger=told))
        return (fleet_part(settings, built[0]),)

    backend = build_backend(settings, clock, RandomNumbers(), make_parts)
    migrate(backend.engine)
    token_file = settings.state_dir / "terminal-token"
    fleet = built[0]
    with fleet.sessions.begin() as session:
        seeder = Seeder(session, clock, RandomNumbers(), backend.services.reference)
        seeder.terminal(TERMINAL, "CY01", token_file)
        seeder.people(read_people())
        seed_fleet(fleet, session, backend.services.reference, keys)
    fleet.act(lambda session: adopt(fleet, session, TERMINAL, "CY01"))
    headers = {"Authorization": f"Bearer {token_file.read_text().strip()}", TERMINAL_HEADER: TERMINAL}
    with _serving(backend, listener), httpx.Client(base_url=url, timeout=20, trust_env=False) as http:
        yield FleetBench(Running(backend, clock, settings, http, headers), fleet, keys, told)
    put_away(backend.engine)
