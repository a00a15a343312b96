"""Which tools a turn called: with what, what they answered, and what of it the menu did not have.

They are written with the turn's end, where there are any, and go with the turn. Nobody logs them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.database.columns import Base, storable
from models.database.spelling import Spelling

# So many characters of its arguments, and of its answer, are kept.
MOST_CHARACTERS = 4_000
CUT = " […]"  # what was longer ends in it
MOST_OF_A_NAME = 64
# Of one turn; it calls two or three.
MOST_CALLS = 32
# Of one call, and how long each may be.
MOST_MISSED, MOST_WORDS = 12, 200

# dish: asked for and not on the menu; word: nobody knows what it means; contents: the dish's row
# does not say whether it has what is in brackets; pairing: nobody wrote what goes with the dish
MissedKind = Literal["dish", "word", "contents", "pairing"]


@dataclass(frozen=True, slots=True)
class Missed:
    """What a diner asked for and the menu could not tell."""

    kind: MissedKind
    words: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the model made it: `arguments` and `result` are JSON, if the model's was.

    `took_ms`: with the wait for a database that was away. `dishes`: ids of those it was about.
    """

    tool: str
    arguments: str
    result: str
    took_ms: int
    is_error: bool = False
    missed: tuple[Missed, ...] = ()
    dishes: tuple[int, ...] = ()


class ToolCall(Base):
    __tablename__ = "tool_calls"

    turn_id: Mapped[int] = mapped_column(
        ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True)  # within the turn, from 1
    tool: Mapped[str] = mapped_column(String(MOST_OF_A_NAME))
    arguments: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    took_ms: Mapped[int]
    is_error: Mapped[bool]
    # [kind, words] each; none where the menu had it all.
    missed: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    # Ids of the dishes that were looked up; none where it was about no dish.
    dishes: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))


_MISSED_ROWS = text("missed IS NOT NULL")
Index(
    "ix_tool_calls_missed",
    ToolCall.turn_id,
    postgresql_where=_MISSED_ROWS,
    sqlite_where=_MISSED_ROWS,
)

_WRITTEN = {
    "place": Integer,
    "tool": String,
    "arguments": Text,
    "result": Text,
    "took_ms": Integer,
    "is_error": Boolean,
    "missed": JSON(none_as_null=True),
    "dishes": JSON(none_as_null=True),
}


def writing(sql: Spelling, turn_id: Any, *conditions: Any) -> Any:
    """All calls of a turn, `calls` as `bound` makes them, where the conditions hold."""
    rows = sql.rows_in("calls", **_WRITTEN)
    columns = [turn_id, *(rows.c[name] for name in _WRITTEN)]
    given = select(*columns).select_from(rows).where(*conditions)
    return insert(ToolCall).from_select(["turn_id", *_WRITTEN], given)


def bound(calls: Sequence[Call]) -> list[dict[str, Any]]:
    """As `writing` takes them: no longer, and no more, than is kept."""
    return [
        {
            "place": place,
            "tool": storable(call.tool)[:MOST_OF_A_NAME],
            "arguments": _cut(call.arguments),
            "result": _cut(call.result),
            "took_ms": call.took_ms,
            "is_error": call.is_error,
            "missed": [
                [each.kind, storable(each.words)[:MOST_WORDS]] for each in call.missed[:MOST_MISSED]
            ]
            or None,
            "dishes": list(call.dishes) or None,
        }
        for place, call in enumerate(calls[:MOST_CALLS], 1)
    ]


def _cut(said: str) -> str:
    kept = storable(said[: MOST_CHARACTERS + 1])
    return kept if len(kept) <= MOST_CHARACTERS else kept[: MOST_CHARACTERS - len(CUT)] + CUT
