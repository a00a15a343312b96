"""The pictures of diners' messages, sized down, for as long as a conversation may speak of them.

They go with their message, and by themselves after a day.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Base, Instant
from models.database.statements import Connection, Statement
from models.inbox import Message

KEPT_FOR = timedelta(days=1)


class Attachment(Base):
    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), index=True
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)  # JPEG
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)


_KEEP = Statement(
    lambda sql: insert(Attachment).values(
        message_id=bindparam("message_id", type_=Integer),
        content=bindparam("content", type_=LargeBinary),
        created_at=sql.now,
    )
)
_OF_MESSAGES = Statement(
    lambda sql: (
        select(Attachment.message_id, Attachment.content)
        .where(sql.is_one_of(Attachment.message_id, "ids"))
        .order_by(Attachment.id)
    )
)
_QUOTED = Statement(
    select(Attachment.content)
    .join(Message, Message.id == Attachment.message_id)
    .where(
        Message.sid == bindparam("sid", type_=String),
        Message.diner_id == bindparam("diner_id", type_=Integer),
    )
    .order_by(Attachment.id)
)
_ERASE = Statement(
    delete(Attachment).where(Attachment.message_id == bindparam("message_id", type_=Integer))
)


def keep(connection: Connection, message_id: int, pictures: Sequence[bytes], now: datetime) -> None:
    """The pictures of a message, in place of what is kept of it: two may open it at once."""
    if not pictures:
        return
    erase(connection, message_id)
    for content in pictures:
        connection.run(_KEEP, message_id=message_id, content=content, now=now)


def erase(connection: Connection, message_id: int) -> None:
    connection.run(_ERASE, message_id=message_id)


def of_messages(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[bytes, ...]]:
    """The pictures that are still kept of these messages, in order, by the message's id."""
    found: dict[int, tuple[bytes, ...]] = {}
    for message_id, content in connection.all(_OF_MESSAGES, ids=list(ids)):
        found[message_id] = (*found.get(message_id, ()), content)
    return found


def quoted(connection: Connection, diner_id: int, sid: str) -> tuple[bytes, ...]:
    """Those of the message of this SID, if it is this diner's."""
    return tuple(content for (content,) in connection.all(_QUOTED, diner_id=diner_id, sid=sid))
