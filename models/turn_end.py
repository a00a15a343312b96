"""What a turn writes as it ends, in one go: how it ended, its tools' calls, its reply's parts.

The first part comes claimed. What else takes effect with it is `engine.closing`'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from models import outbox, tool_calls, turns
from models.bubbles import Bubble, bound
from models.database.statements import Chain, Connection, Steps
from models.outbox import Outgoing
from models.turns import Claimed, Result
from telemetry.tracing import tracing


def _ending(*, calls: bool, part: bool) -> Chain:
    """With its calls, and the first part of its reply, where there are any."""

    def build(steps: Steps) -> None:
        turn = steps.add("turn", turns.ending(steps.sql))
        if calls:
            is_ours = turn("id").is_not(None)
            steps.do("calls", tool_calls.writing(steps.sql, turn("id"), is_ours))
        if part:
            steps.add("part", outbox.writing(steps.sql, turn("id").is_not(None)))

    return Chain(build)


# By whether there are calls, and a part.
_END = {
    (False, True): _ending(calls=False, part=True),
    (True, False): _ending(calls=True, part=False),
    (True, True): _ending(calls=True, part=True),
}


def write(
    connection: Connection,
    turn: Claimed,
    result: Result,
    bubbles: Sequence[Bubble],
    calls: Sequence[Mapping[str, Any]] = (),
    *,
    lease: str,
    now: datetime,
    until: datetime,
) -> tuple[bool, Outgoing | None]:
    """End a turn and write its reply, bubble by bubble; more than one need a transaction.

    Returns whether the turn was still ours (if not, nothing is written), and the first part,
    claimed under `lease` `until` then, unless it has to wait. `calls`: `tool_calls.bound`'s.
    """
    if not bubbles and not calls:
        return turns.end(connection, turn, result, now), None
    rows = connection.chain(
        _END[bool(calls), bool(bubbles)],
        turn_id=turn.id,
        lease=turn.lease,
        now=now,
        **result.columns(),
        **({"calls": calls} if calls else {}),
        **(_of_part(turn, bubbles[0], lease, until) if bubbles else {}),
    )
    if rows[0] is None or not bubbles:
        return rows[0] is not None, None
    for bubble in bubbles[1:]:
        outbox.write(
            connection, turn.diner, bubble, turn_id=turn.id, lease=lease, now=now, until=until
        )
    part = outbox.outgoing_part(rows[-1], turn.diner, bubbles[0], lease=lease, now=now, until=until)
    return True, part and replace(part, asked_at=turn.messages[0].received_at)


def _of_part(turn: Claimed, bubble: Bubble, lease: str, until: datetime) -> dict[str, Any]:
    return {
        "diner_id": turn.diner.id,
        **bound(bubble),
        "part_lease": lease,
        "part_until": until,
        "traceparent": tracing.traceparent(),
    }
