"""What an operator sees of the inbox and does about it: turns that wait, run, or were given up."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.database.spelling import fixed
from models.database.statements import Connection, Statement
from models.diners import Diner
from models.inbox import Message
from models.outbox import HAS_FAILED, Part
from models.turns import DEAD, FAILED, RUNNING, WAS_GIVEN_UP, Turn

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


def unanswered(session: Session) -> list[Letter]:
    """Everything that has no answer: what waits, what runs, what was given up; oldest first."""
    return sorted([*_waiting(session), *_unfinished(session)], key=lambda letter: letter.since)


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


def _waiting(session: Session) -> list[Letter]:
    rows = session.execute(
        select(Diner.address, func.count(), func.min(Message.received_at))
        .join(Diner, Diner.id == Message.diner_id)
        .where(Message.turn_id.is_(None))
        .group_by(Diner.id, Diner.address)
    )
    return [
        Letter(None, "waiting", None, 0, address, count, since) for address, count, since in rows
    ]


def _unfinished(session: Session) -> list[Letter]:
    messages = (
        select(func.count()).where(Message.turn_id == Turn.id).correlate(Turn).scalar_subquery()
    )
    rows = session.execute(
        select(Turn, Diner.address, messages)
        .join(Diner, Diner.id == Turn.diner_id)
        .where(Turn.state.in_([fixed(RUNNING), fixed(FAILED), fixed(DEAD)]))
    )
    return [
        Letter(turn.id, turn.state, turn.cause, turn.attempts, address, count, turn.started_at)
        for turn, address, count in rows
    ]


def retry(session: Session, turn_id: int) -> int | None:
    """Let the messages of a turn that was given up, or failed, wait once more.

    Returns the diner's id, None without such a turn.
    """
    diner_id = _settle(session, turn_id, RETRIED)
    if diner_id is not None:
        session.execute(update(Message).where(Message.turn_id == turn_id).values(turn_id=None))
    return diner_id


def drop(session: Session, turn_id: int) -> bool:
    """Let a turn that was given up, or failed, go; False when there is no such turn."""
    return _settle(session, turn_id, DROPPED) is not None


def _settle(session: Session, turn_id: int, state: str) -> int | None:
    settled = session.execute(
        update(Turn)
        .where(Turn.id == turn_id, Turn.state.in_((DEAD, FAILED)))
        .values(state=state)
        .returning(Turn.diner_id)
    ).scalar()
    return None if settled is None else int(settled)
