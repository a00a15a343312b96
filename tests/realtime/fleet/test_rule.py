"""The rule that the fleet serves, whatever happens: every ask ends exactly once, with its own text.

A model server answers each create with a text made of its input, so it knows what belongs to whom,
echo or not.
"""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from realtime.fleet.actions import Ask
from realtime.outcomes import Reply
from sandbox.realtime import events as server
from tests.realtime.stage import Stage

ACTIVE = "conversation_already_has_active_response"
IN_FLIGHT, SOCKETS = 3, 2
LIMITS: dict[str, Any] = {
    "in_flight": IN_FLIGHT,
    "sockets": SOCKETS,
    "rotate_after_s": 40.0,
    "cuts": 4,
}
PICK = st.integers(0, 1_000)


@dataclass
class Line:
    """The server's end of one socket."""

    id: int
    read: int = 0  # events of the client's, so far
    asked: list[dict[str, Any]] = field(default_factory=list)  # creates not yet begun
    # By response id: the text that is left, and the key to echo.
    running: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    doubt: int = 0  # creates that an error without a name may have answered, or not


def words_of(create: dict[str, Any]) -> str:
    text: str = create["response"]["input"][0]["content"][0]["text"]
    return text


def reply_to(words: str) -> str:
    return f"In reply to {words}."


@settings(max_examples=100, stateful_step_count=60, suppress_health_check=list(HealthCheck))
class TheRule(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage(**LIMITS)
        self.lines: dict[int, Line] = {}
        self.asks: dict[int, Ask] = {}
        self.numbers = 0

    @initialize(
        echoes=st.booleans(),
        names=st.booleans(),
        single=st.booleans(),
        dice=st.floats(0, 1, exclude_max=True),
    )
    def a_server(self, echoes: bool, names: bool, single: bool, dice: float) -> None:
        self.echoes = echoes
        self.names = names
        self.single = single
        self.stage.dice = dice
        self.ask(["Carol"], 60.0)
        self.handshake(None)

    # The house.

    @rule(
        diners=st.lists(st.sampled_from(["Alice", "Bob", "Carol"]), min_size=1, max_size=4),
        timeout_s=st.sampled_from([5.0, 60.0]),
    )
    def ask(self, diners: list[str], timeout_s: float) -> None:
        for diner in diners:
            self.numbers += 1
            ask = self.stage.ask(diner, timeout_s, words=f"{diner}'s {self.numbers}")
            self.asks[ask.id] = ask

    @precondition(lambda self: self._alive())
    @rule(pick=PICK)
    def withdraw(self, pick: int) -> None:
        alive = self._alive()
        ask = alive[pick % len(alive)]
        was_heard = bool(self.stage.streamed[ask.id])
        assert self.stage.withdraw(ask) is not was_heard

    @precondition(lambda self: self._alive())
    @rule(seconds=st.sampled_from([0.1, 0.1, 0.5, 0.5, 2.0, 16.0, 25.0]))
    def time_passes(self, seconds: float) -> None:
        self.stage.wait(seconds)

    # The network.

    @precondition(lambda self: self.stage.opening)
    @rule(refused=st.sampled_from([None, None, None, "HTTP 503", "invalid_api_key"]))
    def handshake(self, refused: str | None) -> None:
        if refused is None:
            socket = self.stage.opens()
            self.lines[socket] = Line(socket)
        else:
            self.stage.refuses(refused, refused if refused == "invalid_api_key" else None)

    @precondition(lambda self: self.stage.opening)
    @rule()
    def open(self) -> None:
        self.handshake(None)

    @precondition(lambda self: self._open_lines())
    @rule(pick=PICK, is_cut=st.sampled_from([True, False, False]))
    def cut_or_pong(self, pick: int, is_cut: bool) -> None:
        line = self._line(pick, self._open_lines())
        if is_cut:
            self.stage.cut(line.id)
            self.stage.closed.append(line.id)
        else:
            self.stage.pong(line.id)

    # The server. A line that the client has closed goes on: what it says must reach nobody.

    @precondition(lambda self: self._asking())
    @rule(pick=PICK)
    def begin_the_first(self, pick: int) -> None:
        self.begin(pick, 0, None)

    @precondition(lambda self: self._asking())
    @rule(
        pick=PICK,
        order=PICK,
        refusal=st.sampled_from(
            [None] * 6 + ["invalid_value", "server_error", "rate_limit_exceeded"]
        ),
    )
    def begin(self, pick: int, order: int, refusal: str | None) -> None:
        line = self._line(pick, self._asking())
        # Only with an echo may responses begin in any order.
        create = line.asked.pop(order % len(line.asked) if self.echoes else 0)
        if self.single and line.running:
            self._error(line, ACTIVE, create)
        elif refusal is not None:
            self._error(line, refusal, create)
        else:
            self._created(line, create)

    @precondition(lambda self: self._running())
    @rule(pick=PICK, length=st.integers(1, 9))
    def delta(self, pick: int, length: int) -> None:
        line, response_id = self._response(pick)
        left, key = line.running[response_id]
        line.running[response_id] = (left[length:], key)
        self._say(line, server.text_delta(response_id, "item_1", left[:length]))

    @precondition(lambda self: self._running())
    @rule(pick=PICK)
    def first_words(self, pick: int) -> None:
        self.delta(pick, 3)

    @precondition(lambda self: self._running())
    @rule(pick=PICK)
    def done(self, pick: int) -> None:
        self._finish(*self._response(pick))

    @precondition(lambda self: self._running())
    @rule(
        pick=PICK,
        status=st.sampled_from(["failed", "cancelled", "completed"]),
        code=st.sampled_from(["server_error", "what"]),
    )
    def come_to_nothing(self, pick: int, status: str, code: str) -> None:
        line, response_id = self._response(pick)
        _, key = line.running.pop(response_id)
        line.ended.append(response_id)
        details = {"error": {"code": code}} if status == "failed" else None
        metadata = {"event_id": key} if key else None
        # Where something was said before, "completed" with no output says it once more:
        # nothing new to the client.
        if status != "completed":
            self._say(
                line,
                server.response_done(
                    self._resource(response_id, status, "", metadata) | {"status_details": details}
                ),
            )
        else:
            self._say(line, {"type": "response.cancelled", "response_id": response_id})

    @precondition(lambda self: any(line.ended for line in self.lines.values()))
    @rule(pick=PICK, kind=st.sampled_from(["created", "delta", "done"]))
    def say_something_late(self, pick: int, kind: str) -> None:
        ended = [each for each in self.lines.values() if each.ended]
        # It does most harm where another response is about to begin.
        line = self._line(
            pick, [each for each in self._open_lines() if each.asked and each.ended] or ended
        )
        response_id = line.ended[pick % len(line.ended)]
        match kind:
            case "created":
                self._say(
                    line,
                    {"type": "response.created", "response": {"id": response_id, "metadata": None}},
                )
                self._say(line, server.text_delta(response_id, "item_1", "late"))
            case "delta":
                self._say(line, server.text_delta(response_id, "item_1", "late"))
            case "done":
                self._say(
                    line,
                    server.response_done(self._resource(response_id, "completed", "late", None)),
                )

    @precondition(lambda self: self._open_lines())
    @rule(
        pick=PICK,
        name=st.sampled_from(
            ["session_expired", "server_error", "response_cancel_not_active", "frame", "event"]
        ),
    )
    def say_something_else(self, pick: int, name: str) -> None:
        line = self._line(pick, self._open_lines())
        match name:
            case "frame":
                self.stage.says(line.id, "{")
            case "event":
                self._say(line, {"type": "sandbox.weather.updated"})
            case code:
                line.doubt += len(line.asked)
                self._say(line, server.error(code, "No."))

    # What holds after every step. That an ask ends once, and that nothing is heard
    # after its end, the stage itself holds.

    @invariant()
    def everyone_hears_only_their_own(self) -> None:
        for ask in self.asks.values():
            own = reply_to(ask.request.items[0]["content"][0]["text"])
            assert own.startswith(self.stage.streamed[ask.id])
            ended = self.stage.ended.get(ask.id)
            if isinstance(ended, Reply):
                assert own.startswith(ended.text)
                assert ended.text

    @invariant()
    def nobody_is_forgotten(self) -> None:
        counts = self.stage.fleet.counts()
        assert counts["in_flight"] + counts["waiting"] == len(self._alive())
        assert counts["in_flight"] <= IN_FLIGHT * counts["sockets"], (
            "nothing flies without a socket"
        )

    @invariant()
    def limits_hold(self) -> None:
        self._reads()
        for line in self.lines.values():
            if line.id not in self.stage.closed:
                assert len(line.asked) + len(line.running) <= IN_FLIGHT + line.doubt
        assert len([each for each in self.stage.opening if each not in self.stage.closed]) <= 1

    def teardown(self) -> None:
        """Left alone with a server that is well, everything comes to its end, and nothing waits."""
        self.stage.wait(0.1)
        for _ in range(800):
            while self.stage.opening:
                socket = self.stage.opens()
                self.lines[socket] = Line(socket)
            self._reads()
            for line in self.lines.values():
                if line.id in self.stage.closed:
                    continue
                for response_id in list(line.running):
                    self._finish(line, response_id)
                while line.asked and not (self.single and line.running):
                    self._created(line, line.asked.pop(0))
            self.stage.wait(0.1)
            self.nobody_is_forgotten()
            if self.stage.ended.keys() >= self.asks.keys():
                break
        assert self.stage.ended.keys() >= self.asks.keys()
        self.everyone_hears_only_their_own()

    # How the model server works.

    def _line(self, pick: int, among: list[Line]) -> Line:
        return among[pick % len(among)]

    def _open_lines(self) -> list[Line]:
        return [line for line in self.lines.values() if line.id not in self.stage.closed]

    def _asking(self) -> list[Line]:
        self._reads()
        return [line for line in self.lines.values() if line.asked]

    def _alive(self) -> list[Ask]:
        return [ask for ask in self.asks.values() if ask.id not in self.stage.ended]

    def _reads(self) -> None:
        """Take in what the client has sent."""
        for line in self.lines.values():
            sent = self.stage.sent[line.id]
            for event in sent[line.read :]:
                if event["type"] == "response.create":
                    line.asked.append(event)
                else:
                    line.cancelled.append(event["response_id"])
            line.read = len(sent)

    def _running(self) -> list[tuple[Line, str]]:
        return [(line, response_id) for line in self.lines.values() for response_id in line.running]

    def _response(self, pick: int) -> tuple[Line, str]:
        running = self._running()
        return running[pick % len(running)]

    def _created(self, line: Line, create: dict[str, Any]) -> None:
        response_id = server.new_id("resp")
        key = create["event_id"] if self.echoes else None
        line.running[response_id] = (reply_to(words_of(create)), key)
        metadata = {"event_id": key} if key else None
        self._say(
            line,
            {"type": "response.created", "response": {"id": response_id, "metadata": metadata}},
        )

    def _finish(self, line: Line, response_id: str) -> None:
        left, key = line.running.pop(response_id)
        line.ended.append(response_id)
        if left:
            self._say(line, server.text_delta(response_id, "item_1", left))
        metadata = {"event_id": key} if key else None
        self._say(
            line, server.response_done(self._resource(response_id, "completed", "", metadata))
        )

    def _error(self, line: Line, code: str, create: dict[str, Any]) -> None:
        line.doubt += 0 if self.names else len(line.asked)
        self._say(
            line,
            server.error(code, "No.", client_event_id=create["event_id"] if self.names else None),
        )

    def _resource(
        self, response_id: str, status: str, text: str, metadata: dict[str, str] | None
    ) -> dict[str, Any]:
        output = [server.assistant_message("item_1", text, "completed")] if text else []
        return {"id": response_id, "status": status, "output": output, "metadata": metadata}

    def _say(self, line: Line, event: dict[str, Any]) -> None:
        self.stage.says(line.id, event)


TestTheRule = TheRule.TestCase
