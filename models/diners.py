"""The diners, with their persona: one for each who writes to one number on one channel.

Who is one diner under several addresses is `models.identities`'s.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    select,
    text,
    true,
    union,
)
from sqlalchemy.orm import Mapped, mapped_column

from addresses import other_spelling, spelled
from models.database.columns import Address, Base, Instant
from models.database.spelling import Spelling, fixed
from models.database.statements import Connection, Statement

# Channels; the last one: of who rings and shows no number.
WHATSAPP, API, PHONE = "whatsapp", "api", "phone"
# Whoever comes by one of these may be anybody, and another one each time: their limits are shared.
ANYBODYS = frozenset({API, PHONE})
# For so long after they wrote, WhatsApp lets us write to them freely.
WINDOW = timedelta(hours=24)
# Who has written nothing for so long is quiet.
QUIET = timedelta(minutes=1)


class Diner(Base):
    __tablename__ = "diners"
    __table_args__ = (
        UniqueConstraint("channel", "address", "number"),
        Index(None, "user_id", "number"),
        # The staff names them by it: what is said to one who is forgotten must reach nobody else.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    # Their telephone number, where one is known. Since 2026 a WhatsApp sender need not show any.
    address: Mapped[str] = mapped_column(Address)
    number: Mapped[str] = mapped_column(Address)
    profile_name: Mapped[str | None] = mapped_column(String(200))
    persona: Mapped[str | None] = mapped_column(String(32))  # none: the default persona
    diet: Mapped[str | None] = mapped_column(Text)  # what they must not have, see `models.diets`
    # Theirs, as `knowledge.phrases` names it; none: they wrote nothing that tells.
    language: Mapped[str | None] = mapped_column(String(8))
    # By `/language`: what they write does not change it.
    has_chosen_language: Mapped[bool] = mapped_column(server_default=false())
    # WhatsApp's own id of them, as the address that it is when they show no number.
    user_id: Mapped[str | None] = mapped_column(Address)
    # Where they are answered: the address that they wrote from last; none: their only one.
    reply_to: Mapped[str | None] = mapped_column(Address)
    # `/reset`: turns up to this one are no longer part of the conversation.
    forgotten_turn_id: Mapped[int] = mapped_column(default=0)
    # `/forget`: everything else is erased, and this row goes once the confirmation is sent,
    # unless they write again.
    is_forgotten: Mapped[bool] = mapped_column(default=False)
    # Counts what came in from them: who finds another number than a moment before was not alone.
    arrivals: Mapped[int] = mapped_column(default=0, server_default="0")
    # How many messages came since they were last quiet: so many turns they had since, at most.
    lively: Mapped[int] = mapped_column(default=0, server_default="0")
    # Until then a person answers them, unless that person writes again; none: a persona does.
    in_hands_until: Mapped[datetime | None] = mapped_column(Instant)
    # The address of whoever of the staff has them; none while nobody has come yet.
    in_hands_of: Mapped[str | None] = mapped_column(Address)
    # They took them over at the console, and read there what is written: not on WhatsApp alone.
    in_hands_at_console: Mapped[bool] = mapped_column(server_default=false())
    # They asked for a person then, and nobody could be called, or came; none: somebody has since.
    asked_in_vain_at: Mapped[datetime | None] = mapped_column(Instant)
    # STOP, ours or Twilio's: nothing is sent to them until they write START.
    opted_out_at: Mapped[datetime | None] = mapped_column(Instant)
    # WhatsApp said then that it can't reach them: nothing is sent until they write again.
    blocked_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_message_at: Mapped[datetime] = mapped_column(Instant)


_IN_HANDS_ROWS = text("in_hands_until IS NOT NULL")
Index(
    "ix_diners_in_hands",
    Diner.in_hands_until,
    postgresql_where=_IN_HANDS_ROWS,
    sqlite_where=_IN_HANDS_ROWS,
)
_IN_VAIN_ROWS = text("asked_in_vain_at IS NOT NULL")
Index(
    "ix_diners_asked_in_vain",
    Diner.asked_in_vain_at,
    postgresql_where=_IN_VAIN_ROWS,
    sqlite_where=_IN_VAIN_ROWS,
)
Index(
    "ix_diners_forgotten",
    Diner.id,
    postgresql_where=text("is_forgotten"),
    sqlite_where=text("is_forgotten = 1"),
)


def is_blocked() -> ColumnElement[bool]:
    """Of a diner: whether they have written nothing since WhatsApp could not reach them."""
    return and_(Diner.blocked_at.is_not(None), Diner.blocked_at >= Diner.last_message_at)


def is_known_by(number: Any, addresses: Collection[Any] | Select[Any]) -> Any:
    """Of a diner: whether they write to this number on WhatsApp, from one of these addresses.

    Each by its index: SQLite would look through all of a channel for both.
    """
    here = Diner.number == number
    is_on_whatsapp = Diner.channel == fixed(WHATSAPP)  # as whoever has a user id is
    by_either = union(
        select(Diner.id).where(here, is_on_whatsapp, Diner.address.in_(addresses)),
        select(Diner.id).where(here, Diner.user_id.in_(addresses)),
    )
    return Diner.id.in_(by_either)


@dataclass(frozen=True, slots=True)
class Known:
    """A diner, as a turn knows them."""

    id: int
    channel: str
    address: str
    number: str
    profile_name: str | None
    persona: str | None
    forgotten_turn_id: int = 0
    is_forgotten: bool = False
    user_id: str | None = None
    reply_to: str | None = None
    lively: int = 0
    diet: str | None = None  # as `models.diets` reads it
    in_hands_until: datetime | None = None
    language: str | None = None
    has_chosen_language: bool = False
    opted_out_at: datetime | None = None
    wrote_at: datetime | None = None  # when their last message came in

    @property
    def is_opted_out(self) -> bool:
        """Whether they wrote STOP: nothing is sent to them until they write START."""
        return self.opted_out_at is not None

    @property
    def is_in_hands(self) -> bool:
        """Whether a person answers them, and no persona."""
        return self.in_hands_until is not None

    @property
    def addresses(self) -> tuple[str, ...]:
        """All that they are known by, each in every spelling."""
        own = [spelled(each) for each in (self.address, self.user_id) if each]
        return (*own, *filter(None, map(other_spelling, own)))

    @property
    def answered_at(self) -> str:
        """The address that they are answered at."""
        return self.reply_to or self.address


KNOWN = (
    Diner.id,
    Diner.channel,
    Diner.address,
    Diner.number,
    Diner.profile_name,
    Diner.persona,
    Diner.forgotten_turn_id,
    Diner.is_forgotten,
    Diner.user_id,
    Diner.reply_to,
    Diner.lively,
    Diner.diet,
    Diner.in_hands_until,
    Diner.language,
    Diner.has_chosen_language,
    Diner.opted_out_at,
    Diner.last_message_at,
)


def of_number(number: str | None) -> list[ColumnElement[bool]]:
    """The diners who write to this number; None: everybody."""
    return [] if number is None else [Diner.number == number]


def is_this_diner() -> ColumnElement[bool]:
    """By `channel`, `address` and `number`, which are unique together."""
    own = [(Diner.channel, "channel"), (Diner.address, "address"), (Diner.number, "number")]
    return and_(*(column == bindparam(name, type_=column.type) for column, name in own))


def arriving(sql: Spelling, address: Any = None, *conditions: Any) -> Any:
    """This diner, new or known, as having written `now`, where the conditions hold.

    `profile_name` and `user_id` stay when they are NULL. `address`: the one that they are known by,
    if not the one that is bound.
    The row stays locked to the end of the transaction: a diner's messages keep their order.
    """
    own = (Diner.channel, Diner.number, Diner.profile_name, Diner.user_id, Diner.reply_to)
    columns: dict[str, Any] = {
        **{column.key: bindparam(column.key, type_=column.type) for column in own},
        "address": bindparam("address", type_=String) if address is None else address,
        "created_at": sql.now,
        "last_message_at": sql.now,
        "forgotten_turn_id": literal(0),
        "is_forgotten": false(),
        "arrivals": literal(1),
        "lively": literal(1),
    }
    row = sql.insert(Diner).from_select(
        list(columns), select(*columns.values()).where(true(), *conditions)
    )
    was_quiet = Diner.last_message_at <= sql.moment("quiet_since")
    return row.on_conflict_do_update(
        index_elements=["channel", "address", "number"],
        set_={
            "last_message_at": row.excluded.last_message_at,
            "is_forgotten": false(),
            "profile_name": func.coalesce(row.excluded.profile_name, Diner.profile_name),
            "user_id": func.coalesce(row.excluded.user_id, Diner.user_id),
            "reply_to": row.excluded.reply_to,
            "arrivals": Diner.arrivals + 1,
            "lively": case((was_quiet, 1), else_=Diner.lively + 1),
        },
    )


_ARRIVE = Statement(lambda sql: arriving(sql).returning(Diner.id))
_FIND = Statement(select(*KNOWN).where(is_this_diner()))
_BY_ID = Statement(select(*KNOWN).where(Diner.id == bindparam("diner_id")))


def upsert(
    connection: Connection,
    *,
    channel: str,
    address: str,
    number: str,
    profile_name: str | None,
    now: datetime,
) -> int:
    """The id of this diner, new or known."""
    row = connection.one(
        _ARRIVE,
        channel=channel,
        address=address,
        number=number,
        profile_name=profile_name,
        user_id=None,
        reply_to=address,
        now=now,
        quiet_since=now - QUIET,
    )
    assert row is not None, "an upsert has its row"
    return int(row[0])


def find(connection: Connection, *, channel: str, address: str, number: str) -> Known | None:
    row = connection.one(_FIND, channel=channel, address=address, number=number)
    return Known(*row) if row else None


def known(connection: Connection, diner_id: int) -> Known:
    """Raises ValueError for an id that nobody has."""
    row = connection.one(_BY_ID, diner_id=diner_id)
    if row is None:
        raise ValueError("no such diner")
    return Known(*row)
