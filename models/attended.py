"""What is under way and somebody works on: its lease is renewed, or given up."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import String, and_, bindparam, case, update

from models.database.spelling import fixed
from models.database.statements import Connection, Statement
from models.outbox import IS_UNFINISHED, MAYBE, SENDING, WAITING, Part
from models.turns import IS_RUNNING, Turn

# Unfinished too: SQLite takes a partial index only for its own words.
_IS_SENDING = and_(Part.state == fixed(SENDING), IS_UNFINISHED)

_RENEW_TURNS = Statement(
    lambda sql: (
        update(Turn)
        .where(sql.is_one_of(Turn.lease, "leases"), IS_RUNNING)
        .values(lease_until=sql.moment("until"))
        .returning(Turn.lease)
    )
)
_RENEW_PARTS = Statement(
    lambda sql: (
        update(Part)
        .where(sql.is_one_of(Part.lease, "leases"), _IS_SENDING)
        .values(lease_until=sql.moment("until"))
        .returning(Part.lease)
    )
)


def renew(connection: Connection, leases: list[str], now: datetime, until: datetime) -> set[str]:
    """The heartbeat of running turns and of parts that are being sent.

    Returns those leases that are still held.
    """
    rows = [
        *connection.all(_RENEW_TURNS, leases=leases, now=now, until=until),
        *connection.all(_RENEW_PARTS, leases=leases, now=now, until=until),
    ]
    return {lease for (lease,) in rows}


_HAND_BACK_TURNS = Statement(
    lambda sql: (
        update(Turn)
        .where(sql.is_one_of(Turn.lease, "leases"), IS_RUNNING)
        .values(lease=fixed(""), lease_until=sql.now, attempts=Turn.attempts - 1)
    )
)
_HAND_BACK_PARTS = Statement(
    lambda sql: (
        update(Part)
        .where(sql.is_one_of(Part.lease, "leases"), _IS_SENDING)
        .values(state=bindparam("state", type_=String), lease=None, not_before=sql.now)
    )
)


def hand_back(
    connection: Connection, leases: list[str], now: datetime, *, maybe_sent: Collection[str]
) -> None:
    """Give these leases up: nothing more is written under them, and another process goes on.

    A turn's attempt does not count. Of parts, those `maybe_sent` are looked for.
    """
    connection.run(_HAND_BACK_TURNS, leases=leases, now=now)
    unsent = [each for each in leases if each not in maybe_sent]
    connection.run(_HAND_BACK_PARTS, leases=unsent, state=WAITING, now=now)
    connection.run(_HAND_BACK_PARTS, leases=list(maybe_sent), state=MAYBE, now=now)


_HAND_BACK_UNTOUCHED = Statement(
    lambda sql: (
        update(Part)
        .where(sql.is_one_of(Part.lease, "leases"), _IS_SENDING)
        .values(
            # What an earlier try came to, its claim has written over.
            state=case((Part.attempts > 1, fixed(MAYBE)), else_=fixed(WAITING)),
            lease=None,
            not_before=sql.now,
        )
    )
)


def hand_back_untouched(connection: Connection, leases: list[str], now: datetime) -> None:
    """The same with leases under which nothing was begun; there may be nothing under them."""
    connection.run(_HAND_BACK_TURNS, leases=leases, now=now)
    connection.run(_HAND_BACK_UNTOUCHED, leases=leases, now=now)
