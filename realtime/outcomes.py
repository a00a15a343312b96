"""What the frames of one socket come to, as frozen values: whose text, whose end, whose refusal.

No rules: `protocol.py` finds them, and the fleet decides what to do about each.
"""

from dataclasses import dataclass
from typing import Literal

from realtime.events import FunctionCall, Usage

# Why no reply came in the end, whatever was tried: `RealtimeError` tells them apart.
Kind = Literal["busy", "timeout", "unreachable", "unavailable", "failed", "superseded", "closed"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What one response came to: its text, the tools it wants run, and how it ended."""

    text: str
    calls: tuple[FunctionCall, ...]
    usage: Usage
    status: str  # completed | cancelled | failed | incomplete
    code: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Alive:
    """An event of this response came that carries no text."""

    key: str


@dataclass(frozen=True, slots=True)
class Delta:
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    key: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Refused:
    """The create itself was answered by an error: there is no response."""

    key: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """This server takes one response at a time and has one: ask again when it has ended."""

    key: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Whose response began can't be told any more: all that was asked must go to another socket."""


@dataclass(frozen=True, slots=True)
class Limited:
    """The server's limits are used up for `wait_s` seconds."""

    wait_s: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error that belongs to no response of ours."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Unread:
    """An event of a type that this client does not know; told once a type."""

    type: str


Outcome = Alive | Delta | Finished | Refused | TurnedAway | Unmatched | Limited | Trouble | Unread
