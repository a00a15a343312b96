"""What must not come again: messages that were erased, for as long as somebody may replay them.

It holds a hash of each one's SID and nothing of its diner.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, String, bindparam, delete, exists
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Base, Instant
from models.database.statements import Connection, Statement

# Twilio tries a webhook again for hours at most.
KEPT_FOR = timedelta(days=7)


class Forgotten(Base):
    __tablename__ = "forgotten_messages"

    sid_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    forgotten_at: Mapped[datetime] = mapped_column(Instant, index=True)


def hashed(sid: str) -> str:
    return sha256(sid.encode(errors="replace")).hexdigest()


_SID_HASH = bindparam("sid_hash", type_=String)


def was_forgotten() -> ColumnElement[bool]:
    """Of a message whose `sid_hash` is bound."""
    return exists().where(Forgotten.sid_hash == _SID_HASH)


_REMEMBER = Statement(
    lambda sql: (
        sql.insert(Forgotten)
        .values(sid_hash=_SID_HASH, forgotten_at=sql.now)
        .on_conflict_do_nothing()
    )
)
_LET_GO = Statement(
    lambda sql: delete(Forgotten).where(Forgotten.forgotten_at < sql.moment("before"))
)


def remember(connection: Connection, sids: Iterable[str], now: datetime) -> None:
    """In the transaction that erases them."""
    for sid in sids:
        connection.run(_REMEMBER, sid_hash=hashed(sid), now=now)


def let_go(connection: Connection, now: datetime) -> None:
    """What was forgotten so long ago that nobody replays it."""
    connection.run(_LET_GO, before=now - KEPT_FOR, now=now)
