"""What is said in a call, as turns: each exchange is one that was answered, with its messages.

A call that was erased with its diner keeps nothing more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Integer,
    String,
    Text,
    bindparam,
    cast,
    delete,
    false,
    insert,
    null,
    select,
    update,
)

from models import tool_calls
from models.calls import PhoneCall
from models.database.columns import storable
from models.database.spelling import Spelling, fixed
from models.database.statements import Connection, Statement
from models.diners import Diner
from models.inbox import Message
from models.tokens import Tokens
from models.turns import DONE, TOKENS, Turn

_CALL_ID = bindparam("call_id", type_=Integer)
_DINER_ID = bindparam("diner_id", type_=Integer)
_TURN_ID = bindparam("turn_id", type_=Integer)


@dataclass(frozen=True, slots=True)
class Kept:
    """The turn that was written; its diner is locked to the end of the transaction."""

    turn_id: int
    diner_id: int


# The diner before the call, as who erases both takes them.
_LOCK_DINER = Statement(
    select(Diner.id)
    .join(PhoneCall, PhoneCall.diner_id == Diner.id)
    .where(PhoneCall.id == _CALL_ID)
    .with_for_update(key_share=True, of=Diner)
)
_COUNT = Statement(
    update(PhoneCall)
    .where(
        PhoneCall.id == _CALL_ID,
        PhoneCall.diner_id == _DINER_ID,
        PhoneCall.messages == bindparam("before", type_=Integer),
    )
    .values(messages=PhoneCall.messages + bindparam("more", type_=Integer))
    .returning(PhoneCall.sid)
)


@Statement
def _turn(sql: Spelling) -> Any:
    values = {
        "diner_id": _DINER_ID,
        "call_id": _CALL_ID,
        "state": fixed(DONE),
        "persona": bindparam("persona", type_=String),
        "reply": bindparam("reply", type_=Text),
        "lease": fixed(""),
        "lease_until": sql.now,
        "attempts": 1,
        "started_at": sql.moment("began_at"),
        "ended_at": sql.now,
        **{column.key: bindparam(column.key, type_=Integer) for column in TOKENS},
    }
    return insert(Turn).values(values).returning(Turn.id)


@Statement
def _messages(sql: Spelling) -> Any:
    rows = sql.rows_in("said", place=Integer, text=Text)
    columns = {
        "diner_id": _DINER_ID,
        "sid": bindparam("prefix", type_=String) + cast(rows.c.place, String),
        "text": rows.c.text,
        "is_keyword": false(),
        "payload": bindparam("payload", type_=JSON),
        "received_at": sql.moment("began_at"),
        "turn_id": _TURN_ID,
    }
    return insert(Message).from_select(
        list(columns), select(*columns.values()).select_from(rows).order_by(rows.c.place)
    )


def places(texts: Sequence[str]) -> int:
    """One a message, and one where there is none: so each exchange tells itself from the next."""
    return max(1, len(texts))


_CALLS = Statement(lambda sql: tool_calls.writing(sql, _TURN_ID))


def write(
    connection: Connection,
    call_id: int,
    *,
    before: int,
    texts: Sequence[str],
    reply: str,
    persona: str | None,
    tokens: Tokens,
    calls: Sequence[Mapping[str, Any]],
    now: datetime,
    began_at: datetime | None = None,
) -> Kept | None:
    """An exchange of a call, in a transaction.

    `calls`: `tool_calls.bound`'s. `began_at`: None for now. `before`: how many places those before
    it took, as `places` counts them. None, and nothing is written, where this was written before,
    or the call erased, with its diner's other words.
    """
    diner_id = lock_diner(connection, call_id)
    if diner_id is None:
        return None
    more = places(texts)
    counted = connection.one(_COUNT, call_id=call_id, diner_id=diner_id, before=before, more=more)
    if counted is None:
        return None
    (sid,) = counted
    row = connection.one(
        _turn,
        diner_id=diner_id,
        call_id=call_id,
        persona=persona,
        reply=storable(reply),
        began_at=began_at or now,
        now=now,
        **{column.key: count for column, count in zip(TOKENS, tokens, strict=True)},
    )
    assert row is not None, "an insert returns its row"
    (turn_id,) = row
    said = [
        {"place": place, "text": storable(each)} for place, each in enumerate(texts, before + 1)
    ]
    if said:
        of = {"diner_id": diner_id, "turn_id": turn_id, "prefix": f"{sid}."}
        connection.run(_messages, **of, said=said, payload={}, began_at=began_at or now, now=now)
    if calls:
        connection.run(_CALLS, turn_id=turn_id, calls=calls)
    return Kept(turn_id, diner_id)


def lock_diner(connection: Connection, call_id: int) -> int | None:
    """Who calls, to the end of the transaction; None of a call that was erased."""
    found = connection.one(_LOCK_DINER, call_id=call_id)
    # Whoever made one diner of two moved it meanwhile: now its diner is the one who is left.
    found = found or connection.one(_LOCK_DINER, call_id=call_id)
    return int(found[0]) if found else None


_IS_HERE = Statement(select(PhoneCall.id).where(PhoneCall.id == _CALL_ID))


def is_erased(connection: Connection, call_id: int) -> bool:
    """Whether a call went with all that its diner said."""
    return connection.one(_IS_HERE, call_id=call_id) is None


_CALLS_OF = Statement(select(PhoneCall.id).where(PhoneCall.diner_id == _DINER_ID))
_UNLINK = Statement(
    lambda sql: update(Turn).where(sql.is_one_of(Turn.call_id, "ids")).values(call_id=null())
)
_FORGET = Statement(lambda sql: delete(PhoneCall).where(sql.is_one_of(PhoneCall.id, "ids")))


def calls_of(connection: Connection, diner_id: int) -> list[int]:
    """The ids of all of a diner's calls."""
    return [call_id for (call_id,) in connection.all(_CALLS_OF, diner_id=diner_id)]


def forget_calls(connection: Connection, ids: list[int]) -> None:
    """These calls go: nothing more is kept of one that is under way.

    Those of their turns that are left are no call's any more.
    """
    connection.run(_UNLINK, ids=ids)
    connection.run(_FORGET, ids=ids)
