"""What every test may ask for: a database of its own on SQLite and on PostgreSQL, and the browser.

Nothing here starts until a test asks for it.
"""

import gc
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from tests.browser import find_chromium
from tests.pooler import Pooler, find_pooler
from tests.postgres import Cluster, running_cluster

HERE = Path(__file__).parent
# Linux' files in memory, and how much of it they may take.
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3  # bytes
TEMPLATE = "migrated"
SEEDED = "seeded"
STOCKED = "stocked"
LONG = ("scenarios", "tests")
BROWSERS = "tests/console/test_browser_"
SANDBOXES_NUMBER = "whatsapp:+14155238886"

# No example is timed: what a machine is busy with says nothing about what is tested.
settings.register_profile(
    "untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")


def pytest_configure() -> None:
    """Databases come and go in memory, where the machine has room for them.

    On a disk a test's own PostgreSQL database takes ten times as long.
    """
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and has_room(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All tests and what they import are here to stay: Python's collector leaves them alone.

    It would take a third of the time to collect the tests, and a sixth of that to run them. Its
    thresholds are the service's, in gunicorn.conf.py.
    """
    gc.disable()
    _compile_in_turns()
    result = yield
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 20, 50)
    return result


def _compile_in_turns() -> None:
    """On a fresh clone each worker begins elsewhere, and reads what the others have compiled.

    pytest takes some ten seconds to put its own words into all assertions.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0"))
    if not workers or sys.dont_write_bytecode:
        return
    nth = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    files = sorted(HERE.rglob("test_*.py"))
    begin = len(files) * nth // workers
    for file in files[begin:] + files[:begin]:
        with suppress(Exception):  # is told when it is collected
            import_module(".".join(file.relative_to(HERE.parent).with_suffix("").parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders whose files take longest come first, else the last worker is alone with one."""
    items.sort(
        key=lambda item: (
            not item.nodeid.startswith(BROWSERS),
            item.path.parent.name not in LONG,
        )
    )


class ByFile(LoadFileScheduling):  # type: ignore[misc] # xdist ships no types
    """A file's tests are one worker's, and so are all that share a service and a browser.

    Half of the workers begin at the other end: their tests compute while those of the others wait.
    """

    def _assign_work_unit(self, node: Any) -> None:
        if node in self.nodes[(len(self.nodes) + 1) // 2 :]:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return BROWSERS if file.startswith(BROWSERS) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated and empty database: once on SQLite, once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def sqlite_url(migrated_sqlite_file: Path, tmp_path: Path) -> str:
    """The address of a fresh, migrated and empty SQLite database."""
    return f"sqlite:///{shutil.copy(migrated_sqlite_file, tmp_path / 'tableside.db')}"


@pytest.fixture
def postgresql_url(migrated_postgres: Cluster, database_names: Iterator[str]) -> Iterator[str]:
    """The address of a fresh, migrated and empty PostgreSQL database."""
    name = next(database_names)
    yield migrated_postgres.create_database(name, template=TEMPLATE)
    migrated_postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def seeded_url(request: pytest.FixtureRequest) -> str:
    """The address of a database with the sample restaurants and their books, the test's own."""
    url: str = request.getfixturevalue(f"seeded_{request.param}_url")
    return url


@pytest.fixture
def seeded_sqlite_url(seeded_sqlite_file: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(seeded_sqlite_file, tmp_path / 'tableside.db')}"


@pytest.fixture
def seeded_postgresql_url(seeded_postgres: Cluster, database_names: Iterator[str]) -> Iterator[str]:
    name = next(database_names)
    yield seeded_postgres.create_database(name, template=SEEDED)
    seeded_postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def stocked_url(request: pytest.FixtureRequest) -> str:
    """The address of a database with the sample restaurants, which have no books."""
    url: str = request.getfixturevalue(f"stocked_{request.param}_url")
    return url


@pytest.fixture
def stocked_sqlite_url(stocked_sqlite_file: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(stocked_sqlite_file, tmp_path / 'tableside.db')}"


@pytest.fixture
def stocked_postgresql_url(
    stocked_postgres: Cluster, database_names: Iterator[str]
) -> Iterator[str]:
    name = next(database_names)
    yield stocked_postgres.create_database(name, template=STOCKED)
    stocked_postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(
    request: pytest.FixtureRequest, tmp_path: Path, database_names: Iterator[str]
) -> Iterator[str]:
    """The address of a database without a single table, on either: for the migrations' tests."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    name = next(database_names)
    yield cluster.create_database(name)
    cluster.drop_database(name)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """The PostgreSQL server that all tests share.

    A test that stops it takes a `running_cluster()` of its own instead.
    """
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def migrated_postgres(postgres_cluster: Cluster) -> Cluster:
    """The shared server, with a migrated database: to copy it takes a tenth of migrating."""
    migrate(postgres_cluster.create_database(TEMPLATE))
    return postgres_cluster


@pytest.fixture(scope="session")
def pooler(postgres_cluster: Cluster) -> Iterator[Pooler]:
    """PgBouncer before the shared server, with the defaults that the clouds sell."""
    pooler = Pooler(find_pooler(), postgres_cluster)
    with pooler.running():
        yield pooler


@pytest.fixture
def pooled_url(pooler: Pooler, bare_postgresql_url: str) -> str:
    """The address, through PgBouncer, of a database without a single table."""
    return pooler.url(bare_postgresql_url)


@pytest.fixture
def bare_postgresql_url(postgres_cluster: Cluster, database_names: Iterator[str]) -> Iterator[str]:
    name = next(database_names)
    yield postgres_cluster.create_database(name)
    postgres_cluster.drop_database(name)


@pytest.fixture(scope="session")
def migrated_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database that others are copied from."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrate(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        # What still stands in the write-ahead log would not be copied.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture(scope="session")
def seeded_sqlite_file(migrated_sqlite_file: Path) -> Path:
    """The migrated database with the samples and their books, which take a while."""
    file = Path(shutil.copy(migrated_sqlite_file, migrated_sqlite_file.with_name("seeded.db")))
    load_samples(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def seeded_postgres(migrated_postgres: Cluster) -> Cluster:
    load_samples(migrated_postgres.create_database(SEEDED, template=TEMPLATE))
    return migrated_postgres


@pytest.fixture(scope="session")
def stocked_sqlite_file(migrated_sqlite_file: Path) -> Path:
    file = Path(shutil.copy(migrated_sqlite_file, migrated_sqlite_file.with_name("stocked.db")))
    load_samples(f"sqlite:///{file}", has_books=False)
    return file


@pytest.fixture(scope="session")
def stocked_postgres(migrated_postgres: Cluster) -> Cluster:
    url = migrated_postgres.create_database(STOCKED, template=TEMPLATE)
    load_samples(url, has_books=False)
    return migrated_postgres


@pytest.fixture(scope="session")
def database_names() -> Iterator[str]:
    """Names for databases on the shared server, each given once."""
    return (f"test_{number}" for number in count(1))


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The machine's Chromium.

    Without one the browser tests are skipped, but fail where CI=true: there it must be installed.
    """
    found = find_chromium()
    if found is None:
        sentence = (
            "no Chromium or Chrome on this machine:"
            " install one (Debian: apt install chromium) to run the browser tests"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found


def has_room(folder: Path) -> bool:
    """Whether much may be written there, and programs copied there run."""
    may_run = not os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0)
    return may_run and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


def migrate(url: str) -> None:
    # Tests that need no database don't wait for SQLAlchemy.
    from models.database.migrate import upgrade  # noqa: PLC0415

    upgrade(url)


def load_samples(url: str, *, has_books: bool = True) -> None:
    """The sample restaurants, as `seed` loads them onto a number that is the sandbox's."""
    from knowledge.seed import SAMPLE_FILES, seed  # noqa: PLC0415
    from models.database.engine import Database  # noqa: PLC0415

    database = Database(url)
    seed(
        database,
        today=datetime.now(UTC).date(),
        kigali_number=SANDBOXES_NUMBER,
        files=None if has_books else SAMPLE_FILES,
    )
    database.close()  # the last connection to go writes SQLite's log into its file, which is copied
