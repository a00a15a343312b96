"""A menu that another program kept in the same PostgreSQL, under the names that our tables have.

It reads those tables and can move them out of our way; it never writes into them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import MetaData, Table, inspect, select, text
from sqlalchemy.orm import Session

from models.database.columns import Base

ITEMS, PAIRINGS = "menu_items", "pairings"
# Ours has it, and hardly anybody else's.
OURS = "restaurant_id"
# Where theirs go, with their indexes and sequences, whose names would stand in our way too.
ASIDE = "adopted"


@dataclass(frozen=True)
class ForeignMenu:
    """`links`: the columns of `pairings` that refer to the items, in their order.

    `in_our_way`: other tables beside it that have names of ours, where ours are to be.
    """

    schema: str
    is_in_our_place: bool
    items: Sequence[Mapping[str, Any]]
    pairings: Sequence[Mapping[str, Any]]
    links: Sequence[str]
    in_our_way: Sequence[str]


def find(session: Session) -> ForeignMenu | None:
    """The menu that stands where ours would, else in the schema `adopted`, else in `public`."""
    ours = session.scalar(text("SELECT current_schema()"))
    for schema in dict.fromkeys((ours, ASIDE, "public")):
        if schema is not None and _is_foreign(session, schema):
            return _read(session, schema, is_in_our_place=schema == ours)
    return None


def move_aside(session: Session, found: ForeignMenu) -> None:
    """Out of our way, into the schema `adopted`."""
    session.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{ASIDE}"'))
    for table in (PAIRINGS, ITEMS):
        if inspect(session.connection()).has_table(table, found.schema):
            moving = f'ALTER TABLE "{found.schema}"."{table}" SET SCHEMA "{ASIDE}"'
            session.execute(text(moving))


def _is_foreign(session: Session, schema: str) -> bool:
    there = inspect(session.connection())
    if not there.has_table(ITEMS, schema):
        return False
    return OURS not in {column["name"] for column in there.get_columns(ITEMS, schema)}


def _read(session: Session, schema: str, *, is_in_our_place: bool) -> ForeignMenu:
    there = inspect(session.connection())
    links: list[str] = []
    pairings: list[Mapping[str, Any]] = []
    if there.has_table(PAIRINGS, schema):
        pairings = _rows(session, schema, PAIRINGS)
        keys = there.get_foreign_keys(PAIRINGS, schema)
        referring = {
            key["constrained_columns"][0] for key in keys if key["referred_table"] == ITEMS
        }
        columns = [column["name"] for column in there.get_columns(PAIRINGS, schema)]
        links = [name for name in columns if name in referring]
    names = there.get_table_names(schema) if is_in_our_place else []
    in_our_way = sorted(set(names) & set(Base.metadata.tables) - {ITEMS, PAIRINGS})
    items = _rows(session, schema, ITEMS)
    return ForeignMenu(schema, is_in_our_place, items, pairings, links, in_our_way)


def _rows(session: Session, schema: str, name: str) -> list[Mapping[str, Any]]:
    table = Table(name, MetaData(), schema=schema, autoload_with=session.connection())
    by = [table.c.id] if "id" in table.c else []
    return [dict(row) for row in session.execute(select(table).order_by(*by)).mappings()]
