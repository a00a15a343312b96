"""`INSERT` with `ON CONFLICT`, which both databases have and SQLAlchemy spells once for each."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.base import Base


def insert(session: Session, table: type[Base]) -> Any:
    """An insert into `table` that knows `on_conflict_do_nothing` and `on_conflict_do_update`.

    Typed loosely on purpose: the two dialects' inserts share these methods, but no base class that has them.
    """
    dialect = session.get_bind().dialect.name
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
