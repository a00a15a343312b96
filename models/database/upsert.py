"""Puts rows into a table, where some of them may stand already: for what is loaded now and then.

It knows no table, and what runs for every message is a `Statement` instead.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from models.database.columns import Base
from models.database.spelling import Spelling

Row = Mapping[str, Any]  # its values by column; all rows of a call have the same columns


def upsert(session: Session, table: type[Base], key: Sequence[str], rows: Sequence[Row]) -> None:
    """Add `rows`, and bring those up to date that are there by the columns of `key`."""
    if not rows:
        return
    statement = _insert(session, table)
    fresh = {column: statement.excluded[column] for column in rows[0] if column not in key}
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=fresh), rows)


def add_missing(session: Session, table: type[Base], rows: Sequence[Row]) -> None:
    """Add those of `rows` that break no unique constraint; the others are there, and stay."""
    if rows:
        session.execute(_insert(session, table).on_conflict_do_nothing(), rows)


def row_counts(session: Session, tables: Sequence[type[Base]]) -> list[int]:
    """How many rows each of `tables` has."""
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@dataclass(frozen=True)
class Difference:
    """How many rows came, changed and went."""

    added: int
    changed: int
    gone: int


def snapshots(session: Session, tables: Iterable[type[Base]]) -> list[dict[Any, Any]]:
    """The rows of each table by their id, for `difference`."""
    return [
        {row.id: row for row in session.execute(select(*table.__table__.c))} for table in tables
    ]


def difference(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Difference:
    both = before.keys() & after.keys()
    return Difference(
        added=len(after.keys() - both),
        changed=sum(before[key] != after[key] for key in both),
        gone=len(before.keys() - both),
    )


def _insert(session: Session, table: type[Base]) -> Any:
    # Of the table itself: the ORM would go through each of ten thousand rows once more.
    return Spelling(session.get_bind().dialect).insert(cast("Table", table.__table__))
