"""What became of turns: a diner's exchanges with a persona, and the answer to one message.

It reads turns that have ended, and changes none.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, String, bindparam, select

from models.database.statements import Connection, Spelling, Statement, fixed
from models.diners import Known
from models.inbox import Message
from models.turns import DONE, Turn

_DINER_ID = bindparam("diner_id", type_=Integer)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One past turn: what the diner wrote, message by message, and the reply."""

    texts: tuple[str, ...]
    reply: str


@Statement
def _history(_: Spelling) -> Any:
    last = (
        select(Turn.id, Turn.reply)
        .where(Turn.diner_id == _DINER_ID, Turn.id > bindparam("after", type_=Integer))
        .where(Turn.state == fixed(DONE), Turn.persona == bindparam("persona", type_=String))
        .order_by(Turn.id.desc())
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
    told = select(last.c.id, last.c.reply, Message.text).join(Message, Message.turn_id == last.c.id)
    return told.order_by(last.c.id, Message.id)


def exchanges(connection: Connection, diner: Known, persona: str, limit: int) -> list[Exchange]:
    """The diner's last `limit` answered turns with this persona since `/reset`, oldest first."""
    rows = connection.all(
        _history, diner_id=diner.id, after=diner.forgotten_turn_id, persona=persona, most=limit
    )
    exchanges: dict[int, Exchange] = {}
    for turn_id, reply, words in rows:
        before = exchanges.get(turn_id)
        exchanges[turn_id] = Exchange((*before.texts, words) if before else (words,), reply)
    return list(exchanges.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a turn."""

    state: str
    reply: str | None
    cause: str | None


@Statement
def _of_message(_: Spelling) -> Any:
    columns = (Turn.state, Turn.reply, Turn.cause)
    return (
        select(*columns)
        .join(Message, Message.turn_id == Turn.id)
        .where(Message.id == bindparam("message_id"))
    )


def of_message(connection: Connection, message_id: int) -> Outcome | None:
    """What became of the turn that took a message, if one has."""
    row = connection.one(_of_message, message_id=message_id)
    return Outcome(*row) if row else None
