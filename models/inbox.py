"""The inbox: what diners wrote, stored before it is acknowledged, in the order it came.

A message without a turn waits. How a message comes in is `models.arrival`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database.columns import Base, Instant
from models.database.statements import Connection, Row, Statement


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
    # The files that came with it and can be opened, and which of them are; none for words alone.
    media: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    received_at: Mapped[datetime] = mapped_column(Instant)
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id", ondelete="SET NULL"))
    # Of the span in which it came, see `telemetry.tracing`; none where nobody collects traces.
    traceparent: Mapped[str | None] = mapped_column(String(55))


IS_WAITING = Message.turn_id.is_(None)
# How a reaction begins that is a message of its own: no diner types such a bracket.
REACTION = "[reacted "
SAYS_SOMETHING = Message.text.not_like(f"{REACTION}%")


@dataclass(frozen=True, slots=True)
class Medium:
    """A file that came with a message: where it is, and its type as the sender's side says it.

    `is_opened`: what is in it stands in the message's text, or among the attachments.
    """

    url: str
    type: str
    is_opened: bool = False

    @property
    def is_picture(self) -> bool:
        return self.type.startswith("image/")

    @property
    def is_sound(self) -> bool:
        return self.type.startswith("audio/")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as a way in hands it to intake: who wrote to which number over which channel.

    `address`: who, by their telephone number where one is known. `reply_to`: the address that they
    wrote from, if it is another. `user_id`: WhatsApp's own id of them. `other_spelling`: the other
    number that is theirs too, see `addresses`. `quoted_sid`: of the message that it quotes.
    `form` is all that came, as it came. One that is not `is_readable` is of a kind that we know
    nothing of: its turn says so, without the model. `media`: the files that came with it, to be
    opened by its turn. No text holds NUL: see `models.database.columns.storable`.
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
    media: tuple[Medium, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A message, as a turn reads it. `pictures`: JPEGs, once its media are opened."""

    id: int
    sid: str
    text: str
    is_keyword: bool
    quoted_sid: str | None = None
    media: tuple[Medium, ...] = ()
    pictures: tuple[bytes, ...] = ()
    traceparent: str | None = None
    received_at: datetime | None = None


_ID = Statement(select(Message.id).where(Message.sid == bindparam("sid", type_=String)))


def id_of(connection: Connection, sid: str) -> int | None:
    """The id of the message of this SID, if it is here."""
    row = connection.one(_ID, sid=sid)
    return row[0] if row else None


def received_at(session: Session, message_id: int) -> datetime:
    """When it came in, by the clock that decides. Raises NoResultFound for one that is erased."""
    found = select(Message.received_at).where(Message.id == message_id)
    return session.execute(found).scalar_one()


WRITTEN = (
    Message.id,
    Message.sid,
    Message.text,
    Message.is_keyword,
    Message.quoted_sid,
    Message.media,
    Message.traceparent,
    Message.received_at,
)


def written(row: Row) -> Written:
    """A message of a row of these columns."""
    message_id, sid, text, is_keyword, quoted_sid, media, traceparent, received_at = row
    return Written(
        message_id,
        sid,
        text,
        is_keyword,
        quoted_sid,
        media_in(media),
        traceparent=traceparent,
        received_at=received_at,
    )


def media_in(stored: Sequence[Mapping[str, Any]] | None) -> tuple[Medium, ...]:
    return tuple(Medium(**each) for each in stored) if stored else ()


def stored(media: Sequence[Medium]) -> list[dict[str, Any]] | None:
    """As the column keeps it."""
    return [asdict(each) for each in media] or None


_OPEN = Statement(
    update(Message)
    .where(Message.id == bindparam("message_id", type_=Integer))
    .values(
        text=bindparam("heard", type_=Text),
        media=bindparam("opened", type_=JSON(none_as_null=True)),
    )
)


def keep_opened(connection: Connection, message: Written) -> bool:
    """A message's media were opened: its text tells what is in them from now on.

    False for one that is not there any more.
    """
    opened = stored(message.media)
    rows = connection.run(_OPEN, message_id=message.id, heard=message.text, opened=opened)
    return rows == 1


_KEEP_TEXT = Statement(
    update(Message)
    .where(Message.id == bindparam("message_id", type_=Integer))
    .values(text=bindparam("told", type_=Text))
)


def keep_text(connection: Connection, message: Written) -> None:
    """A message's text tells by now what it is about, or what was chosen by it."""
    connection.run(_KEEP_TEXT, message_id=message.id, told=message.text)
