"""Every test that asks for a database gets one of its own, migrated or bare."""

import pytest
from sqlalchemy import inspect, text

from models.database.engine import Database


@pytest.mark.parametrize("_turn", ["first", "second"])
def test_a_database_holds_nothing_of_another_tests(database_url: str, _turn: str) -> None:
    database = Database(database_url)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE left_behind (dish text)"))  # fails where it is already
    database.close()


def test_a_migrated_database_has_the_tables(database_url: str) -> None:
    assert "restaurants" in _tables(database_url)


def test_a_bare_database_has_none(bare_database_url: str) -> None:
    assert _tables(bare_database_url) == []


def _tables(url: str) -> list[str]:
    database = Database(url)
    try:
        return inspect(database.engine).get_table_names()
    finally:
        database.close()
