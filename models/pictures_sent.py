"""Which pictures a diner has been sent of late. It sends none."""

from typing import Any

from sqlalchemy import Integer, bindparam, select

from models.database.spelling import Spelling, fixed
from models.database.statements import Connection, Statement
from models.diners import Known
from models.outbox import DROPPED, FAILED, Part
from models.turns import Turn

# Of what a diner was told, as far back as a persona sees it.
TURNS = 10


@Statement
def _lately(_: Spelling) -> Any:
    last = (
        select(Turn.id)
        .where(
            Turn.diner_id == bindparam("diner_id", type_=Integer),
            Turn.id > bindparam("after", type_=Integer),
        )
        .order_by(Turn.id.desc())
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
    arrives = Part.state.not_in([fixed(FAILED), fixed(DROPPED)])
    return select(Part.extra).join(last, Part.turn_id == last.c.id).where(arrives)


def lately(connection: Connection, diner: Known) -> set[str]:
    """Their addresses; what was before `/reset` does not count, nor what did not arrive."""
    rows = connection.all(_lately, diner_id=diner.id, after=diner.forgotten_turn_id, most=TURNS)
    return {extra["picture"] for (extra,) in rows if extra and extra.get("picture")}
