"""What stands outside a house, in the test's hands: the model, and Twilio's REST API.

Both are given where `RealtimeClient` and `TwilioDoor` would be, and do at once what they were told
to do next; told nothing, they answer and take what comes.
"""

import json
from base64 import b64decode
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Lock
from typing import Any

from engine.delivery import Delivery
from models.bubbles import Bubble
from models.tokens import Tokens
from realtime.client import Delta, RealtimeError
from realtime.events import FunctionCall
from realtime.outcomes import Reply
from realtime.request import Request
from whatsapp.choices import numbered
from whatsapp.host import SendError
from whatsapp.message_form import form_of, may_be

HOLD_S = 10.0  # so long a test may hold what it holds
RECORDED_S = 1.0  # a part that went out, unless its sender hangs


def answer(text: str) -> Reply:
    return Reply(text, (), Tokens(10, 5, 2), "completed")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the model got to see of a diner: all that they wrote, in order, and of the system."""

    diner_id: int
    words: list[str]
    system: str = ""
    ours: tuple[str, ...] = ()  # what was replied before
    pictures: list[bytes] = field(default_factory=list)
    results: str = ""  # of the tools that it called
    timeout_s: float = 0.0
    instructions: str = ""
    offered: tuple[str, ...] = ()  # tools, by their names


class Pending:
    """A response of the model; one that is held comes when the test says so.

    `begins_with`: the words that it speaks at once.
    """

    def __init__(
        self, outcome: Reply | Exception | None = None, begins_with: str | None = None
    ) -> None:
        self._begins_with = begins_with
        self.is_asked = Event()
        self.is_withdrawn = False
        self.is_watched = False  # whether somebody looked if it takes longer than a moment
        self._ended = Event()
        self._outcome = outcome
        self._has_spoken = False
        self._on_delta: Callable[[Delta], None] | None = None
        if outcome is not None:
            self._ended.set()

    def begin(self, on_delta: Callable[[Delta], None] | None) -> None:
        self._on_delta = on_delta
        if self._begins_with is not None:
            self.speaks(self._begins_with)
        self.is_asked.set()

    def speaks(self, text: str) -> None:
        """A first delta: from now on it can't be withdrawn."""
        self._has_spoken = True
        if self._on_delta is not None:
            self._on_delta(Delta(text))

    def says(self, text: str) -> None:
        self.ends(answer(text))

    def hang_up(self) -> None:
        if not self._ended.is_set():
            self.ends(RealtimeError("closed"))

    def ends(self, outcome: Reply | Exception) -> None:
        self._outcome = outcome
        self._ended.set()

    def wait(self, _timeout_s: float) -> bool:
        """A moment passes at once."""
        self.is_watched = True
        return self._ended.is_set()

    def result(self) -> Reply:
        assert self._ended.wait(HOLD_S), "held for too long"
        if isinstance(self._outcome, Reply):
            return self._outcome
        raise self._outcome or RealtimeError("closed")

    def withdraw(self) -> bool:
        if self._has_spoken or self._ended.is_set():
            return False
        self.is_withdrawn = True
        self.ends(RealtimeError("superseded"))
        return True


class Model:
    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.is_silent_to: Callable[[Asked], bool] = lambda _: False
        self._next: deque[Pending] = deque()
        self._given: list[Pending] = []
        self._lock = Lock()

    def will(self, *outcomes: str | Reply | Exception) -> None:
        """Answer so, or fail so, when asked next."""
        for outcome in outcomes:
            self._next.append(Pending(answer(outcome) if isinstance(outcome, str) else outcome))

    def holds(self, begins_with: str | None = None) -> Pending:
        """What is asked next is answered when the test says so."""
        self._next.append(Pending(begins_with=begins_with))
        return self._next[-1]

    def ask(
        self,
        request: Request,
        *,
        diner: int,
        timeout_s: float,
        on_delta: Callable[[Delta], None] | None = None,
    ) -> Pending:
        with self._lock:
            system = " ".join(_words_of(request, "system"))
            ours = tuple(_words_of(request, "assistant"))
            pictures = _pictures_of(request)
            results = " ".join(each["output"] for each in request.items if "output" in each)
            words = _words_of(request)
            asked = Asked(
                diner,
                words,
                system,
                ours,
                pictures,
                results,
                timeout_s,
                request.instructions,
                tuple(each["name"] for each in request.tools),
            )
            self.asked.append(asked)
            if self.is_silent_to(self.asked[-1]):
                pending = Pending()
            else:
                pending = self._next.popleft() if self._next else Pending(answer("Yes."))
            self._given.append(pending)
        pending.begin(on_delta)
        return pending

    def close(self) -> None:
        """Nothing is held any more."""
        self.is_silent_to = lambda _: False
        for pending in [*self._given, *self._next]:
            pending.hang_up()


def calls(name: str, **arguments: object) -> Reply:
    """The model calls a tool."""
    call = FunctionCall("call_1", name, json.dumps(arguments))
    return Reply("", (call,), Tokens(10, 5, 2), "completed")


def _words_of(request: Request, role: str = "user") -> list[str]:
    return [each["content"][0]["text"] for each in request.items if each.get("role") == role]


def _pictures_of(request: Request) -> list[bytes]:
    parts = (part for each in request.items for part in each.get("content", ()))
    urls = (part["image_url"] for part in parts if part["type"] == "input_image")
    return [b64decode(url.partition(",")[2]) for url in urls]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as Twilio has it."""

    sid: str
    to: str
    from_: str
    text: str
    callback: str
    bubble: Bubble
    content_sid: str | None = None  # of what it has to tap


def _listed(sent: Sent) -> dict[str, str]:
    form = form_of(sent.bubble, "https://tableside.example")
    body = sent.text if sent.content_sid or sent.bubble.template else form.get("Body", "")
    return {"body": body, "num_media": str(int("MediaUrl" in form))}


class Contents:
    """The Content API, which makes what it is asked for."""

    account_sid = "AC1"

    def __init__(self) -> None:
        self.made: dict[str, Mapping[str, Any]] = {}  # by SID, what was deleted left out
        self.fails: SendError | None = None

    def create(self, content: Mapping[str, Any], *, most_s: float) -> str:
        assert most_s < 5, "a message waits for it"
        if self.fails is not None:
            raise self.fails
        sid = f"HX{len(self.made) + 1}"
        self.made[sid] = content
        return sid

    def delete(self, sid: str) -> None:
        if self.fails is not None:
            raise self.fails
        self.made.pop(sid, None)


class Twilio:
    def __init__(self) -> None:
        self.content: Any = Contents()
        self.taken: list[Sent] = []
        self.typing: list[str] = []  # SIDs of the messages that are being answered
        self.looks: list[timedelta] = []  # how long ago
        self.looks_fail: SendError | None = None
        self.lists_late = False  # what was taken is not on the list yet
        self.typing_fails: Exception | None = None
        self.is_called = Event()
        self._next: deque[tuple[SendError, bool]] = deque()
        self._gate = Event()
        self._gate.set()
        self._gates = [self._gate]
        self.typing_hangs_until = Event()
        self.typing_hangs_until.set()
        self.senders: list[Delivery] = []

    def will_fail(self, error: SendError, *, takes_it: bool = False) -> None:
        """The next send fails so; `takes_it`: the message is on its way all the same."""
        self._next.append((error, takes_it))

    def holds(self) -> Event:
        """What is sent from now on takes until the test sets this."""
        self._gate = Event()
        self._gates.append(self._gate)
        return self._gate

    def send(
        self,
        *,
        to: str,
        from_: str,
        bubble: Bubble,
        status_callback: str,
        content_sid: str | None = None,
    ) -> str:
        self.is_called.set()
        assert self._gate.wait(HOLD_S), "held for too long"
        error, takes_it = self._next.popleft() if self._next else (None, True)
        sid = f"SM{len(self.taken) + 1}"
        if takes_it:
            text = numbered(bubble) if content_sid is None else bubble.text
            self.taken.append(Sent(sid, to, from_, text, status_callback, bubble, content_sid))
        if error is not None:
            raise error
        return sid

    def find_sent(self, *, to: str, from_: str, bubble: Bubble, age: timedelta) -> list[str]:
        self.looks.append(age)
        if self.looks_fail is not None:
            raise self.looks_fail
        if self.lists_late:
            return []
        return [
            each.sid
            for each in reversed(self.taken)
            if (each.to, each.from_) == (to, from_) and may_be(_listed(each), bubble)
        ]

    def show_typing(self, message_sid: str) -> None:
        if self.typing_fails is not None:
            raise self.typing_fails
        self.typing.append(message_sid)
        assert self.typing_hangs_until.wait(HOLD_S), "held for too long"

    def close(self) -> None:
        for gate in self._gates:
            gate.set()
        self.typing_hangs_until.set()

    def texts_to(self, address: str) -> list[str]:
        """What this diner has got to read, in order; and whoever sent it has recorded that.

        But where the test holds what is sent.
        """
        if all(gate.is_set() for gate in self._gates):
            for each in self.senders:
                each.drain(RECORDED_S)
        return [each.text for each in self.taken if each.to == address]


def refused(code: int = 21211) -> SendError:
    return SendError(f"HTTP 400, error {code}", permanent=True, code=code)


def busy(retry_after: float | None = None) -> SendError:
    return SendError("HTTP 429, error 20429", code=20429, retry_after=retry_after)


def unheard() -> SendError:
    """Nobody knows whether it went out."""
    return SendError("ReadTimeoutError", maybe_sent=True)
