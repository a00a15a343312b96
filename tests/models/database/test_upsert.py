"""Rows are added once, and brought up to date or left alone as one asks, on either database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from models.database.engine import Database
from models.database.upsert import Row, add_missing, row_counts, upsert
from models.restaurants import Restaurant
from models.tax import TaxRule


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def restaurant(slug: str, name: str) -> Row:
    texts = dict.fromkeys(
        ("country", "currency", "locale", "timezone", "city", "address", "hours", "about"), "-"
    )
    return {"slug": slug, "name": name, "number": slug, **texts}


def names(database: Database) -> dict[int, str]:
    with database.transaction() as session:
        rows = session.execute(select(Restaurant.id, Restaurant.name).order_by(Restaurant.id))
        return {row.id: row.name for row in rows}


def test_a_row_that_is_there_is_brought_up_to_date_under_its_id(database: Database) -> None:
    with database.transaction() as session:
        upsert(session, Restaurant, ["slug"], [restaurant("a", "Corner")])
        rows = [restaurant("a", "Garden"), restaurant("b", "Harbour")]
        upsert(session, Restaurant, ["slug"], rows)
    assert list(names(database).values()) == ["Garden", "Harbour"]


def test_a_missing_row_is_added_and_the_others_stay(database: Database) -> None:
    with database.transaction() as session:
        add_missing(session, Restaurant, [restaurant("a", "Corner")])
        rows = [restaurant("a", "Garden"), restaurant("b", "Harbour")]
        add_missing(session, Restaurant, rows)
    assert list(names(database).values()) == ["Corner", "Harbour"]


def test_no_rows_are_nothing_to_do(database: Database) -> None:
    with database.transaction() as session:
        upsert(session, Restaurant, ["slug"], [])
        add_missing(session, Restaurant, [])
    assert names(database) == {}


def test_the_rows_of_each_table_are_counted(database: Database) -> None:
    with database.transaction() as session:
        upsert(session, Restaurant, ["slug"], [restaurant("a", "-"), restaurant("b", "-")])
        assert row_counts(session, (Restaurant, TaxRule)) == [2, 0]
