"""What somebody sent a diner from a form, by its key and words: pressed twice, it is said once.

The key is kept with the turn that keeps the words, in the same transaction, and goes with it.
"""

from hashlib import sha256
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, bindparam, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Base
from models.database.statements import Connection, Statement

MAX_KEY = 64  # characters, as of a SHA-256


class SaidOnce(Base):
    __tablename__ = "said_once"

    turn_id: Mapped[int] = mapped_column(
        ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(MAX_KEY), unique=True)


def of(key: str, words: str, diner_id: int) -> str:
    """What is kept of a form: other words from it, as after a step back, are said too.

    So are the same ones to another diner: `key` comes from outside.
    """
    return sha256(f"{diner_id}\n{key}\n{words}".encode()).hexdigest()


_KEY = bindparam("key", type_=String)
_SAID = Statement(select(SaidOnce.turn_id).where(SaidOnce.key == _KEY))
_KEEP: Any = Statement(
    insert(SaidOnce).values(turn_id=bindparam("turn_id", type_=Integer), key=_KEY)
)


def was_said(connection: Connection, key: str) -> bool:
    """Asked under the lock of the diner to whom it is said: else two may hear that it was not."""
    return connection.one(_SAID, key=key) is not None


def keep(connection: Connection, key: str, turn_id: int) -> None:
    connection.run(_KEEP, key=key, turn_id=turn_id)
