"""The diners, with their persona: one for each address that writes to one number on one channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    false,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Address, Base, Instant
from models.database.statements import Connection, Spelling, Statement

WHATSAPP, API = "whatsapp", "api"  # channels


class Diner(Base):
    __tablename__ = "diners"
    __table_args__ = (UniqueConstraint("channel", "address", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    # Opaque: since 2026 a WhatsApp sender need not have a phone number.
    # The whole `From` on the whole `To` is one diner.
    address: Mapped[str] = mapped_column(Address)
    number: Mapped[str] = mapped_column(Address)
    profile_name: Mapped[str | None] = mapped_column(String(200))
    persona: Mapped[str | None] = mapped_column(String(32))  # none: the default persona
    # `/reset`: turns up to this one are no longer part of the conversation.
    forgotten_turn_id: Mapped[int] = mapped_column(default=0)
    # `/forget`: everything else is erased, and this row goes once the confirmation is sent,
    # unless they write again.
    is_forgotten: Mapped[bool] = mapped_column(default=False)
    # Counts what came in from them: who finds another number than a moment before was not alone.
    arrivals: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_message_at: Mapped[datetime] = mapped_column(Instant)


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


KNOWN = (
    Diner.id,
    Diner.channel,
    Diner.address,
    Diner.number,
    Diner.profile_name,
    Diner.persona,
    Diner.forgotten_turn_id,
    Diner.is_forgotten,
)


def is_this_diner() -> ColumnElement[bool]:
    """By `channel`, `address` and `number`, which are unique together."""
    own = [(Diner.channel, "channel"), (Diner.address, "address"), (Diner.number, "number")]
    return and_(*(column == bindparam(name, type_=column.type) for column, name in own))


def arriving(sql: Spelling) -> Any:
    """This diner, new or known, as having written `now`; `profile_name` stays when it is NULL.

    The row stays locked to the end of the transaction: a diner's messages keep their order.
    """
    names = ("channel", "address", "number", "profile_name")
    row = sql.insert(Diner).values(
        **{name: bindparam(name) for name in names},
        created_at=sql.now,
        last_message_at=sql.now,
        forgotten_turn_id=0,
        is_forgotten=false(),
        arrivals=1,
    )
    return row.on_conflict_do_update(
        index_elements=["channel", "address", "number"],
        set_={
            "last_message_at": row.excluded.last_message_at,
            "is_forgotten": false(),
            "profile_name": func.coalesce(row.excluded.profile_name, Diner.profile_name),
            "arrivals": Diner.arrivals + 1,
        },
    )


_ARRIVE = Statement(lambda sql: arriving(sql).returning(Diner.id))
_FIND = Statement(select(*KNOWN).where(is_this_diner()))
_BY_ID = Statement(select(*KNOWN).where(Diner.id == bindparam("diner_id")))
_SET_PERSONA = Statement(
    update(Diner).where(Diner.id == bindparam("diner_id")).values(persona=bindparam("persona"))
)
_RESET_CONVERSATION = Statement(
    update(Diner)
    .where(Diner.id == bindparam("diner_id"))
    .values(forgotten_turn_id=bindparam("forgotten_turn_id"))
)


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
        _ARRIVE, channel=channel, address=address, number=number, profile_name=profile_name, now=now
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


def set_persona(connection: Connection, diner_id: int, persona: str) -> None:
    connection.run(_SET_PERSONA, diner_id=diner_id, persona=persona)


def reset_conversation(connection: Connection, diner_id: int, up_to_turn_id: int) -> None:
    connection.run(_RESET_CONVERSATION, diner_id=diner_id, forgotten_turn_id=up_to_turn_id)
