"""What the two databases spell in two ways, and values in a statement's own text.

It knows no statement and no table.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    String,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.engine import Dialect

from models.database.columns import Base, Instant


def fixed(value: str) -> ColumnElement[str]:
    """A value in the statement's own text: a bound one could not match a partial index."""
    return literal_column(f"'{value}'", String)


class Spelling:
    """What the two databases spell in two ways.

    `has_clock`: PostgreSQL's own clock tells the time, since those of its processes may differ.
    SQLite has none, and one process: what that one gives as `now` is the time.
    """

    def __init__(self, dialect: Dialect, *, has_clock: bool = True) -> None:
        self.dialect = dialect
        self.is_sqlite = dialect.name == "sqlite"
        self._has_clock = has_clock and not self.is_sqlite
        self.key = f"{dialect.name} {self._has_clock}"

    @property
    def now(self) -> ColumnElement[datetime]:
        """The moment at which the statement began, by the clock that decides; `now` is bound."""
        if self._has_clock:
            return func.statement_timestamp(type_=Instant)
        return bindparam("now", type_=Instant)

    def moment(self, name: str) -> ColumnElement[datetime]:
        """A moment by the clock that decides: as far from its now as `name` is from `now`."""
        named = bindparam(name, type_=Instant)
        if self._has_clock:
            return self.now + (named - bindparam("now", type_=Instant))
        return named

    def insert(self, table: type[Base] | Table) -> Any:
        """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`.

        Typed loosely on purpose: the two dialects' inserts share these methods, but no base class
        that has them.
        """
        # One of the two is never needed, and takes megabytes.
        if self.is_sqlite:
            from sqlalchemy.dialects import sqlite  # noqa: PLC0415

            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415

        return postgresql.insert(table)

    def is_one_of(self, column: Any, name: str) -> ColumnElement[bool]:
        """Whether a column's value is in the list that is bound to `name`."""
        if self.is_sqlite:
            each = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
            return column.in_(select(each.c.value))  # type: ignore[no-any-return]
        listed = bindparam(name, type_=ARRAY(column.type))
        return column == any_(listed)  # type: ignore[no-any-return]

    def rows_in(self, name: str, **types: Any) -> Any:
        """A row for each object of the list that is bound to `name`: its members, as columns."""
        listed = bindparam(name, type_=JSON)
        if self.is_sqlite:
            each = func.json_each(listed).table_valued("value")
            members = (
                func.json_extract(each.c.value, f"$.{key}", type_=kind).label(key)
                for key, kind in types.items()
            )
            return select(*members).subquery(name)
        columns = (column(key, kind) for key, kind in types.items())
        rows = func.json_to_recordset(listed).table_valued(*columns, name=name)
        return rows.render_derived(with_types=True)

    def notify(self, channel: str, payload: ColumnElement[str]) -> ColumnElement[str | None]:
        """Tell the other processes when this commits; NULL on SQLite, which has one process."""
        return cast(literal(None) if self.is_sqlite else func.pg_notify(channel, payload), Text)
