"""What is about to be erased, counted first: what a day took stays so.

It says not whose it was; of who asked to be forgotten a hash does, until their day is over.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, delete, union_all

from models.database.columns import Base, Instant
from models.database.spelling import Spelling
from models.database.statements import Connection, Row, Statement
from models.inbox import Message
from models.meter import (
    NOBODYS,
    QUARTER,
    SUMS,
    ErasedUse,
    ForgottenUse,
    Use,
    of_messages,
    of_parts,
    of_turns,
    use_of,
)
from models.outbox import Part
from models.tokens import NO_TOKENS, Tokens
from models.turns import IS_RUNNING, Turn

# No day is longer.
FORGOTTEN_AFTER = timedelta(hours=25)
_DINER_ID = bindparam("diner_id", type_=Integer)
# Of what is about to be erased, row by row.
_OF_TURNS = Statement(
    lambda sql: union_all(
        of_turns(sql.is_one_of(Turn.id, "ids")),
        of_messages(sql.is_one_of(Message.turn_id, "ids")),
        of_parts(sql.is_one_of(Part.turn_id, "ids")),
    )
)
_OF_PARTS = Statement(lambda sql: of_parts(sql.is_one_of(Part.id, "ids")))
_OF_A_DINER = Statement(
    union_all(
        of_turns(Turn.diner_id == _DINER_ID),
        of_messages(Message.diner_id == _DINER_ID),
        of_parts(Part.diner_id == _DINER_ID),
    )
)
_OF_A_DINERS_WORDS = Statement(
    union_all(
        of_messages(
            Message.diner_id == _DINER_ID,
            Message.turn_id != bindparam("turn_id", type_=Integer),
            ~IS_RUNNING,
        ),
        of_parts(Part.diner_id == _DINER_ID),
    )
)


def keep_turns(connection: Connection, ids: list[int], whose: str | None = None) -> None:
    """These turns are about to be erased, with their messages and replies.

    `whose`: that of a diner who asked for it, here and below.
    """
    _keep(connection, connection.all(_OF_TURNS, ids=ids), whose)


def keep_parts(connection: Connection, ids: list[int]) -> None:
    """These parts are."""
    _keep(connection, connection.all(_OF_PARTS, ids=ids))


def keep_words(connection: Connection, diner_ids: list[int], turn_id: int, whose: str) -> None:
    """All that these diners were sent is, and what they wrote but for this turn and what runs."""
    rows: list[Row] = []
    for diner_id in diner_ids:
        rows += connection.all(_OF_A_DINERS_WORDS, diner_id=diner_id, turn_id=turn_id)
    _keep(connection, rows, whose)


def keep_diner(connection: Connection, diner_id: int, whose: str) -> None:
    """All of this diner is."""
    _keep(connection, connection.all(_OF_A_DINER, diner_id=diner_id), whose)


def keep_lost(
    connection: Connection, number: str, persona: str | None, tokens: Tokens, now: datetime
) -> None:
    """What a turn took of the model that another process has, or that broke off."""
    if tokens != NO_TOKENS:
        _keep(connection, [(number, now, persona or NOBODYS, 0, 0, 0, *tokens)])


_LET_GO = Statement(
    delete(ForgottenUse).where(ForgottenUse.quarter < bindparam("before", type_=Instant))
)


def let_go(connection: Connection, now: datetime) -> None:
    """Whose it was, once nobody need know any more."""
    connection.run(_LET_GO, before=now - FORGOTTEN_AFTER - QUARTER)


def _adding(table: type[Base], *key: str) -> Statement:
    def add(sql: Spelling) -> Any:
        columns = table.__table__.c
        row = sql.insert(table).values({c.key: bindparam(c.key, type_=c.type) for c in columns})
        sums = {name: columns[name] + row.excluded[name] for name in SUMS}
        return row.on_conflict_do_update(index_elements=list(key), set_=sums)

    return Statement(add)


_ADD_ERASED = _adding(ErasedUse, "number", "quarter", "persona")
_ADD_FORGOTTEN = _adding(ForgottenUse, "whose", "quarter")


def _keep(connection: Connection, rows: Iterable[Row], whose: str | None = None) -> None:
    kept: defaultdict[tuple[str, datetime, str], Use] = defaultdict(Use)
    for number, at, persona, *values in rows:
        key = (number, at - (at - datetime.min.replace(tzinfo=at.tzinfo)) % QUARTER, persona)
        kept[key] += use_of(values)
    # In one order, so that two who erase wait for each other at most.
    for (number, quarter, persona), use in sorted(kept.items(), key=lambda each: each[0]):
        of = {"number": number, "quarter": quarter, "persona": persona}
        connection.run(_ADD_ERASED, **of, **use.columns())
        if whose is not None:
            connection.run(_ADD_FORGOTTEN, whose=whose, quarter=quarter, **use.columns())
