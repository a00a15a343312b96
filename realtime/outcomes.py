"""What the frames of one socket come to, as frozen values: whose text, whose end, whose refusal.

No rules: `protocol.py` finds them, and the fleet decides what to do about each.
"""

import re
from dataclasses import dataclass
from typing import Literal

from models.tokens import Tokens
from realtime.endings import COMPLETED, CONTENT_FILTER, INCOMPLETE, MAX_OUTPUT_TOKENS
from realtime.events import FunctionCall

# What nobody reads a word in: blanks, characters that show nothing, and marks of Markdown alone.
_SAYS_NOTHING = re.compile(
    r"[\s*_~`#>|\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0-]*+"
)
# Why no reply came in the end, whatever was tried: `RealtimeError` tells them apart.
Kind = Literal["busy", "timeout", "unreachable", "unavailable", "failed", "superseded", "closed"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What one response came to: its text, the tools it wants run, and how it ended."""

    text: str
    calls: tuple[FunctionCall, ...]
    usage: Tokens
    status: str  # completed | cancelled | failed | incomplete
    code: str | None = None
    reason: str | None = None
    has_broken_call: bool = False  # it wanted a tool run that it did not name whole
    sound: bytes = b""  # its text as spoken, see `realtime.sound`; nothing where it is written
    id: str = ""  # the server's, of the response

    @property
    def is_filtered(self) -> bool:
        """The server's filter cut it: none of its text is fit to be read."""
        return self.status == INCOMPLETE and self.reason == CONTENT_FILTER

    @property
    def is_cut_off(self) -> bool:
        """It had no room for all that it was to be."""
        return self.status == INCOMPLETE and self.reason in (MAX_OUTPUT_TOKENS, None)

    @property
    def is_something(self) -> bool:
        """Whether there is anything to make of it, if only that more room is needed."""
        if self.is_filtered or (self.is_cut_off and self.reason):
            return True
        said = not _SAYS_NOTHING.fullmatch(self.text)
        if self.status == COMPLETED:
            return bool(self.calls) or (said and not self.has_broken_call)
        return self.is_cut_off and (said or bool(self.calls) or self.has_broken_call)


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
    param: str = ""


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
    param: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """An event of a type that this client does not know; told once a type."""

    type: str


Outcome = Alive | Delta | Finished | Refused | TurnedAway | Unmatched | Limited | Trouble | Unread
