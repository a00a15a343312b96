"""What becomes of a call that rings, or is over: values, between `calls` and its way in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from conversation.call.actions import SentenceKey, Why
from conversation.call.records import Stream
from whatsapp.ringing import CallStatus, Ring


@dataclass(frozen=True, slots=True)
class Connect:
    """It is taken. `token`: what its stream shows, once; `parameters`: what else it is told."""

    token: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Play:
    """A stored sentence, and the end."""

    key: SentenceKey
    language: str


@dataclass(frozen=True, slots=True)
class Dial:
    """The caller is put through to people."""

    number: str


@dataclass(frozen=True, slots=True)
class Reject:
    """Nobody picks up, and nobody pays."""


PickedUp = Connect | Play | Dial | Reject


class Answered(Protocol):
    """A call whose stream has come."""

    def run(self, stream: Stream, stream_sid: str) -> Why:
        """Until it is over."""


class PicksUp(Protocol):
    """Who decides. Each raises DatabaseUnavailableError."""

    def ring(self, ring: Ring) -> PickedUp: ...

    def take(self, token: str, call_sid: str, stream_sid: str) -> Answered | None:
        """The call of a stream that has begun; None for a token that is none, or no more."""

    def ended(self, status: CallStatus) -> None:
        """Twilio says that a call is over; one that is not ours is no error."""
