"""A backend with thousands of terminals that may wait, in a process of its own; commands come by standard input.

`push` wishes every terminal the same bundle anew and answers {"at_s": moment of the post, monotonic};
`state` answers {"waiting": terminals that hold a long poll, "memory_kb": own pages}. Ends with its input.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import select

from backend.app import Part
from backend.auth import token_hash
from backend.clock import RandomNumbers, SystemClock
from backend.composition import build_backend
from backend.entrance import plain_config, serve
from backend.fleet.director import Wish
from backend.fleet.fleet import Fleet
from backend.fleet.keys_command import make_bench_keys
from backend.fleet.part import build_fleet, fleet_part
from backend.fleet.seeding import seed_fleet
from backend.fleet.tables import ENROLLED, BundleRow, FleetTerminalRow
from backend.migrations.migrate import migrate
from backend.services import Services
from backend.settings import FONT, Settings
from backend.tables import TerminalRow


def name_of(number: int) -> str:
    return f"waiter-{number:05d}"


def token_of(number: int) -> str:
    return f"token-of-{number:05d}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    folder, clock, built = options.folder, SystemClock(), list[Fleet]()
    make_bench_keys(folder / "keys", clock.now())
    url = f"http://127.0.0.1:{options.port}"
    settings = Settings(folder, f"sqlite:///{folder}/b.sqlite", url, url, FONT, fleet_dir=folder / "keys")

    def make_parts(settings: Settings, services: Services) -> tuple[Part, ...]:
        built.append(build_fleet(settings, services))
        return (fleet_part(settings, built[0]),)

    backend = build_backend(settings, clock, RandomNumbers(), make_parts)
    migrate(backend.engine)
    fleet = built[0]
    _populate(fleet, backend.services, folder / "keys", options.count)
    fleet.look()
    threading.Thread(target=_answer, args=(fleet, options.count), daemon=True).start()
    serve([plain_config(backend.app, "127.0.0.1", options.port)])


def _populate(fleet: Fleet, services: Services, keys: Path, count: int) -> None:
    now = fleet.clock.now()
    with fleet.sessions.begin() as session:
        seed_fleet(fleet, session, services.reference, keys)
        for number in range(count):
            name, token = name_of(number), token_hash(token_of(number))
            session.add(TerminalRow(terminal_id=name, office_id="CY01", token_sha256=token, is_active=True))
            session.add(
                FleetTerminalRow(terminal_id=name, office_id="CY01", state=ENROLLED, hardware="bench", enrolled_at=now)
            )
    _wish_all(fleet, count)


def _wish_all(fleet: Fleet, count: int) -> float:
    """The moment of the post, after everything is signed and committed."""
    with fleet.sessions.begin() as session:
        bundle = session.scalars(select(BundleRow)).one()
        wishes = {name_of(number): Wish(bundle) for number in range(count)}
        posted = fleet.director.wish(session, wishes, fleet.clock.now())
    at_s = time.monotonic()
    fleet.board.post(posted)
    return at_s


def _answer(fleet: Fleet, count: int) -> None:
    acts: Mapping[str, Callable[[], dict[str, Any]]] = {
        "push": lambda: {"at_s": _wish_all(fleet, count), "processor_s": time.process_time()},
        "state": lambda: {
            "processor_s": time.process_time(),
            "waiting": fleet.board.waiting,
            "memory_kb": psutil.Process().memory_full_info().uss / 1024,
        },
    }
    for line in sys.stdin:
        print(json.dumps(acts[line.strip()]()), flush=True)  # noqa: T201  the program's output


if __name__ == "__main__":
    main()
