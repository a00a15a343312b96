"""What a turn writes as it ends, in one go: how it ended, and its reply's parts in the outbox.

The first part comes claimed. What else takes effect with it is `engine.closing`'s.
"""

from collections.abc import Sequence
from datetime import datetime

from models import outbox, turns
from models.bubbles import Bubble, bound
from models.database.statements import Chain, Connection, Steps
from models.outbox import Outgoing
from models.turns import Claimed, Result
from telemetry.tracing import tracing


@Chain
def _end(steps: Steps) -> None:
    turn = steps.add("turn", turns.ending(steps.sql))
    steps.add("part", outbox.writing(steps.sql, turn("id").is_not(None)))


def write(
    connection: Connection,
    turn: Claimed,
    result: Result,
    bubbles: Sequence[Bubble],
    *,
    lease: str,
    now: datetime,
    until: datetime,
) -> tuple[bool, Outgoing | None]:
    """End a turn and write its reply, bubble by bubble; more than one need a transaction.

    Returns whether the turn was still ours (if not, nothing is written), and the first part,
    claimed under `lease` `until` then, unless it has to wait.
    """
    if not bubbles:
        return turns.end(connection, turn, result, now), None
    ended, part = connection.chain(
        _end,
        turn_id=turn.id,
        lease=turn.lease,
        now=now,
        **result.columns(),
        diner_id=turn.diner.id,
        **bound(bubbles[0]),
        part_lease=lease,
        part_until=until,
        traceparent=tracing.traceparent(),
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
