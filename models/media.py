"""Files of ours that others fetch for a while, voice notes first of all: stored and found.

Who may fetch one, and at which address, is no matter of this table.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    bindparam,
    delete,
    exists,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Base, Instant
from models.database.statements import Connection, Statement
from models.outbox import IS_UNFINISHED, Part


class Media(Base):
    __tablename__ = "media"
    # An id is never used again: who has an old address must not get what another diner is told.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    diner_id: Mapped[int] = mapped_column(ForeignKey("diners.id", ondelete="CASCADE"), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    content_type: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


@dataclass(frozen=True, slots=True)
class File:
    """A file's bytes, and what they are: `audio/ogg; codecs=opus`."""

    content: bytes
    content_type: str


_ID = bindparam("id", type_=Integer)
_DINER_ID = bindparam("diner_id", type_=Integer)
_KEEP = Statement(
    insert(Media)
    .values(
        diner_id=_DINER_ID,
        content=bindparam("content", type_=LargeBinary),
        content_type=bindparam("content_type", type_=String),
        expires_at=bindparam("expires_at", type_=Instant),
    )
    .returning(Media.id)
)
_FIND = Statement(
    select(Media.content, Media.content_type).where(
        Media.id == _ID, Media.expires_at > bindparam("now", type_=Instant)
    )
)
# Of a voice note that is still to go out, Twilio fetches its file.
_IS_TO_BE_FETCHED = exists().where(
    Part.diner_id == Media.diner_id, Part.extra.is_not(None), IS_UNFINISHED
)
_FORGET = Statement(delete(Media).where(Media.diner_id == _DINER_ID, ~_IS_TO_BE_FETCHED))


def keep(connection: Connection, file: File, diner_id: int, expires_at: datetime) -> int:
    """Its id."""
    row = connection.one(
        _KEEP,
        diner_id=diner_id,
        content=file.content,
        content_type=file.content_type,
        expires_at=expires_at,
    )
    assert row is not None, "an insert returns its row"
    return int(row[0])


def find(connection: Connection, media_id: int, now: datetime) -> File | None:
    """None for one that there never was, or is no more."""
    row = connection.one(_FIND, id=media_id, now=now)
    return File(bytes(row[0]), row[1]) if row else None


def forget(connection: Connection, diner_id: int) -> None:
    """All that was made for this diner, unless some of it is still to go out.

    Then it goes with their row, or when it expires.
    """
    connection.run(_FORGET, diner_id=diner_id)
