"""The events of the Realtime API that this client meets, as frozen values.

What a frame says is read into them by `reading.py`; what an event means for a turn is
`protocol.py`'s.
"""

from dataclasses import dataclass

from models.tokens import Tokens
from realtime.output import Message, Place

# The name under which our own event id travels in `metadata`.
# That holds pairs of strings, a key of at most 64 characters and a value of at most 512.
EVENT_ID_KEY = "event_id"


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A tool that the model wants run: `arguments` is JSON text."""

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class SessionCreated:
    pass


@dataclass(frozen=True, slots=True)
class ResponseCreated:
    response_id: str
    event_id: str | None  # ours, if the server echoes metadata


@dataclass(frozen=True, slots=True)
class TextDelta:
    response_id: str
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class AudioDelta:
    """A piece of a message's sound: nothing tells the whole of it."""

    response_id: str
    item: str
    sound: bytes


@dataclass(frozen=True, slots=True)
class TextDone:
    """The whole text of one part."""

    response_id: str
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class MessageTold:
    """A message has begun, or is done."""

    response_id: str
    message: Message


@dataclass(frozen=True, slots=True)
class CallDone:
    response_id: str
    call: FunctionCall


@dataclass(frozen=True, slots=True)
class CallBroken:
    """It can't be run: it was cut off, has no name, or is endless."""

    response_id: str
    call_id: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A response lives, without anything to keep (the arguments of a call that come in pieces)."""

    response_id: str


@dataclass(frozen=True, slots=True)
class ResponseDone:
    response_id: str
    event_id: str | None
    status: str  # completed | cancelled | failed | incomplete
    code: str | None  # of the error, when failed
    reason: str | None  # max_output_tokens | content_filter | ..., when incomplete or cancelled
    messages: tuple[Message, ...]
    calls: tuple[FunctionCall, ...]
    broken_calls: tuple[str, ...]  # the ids of those that can't be run
    usage: Tokens


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The longest wait among the limits that are used up, in seconds; 0 when none is."""

    wait_s: float


@dataclass(frozen=True, slots=True)
class ServerError:
    code: str  # the error's name, wherever the server put it
    message: str
    event_id: str | None  # ours, when the error answers one of our events
    param: str = ""  # which of our fields it is about, if any


@dataclass(frozen=True, slots=True)
class Unknown:
    type: str
    response_id: str  # empty when it names none


ServerEvent = (
    SessionCreated
    | ResponseCreated
    | TextDelta
    | AudioDelta
    | TextDone
    | MessageTold
    | CallDone
    | CallBroken
    | Progress
    | ResponseDone
    | RateLimits
    | ServerError
    | Unknown
)
