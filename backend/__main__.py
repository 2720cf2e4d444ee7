"""Command line of the central backend."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from backend.app import create_routes
from backend.clock import RandomNumbers, SystemClock
from backend.composition import build_backend, reference_of, sample_parts
from backend.console.bench_accounts import seed_bench_accounts
from backend.console.console_command import add_console_arguments, open_accounts, run_console_step
from backend.database import open_engine, session_factory
from backend.entrance import TlsFiles, plain_config, serve, tls_config
from backend.fleet.authority import open_authority
from backend.fleet.fleet_command import add_fleet_arguments, run_step
from backend.fleet.keys_command import add_keys_command, make_bench_keys
from backend.fleet.part import build_fleet
from backend.fleet.seeding import adopt, seed_fleet
from backend.jobs import LoopRunner
from backend.migrations.migrate import migrate
from backend.seed import TOKEN_FILE, Seeder, read_people
from backend.settings import FONT, Settings, default_database_url
from simulation.command import add_simulate_arguments, run_simulation

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_EPILOG = """examples:
  python -m backend seed                       an empty database, invented people, a token for the terminal
  python -m backend serve                      migrate, then serve on http://127.0.0.1:18080
  python -m backend serve --database postgresql+psycopg://kiosk@db/kiosk
  python -m backend openapi > openapi.json
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    run: Callable[[argparse.Namespace, Settings | None], int] = options.run
    settings = _settings(options) if "state_dir" in options else None
    return run(options, settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backend",
        description="The reference central backend: records, applications, payments, certificates.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    add = partial(_command, commands.add_parser)
    serve = add("serve", _serve, "migrate the database, then answer terminals and telephones")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    serve.add_argument("--port", type=int, default=18080, help="port to listen on (default %(default)s)")
    serve.add_argument(
        "--bench", action="store_true", help="also mount what a bench needs, for a loopback address only"
    )
    add("migrate", _migrate, "bring the database to the newest schema")
    seed = add("seed", _seed, "migrate, then add invented people and a terminal; may be repeated")
    seed.add_argument("--terminal", default="lobby-1", help="name of the terminal (default %(default)s)")
    seed.add_argument("--fleet", action="store_true", help="throw-away keys in --fleet-dir, and a first bundle")
    seed.add_argument("--office", default="CY01", help="office in which it stands (default %(default)s)")
    add_keys_command(commands.add_parser)
    add_fleet_arguments(add("fleet", _fleet, "tickets, enrolments and terminals of the fleet, by hand"))
    add_simulate_arguments(add("simulate", run_simulation, "a fleet of terminals without screens, to try changes on"))
    add_console_arguments(add("console", _console, "accounts of the operator's console"))
    add("openapi", _openapi, "print the OpenAPI description of the terminals' interface")
    return parser


def _command(
    add_parser: Callable[..., argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace, Settings], int],
    summary: str,
) -> argparse.ArgumentParser:
    parser = add_parser(name, help=summary, description=summary.capitalize() + ".")
    parser.set_defaults(run=run)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add = parser.add_argument
    add("--state-dir", type=Path, default=Path("var/backend"), help="database, keys, token (default %(default)s)")
    add("--database", help="SQLAlchemy address (default: SQLite in the state directory)")
    add("--public-url", default="http://127.0.0.1:18080", help="where telephones reach it (default %(default)s)")
    add("--gateway-url", default="http://127.0.0.1:18081", help="payment gateway (default %(default)s)")
    add("--merchant-dir", type=Path, help="the merchant's keys for the gateway (default: no payments)")
    add("--fleet-dir", type=Path, help="roots of trust and the director's key (default: no fleet)")
    add("--entrance", default="127.0.0.1:18443", help="where terminals enter over TLS (default %(default)s)")
    add(
        "--front",
        action="store_true",
        help="a TLS proxy in front checks certificates and sets Client-Cert",
    )
    add("--font", type=Path, default=FONT, help="font with Chinese characters (default %(default)s)")
    add("--reference-dir", type=Path, help="an office's own rules and lists (default: the sample set)")
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        state_dir=options.state_dir,
        database_url=options.database or default_database_url(options.state_dir),
        public_url=options.public_url,
        gateway_url=options.gateway_url,
        font=options.font,
        merchant_dir=options.merchant_dir,
        reference_dir=options.reference_dir,
        fleet_dir=options.fleet_dir,
        entrance=options.entrance,
        has_front=options.front,
        bench=getattr(options, "bench", False),
    )


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    if not settings.font.exists():
        print(f"no font at {settings.font}: certificates need one with Chinese characters (--font)", file=sys.stderr)
        return 2
    if settings.bench and options.host not in _LOOPBACK:
        print("--bench lets anybody be anybody: only with --host 127.0.0.1 or ::1", file=sys.stderr)
        return 2
    backend = build_backend(settings, SystemClock(), RandomNumbers())
    migrate(backend.engine)
    loops = LoopRunner(backend.loops)
    loops.start()
    try:
        serve(_listeners(options, settings, backend.app))
    finally:
        loops.stop()
        backend.engine.dispose()
    return 0


def _listeners(options: argparse.Namespace, settings: Settings, app: ASGIApp) -> list[uvicorn.Config]:
    """The ordinary one; with a fleet and no TLS proxy in front, also the terminals' entrance."""
    listeners = [plain_config(app, options.host, options.port)]
    if settings.fleet_dir is not None and not settings.has_front:
        folder, now = settings.state_dir / "authority", SystemClock().now()
        host, _, port = settings.entrance.rpartition(":")
        certificate, key = open_authority(folder, now).write_server(folder, (host, "localhost"), now)
        files = TlsFiles(certificate, key, folder / "authority.pem")
        listeners.append(tls_config(app, options.host, int(port), files))
    return listeners


def _fleet(options: argparse.Namespace, settings: Settings) -> int:
    if settings.fleet_dir is None:
        print("say where the fleet's roots and keys are: --fleet-dir", file=sys.stderr)
        return 2
    services = build_backend(replace(settings, fleet_dir=None), SystemClock(), RandomNumbers()).services
    migrate(open_engine(settings.database_url))
    return run_step(options, build_fleet(settings, services))


def _console(options: argparse.Namespace, settings: Settings) -> int:
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = open_engine(settings.database_url)
    migrate(engine)
    return run_console_step(options, settings, session_factory(engine))


def _migrate(_options: argparse.Namespace, settings: Settings) -> int:
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrate(open_engine(settings.database_url))
    print("the database has the newest schema")
    return 0


def _seed(options: argparse.Namespace, settings: Settings) -> int:
    reference = reference_of(settings)
    if reference.office(options.office) is None:
        print(f"no office {options.office} in the reference data", file=sys.stderr)
        return 2
    _migrate(options, settings)
    token_file = settings.state_dir / TOKEN_FILE
    with session_factory(open_engine(settings.database_url)).begin() as session:
        seeder = Seeder(session, SystemClock(), RandomNumbers(), reference)
        seeder.terminal(options.terminal, options.office, token_file)
        print(f"people added: {seeder.people(read_people())}")
    if options.fleet and settings.fleet_dir is not None:
        _seed_fleet(options, settings)
    print(f"terminal {options.terminal} at {options.office}, its token is in {token_file}")
    return 0


def _seed_fleet(options: argparse.Namespace, settings: Settings) -> None:
    folder = settings.fleet_dir or Path()
    make_bench_keys(folder, SystemClock().now())
    services = build_backend(replace(settings, fleet_dir=None), SystemClock(), RandomNumbers()).services
    fleet = build_fleet(settings, services)
    with fleet.sessions.begin() as session:
        seed_fleet(fleet, session, services.reference, folder)
        adopt(fleet, session, options.terminal, options.office)
        seed_bench_accounts(session, open_accounts(settings), settings.state_dir)


def _openapi(_options: argparse.Namespace, settings: Settings) -> int:
    services = build_backend(settings, SystemClock(), RandomNumbers()).services
    routes = create_routes(services, sample_parts(settings, services))
    print(json.dumps(routes.openapi(), indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
