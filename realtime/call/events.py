"""The events of a call's Realtime session that matter, as frozen values.

What a frame says is read into them by `reading.py`. An item is a place in the session's one
conversation: what the caller said, what the model says, a call of a tool.
"""

from dataclasses import dataclass

from models.tokens import Tokens
from realtime.events import FunctionCall


@dataclass(frozen=True, slots=True)
class Ready:
    """The session is there; `expires_in_s`: until the server ends it, if it says so."""

    expires_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class OutputTaken:
    """A tool's output is in the conversation: a response that begins from now on has seen it."""

    call_id: str


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller begins to speak; `item` is what it will be."""

    item: str


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    pass


@dataclass(frozen=True, slots=True)
class Committed:
    """What the caller said is an item now; it is transcribed beside."""

    item: str


@dataclass(frozen=True, slots=True)
class Transcribed:
    """What the caller said in words; empty where there were none, or it failed to hear them."""

    item: str
    text: str
    is_failed: bool = False


@dataclass(frozen=True, slots=True)
class ResponseBegun:
    response: str


@dataclass(frozen=True, slots=True)
class Sound:
    """The next piece of what the model says, as bare µ-law: 8 bytes a millisecond."""

    response: str
    item: str
    sound: bytes


@dataclass(frozen=True, slots=True)
class Words:
    """The next words of what the model says, as text; they may run ahead of its sound."""

    response: str
    item: str
    text: str


@dataclass(frozen=True, slots=True)
class WordsDone:
    """All that the model says in one item, as text."""

    response: str
    item: str
    text: str


@dataclass(frozen=True, slots=True)
class CallTold:
    """A call of a tool is whole, in a response that goes on."""

    response: str
    call: FunctionCall


@dataclass(frozen=True, slots=True)
class ResponseOver:
    """A response ended: `completed`, `cancelled`, `failed` or `incomplete`.

    `items`: its messages, in order. `calls`: the tools that it wants run, in order.
    """

    response: str
    status: str
    items: tuple[str, ...]
    calls: tuple[FunctionCall, ...]
    usage: Tokens
    code: str | None = None  # of the error, where it failed


@dataclass(frozen=True, slots=True)
class Refused:
    """An error of the session's: `event_id` is ours, where it answers one of our events."""

    code: str
    event_id: str | None = None

    @property
    def is_last(self) -> bool:
        """Whether the session is over with it."""
        return self.code == "session_expired"


@dataclass(frozen=True, slots=True)
class Passed:
    """Known, and nothing to us; or unknown."""

    type: str


CallEvent = (
    Ready
    | OutputTaken
    | SpeechStarted
    | SpeechStopped
    | Committed
    | Transcribed
    | ResponseBegun
    | Sound
    | Words
    | WordsDone
    | CallTold
    | ResponseOver
    | Refused
    | Passed
)
