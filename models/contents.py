"""The contents that were made at Twilio: which one has which shape, so that each is made once.

None of them holds words that a diner was told. How they are made is `engine.contents`'.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Base, Instant
from models.database.spelling import Spelling
from models.database.statements import Connection, Statement

# So long it is not written down again: most messages with choices have the same few contents.
USED_AGAIN_AFTER = timedelta(days=1)


class Content(Base):
    __tablename__ = "contents"

    # Of the account and the content, hashed: `key_of` of `engine.contents`.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    sid: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime] = mapped_column(Instant, index=True)


_KEY = bindparam("key", type_=String)
_SID = bindparam("sid", type_=String)
_FIND = Statement(
    lambda sql: select(Content.sid, Content.used_at < sql.moment("before")).where(
        Content.key == _KEY
    )
)
_USE = Statement(lambda sql: update(Content).where(Content.key == _KEY).values(used_at=sql.now))
_FORGET = Statement(delete(Content).where(Content.sid == _SID))
_UNUSED = Statement(
    lambda sql: (
        select(Content.sid)
        .where(Content.used_at < sql.moment("before"))
        .order_by(Content.used_at)
        .limit(bindparam("most", type_=Integer))
    )
)


@Statement
def _keep(sql: Spelling) -> Any:
    new = sql.insert(Content).values(key=_KEY, sid=_SID, made_at=sql.now, used_at=sql.now)
    # Who was first has it: theirs comes back.
    kept = new.on_conflict_do_update(index_elements=[Content.key], set_={"used_at": sql.now})
    return kept.returning(Content.sid)


def use(connection: Connection, key: str, now: datetime) -> str | None:
    """The SID of this content, if it was made before; it counts as used now, or a day ago."""
    row = connection.one(_FIND, key=key, before=now - USED_AGAIN_AFTER, now=now)
    if row is None:
        return None
    sid, is_long_ago = row
    if is_long_ago:
        connection.run(_USE, key=key, now=now)
    return str(sid)


def keep(connection: Connection, key: str, sid: str, now: datetime) -> str:
    """Keep one that was made; another process' comes back where that one was first."""
    row = connection.one(_keep, key=key, sid=sid, now=now)
    assert row is not None, "an upsert has its row"
    return str(row[0])


def forget(connection: Connection, sid: str) -> None:
    """It is made anew when it is needed next."""
    connection.run(_FORGET, sid=sid)


def unused_since(connection: Connection, before: datetime, now: datetime, limit: int) -> list[str]:
    """SIDs of what nobody has used since then, longest first."""
    return [sid for (sid,) in connection.all(_UNUSED, before=before, now=now, most=limit)]
