"""What stands around the tables in the test of the promise: Twilio, and what processes hold.

They may be alive or frozen.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.outbox import Outgoing
from models.turns import Claimed
from tests.models.desk import moment
from whatsapp.host import CLOCK_SLACK
from whatsapp.outbound import RECENT_MESSAGES


@dataclass(frozen=True)
class Taken:
    """A message that Twilio took.

    It knows of which part, since that stands in the address of the status callback.
    """

    sid: str
    part_id: int
    diner_id: int
    body: str
    created: datetime


@dataclass
class Twilio:
    """Counts what it takes, and is asked for what it took; its clock is not quite ours."""

    ahead: timedelta = timedelta()
    taken: list[Taken] = field(default_factory=list)

    def take(self, part: Outgoing, now: float) -> str:
        created = (moment(now) + self.ahead).replace(microsecond=0)
        self.taken.append(
            Taken(
                f"SM-out-{part.id}-{len(self.taken)}",
                part.id,
                part.diner_id,
                part.bubble.text,
                created,
            )
        )
        return self.taken[-1].sid

    def find(self, part: Outgoing, since: datetime) -> list[str]:
        """As `TwilioDoor.find_sent` asks: newest first."""
        theirs = [each for each in reversed(self.taken) if each.diner_id == part.diner_id]
        recent = theirs[:RECENT_MESSAGES]
        return [
            each.sid
            for each in recent
            if each.body == part.bubble.text and each.created >= since - CLOCK_SLACK
        ]


@dataclass
class Work:
    """A turn at work in some process, alive or frozen; nobody else may take it before `until`."""

    turn: Claimed
    messages: list[int]
    until: float

    @property
    def lease(self) -> str:
        return self.turn.lease


@dataclass
class Delivery:
    """A part at work: until when its process may believe it its own; its SID once it was taken."""

    part: Outgoing
    until: float
    sid: str | None = None

    @property
    def lease(self) -> str:
        return self.part.lease
