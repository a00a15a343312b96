"""How a turn closes: it ends with its reply, and the reply's parts stand in the outbox, the first
one claimed, in one go.
"""

from collections.abc import Sequence
from datetime import datetime

from models import outbox, turns
from models.database.statements import Chain, Connection, Steps
from models.outbox import Bubble, Outgoing
from models.turns import Claimed, Result


@Chain
def _close(steps: Steps) -> None:
    turn = steps.add("turn", turns.ending())
    steps.add("part", outbox.writing(steps.sql, turn("id").is_not(None)))


def close(
    connection: Connection,
    turn: Claimed,
    result: Result,
    bubbles: Sequence[Bubble],
    *,
    lease: str,
    now: datetime,
    until: datetime,
) -> tuple[bool, Outgoing | None]:
    """End a turn and write its reply, bubble by bubble; for more than one of them, a transaction
    is needed.

    Whether the turn was still ours (if not, nothing is written), and the first part, claimed under
    `lease` `until` then, unless earlier ones are still to go out.
    """
    if not bubbles:
        return turns.end(connection, turn, result, now), None
    ended, part = connection.chain(
        _close,
        turn_id=turn.id,
        lease=turn.lease,
        now=now,
        **result.columns(),
        diner_id=turn.diner.id,
        **outbox.columns_of(bubbles[0]),
        part_lease=lease,
        part_until=until,
    )
    if ended is None:
        return False, None
    for bubble in bubbles[1:]:
        outbox.write(
            connection, turn.diner, bubble, turn_id=turn.id, lease=lease, now=now, until=until
        )
    return True, outbox.outgoing_part(
        part, turn.diner, bubbles[0], lease=lease, now=now, until=until
    )
