"""A throw-away PostgreSQL from Debian's package: for `make run DB=postgres` and for the tests. Empty at every start."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/lib/postgresql/15/bin"))
"""Of Debian's newest installed PostgreSQL; none installed is said by whoever needs it first."""


class PostgresqlError(RuntimeError):
    """The server programs are missing or do not start; the text says which."""


class Cluster:
    """A running PostgreSQL that listens on a unix socket only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://kiosk@/{database}?host={self._folder}"

    def emptied_database(self) -> str:
        """The address of the one database of the tests, empty again: far quicker than a new one."""
        engine = create_engine(self.url("postgres"))
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
        return self.url("postgres")


@contextmanager
def postgresql_cluster() -> Generator[Cluster]:
    """Starts a cluster as an unprivileged user and stops it; a missing server program is an error."""
    if not (PROGRAMS / "initdb").exists():
        raise PostgresqlError(f"PostgreSQL's server programs are not in {PROGRAMS}; install Debian's `postgresql`")
    user = _unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    if user is not None:
        shutil.chown(folder, user)
    try:
        _run(user, "initdb", "--no-sync", "--auth=trust", "--username=kiosk", "-E", "UTF8", "-D", f"{folder}/data")
        options = f"-F -k {folder} -c listen_addresses='' -c max_connections=60"
        _run(user, "pg_ctl", "-w", "-t", "60", "-D", f"{folder}/data", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield Cluster(folder)
        finally:
            _run(user, "pg_ctl", "-w", "-t", "60", "-D", f"{folder}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(user: str | None, program: str, *arguments: str) -> None:
    # The server inherits the output; a pipe would keep this call waiting for the server's end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [PROGRAMS / program, *arguments],
            user=user,
            cwd="/",
            stdout=output,
            stderr=output,
            timeout=90,
            check=False,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )
        if done.returncode:
            output.seek(0)
            raise PostgresqlError(f"{program} failed: {output.read().decode()[-2000:]}")
