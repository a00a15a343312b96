"""A fleet without a network, a clock or chance: the test is all three.

It keeps what the fleet did, and the rules that always hold.
"""

import json
from collections import defaultdict
from collections.abc import Hashable, Mapping
from typing import Any

from realtime.fleet import actions
from realtime.fleet.actions import Ask
from realtime.fleet.fleet import Fleet
from realtime.fleet.limits import Limits
from realtime.outcomes import Kind, Reply
from realtime.request import EXTRAS, Request, said_by_diner
from sandbox.realtime import events as server

TICK_S = 0.1


class Stage:
    def __init__(self, without: Any = EXTRAS, **limits: Any) -> None:
        self.now = 0.0
        self.dice = 0.5  # what chance gives
        self.fleet = Fleet(Limits(**limits), lambda: self.dice, without)
        self.opening: list[int] = []  # sockets that wait for their handshake's end
        self.opened_at: dict[int, float] = {}  # when the fleet wanted each
        self.pings: list[int] = []
        self.closed: list[int] = []
        self.sent: dict[int, list[dict[str, Any]]] = defaultdict(list)  # by socket
        self.streamed: dict[int, str] = defaultdict(str)  # by ask, since it was asked (again)
        self.again: dict[int, int] = defaultdict(int)
        self.ended: dict[int, Reply | Kind] = {}  # by ask: its reply, or the kind of its failure
        self.details: dict[int, str] = {}
        self.notes: list[tuple[str, Mapping[str, Any]]] = []
        self._asks = 0

    # What the shell does.

    def ask(
        self,
        diner: Hashable = "Alice",
        timeout_s: float = 60.0,
        words: str = "Hello",
        *,
        wants_deltas: bool = True,
    ) -> Ask:
        self._asks += 1
        request = Request("", (), (said_by_diner(words),), 600, effort="low")
        ask = Ask(
            self._asks, diner, request, self.now + timeout_s, self.now, wants_deltas=wants_deltas
        )
        self.do(self.fleet.submit(ask, self.now))
        return ask

    def withdraw(self, ask: Ask) -> bool:
        withdrawn, todo = self.fleet.withdraw(ask, self.now)
        self.do(todo)
        if withdrawn:
            assert ask.id not in self.ended
            self.ended[ask.id] = "superseded"
        return withdrawn

    def wait(self, seconds: float) -> None:
        """Let time pass, with a tick every tenth of a second as the shell gives them."""
        for _ in range(round(seconds / TICK_S)):
            self.now = round(self.now + TICK_S, 6)
            self.do(self.fleet.tick(self.now))

    # What the network does.

    def opens(self) -> int:
        """The oldest handshake under way succeeds; it may be one that was given up."""
        socket = self.opening.pop(0)
        if socket in self.closed:
            self.closed.remove(socket)
        self.do(self.fleet.on_opened(socket, self.now))
        return socket

    def refuses(self, cause: str = "HTTP 503", code: str | None = None) -> None:
        self.do(self.fleet.on_refused(self.opening.pop(0), cause, code, self.now))

    def cut(self, socket: int, cause: str = "ConnectionResetError") -> None:
        self.do(self.fleet.on_cut(socket, cause, self.now))

    def pong(self, socket: int) -> None:
        self.do(self.fleet.on_pong(socket, self.now))

    def says(self, socket: int, event: dict[str, Any] | str) -> None:
        frame = event if isinstance(event, str) else json.dumps(event)
        self.do(self.fleet.on_frame(socket, frame, self.now))

    # What a server says to an ask. Its response's id is `resp_` and the key of its try.

    def created(self, ask: Ask, *, echo: bool = True) -> None:
        metadata = {"event_id": ask.key} if echo else None
        self.says(
            ask.socket,
            {
                "type": "response.created",
                "response": {"id": f"resp_{ask.key}", "metadata": metadata},
            },
        )

    def delta(self, ask: Ask, text: str) -> None:
        self.says(ask.socket, server.text_delta(f"resp_{ask.key}", "item_1", text))

    def done(
        self, ask: Ask, text: str = "", status: str = "completed", details: object = None
    ) -> None:
        response = {
            "id": f"resp_{ask.key}",
            "status": status,
            "status_details": details,
            "metadata": {"event_id": ask.key},
        }
        output = [server.assistant_message("item_1", text, "completed")] if text else []
        self.says(ask.socket, {"type": "response.done", "response": response | {"output": output}})

    def failed(self, ask: Ask, code: str) -> None:
        self.done(ask, status="failed", details={"type": "failed", "error": {"code": code}})

    def error(self, socket: int, code: str, key: str | None = None) -> None:
        self.says(socket, server.error(code, "No.", client_event_id=key))

    def warm(self) -> "Stage":
        """Open the first socket, proven by an answer."""
        ask = self.ask("Carol")
        self.opens()
        self.created(ask)
        self.done(ask, "Welcome.")
        return self

    def answered(self, diner: Hashable = "Alice", text: str = "Yes.") -> Ask:
        """A whole ask, on the socket that is open."""
        ask = self.ask(diner)
        self.created(ask)
        self.delta(ask, text)
        self.done(ask)
        assert self.text(ask) == text
        return ask

    # What came of it.

    def text(self, ask: Ask) -> str:
        reply = self.ended[ask.id]
        assert isinstance(reply, Reply), reply
        return reply.text

    def creates(self, socket: int) -> list[str]:
        """The keys of what was asked on a socket, in their order."""
        return [each["event_id"] for each in self.sent[socket] if each["type"] == "response.create"]

    def cancels(self, socket: int) -> list[str]:
        return [
            each["response_id"] for each in self.sent[socket] if each["type"] == "response.cancel"
        ]

    def noted(self, event: str) -> list[Mapping[str, Any]]:
        return [fields for name, fields in self.notes if name == event]

    def do(self, todo: list[actions.Action]) -> None:
        for action in todo:
            self._do(action)

    def _do(self, action: actions.Action) -> None:
        match action:
            case actions.Open(socket):
                self.opening.append(socket)
                self.opened_at[socket] = self.now
            case actions.Send(socket, frame):
                assert socket not in self.closed, "nothing is sent on a socket that was closed"
                self.sent[socket].append(json.loads(frame))
            case actions.Ping(socket):
                self.pings.append(socket)
            case actions.Close(socket):
                assert socket not in self.closed, "a socket is closed once"
                self.closed.append(socket)
            case actions.Streamed(ask, text):
                assert ask not in self.ended, "nothing is heard after the end"
                self.streamed[ask] += text
            case actions.Again(ask):
                assert self.streamed.pop(ask), "only what was heard can be void"
                self.again[ask] += 1
            case actions.Answered(ask, reply):
                assert ask not in self.ended, "an ask ends once"
                self.ended[ask] = reply
            case actions.Failed(ask, kind, detail):
                assert ask not in self.ended, "an ask ends once"
                self.ended[ask] = kind
                self.details[ask] = detail
            case actions.Note(event, fields):
                self.notes.append((event, fields))
