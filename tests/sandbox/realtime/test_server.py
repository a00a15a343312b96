"""The stand-in for the Realtime API over real sockets: every event it sends is held to OpenAI's own
types.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from typing import Any

import flask
import pytest
import websocket
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter

from sandbox.realtime.behaviour import Behaviour, BehaviourError
from sandbox.realtime.control import create_realtime_control
from sandbox.realtime.server import RealtimeServer

Json = dict[str, Any]

KEY = "sk-sandbox"
TIMEOUT_S = 5
SERVER_EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)
MENU_TOOL = {
    "type": "function",
    "name": "lookup_menu",
    "parameters": {"type": "object", "properties": {}},
}


class Client:
    """One socket to the server; every event it reads is valid, or the test fails."""

    def __init__(
        self,
        server: RealtimeServer,
        query: str = "?model=gpt-realtime-2.1-mini",
        key: str = KEY,
        *headers: str,
    ) -> None:
        header = [f"Authorization: Bearer {key}", *headers]
        self.socket = websocket.create_connection(
            server.url + query, timeout=TIMEOUT_S, header=header
        )

    def hang_up(self) -> None:
        self.socket.shutdown()  # type: ignore[no-untyped-call]

    def send(self, event: Json) -> None:
        self.socket.send(json.dumps(event))

    def create(
        self, text: str = "say exactly: Muraho", event_id: str = "turn-1", **response: Any
    ) -> None:
        message = {
            "type": "message",
            "role": "user",
            "content": [{"type": "input_text", "text": text}],
        }
        defaults = {
            "conversation": "none",
            "output_modalities": ["text"],
            "input": [message],
            "metadata": {"turn": event_id},
        }
        self.send(
            {"type": "response.create", "event_id": event_id, "response": defaults | response}
        )

    def read(self, *, known: bool = True) -> Json:
        event: Json = json.loads(self.socket.recv())
        if known:
            SERVER_EVENT.validate_python(event)
        return event

    def until(self, kind: str, *, known: bool = True) -> list[Json]:
        """Every event up to the first of this type."""
        events = [self.read(known=known)]
        while events[-1]["type"] != kind:
            events.append(self.read(known=known))
        return events

    def error(self) -> Json:
        error: Json = self.until("error")[-1]["error"]
        return error

    def done(self) -> Json:
        response: Json = self.until("response.done")[-1]["response"]
        return response


@pytest.fixture
def server() -> Iterator[RealtimeServer]:
    server = RealtimeServer(KEY)
    server.start()
    with closing(server):
        yield server


@pytest.fixture
def connect(server: RealtimeServer) -> Iterator[Callable[..., Client]]:
    opened: list[Client] = []

    def open_client(*args: str) -> Client:
        opened.append(Client(server, *args))
        return opened[-1]

    yield open_client
    for each in opened:
        each.hang_up()


@pytest.fixture
def client(connect: Callable[..., Client]) -> Client:
    client = connect()
    assert client.read()["type"] == "session.created"
    return client


def types(events: list[Json]) -> list[str]:
    return [event["type"] for event in events]


def text_of(response: Json) -> str:
    return "".join(part["text"] for item in response["output"] for part in item["content"])


# What a response consists of.


def test_a_text_response_comes_in_the_order_of_the_api(client: Client) -> None:
    client.create("say exactly: Muraho, Alice!")
    events = client.until("response.done")
    assert types(events) == [
        "response.created",
        "rate_limits.updated",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.done",
    ]
    assert [event["delta"] for event in events if "delta" in event] == ["Muraho, ", "Alice!"]
    assert text_of(events[-1]["response"]) == "Muraho, Alice!"


def test_created_and_done_echo_the_metadata_and_name_no_conversation(client: Client) -> None:
    client.create(metadata={"turn": "42", "round": "1"})
    created, *_, done = client.until("response.done")
    for event in (created, done):
        assert event["response"]["metadata"] == {"turn": "42", "round": "1"}
        assert event["response"]["conversation_id"] is None


def test_a_tool_call_carries_its_arguments_in_deltas_and_whole(client: Client) -> None:
    client.create("what coffee do you have?", tools=[MENU_TOOL])
    events = client.until("response.done")
    pieces = [
        event["delta"]
        for event in events
        if event["type"] == "response.function_call_arguments.delta"
    ]
    (call,) = events[-1]["response"]["output"]
    assert (call["type"], call["name"], call["status"]) == (
        "function_call",
        "lookup_menu",
        "completed",
    )
    assert json.loads("".join(pieces)) == json.loads(call["arguments"]) == {"query": "coffee"}


def test_a_tools_output_goes_back_with_its_call_and_leads_to_the_answer(client: Client) -> None:
    client.create("what coffee do you have?", tools=[MENU_TOOL])
    (call,) = client.done()["output"]
    asked = {
        "type": "message",
        "role": "user",
        "content": [{"type": "input_text", "text": "what coffee do you have?"}],
    }
    made = {name: call[name] for name in ("type", "call_id", "name", "arguments")}
    found = {
        "type": "function_call_output",
        "call_id": call["call_id"],
        "output": '{"items": [{"name": "Cortado"}], "found": 1}',
    }
    client.create(input=[asked, made, found], tools=[MENU_TOOL])
    assert "*Cortado*" in text_of(client.done())


def test_a_prompts_beginning_is_cached_the_second_time(client: Client) -> None:
    cached = []
    for _ in range(2):
        client.create(instructions="You are the waiter of Inzozi Kitchen, Kigali." * 10)
        cached.append(client.done()["usage"]["input_token_details"]["cached_tokens"])
    assert cached[0] == 0 < cached[1]


def test_a_long_answer_ends_at_max_output_tokens(client: Client) -> None:
    client.create("count to 100", max_output_tokens=3)
    done = client.done()
    assert (done["status"], done["status_details"]["reason"]) == ("incomplete", "max_output_tokens")
    assert text_of(done) == "1 2 3 "
    assert done["usage"]["output_tokens"] == 3


def test_parallel_responses_interleave_and_keep_their_own_text(client: Client) -> None:
    for number in range(20):
        client.create(f"say exactly: {' '.join([str(number)] * 30)}", f"turn-{number}")
    events: list[Json] = []
    while types(events).count("response.done") < 20:
        events.append(client.read())
    deltas = [
        event["response_id"] for event in events if event["type"] == "response.output_text.delta"
    ]
    assert sum(a != b for a, b in pairwise(deltas)) > 100
    for done in (event["response"] for event in events if event["type"] == "response.done"):
        assert text_of(done).split() == [done["metadata"]["turn"].removeprefix("turn-")] * 30


def test_tool_choice_none_leaves_the_tools_alone(client: Client) -> None:
    client.create("what coffee do you have?", tools=[MENU_TOOL], tool_choice="none")
    assert text_of(client.done())


# Cancelling.


def test_a_cancelled_response_ends_as_cancelled_with_what_was_said(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.delta_delay_s = 0.01
    client.create("count to 2000")
    response_id = client.until("response.output_text.delta")[-1]["response_id"]
    client.send({"type": "response.cancel", "response_id": response_id})
    done = client.done()
    assert (done["status"], done["status_details"]["reason"]) == ("cancelled", "client_cancelled")
    assert text_of(done).startswith("1 ")
    assert server.stats()["responses_cancelled"] == 1


def test_a_response_that_is_over_cannot_be_cancelled(client: Client) -> None:
    client.create()
    client.send({"type": "response.cancel", "event_id": "late", "response_id": client.done()["id"]})
    error = client.error()
    assert (error["code"], error["event_id"]) == ("response_cancel_not_active", "late")


# The session and its default conversation.


def test_a_session_update_comes_back_and_holds(client: Client) -> None:
    session = {
        "type": "realtime",
        "output_modalities": ["text"],
        "instructions": "You are the waiter of Il-Gallarija, Valletta.",
    }
    client.send({"type": "session.update", "session": session})
    assert client.read()["session"]["instructions"] == session["instructions"]
    client.send({"type": "response.create", "response": {"conversation": "none", "input": []}})
    assert "*Il-Gallarija*" in text_of(client.done())


def test_the_default_conversation_takes_one_response_at_a_time(
    server: RealtimeServer, client: Client
) -> None:
    item = {
        "type": "message",
        "role": "user",
        "content": [{"type": "input_text", "text": "say exactly: Bongu"}],
    }
    client.send({"type": "conversation.item.create", "item": item})
    client.until("conversation.item.done")
    server.behaviour.first_event_delay_s = 0.05
    for event_id in ("first", "second"):
        client.send(
            {
                "type": "response.create",
                "event_id": event_id,
                "response": {"output_modalities": ["text"]},
            }
        )
    error = client.error()
    assert (error["code"], error["event_id"]) == (
        "conversation_already_has_active_response",
        "second",
    )
    done = client.done()
    assert text_of(done) == "Bongu"
    assert done["conversation_id"].startswith("conv_")
    client.send({"type": "conversation.item.retrieve", "item_id": done["output"][0]["id"]})
    assert client.read()["item"] == done["output"][0]


# What is refused.


@pytest.mark.parametrize(
    ("event", "code", "param"),
    [
        ({}, "missing_required_parameter", "type"),
        ({"type": "response.make"}, "invalid_value", "type"),
        ({"type": "response.create", "respones": {}}, "unknown_parameter", "respones"),
        (
            {"type": "response.create", "response": {"modalities": ["text"]}},
            "unknown_parameter",
            "response.modalities",
        ),
        (
            {"type": "response.create", "response": {"instructions": 7}},
            "invalid_type",
            "response.instructions",
        ),
        (
            {"type": "response.create", "response": {"output_modalities": ["text", "audio"]}},
            "invalid_value",
            "response.output_modalities",
        ),
        (
            {"type": "response.create", "response": {"metadata": {str(n): "" for n in range(17)}}},
            "object_above_max_properties",
            "response.metadata",
        ),
        (
            {"type": "response.create", "response": {"metadata": {"k" * 65: ""}}},
            "string_above_max_length",
            "response.metadata",
        ),
        (
            {"type": "response.create", "response": {"metadata": {"k": "v" * 513}}},
            "string_above_max_length",
            "response.metadata.k",
        ),
        (
            {"type": "response.create", "response": {"metadata": {"k": 1}}},
            "invalid_type",
            "response.metadata.k",
        ),
        (
            {"type": "response.create", "response": {"max_output_tokens": 5_000}},
            "integer_above_max_value",
            "response.max_output_tokens",
        ),
        (
            {"type": "response.create", "response": {"conversation": "mine"}},
            "invalid_value",
            "response.conversation",
        ),
        (
            {
                "type": "response.create",
                "response": {"input": [{"type": "message", "role": "user"}]},
            },
            "missing_required_parameter",
            "response.input[0].content",
        ),
        (
            {
                "type": "response.create",
                "response": {
                    "input": [
                        {
                            "type": "message",
                            "role": "user",
                            "content": [{"type": "output_text", "text": ""}],
                        }
                    ],
                },
            },
            "invalid_value",
            "response.input[0].content[0].type",
        ),
        (
            {
                "type": "response.create",
                "response": {
                    "input": [{"type": "function_call_output", "call_id": "c", "output": ""}]
                },
            },
            "invalid_tool_call_id",
            "response.input[0].call_id",
        ),
        (
            {"type": "response.create", "response": {"tools": [{"type": "function"}]}},
            "missing_required_parameter",
            "response.tools[0].name",
        ),
        (
            {"type": "session.update", "session": {"output_modalities": ["text"]}},
            "missing_required_parameter",
            "session.type",
        ),
        ({"type": "response.cancel"}, "response_cancel_not_active", None),
        ({"type": "conversation.item.delete", "item_id": "nobody"}, "item_not_found", "item_id"),
    ],
)
def test_a_wrong_event_is_refused_by_name_and_the_session_goes_on(
    client: Client, event: Json, code: str, param: str | None
) -> None:
    client.send({**event, "event_id": "mine"})
    error = client.error()
    assert (error["type"], error["code"], error["param"], error["event_id"]) == (
        "invalid_request_error",
        code,
        param,
        "mine",
    )
    client.create()
    assert client.done()["status"] == "completed"


@pytest.mark.parametrize(("frame", "code"), [("{", "invalid_json"), ("[]", "invalid_type")])
def test_a_frame_that_is_no_event_is_refused(client: Client, frame: str, code: str) -> None:
    client.socket.send(frame)
    assert client.error()["code"] == code


# Handshakes.


def test_a_wrong_key_is_an_http_401_with_openais_body(server: RealtimeServer) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        Client(server, key="sk-wrong")
    assert refused.value.status_code == 401
    assert json.loads(refused.value.resp_body or "")["error"]["code"] == "invalid_api_key"
    assert server.stats()["connections_refused"] == 1


@pytest.mark.parametrize(
    ("query", "header", "code"),
    [
        ("?model=gpt-realtime-2.1-mini", "OpenAI-Beta: realtime=v1", "beta_api_shape_disabled"),
        ("?model=gpt-unknown", "X-None: 1", "model_not_found"),
        ("", "X-None: 1", "missing_model"),
    ],
)
def test_a_session_that_cannot_be_is_closed_with_4000(
    server: RealtimeServer, connect: Callable[..., Client], query: str, header: str, code: str
) -> None:
    server.behaviour.unknown_models = ["gpt-unknown"]
    client = connect(query, KEY, header)
    assert client.error()["code"] == code
    _, frame = client.socket.recv_data_frame(control_frame=True)
    assert int.from_bytes(frame.data[:2], "big") == 4000


def test_two_of_three_handshakes_are_refused(server: RealtimeServer) -> None:
    server.behaviour.refuse_pattern = [1, 1, 0]
    assert [opens(server) for _ in range(6)] == [False, False, True] * 2


def test_a_share_of_handshakes_is_refused(server: RealtimeServer) -> None:
    server.behaviour.refuse_handshakes = 2 / 3
    assert [opens(server) for _ in range(6)].count(True) == 2


def test_a_bad_key_stays_bad_until_it_is_changed(server: RealtimeServer) -> None:
    server.behaviour.bad_key = True
    assert not opens(server)
    server.behaviour.bad_key = False
    assert opens(server)


def opens(server: RealtimeServer) -> bool:
    try:
        client = Client(server)
    except websocket.WebSocketBadStatusException:
        return False
    client.hang_up()
    return True


# Faults.


def test_a_socket_is_reset_at_its_age_even_when_it_was_open_before(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.cut_every_s = 0.05
    with pytest.raises((OSError, websocket.WebSocketException)):
        client.read()
    assert server.stats()["connections_cut"] == 1


def test_a_server_that_accepts_and_drops(
    server: RealtimeServer, connect: Callable[..., Client]
) -> None:
    server.behaviour.accept_and_drop = True
    with pytest.raises((OSError, websocket.WebSocketException)):
        connect().read()


def test_a_session_expires_with_an_error_and_1001(server: RealtimeServer, client: Client) -> None:
    server.behaviour.session_s = 0.05
    assert client.error()["code"] == "session_expired"
    _, frame = client.socket.recv_data_frame(control_frame=True)
    assert int.from_bytes(frame.data[:2], "big") == 1001


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("server_errors", "server_error"),
        ("rate_limit", "rate_limit_exceeded"),
        ("insufficient_quota", "insufficient_quota"),
    ],
)
def test_a_response_fails_with_its_code(
    server: RealtimeServer, client: Client, fault: str, code: str
) -> None:
    server.behaviour.apply({fault: fault == "insufficient_quota" or 1})
    client.create()
    done = client.done()
    assert (done["status"], done["status_details"]["error"]["code"]) == ("failed", code)


def test_a_used_up_rate_limit_says_when_it_resets_and_counts_down(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.apply({"rate_limit": 1, "rate_limit_reset_s": 7})
    client.create()
    limits = client.until("rate_limits.updated")[-1]["rate_limits"]
    assert {(limit["remaining"], limit["reset_seconds"]) for limit in limits} == {(0, 7)}
    client.done()
    client.create()
    assert client.done()["status"] == "completed"


def test_an_empty_response_is_completed_without_output(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.empty = 1
    client.create()
    done = client.done()
    assert (done["status"], done["output"]) == ("completed", [])


def test_a_silent_create_gets_nothing_and_the_next_one_is_answered(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.silent = 1
    client.create(event_id="unheard")
    client.create(event_id="heard")
    assert client.until("response.done")[0]["response"]["metadata"] == {"turn": "heard"}


def test_a_stalled_response_stops_midway_until_it_is_cancelled(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.stall_after_deltas = 1
    client.create("count to 4")
    response_id = client.until("response.output_text.delta")[-1]["response_id"]
    assert client.until("response.output_text.delta")[-1]["delta"] == "2 "
    client.create("say exactly: next", "turn-2")
    assert text_of(client.done()) == "next"
    client.send({"type": "response.cancel", "response_id": response_id})
    assert text_of(client.done()) == "1 2 "


def test_a_refused_create_is_an_error_with_its_event_id(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.apply({"refuse_create": 1, "refuse_create_code": "insufficient_quota"})
    client.create(event_id="turn-7")
    error = client.read()["error"]
    assert (error["code"], error["event_id"]) == ("insufficient_quota", "turn-7")


def test_pings_are_answered_unless_told_not_to(server: RealtimeServer, client: Client) -> None:
    client.socket.ping("a")
    assert client.socket.recv_data_frame(control_frame=True)[0] == websocket.ABNF.OPCODE_PONG
    server.behaviour.no_pong = True
    client.socket.ping("b")
    client.create()
    assert client.socket.recv_data_frame(control_frame=True)[0] == websocket.ABNF.OPCODE_TEXT


# Servers that differ.


def test_one_at_a_time_names_its_error_in_the_type(server: RealtimeServer, client: Client) -> None:
    server.behaviour.apply({"one_at_a_time": True, "first_event_delay_s": 0.05})
    client.create(event_id="first")
    client.create(event_id="second")
    error = client.read()["error"]
    assert (error["type"], error["code"], error["event_id"]) == (
        "conversation_already_has_active_response",
        None,
        "second",
    )
    assert client.done()["metadata"] == {"turn": "first"}


def test_metadata_and_event_ids_can_stay_unsaid(server: RealtimeServer, client: Client) -> None:
    server.behaviour.apply({"echo_metadata": False, "error_event_ids": False})
    client.create()
    assert client.done()["metadata"] is None
    client.send({"type": "response.cancel", "event_id": "mine"})
    assert client.error()["event_id"] is None


def test_without_optional_events_only_the_bones_are_left(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.optional_events = False
    client.create()
    assert types(client.until("response.done")) == [
        "response.created",
        "response.output_text.delta",
        "response.done",
    ]
    client.create("what coffee do you have?", tools=[MENU_TOOL])
    assert types(client.until("response.done")) == ["response.created", "response.done"]


def test_status_details_as_a_bare_string(server: RealtimeServer, client: Client) -> None:
    server.behaviour.apply({"string_status_details": True, "server_errors": 1})
    client.create()
    assert (
        client.until("response.done", known=False)[-1]["response"]["status_details"]
        == "server_error"
    )


def test_events_that_nobody_knows(server: RealtimeServer, client: Client) -> None:
    server.behaviour.unknown_events = True
    client.create()
    assert "sandbox.weather.updated" in types(client.until("response.done", known=False))


def test_cancelled_as_an_event_of_its_own(server: RealtimeServer, client: Client) -> None:
    server.behaviour.apply({"response_cancelled_event": True, "stall_after_deltas": 1})
    client.create("count to 2")
    response_id = client.until("response.output_text.delta")[-1]["response_id"]
    client.send({"type": "response.cancel", "response_id": response_id})
    assert client.until("response.cancelled", known=False)[-1]["response_id"] == response_id


# What it remembers, and its end.


def test_creates_are_kept_with_their_connection_up_to_a_bound() -> None:
    server = RealtimeServer(KEY, kept_requests=2, clock=lambda: 12.5)
    server.start()
    with closing(server):
        client = Client(server)
        for number in range(3):
            client.create(event_id=f"turn-{number}")
            client.done()
        kept = [
            (each["connection"], each["at"], each["event"]["event_id"]) for each in server.requests
        ]
        client.hang_up()
    assert kept == [(1, 12.5, "turn-1"), (1, 12.5, "turn-2")]


def test_counts_tell_connections_and_responses(server: RealtimeServer, client: Client) -> None:
    server.behaviour.first_event_delay_s = 0.05
    for number in range(3):
        client.create(event_id=f"turn-{number}")
    for _ in range(3):
        client.done()
    stats = server.stats()
    assert (stats["connections_opened"], stats["connections_open"]) == (1, 1)
    assert (stats["responses_created"], stats["responses_done"]) == (3, 3)
    assert (stats["responses_in_flight"], stats["responses_in_flight_max"]) == (0, 3)


def test_closing_hangs_up_on_everyone_and_leaves_no_thread() -> None:
    before = threading.active_count()
    server = RealtimeServer(KEY)
    server.start()
    clients = [Client(server) for _ in range(3)]
    clients[0].create("count to 2000")
    server.close()
    assert threading.active_count() == before
    for client in clients:
        client.hang_up()


def test_a_client_that_reads_nothing_does_not_keep_the_server_from_closing() -> None:
    server = RealtimeServer(KEY)
    server.start()
    deaf = Client(server)
    for number in range(100):
        deaf.create("count to 2000", f"turn-{number}")
    until_nothing_more_fits(server)
    server.close()
    assert server.stats()["connections_open"] == 0
    deaf.hang_up()


def until_nothing_more_fits(server: RealtimeServer) -> None:
    """Wait until the server can't write any more: it has sent nothing for a while, with much left
    to send.
    """
    sent = [server.stats()["events_sent"]]
    while len(sent) < 30 or len(set(sent[-30:])) > 1:
        threading.Event().wait(0.01)
        sent.append(server.stats()["events_sent"])


# The behaviour, by name and over HTTP.


@pytest.mark.parametrize(
    "changes",
    [
        {"first_delay": 1},
        {"delta_delay_s": -1},
        {"bad_key": 1},
        {"empty": True},
        {"refuse_handshakes": 2},
        {"unknown_models": "x"},
    ],
)
def test_a_wrong_name_or_value_changes_nothing(changes: Json) -> None:
    behaviour = Behaviour()
    with pytest.raises(BehaviourError, match=next(iter(changes))):
        behaviour.apply({"silent": 3, **changes})
    assert behaviour.as_dict() == Behaviour().as_dict()


def test_the_behaviour_is_read_and_changed_over_http(server: RealtimeServer) -> None:
    app = flask.Flask(__name__)
    app.register_blueprint(create_realtime_control(server))
    http = app.test_client()
    assert http.post("/sandbox/realtime/behaviour", json={"silent": 2}).get_json()["silent"] == 2
    assert server.behaviour.silent == 2
    refused = http.post("/sandbox/realtime/behaviour", json={"silence": 2})
    assert (refused.status_code, "silence" in refused.get_json()["error"]) == (400, True)
    assert http.delete("/sandbox/realtime/behaviour").get_json() == Behaviour().as_dict()


def test_stats_and_requests_are_read_over_http(server: RealtimeServer, client: Client) -> None:
    app = flask.Flask(__name__)
    app.register_blueprint(create_realtime_control(server))
    client.create(event_id="turn-9")
    client.done()
    http = app.test_client()
    assert http.get("/sandbox/realtime/stats").get_json()["responses_done"] == 1
    (kept,) = http.get("/sandbox/realtime/requests").get_json()["requests"]
    assert kept["event"]["event_id"] == "turn-9"
