"""Behind a transaction pooler, as PostgreSQL is sold: all works, and what is lost is known."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import text

from models import purging
from models.database import notices
from models.database.absence import NO_OPTIONS, NOT_DIRECT
from models.database.engine import Database, DatabaseUnavailableError
from models.database.migrate import is_current, upgrade
from models.database.state import State
from tests.models.desk import NOON, Desk
from tests.pooler import Pooler, find_pooler
from tests.postgres import Cluster

TWICE_WHAT_IS_PREPARED = 12  # psycopg prepares what it has sent five times


@pytest.fixture
def pooled(pooled_url: str) -> Iterator[Database]:
    upgrade(pooled_url)
    database = Database(pooled_url, pool_size=4, has_clock=False)
    yield database
    database.close()


def with_(url: str, parameter: str) -> str:
    return f"{url}&{parameter}"


def test_it_is_found_out_by_itself(pooled: Database, postgresql_url: str) -> None:
    assert (pooled.is_pooled, is_current(pooled), pooled.is_pooled) == (False, True, True)
    direct = Database(postgresql_url)
    assert (is_current(direct), direct.opening.is_pooled) == (True, False)
    direct.close()


def test_one_that_drops_the_options_without_a_word_is_found_out_too(
    postgres_cluster: Cluster, postgresql_url: str
) -> None:
    lenient = Pooler(find_pooler(), postgres_cluster, "ignore_startup_parameters = options")
    with lenient.running():
        database = Database(lenient.url(postgresql_url))
        assert (is_current(database), database.is_pooled) == (True, True)
        database.close()


@pytest.mark.parametrize("said", ["pgbouncer=true", "pgbouncer=1"])
def test_an_address_may_say_so(pooled_url: str, said: str) -> None:
    database = Database(with_(pooled_url, said))
    assert database.is_pooled
    assert State(database).words(5).startswith("not up to date")
    database.close()


def test_conversations_go_on_as_ever(pooled: Database) -> None:
    desk = Desk(pooled)
    for number in range(TWICE_WHAT_IS_PREPARED):
        taken = desk.take_in(f"SM{number}", "Hello")
        assert taken.turn is not None
        _, first = desk.close(taken.turn, ["One", "Two"])
        assert first is not None
        assert desk.sent(first, f"OUT{number}-1")
        assert not desk.sent(desk.taken(taken.diner_id), f"OUT{number}-2")
    assert len(desk.history(taken.diner_id, limit=99)) == TWICE_WHAT_IS_PREPARED
    erased = purging.purge(pooled, NOON + timedelta(days=1))
    assert (erased.messages, erased.diners) == (TWICE_WHAT_IS_PREPARED, 1)


def test_many_at_once_share_the_poolers_sessions(pooled: Database) -> None:
    desk = Desk(pooled)
    with ThreadPoolExecutor(4) as threads:
        taken = list(
            threads.map(
                lambda number: desk.take_in(f"SM{number}", "Hello", diner=f"whatsapp:+{number}"),
                range(40),
            )
        )
    assert all(each.turn for each in taken)


def test_within_a_transaction_the_servers_time_outs_hold(pooled: Database) -> None:
    names = ("statement_timeout", "idle_in_transaction_session_timeout")
    with pooled.transaction() as session:
        assert [session.scalar(text(f"SHOW {name}")) for name in names] == ["10s", "10s"]


def test_nobody_listens_where_nothing_is_heard(pooled: Database) -> None:
    assert not notices.listen(pooled, lambda _: None, Event())


@pytest.mark.parametrize("through", ["pooled_url", "bare_postgresql_url"])
def test_the_tables_are_in_the_schema_of_the_address(
    request: pytest.FixtureRequest, through: str
) -> None:
    url = with_(request.getfixturevalue(through), "schema=Inzozi")
    upgrade(url)
    upgrade(url)
    database = Database(url)
    Desk(database).take_in("SM1", "Hello")
    with database.transaction() as session:
        places = text("SELECT schemaname FROM pg_tables WHERE tablename = 'messages'")
        assert list(session.scalars(places)) == ["Inzozi"]
    assert is_current(database)
    database.close()


def test_options_of_the_address_come_behind_ours(bare_postgresql_url: str) -> None:
    options = "options=-c%20statement_timeout%3D1234%20-c%20work_mem%3D8MB"
    database = Database(with_(bare_postgresql_url, options))
    names = ("statement_timeout", "work_mem", "timezone")
    with database.transaction() as session:
        found = [session.scalar(text(f"SHOW {name}")) for name in names]
    assert found == ["1234ms", "8MB", "UTC"]
    assert database.opening.is_pooled is False
    database.close()


@pytest.mark.parametrize(
    ("parameter", "sentence"),
    [("options=-c%20work_mem%3D8MB", NO_OPTIONS), ("pgbouncer=false", NOT_DIRECT)],
)
def test_what_no_pooler_takes_is_named(pooled_url: str, parameter: str, sentence: str) -> None:
    database = Database(with_(pooled_url, parameter))
    with pytest.raises(DatabaseUnavailableError) as raised, database.alone():
        pass
    assert str(raised.value) == sentence
    assert State(database).words(5) == sentence
    database.close()


def test_an_address_may_allow_fewer_connections(bare_postgresql_url: str) -> None:
    database = Database(with_(bare_postgresql_url, "connection_limit=1"), pool_size=20)
    with database.alone(), pytest.raises(DatabaseUnavailableError, match="no connection"):
        database.alone(0.1).__enter__()
    database.close()
