"""The inbox: what diners wrote, stored before it is acknowledged, in the order it came.

A message without a turn waits. How a message comes in is `models.arrival`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Base, Instant
from models.database.statements import Connection, Statement


class Message(Base):
    __tablename__ = "messages"
    # An id is never used again, also when the row with the highest one was erased.
    __table_args__ = (
        # What waits, of all and of one diner, and what a turn took.
        Index(None, "turn_id", "diner_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    diner_id: Mapped[int] = mapped_column(ForeignKey("diners.id", ondelete="CASCADE"), index=True)
    # Unique: Twilio may deliver a message twice, and a replayed webhook is still signed validly.
    sid: Mapped[str] = mapped_column(String(64), unique=True)
    text: Mapped[str] = mapped_column(Text)
    # A keyword, or of a kind that can't be read: answered without the model, in a turn of its own.
    is_keyword: Mapped[bool]
    # The form as it came, fields unknown to us included.
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Of the message that it answers, as the form claims: ours, theirs, or one that nobody knows.
    quoted_sid: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Instant)
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id", ondelete="SET NULL"))


IS_WAITING = Message.turn_id.is_(None)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as a way in hands it to intake: who wrote to which number over which channel.

    `address`: who, by their telephone number where one is known. `reply_to`: the address that they
    wrote from, if it is another. `user_id`: WhatsApp's own id of them. `other_spelling`: the other
    number that is theirs too, see `addresses`. `quoted_sid`: of the message that it quotes.
    `form` is all that came, as it came. One that is not `is_readable` is of a kind that we know
    nothing of: its turn says so, without the model. No text holds NUL: see
    `models.database.columns.storable`.
    """

    channel: str
    address: str
    number: str
    sid: str
    text: str
    profile_name: str | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    is_readable: bool = True
    reply_to: str | None = None
    user_id: str | None = None
    other_spelling: str | None = None
    quoted_sid: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A message, as a turn reads it."""

    id: int
    sid: str
    text: str
    is_keyword: bool
    quoted_sid: str | None = None


_ID = Statement(select(Message.id).where(Message.sid == bindparam("sid", type_=String)))


def id_of(connection: Connection, sid: str) -> int | None:
    """The id of the message of this SID, if it is here."""
    row = connection.one(_ID, sid=sid)
    return row[0] if row else None


WRITTEN = (Message.id, Message.sid, Message.text, Message.is_keyword, Message.quoted_sid)
