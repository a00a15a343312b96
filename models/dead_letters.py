"""What an operator sees of the inbox and does about it: turns that wait, run, or were given up.

`number` is a restaurant's, whose diners' alone are meant; None: everybody's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.database.columns import is_id
from models.database.statements import Connection, Statement
from models.diners import Diner, of_number
from models.inbox import IS_WAITING, Message
from models.outbox import HAS_FAILED, Part
from models.turns import DEAD, FAILED, IS_RUNNING, WAS_GIVEN_UP, Turn

# A turn that an operator dealt with: its messages wait again, or are let go.
RETRIED, DROPPED = "retried", "dropped"


@dataclass(frozen=True, slots=True)
class Letter:
    """A turn that did not come to an answer, or messages that no turn has taken yet.

    Of those, `turn_id` is None and the state waiting.
    """

    turn_id: int | None
    state: str
    cause: str | None
    attempts: int
    address: str
    messages: int
    since: datetime
    diner_id: int
    name: str | None
    wrote_at: datetime  # the diner, last


def unanswered(
    session: Session, number: str | None = None, most: int | None = None
) -> list[Letter]:
    """Everything that has no answer: what waits, what runs, what was given up; oldest first.

    `most`: of each of these no more than the latest so many.
    """
    found = [
        *_waiting(session, number, most),
        *_unfinished(session, IS_RUNNING, number, most),
        *_unfinished(session, WAS_GIVEN_UP, number, most),
    ]
    return sorted(found, key=lambda letter: letter.since)


_GIVEN_UP = Statement(select(Turn.state, func.count()).where(WAS_GIVEN_UP).group_by(Turn.state))
_NOT_ARRIVED = Statement(select(func.count(Part.id)).where(HAS_FAILED))


def counts(connection: Connection) -> dict[str, int]:
    """How many turns are dead, how many failed, and how many parts did."""
    turns = {str(state): int(count) for state, count in connection.all(_GIVEN_UP)}
    parts = connection.one(_NOT_ARRIVED)
    return {
        "turns_dead": turns.get(DEAD, 0),
        "turns_failed": turns.get(FAILED, 0),
        "parts_failed": int(parts[0]) if parts else 0,
    }


def _waiting(session: Session, number: str | None, most: int | None) -> list[Letter]:
    since = func.min(Message.received_at)
    rows = session.execute(
        select(
            Diner.address,
            func.count(),
            since,
            Diner.id,
            Diner.profile_name,
            Diner.last_message_at,
        )
        .join(Diner, Diner.id == Message.diner_id)
        .where(IS_WAITING, *of_number(number))
        .group_by(Diner.id, Diner.address, Diner.profile_name, Diner.last_message_at)
        .order_by(since.desc())
        .limit(most)
    )
    return [
        Letter(None, "waiting", None, 0, address, count, at, diner_id, name, wrote_at)
        for address, count, at, diner_id, name, wrote_at in rows
    ]


def _unfinished(session: Session, which: Any, number: str | None, most: int | None) -> list[Letter]:
    messages = (
        select(func.count()).where(Message.turn_id == Turn.id).correlate(Turn).scalar_subquery()
    )
    columns = (
        *(Turn.id, Turn.state, Turn.cause, Turn.attempts),
        *(Diner.address, messages, Turn.started_at),
        *(Diner.id, Diner.profile_name, Diner.last_message_at),
    )
    found = select(*columns).join(Diner, Diner.id == Turn.diner_id).where(which, *of_number(number))
    # Added to: else a database may walk the table in this order, past the index of these few.
    latest_first = found.order_by((Turn.id + 0).desc()).limit(most)
    return [Letter(*row) for row in session.execute(latest_first)]


def retry(session: Session, turn_ids: Collection[int], number: str | None = None) -> list[int]:
    """Let the messages of these turns, which were given up, or failed, be answered anew.

    What their diners were told instead of an answer stays said. Returns the ids of those that
    nobody dealt with before. A running service takes up within a second what waits again.
    """
    retried = _settle(session, turn_ids, RETRIED, number)
    session.execute(update(Message).where(Message.turn_id.in_(retried)).values(turn_id=None))
    return retried


def drop(session: Session, turn_ids: Collection[int], number: str | None = None) -> list[int]:
    """Let these turns, which were given up, or failed, go: nobody answers them any more.

    Returns the ids of those that nobody dealt with before.
    """
    return _settle(session, turn_ids, DROPPED, number)


def diners_of(session: Session, turn_ids: Collection[int]) -> list[int]:
    """Whose turns these are, each once."""
    found = select(Turn.diner_id).where(Turn.id.in_(turn_ids)).distinct()
    return sorted(session.scalars(found))


def _settle(
    session: Session, turn_ids: Collection[int], state: str, number: str | None
) -> list[int]:
    named = Turn.id.in_([each for each in turn_ids if is_id(each)])
    diners = select(Diner.id).where(*of_number(number))
    settled = session.execute(
        update(Turn)
        .where(named, Turn.state.in_((DEAD, FAILED)), Turn.diner_id.in_(diners))
        .values(state=state)
        .returning(Turn.id),
        execution_options={"synchronize_session": False},
    )
    return sorted(settled.scalars())
