"""A call's own socket over the loopback, against a server that says what the test has it say."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event, Thread

import pytest
from structlog.testing import capture_logs
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

import doors
from realtime.call import frames
from realtime.call.events import CallEvent, Passed, Ready, Refused, ResponseOver
from realtime.call.line import CallLine
from realtime.connection import Connection
from sandbox.realtime import events as server
from sandbox.realtime.server import RealtimeServer
from settings import Settings
from tests.realtime.conftest import KEY

WAIT_S = 30
MODEL = "gpt-realtime-2.1-mini"


class Host:
    """A server of one socket; it lets in when told to, and keeps what it is sent."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.lets_in = Event()
        self.is_in = Event()
        self.is_gone = Event()
        self.socket: ServerConnection | None = None
        logger = logging.getLogger("tests.realtime.call")
        self._server = serve(self._welcome, "127.0.0.1", 0, compression=None, logger=logger)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/v1/realtime"

    def say(self, *events: object) -> None:
        assert self.is_in.wait(WAIT_S)
        assert self.socket is not None
        for event in events:
            self.socket.send(event if isinstance(event, str | bytes) else json.dumps(event))

    def hang_up(self, code: int = 1000, reason: str = "") -> None:
        assert self.is_in.wait(WAIT_S)
        assert self.socket is not None
        self.socket.close(code, reason)

    def end(self) -> None:
        self.lets_in.set()
        self._server.shutdown()
        self._thread.join(WAIT_S)

    def _welcome(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.is_in.set()
        try:
            for frame in socket:
                self.heard.append(str(frame))
        except ConnectionClosed:
            pass
        self.is_gone.set()


class Call:
    """What a line tells of itself."""

    def __init__(self, line: CallLine) -> None:
        self.line = line
        self.events: list[CallEvent] = []
        self.ends: list[tuple[str, str | None]] = []
        self.is_over = Event()

    def open(self) -> "Call":
        self.line.open(self.on_event, self.on_end)
        return self

    def on_event(self, event: CallEvent) -> None:
        self.events.append(event)

    def on_end(self, cause: str, code: str | None) -> None:
        self.ends.append((cause, code))
        self.is_over.set()

    def end(self) -> tuple[str, str | None]:
        assert self.is_over.wait(WAIT_S)
        return self.ends[0]


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.end()


@pytest.fixture
def call(host: Host) -> Iterator[Call]:
    call = Call(CallLine(partial(Connection, host.url, MODEL, KEY)))
    yield call
    call.line.close()


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)


def test_what_is_sent_before_it_is_open_goes_out_in_order_once_it_is(host: Host) -> None:
    may_open = Event()

    def connect() -> Connection:
        assert may_open.wait(WAIT_S)
        return Connection(host.url, MODEL, KEY)

    call = Call(CallLine(connect)).open()
    words = [f"early {number}" for number in range(200)]
    for word in words:
        call.line.send(word)
    assert not host.is_in.is_set()
    may_open.set()
    late = [f"late {number}" for number in range(200)]
    for word in late:
        call.line.send(word)
    until(lambda: len(host.heard) == 400)
    assert host.heard == [*words, *late]
    call.line.close()
    call.end()


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_a_call_that_the_responses_end_leaves_out_is_told_with_it_once(
    host: Host, call: Call, status: str
) -> None:
    call.open()
    made = [
        server.function_call(f"item_{at}", f"call_{at}", "lookup_menu", "{}", "completed")
        for at in (1, 2)
    ]
    cut = server.function_call("item_3", "call_3", "lookup_menu", '{"que', "completed")
    told = [
        {"type": "response.output_item.done", "response_id": "resp_1", "output_index": 0, "item": i}
        for i in (*made, made[0], *([cut] if status == "cancelled" else []))
    ]
    ended = {"id": "resp_1", "status": status, "output": made[1:]}
    host.say(*told, {"type": "response.done", "response": ended})
    host.say({"type": "response.done", "response": {"id": "resp_2", "status": status}})
    until(lambda: sum(isinstance(each, ResponseOver) for each in call.events) == 2)
    first, second = [each for each in call.events if isinstance(each, ResponseOver)]
    assert [each.call_id for each in first.calls] == ["call_2", "call_1"]
    assert second.calls == ()


def test_events_come_in_the_order_in_which_they_were_said(host: Host, call: Call) -> None:
    call.open()
    host.say(server.session_created({"id": "sess_1"}), "no event", b"\x00", {"type": "odd"})
    host.say(*({"type": f"odd.{number}"} for number in range(500)))
    until(lambda: len(call.events) == 504)
    assert call.events[:4] == [Ready(), Passed(""), Passed(""), Passed("odd")]
    assert call.events[4:] == [Passed(f"odd.{number}") for number in range(500)]


def test_a_session_tells_how_long_it_lasts(host: Host, call: Call) -> None:
    call.open()
    expires_at = int(time.time()) + 3_600
    host.say(server.session_created({"id": "sess_1", "expires_at": expires_at}))
    until(lambda: call.events)
    [ready] = call.events
    assert isinstance(ready, Ready)
    assert ready.expires_in_s is not None
    assert 3_500 < ready.expires_in_s <= 3_600


def test_close_says_goodbye_after_what_is_queued_and_ends_it_once(host: Host, call: Call) -> None:
    call.open()
    host.say({"type": "first"})
    until(lambda: call.events)
    call.line.send("last words")
    call.line.close()
    call.line.close()
    assert call.end() == ("closed", None)
    assert host.is_gone.wait(WAIT_S)
    assert host.heard == ["last words"]
    call.line.send("too late")
    call.line.close()
    assert len(call.ends) == 1


def test_nothing_is_passed_on_after_a_close(host: Host, call: Call) -> None:
    goes_on = Event()

    def on_event(event: CallEvent) -> None:
        call.on_event(event)
        assert goes_on.wait(WAIT_S)
        call.line.close()

    call.line.open(on_event, call.on_end)
    host.say({"type": "first"}, {"type": "second"}, {"type": "third"})
    goes_on.set()
    assert call.end() == ("closed", None)
    assert call.events == [Passed("first")]


def test_one_that_is_closed_before_it_is_open_ends_all_the_same(host: Host) -> None:
    may_open = Event()

    def connect() -> Connection:
        assert may_open.wait(WAIT_S)
        return Connection(host.url, MODEL, KEY)

    call = Call(CallLine(connect)).open()
    call.line.send("never said")
    call.line.close()
    may_open.set()
    assert call.end() == ("closed", None)
    assert host.is_gone.wait(WAIT_S)
    assert host.heard == []


@pytest.mark.parametrize(
    ("code", "reason", "end"),
    [
        (1001, "", ("closed 1001", None)),
        (
            3000,
            "invalid_request_error.invalid_api_key",
            ("closed 3000: invalid_request_error.invalid_api_key", "invalid_api_key"),
        ),
    ],
)
def test_a_server_that_hangs_up_ends_it_with_its_reason(
    host: Host, call: Call, code: int, reason: str, end: tuple[str, str | None]
) -> None:
    call.open()
    host.hang_up(code, reason)
    assert call.end() == end


def test_an_error_that_ends_a_session_gives_the_end_its_name(host: Host, call: Call) -> None:
    call.open()
    host.say(server.error("invalid_value", "No."), server.error("session_expired", "60 minutes."))
    host.hang_up(1001)
    assert call.end() == ("closed 1001", "session_expired")
    assert [each.code for each in call.events if isinstance(each, Refused)] == [
        "invalid_value",
        "session_expired",
    ]


def test_a_server_that_vanishes_ends_it(host: Host, call: Call) -> None:
    call.open()
    assert host.is_in.wait(WAIT_S)
    assert host.socket is not None
    host.socket.close_socket()
    cause, code = call.end()
    assert cause in ("WebSocketConnectionClosedException", "ConnectionResetError")
    assert code is None


def test_a_handshake_that_is_refused_ends_it_with_the_servers_name_for_it(
    server: RealtimeServer,
) -> None:
    call = Call(CallLine(partial(Connection, server.url, MODEL, "sk-wrong"))).open()
    call.line.send("never said")
    cause, code = call.end()
    assert cause.startswith("HTTP 401")
    assert code == "invalid_api_key"
    assert call.events == []


def test_a_fault_in_opening_it_ends_it_too() -> None:
    def connect() -> Connection:
        raise KeyError("a defect")

    with capture_logs() as lines:
        call = Call(CallLine(connect)).open()
        assert call.end() == ("defect", None)
    assert [line["event"] for line in lines] == ["realtime.call_failed"]


def test_one_event_that_nobody_can_take_does_not_end_the_call(host: Host, call: Call) -> None:
    def on_event(event: CallEvent) -> None:
        if event == Passed("first"):
            raise OSError("Twilio's socket, for one")
        call.on_event(event)

    with capture_logs() as lines:
        call.line.open(on_event, call.on_end)
        host.say({"type": "first"}, {"type": "second"})
        until(lambda: call.events)
    assert call.events == [Passed("second")]
    assert not call.is_over.is_set()
    assert [line["event"] for line in lines] == ["realtime.call_failed"]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_server_that_says_nothing_but_answers_pings_is_there(server: RealtimeServer) -> None:
    clock = Clock()
    call = Call(CallLine(partial(Connection, server.url, MODEL, KEY), clock)).open()
    until(lambda: call.events)
    for _ in range(6):
        clock.now += 6.0
        call.line.send(frames.append(b"\xff" * 160))  # with it goes a ping
        until(lambda: call.line.heard_at == clock.now)
    call.line.send(frames.append(b"\xff" * 160))
    assert not call.is_over.is_set()
    call.line.close()
    call.end()


def test_a_server_that_answers_not_even_a_ping_is_gone(server: RealtimeServer) -> None:
    server.behaviour.no_pong = True
    clock = Clock()
    call = Call(CallLine(partial(Connection, server.url, MODEL, KEY), clock)).open()
    until(lambda: call.events)
    for _ in range(4):
        clock.now += 5.1
        call.line.send(frames.append(b"\xff" * 160))
    assert call.end() == ("silent", None)


def test_the_stand_in_takes_what_a_call_begins_with(server: RealtimeServer) -> None:
    call = Call(CallLine(partial(Connection, server.url, MODEL, KEY)))
    call.line.send(frames.session_update(instructions="Be brief.", tools=(), voice="marin"))
    call.open()
    until(lambda: Passed("session.updated") in call.events)
    assert isinstance(call.events[0], Ready)
    assert not [each for each in call.events if isinstance(each, Refused)]
    call.line.close()
    call.end()


def test_each_call_gets_a_line_of_its_own_with_the_settings_key_and_model(
    server: RealtimeServer,
) -> None:
    given = {"openai_api_key": KEY, "openai_realtime_endpoint": server.url}
    make_line = doors.call_line(Settings.model_validate(given), None)
    assert make_line is not None
    calls = [Call(make_line()).open() for _ in range(2)]
    until(lambda: all(call.events for call in calls))
    names = {call.events[0] for call in calls}
    assert len(names) == 2
    for call in calls:
        call.line.close()
        call.end()


def test_where_the_model_is_switched_off_there_is_no_line() -> None:
    off = Settings.model_validate({"ai_realtime_enabled": False})
    assert doors.call_line(off, None) is None
