"""How often something was done in a window of time, counted by all processes together.

It knows neither what is counted nor how much is too much. A window that is over is only waste.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, bindparam, case, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Base, Instant
from models.database.spelling import Spelling
from models.database.statements import Connection, Row, Statement

KEY_LENGTH = 64


class Window(Base):
    """`key`: what is counted, of whom. On PostgreSQL the table is unlogged: a crash empties it."""

    __tablename__ = "windows"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    hits: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(Instant)


_KEY = bindparam("key", type_=String)


def _hit(sql: Spelling) -> object:
    first = sql.insert(Window).values(key=_KEY, hits=bindparam("more"), ends_at=sql.moment("until"))
    is_over = Window.ends_at <= sql.now
    return first.on_conflict_do_update(
        index_elements=[Window.key],
        set_={
            Window.hits: case(
                (is_over, first.excluded.hits), else_=Window.hits + first.excluded.hits
            ),
            Window.ends_at: case((is_over, first.excluded.ends_at), else_=Window.ends_at),
        },
    ).returning(Window.hits)


_HIT = Statement(_hit)
_LOOK = Statement(
    lambda sql: select(Window.hits, Window.ends_at, sql.now.label("at")).where(
        Window.key == _KEY, Window.ends_at > sql.now
    )
)
_LET_GO = Statement(lambda sql: delete(Window).where(Window.ends_at <= sql.now))


def hit(connection: Connection, key: str, lasts_s: float, now: datetime, more: int = 1) -> int:
    """Count, in the window that is open or in a new one; returns what it has come to."""
    until = now + timedelta(seconds=lasts_s)
    row = connection.one(_HIT, key=key, more=more, until=until, now=now)
    assert row is not None, "an upsert returns its row"
    return int(row[0])


def look(connection: Connection, key: str, now: datetime) -> tuple[int, float]:
    """What the open window has come to, and the seconds until it ends; zeros without one."""
    row: Row | None = connection.one(_LOOK, key=key, now=now)
    if row is None:
        return 0, 0.0
    hits, ends_at, at = row
    return hits, (ends_at - at).total_seconds()


def let_go(connection: Connection, now: datetime) -> None:
    """Erase the windows that are over."""
    connection.run(_LET_GO, now=now)
