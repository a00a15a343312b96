"""What diners asked for and the menu could not tell, by how often.

It comes from what the tools noted (`models.tool_calls`), and goes with its conversations.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models import meter
from models.console.attention import is_here
from models.database.engine import Database
from models.diners import Diner
from models.restaurants import Restaurant
from models.tool_calls import MissedKind, ToolCall
from models.turns import Turn

MOST = 200
# Calls that are looked through, the latest of them.
MOST_CALLS = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """`words`: as they were noted last. `turns`: in how many, `diners`: of how many people."""

    kind: MissedKind
    words: str
    turns: int
    diners: int
    last_at: datetime
    last_diner_id: int


def asked(
    database: Database,
    restaurant: Restaurant,
    since: datetime,
    *,
    fold: Callable[[str], str],
    most: int = MOST,
) -> list[Asked]:
    """Since then, what was asked for in most turns first. `fold`: what makes two words one.

    Raises DatabaseUnavailableError.
    """
    with database.alone() as connection:
        first = meter.first_ids(connection, since).turns
    noted = (
        select(ToolCall.missed, Turn.id, Turn.diner_id, Turn.started_at)
        .join(Turn, Turn.id == ToolCall.turn_id)
        .join(Diner, Diner.id == Turn.diner_id)
        .where(ToolCall.missed.is_not(None), ToolCall.turn_id >= first)
        .where(Turn.started_at >= since, is_here(restaurant))
        .order_by(ToolCall.turn_id.desc())
        .limit(MOST_CALLS)
    )
    found: dict[tuple[Any, str], _Group] = {}
    with database.transaction() as session:
        for missed, turn_id, diner_id, at in session.execute(noted):
            for kind, words in missed or ():
                key = (kind, fold(words))
                group = found.setdefault(key, _Group(kind, words, at, diner_id))
                group.turns.add(turn_id)
                group.diners.add(diner_id)
    told = sorted(
        (each.told() for each in found.values()), key=lambda each: (each.kind, each.words)
    )
    return sorted(told, key=lambda each: (each.turns, each.last_at), reverse=True)[:most]


class _Group:
    """Rows come latest first: its words are those of the first."""

    def __init__(self, kind: Any, words: str, at: datetime, diner_id: int) -> None:
        self.kind: MissedKind = kind
        self.words = words
        self.at = at
        self.last_diner_id = diner_id
        self.turns: set[int] = set()
        self.diners: set[int] = set()

    def told(self) -> Asked:
        return Asked(
            self.kind,
            self.words,
            len(self.turns),
            len(self.diners),
            self.at,
            self.last_diner_id,
        )
