from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTCollection

from backend.database import open_engine
from backend.migrations.migrate import migrate
from tests.contract.backend.databases import Cluster, postgresql_cluster
from tests.contract.backend.fleet_bench import FleetBench, running_fleet
from tests.contract.backend.server import Running, SteppedClock, running

_BUILT_FONT = Path(".build/fonts/NotoSansSC-Regular.otf")
_SYSTEM_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_SIMPLIFIED_CHINESE = 2  # which face of the collection


@pytest.fixture(scope="session")
def font(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A font with Chinese characters: the one that set-up built, or the same face of the system's collection."""
    if _BUILT_FONT.exists():
        return _BUILT_FONT.resolve()
    path = tmp_path_factory.mktemp("font") / "NotoSansSC-Regular.otf"
    TTCollection(_SYSTEM_FONT).fonts[_SIMPLIFIED_CHINESE].save(path)
    return path


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with postgresql_cluster() as started:
        yield started


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind: on SQLite with the newest schema in it, on PostgreSQL empty."""
    if request.param == "sqlite":
        return request.getfixturevalue("new_file")
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.emptied_database()


@pytest.fixture(scope="session")
def newest_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database as the migrations leave it: copying the file is far quicker than migrating again."""
    path = tmp_path_factory.mktemp("newest") / "backend.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def new_file(newest_schema: Path, tmp_path: Path) -> str:
    shutil.copyfile(newest_schema, tmp_path / "backend.sqlite")
    return f"sqlite:///{tmp_path}/backend.sqlite"


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def central(database_url: str, tmp_path: Path, font: Path, clock: SteppedClock) -> Iterator[Running]:
    """A running backend over each kind of database."""
    with running(database_url, tmp_path / "state", font, clock) as started:
        yield started


@pytest.fixture
def one_office(new_file: str, tmp_path: Path, font: Path, clock: SteppedClock) -> Iterator[Running]:
    """A running backend over SQLite, where the database makes no difference."""
    with running(new_file, tmp_path / "state", font, clock) as started:
        yield started


@pytest.fixture
def bench(database_url: str, tmp_path: Path, font: Path, clock: SteppedClock) -> Iterator[FleetBench]:
    """A running backend with a fleet, over each kind of database."""
    with running_fleet(database_url, tmp_path, font, clock) as started:
        yield started


@pytest.fixture
def small_bench(new_file: str, tmp_path: Path, font: Path, clock: SteppedClock) -> Iterator[FleetBench]:
    """The same over SQLite, where the database makes no difference."""
    with running_fleet(new_file, tmp_path, font, clock) as started:
        yield started
