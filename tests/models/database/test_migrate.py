"""The migrations make the tables that the models speak of, whoever runs them, however often and
however many at once.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from models import diners, inbox, ledger, menu, outbox, restaurants, tax, turns
from models.database.columns import Base
from models.database.engine import Database, DatabaseUnavailableError
from models.database.migrate import MIGRATIONS, head, is_current, upgrade
from tests.models.desk import ALICE, KIGALI, NOON, eventually
from tests.postgres import Cluster

ROOT = Path(__file__).parents[3]
MODULES = (
    diners,
    inbox,
    ledger,
    menu,
    outbox,
    restaurants,
    tax,
    turns,
)  # imported for their tables
INDEXES = {
    # On SQLite also which tables never use an id again.
    "sqlite": (
        """
        SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
        UNION SELECT name, 'autoincrement' FROM sqlite_master
            WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'
        ORDER BY name
    """
    ),
    "postgresql": (
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"
    ),
}
# The number that models/migrations/env.py locks.
MIGRATION_LOCK = 7_242_001


@pytest.fixture
def bare(bare_database_url: str) -> Iterator[Database]:
    database = Database(bare_database_url)
    yield database
    database.close()


@pytest.fixture
def migrated(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def bare_postgresql(postgres_cluster: Cluster, database_names: Iterator[str]) -> Iterator[Database]:
    name = next(database_names)
    database = Database(postgres_cluster.create_database(name))
    yield database
    database.close()
    postgres_cluster.drop_database(name)


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def indexes(database: Database) -> list[tuple[str, str]]:
    with database.transaction() as session:
        rows = session.execute(text(INDEXES[database.url.get_backend_name()]))
        return [(name, sql) for name, sql in rows if not name.endswith("alembic_version_pkc")]


def upgrading(database: Database) -> subprocess.Popen[bytes]:
    """Alembic is for one migration a process: these are processes, as two machines' release phases
    are.
    """
    url = database.url.render_as_string(hide_password=False)
    code = "import sys; from models.database.migrate import upgrade; upgrade(sys.argv[1])"
    return subprocess.Popen([sys.executable, "-c", code, url], cwd=ROOT, env=dict(os.environ))


def test_a_bare_database_gets_the_tables_of_the_models(
    bare: Database, bare_database_url: str
) -> None:
    upgrade(bare_database_url)
    assert tables(bare) == {*Base.metadata.tables, "alembic_version"}


def test_the_tables_are_as_the_models_say(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_indexes_and_their_conditions_are_as_the_models_say(migrated: Database) -> None:
    by_migration = indexes(migrated)
    Base.metadata.drop_all(migrated.engine)
    Base.metadata.create_all(migrated.engine)
    assert by_migration == indexes(migrated)
    assert "uq_turns_running" in dict(by_migration)


def test_a_database_is_current_after_its_upgrade(bare: Database, bare_database_url: str) -> None:
    assert not is_current(bare)
    upgrade(bare_database_url)
    assert is_current(bare)


def test_the_last_migration_is_alembics_head() -> None:
    assert head() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_a_second_upgrade_changes_nothing(migrated: Database, database_url: str) -> None:
    with migrated.alone() as connection:
        diners.upsert(
            connection,
            channel=diners.API,
            address=ALICE,
            number=KIGALI,
            profile_name=None,
            now=NOON,
        )
    upgrade(database_url)
    with migrated.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM diners")) == 1


def test_two_upgrades_at_once_make_the_tables_once(bare: Database) -> None:
    both = [upgrading(bare), upgrading(bare)]
    assert [each.wait(30) for each in both] == [0, 0]
    assert is_current(bare)


def test_an_upgrade_waits_for_the_one_that_runs(bare_postgresql: Database) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with ThreadPoolExecutor(1) as threads, bare_postgresql.transaction() as session:
        session.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        other = threads.submit(upgrade, bare_postgresql.url.render_as_string(hide_password=False))
        assert eventually(lambda: session.scalar(waiting) == 1)
        assert tables(bare_postgresql) == set()
        session.commit()
        other.result(10)
    assert is_current(bare_postgresql)


def test_an_upgrade_of_a_database_that_is_away_says_so() -> None:
    with pytest.raises(DatabaseUnavailableError):
        upgrade("postgresql://tableside@/tableside?host=/nowhere")
