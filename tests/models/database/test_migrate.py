"""The migrations make the tables that the models speak of, however often and many at once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BindParameter, bindparam, inspect, text
from sqlalchemy.exc import IntegrityError

from models import diners, menu
from models.database.columns import Base, Instant
from models.database.engine import Database, DatabaseUnavailableError
from models.database.migrate import MIGRATIONS, configured, head, is_current, upgrade
from models.tables import import_all
from tests.models.desk import ALICE, KIGALI, NOON, eventually
from tests.postgres import Cluster

import_all()
ROOT = Path(__file__).parents[3]
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
    """Alembic is for one migration a process: these are processes, as two releases are."""
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


def migrate_to(database: Database, revision: str) -> None:
    move = command.upgrade if revision >= revision_of(database) else command.downgrade
    with database.transaction() as session:
        move(configured(session.connection()), revision)


def revision_of(database: Database) -> str:
    if "alembic_version" not in tables(database):
        return ""
    with database.transaction() as session:
        return str(session.scalar(text("SELECT version_num FROM alembic_version")))


# Two parts of one turn; the second one was erased.
A_USED_OUTBOX = """
    INSERT INTO diners (id, channel, address, number, forgotten_turn_id, is_forgotten, arrivals,
        created_at, last_message_at) VALUES (1, 'whatsapp', 'a', 'n', 0, false, 1, :now, :now);
    INSERT INTO turns (id, diner_id, state, lease, lease_until, attempts, started_at,
        input_tokens, cached_tokens, output_tokens)
        VALUES (1, 1, 'done', '', :now, 1, :now, 0, 0, 0);
    INSERT INTO outbox (diner_id, turn_id, number, body, state, delivery_rank, attempts, not_before,
        created_at, updated_at) VALUES (1, 1, 0, 'One', 'waiting', 0, 0, :now, :now, :now);
    INSERT INTO outbox (diner_id, turn_id, number, body, state, delivery_rank, attempts, not_before,
        created_at, updated_at) VALUES (1, 1, 1, 'Two', 'waiting', 0, 0, :now, :now, :now);
    DELETE FROM outbox WHERE body = 'Two'
"""


def test_what_waits_in_the_outbox_comes_along_and_no_id_is_used_again(bare: Database) -> None:
    migrate_to(bare, "0002")
    with bare.transaction() as session:
        for statement in A_USED_OUTBOX.split(";"):
            named = {"now": NOON} if ":now" in statement else {}
            session.execute(text(statement).bindparams(*_moments(named)))
    migrate_to(bare, "0003")
    _say(bare, "Three")
    assert _parts(bare) == [(1, 1, "One", "waiting"), (3, None, "Three", "waiting")]
    migrate_to(bare, "0002")
    assert _parts(bare) == [(1, 1, "One", "waiting")]
    migrate_to(bare, "0003")
    _say(bare, "Four")
    assert [part_id for part_id, *_ in _parts(bare)] == [1, 4]


A_MENU = """
    INSERT INTO restaurants (id, slug, name, number, country, currency, locale, timezone, city,
        address, hours, about)
        VALUES (1, 'r', '-', 'n', 'MT', 'EUR', 'en', '-', '-', '-', '-', '-');
    INSERT INTO menu_items (id, restaurant_id, slug, name, price, description, image_url, category,
        dietary, allergens, keywords, available) VALUES
        (1, 1, 'cake', 'Cake', '4.50', '', '', '-', '["Vegan"]', '["dairy", "butterish"]', '[]',
            true)
"""


def test_a_menu_from_before_its_words_were_known_stays_and_can_be_taken_away(
    bare: Database,
) -> None:
    migrate_to(bare, "0005")
    with bare.transaction() as session:
        for statement in A_MENU.split(";"):
            session.execute(text(statement))
    migrate_to(bare, "head")
    with bare.transaction() as session:
        (cake,) = menu.available_items(session, 1)
        assert (cake.allergens, cake.dietary) == (["dairy", "butterish"], ["Vegan"])
        session.execute(text("UPDATE menu_items SET price = '5.00'"))
        session.execute(text("UPDATE menu_items SET available = false"))
    with pytest.raises(IntegrityError), bare.transaction() as session:
        session.execute(text("UPDATE menu_items SET available = true"))
    migrate_to(bare, "0005")


def test_a_menu_states_more_and_goes_back_to_what_it_stated_before(bare: Database) -> None:
    migrate_to(bare, "0011")
    with bare.transaction() as session:
        for statement in A_MENU.replace('"dairy", "butterish"', '"milk"').split(";"):
            session.execute(text(statement.replace('"Vegan"', '"halal", "spicy"')))
    migrate_to(bare, "head")
    with bare.transaction() as session:
        (cake,) = menu.available_items(session, 1)
        assert (cake.may_contain, cake.free_of) == (None, None)
        cake.dietary = ["no-pork", "halal", "no-alcohol", "spicy"]
        cake.free_of = ["nuts"]
    migrate_to(bare, "0011")
    with bare.transaction() as session:
        assert session.scalar(text("SELECT dietary FROM menu_items")) in (
            '["halal","spicy"]',
            ["halal", "spicy"],
        )
        session.execute(text("UPDATE menu_items SET dietary = '[\"vegan\"]'"))
    with pytest.raises(IntegrityError), bare.transaction() as session:
        session.execute(text("UPDATE menu_items SET dietary = '[\"no-pork\"]'"))
    migrate_to(bare, "head")


A_DINER = """
    INSERT INTO diners (channel, address, number, forgotten_turn_id, is_forgotten, arrivals,
        created_at, last_message_at)
        VALUES ('whatsapp', :who, 'n', 0, false, 1, :now, :now) RETURNING id
"""
# People name, or are told, a row of these by its id.
NAMED_BY_PEOPLE = ("diners", "messages", "turns", "outbox")


def test_nobody_gets_the_number_of_a_diner_who_is_forgotten(bare: Database) -> None:
    migrate_to(bare, "0015")
    (alice, jean) = (_arrives(bare, who) for who in ("alice", "jean"))
    with bare.transaction() as session:
        said = text(
            "INSERT INTO messages (diner_id, sid, text, received_at, is_keyword, payload)"
            " VALUES (:who, 'SM1', 'Hi', :now, false, '[]')"
        )
        session.execute(said.bindparams(*_moments({"now": NOON})), {"who": alice})
    migrate_to(bare, "head")
    with bare.transaction() as session:
        session.execute(text("DELETE FROM diners WHERE id = :id"), {"id": jean})
    dave = _arrives(bare, "dave")
    assert (alice, jean) < (dave,)
    with bare.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM messages")) == 1
        session.execute(text("DELETE FROM diners WHERE id = :id"), {"id": alice})
        assert session.scalar(text("SELECT count(*) FROM messages")) == 0
    migrate_to(bare, "0015")
    with pytest.raises(IntegrityError):
        _arrives(bare, "dave")
    migrate_to(bare, "head")
    assert _arrives(bare, "eve") > dave


@pytest.mark.parametrize("table", NAMED_BY_PEOPLE)
def test_an_id_that_people_see_is_never_given_again(table: str) -> None:
    assert Base.metadata.tables[table].dialect_options["sqlite"]["autoincrement"]


def _arrives(database: Database, who: str) -> int:
    with database.transaction() as session:
        arriving = text(A_DINER).bindparams(*_moments({"now": NOON}))
        return int(session.execute(arriving, {"who": who}).scalar_one())


def test_an_upgrade_behind_an_open_reader_gives_up_and_keeps_nobody_waiting(
    bare_postgresql: Database,
) -> None:
    migrate_to(bare_postgresql, "0002")
    url = bare_postgresql.url.render_as_string(hide_password=False)
    with bare_postgresql.transaction() as session:
        session.execute(text("SELECT count(*) FROM outbox"))
        with pytest.raises(DatabaseUnavailableError):
            upgrade(url)
    upgrade(url)
    assert is_current(bare_postgresql)


def _say(database: Database, body: str) -> None:
    """Words of no turn, on tables as they were then: today's code knows today's alone."""
    with database.transaction() as session:
        said = text(
            "INSERT INTO outbox (diner_id, body, state, delivery_rank, attempts, not_before,"
            " created_at, updated_at) VALUES (1, :body, 'waiting', 0, 0, :now, :now, :now)"
        )
        session.execute(said.bindparams(*_moments({"now": NOON})), {"body": body})


def _moments(named: dict[str, datetime]) -> list[BindParameter[datetime]]:
    return [bindparam(name, moment, type_=Instant) for name, moment in named.items()]


def _parts(database: Database) -> list[tuple[object, ...]]:
    with database.transaction() as session:
        rows = session.execute(text("SELECT id, turn_id, body, state FROM outbox ORDER BY id"))
        return [tuple(row) for row in rows]
