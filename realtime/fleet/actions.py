"""What goes into the fleet and what comes out: an ask, and actions for its shell. No rules."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from realtime.outcomes import Kind, Reply
from realtime.request import Extras, Request


@dataclass(slots=True, eq=False)
class Ask:
    """One response that somebody waits for, and how far it has come."""

    id: int
    diner: Hashable  # for fairness alone
    request: Request
    deadline: float  # on the clock that the fleet's times are of
    asked_at: float  # when it was submitted
    wants_deltas: bool = True  # somebody reads its text as it comes
    key: str = ""  # of the try in flight
    socket: int = 0
    sent_at: float = 0.0
    last_event_at: float | None = None  # of this try
    attempts: int = 0
    left_out: Extras = frozenset()  # of the request's extras
    failures: int = 0
    cuts: int = 0
    is_streaming: bool = False  # a delta of this try has come
    first_delta_at: float | None = None  # of the last try that had one
    work: Mapping[str, object] = field(default_factory=dict)  # whose it is, for the log


@dataclass(frozen=True, slots=True)
class Open:
    socket: int


@dataclass(frozen=True, slots=True)
class Send:
    socket: int
    frame: str


@dataclass(frozen=True, slots=True)
class Ping:
    socket: int


@dataclass(frozen=True, slots=True)
class Close:
    socket: int


@dataclass(frozen=True, slots=True)
class Streamed:
    """A delta came, of an ask that wants them."""

    ask: int
    text: str


@dataclass(frozen=True, slots=True)
class Again:
    """What was streamed of this ask so far is void: it is asked anew."""

    ask: int


@dataclass(frozen=True, slots=True)
class Answered:
    ask: int
    reply: Reply


@dataclass(frozen=True, slots=True)
class Failed:
    ask: int
    kind: Kind
    detail: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something for the log and the metrics: a dotted name and its fields.

    Never a diner's words.
    """

    event: str
    fields: dict[str, Any]


Action = Open | Send | Ping | Close | Streamed | Again | Answered | Failed | Note


class Todo:
    """The actions of one step, in their order."""

    def __init__(self) -> None:
        self._actions: list[Action] = []

    def add(self, *actions: Action) -> None:
        self._actions.extend(actions)

    def note(self, event: str, **fields: Any) -> None:
        self._actions.append(Note(event, fields))

    def take(self) -> list[Action]:
        """All of them; the next step begins with none."""
        actions = self._actions
        self._actions = []
        return actions
