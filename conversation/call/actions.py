"""What a call's bridge wants done: values, which `live.py` carries out in their order.

And what it is given to begin with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from models.tokens import Tokens
from realtime.events import FunctionCall
from realtime.request import Item

# The fixed sentences of a call, by what they are for: `sentences.py` has their words.
SentenceKey = Literal[
    "hello",
    "hello_again",
    "moment",
    "repeat",
    "still_there",
    "goodbye",
    "sorry",
    "busy",
    "not_taken",
]
Why = Literal[
    "hung_up",  # by the caller
    "silence",
    "too_long",
    "stopping",  # of the service
    "budget",  # the diner's, or the restaurant's, was spent meanwhile
    "model_away",
    "transferred",
    "broken",  # the stream broke its protocol
]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A fixed sentence: its words, and how it sounds (bare µ-law; empty where nobody made it)."""

    text: str
    sound: bytes


@dataclass(frozen=True, slots=True)
class SessionSetup:
    """Who answers: all that a Realtime session of a call is told of it."""

    instructions: str
    tools: tuple[Mapping[str, Any], ...]
    voice: str
    effort: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """`items`: the history and the day, as the first session's conversation begins with."""

    setup: SessionSetup
    greeting: Sentence
    sentences: Mapping[SentenceKey, Sentence]
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """What a tool comes to. `setup`: whoever goes on, where it handed the caller over.

    `sentences`: the fixed ones in that one's voice.
    """

    call_id: str
    output: str  # JSON
    setup: SessionSetup | None = None
    transfers: bool = False  # the caller is to be put through to a person
    sentences: Mapping[SentenceKey, Sentence] | None = None


@dataclass(frozen=True, slots=True)
class ToCaller:
    """A frame for Twilio."""

    frame: str


@dataclass(frozen=True, slots=True)
class ToModel:
    """A frame for the Realtime socket."""

    frame: str


@dataclass(frozen=True, slots=True)
class RunTool:
    """To be answered by `Bridge.on_tool`. `heard`: the caller's item that it is an answer to."""

    call: FunctionCall
    heard: str | None


@dataclass(frozen=True, slots=True)
class CallStaff:
    """The caller has pressed 0: the same as `call_staff`, and answered by `Bridge.on_tool` too."""

    call_id: str


@dataclass(frozen=True, slots=True)
class Check:
    """Whether this may be said: where not, `Bridge.on_objection` is told so."""

    item: str
    text: str  # all of the item so far, up to the end of a sentence


@dataclass(frozen=True, slots=True)
class Reopen:
    """A Realtime socket is to be opened, in `after_s`, in place of the one there was.

    Nothing of that one is passed on any more, its end neither, and it is closed; where it `is_read`
    still, then for the words of what the caller said to it, until none are to come.
    """

    after_s: float = 0.0
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class WordsLost:
    """Nobody will tell the words of what the caller said in these items."""

    items: frozenset[str]


@dataclass(frozen=True, slots=True)
class Said:
    """What we said, as far as the caller heard it. `is_whole`: not cut short by the caller."""

    item: str
    text: str
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Spent:
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Transfer:
    """The caller is to be put through to the restaurant's own telephone."""


@dataclass(frozen=True, slots=True)
class End:
    """The call is over: both sockets are to be closed."""

    why: Why


@dataclass(frozen=True, slots=True)
class Note:
    """For the log and the metrics; it holds nobody's words."""

    event: str
    fields: Mapping[str, Any] = field(default_factory=dict)


Action = (
    ToCaller
    | ToModel
    | RunTool
    | CallStaff
    | Check
    | Reopen
    | WordsLost
    | Said
    | Spent
    | Transfer
    | End
    | Note
)
