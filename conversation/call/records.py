"""What a call is to those around it: how it begins, what of it is kept, and how it ended; values.

Who makes a call live is given a `Ringing`, and tells its `Records` of what comes to pass.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conversation.call.actions import Why
from models.diners import Known
from models.restaurants import Restaurant
from models.tokens import NO_TOKENS, Tokens
from models.tool_calls import Call
from personas.effects import RememberDiet, ToolEffect


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the caller said since our last words, and what we said, as far as they heard it.

    It is kept as a turn that was answered, with what it took; its effects take effect with it.
    `language`: what the caller speaks, where nothing was known of that. `began_at`: when they had
    said it; None: now.
    """

    texts: tuple[str, ...]
    reply: str
    persona: str
    calls: tuple[Call, ...] = ()  # of its tools
    tokens: Tokens = NO_TOKENS
    effects: tuple[ToolEffect, ...] = ()
    language: str | None = None
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Over:
    """How a call ended. `after`: what the caller asked to be sent on WhatsApp, if anything.

    `first_sound_s`: from the stream's start to the first sound of ours.
    """

    why: Why
    after: str = ""
    first_sound_s: float | None = None
    barge_ins: int = 0
    reopened: int = 0  # Realtime sockets in place of one that was cut


class Records(Protocol):
    """What is kept of a call: none of these waits for anything, or raises.

    Exchanges are told in their order, and the end once, behind all of them. What the caller said of
    their health is told as soon as it is known, and once more with its exchange.
    """

    def on_health(self, said: RememberDiet) -> None: ...

    def on_exchange(self, exchange: Exchange) -> None: ...

    def on_end(self, over: Over) -> None: ...


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call that may be taken: who calls whom. `sid`: Twilio's.

    `transfer` has the caller put through to the restaurant's own telephone, or raises SendError;
    None where they can't be: it has none, or they call over WhatsApp. `may_write`: whether a
    message on WhatsApp reaches them once it is over. Of who calls by telephone, the number may be
    anybody's: what a network shows can be made up.
    """

    sid: str
    diner: Known
    restaurant: Restaurant
    is_whatsapp: bool
    records: Records
    transfer: Callable[[], None] | None = None
    may_write: bool = False


class Stream(Protocol):
    """The caller's socket: a frame of Twilio's is a text."""

    def send(self, text: str) -> None: ...

    def receive(self, timeout_s: float) -> str | None:
        """None: it has ended. Raises TimeoutError."""

    def close(self, code: int, reason: str) -> None: ...


class Live(Protocol):
    """A call, from the webhook to its end."""

    def open(self) -> None:
        """At the webhook: its Realtime socket is opened beside."""

    def is_reached(self, within_s: float) -> bool:
        """Whether the model answers; also where that is not known by then."""

    def run(self, stream: Stream, stream_sid: str) -> Why:
        """Behind the stream's start, until it is over; its records have heard so by then."""

    def stop(self, why: Why = "stopping") -> None:
        """The service stops, or the budget is spent: it says goodbye, and ends."""

    def abandon(self) -> None:
        """Nobody waits for it any more: all is closed, and what was said is told at once.

        Where its stream has not come, nothing is told: another process may have it.
        """
