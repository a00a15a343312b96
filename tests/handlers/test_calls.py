"""Twilio's ways in for a call: who is not Twilio stays outside, and a stream finds its call."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from conversation.call.actions import Sentence, SentenceKey, Why
from conversation.call.records import Live, Stream
from conversation.call.sentences import Sentences, words
from engine.picking_up import Connect, Dial, PickedUp, Play, Reject
from handlers.calls import CallsRoutes
from handlers.counting import InMemory
from handlers.limits import CALLS_BY_CALLER, CALLS_OF_ANYBODY
from models.database.engine import DatabaseUnavailableError
from telemetry.metrics import Metrics
from tests.engine.clock import soon
from tests.engine.world import ALICE, House
from tests.handlers import sockets
from tests.handlers.sockets import closed_with
from tests.handlers.test_limits import limits_on
from tests.handlers.web import AUTH_TOKEN, PUBLIC_URL
from whatsapp.ringing import CallStatus, Ring
from whatsapp.twiml import connect as connected
from whatsapp.twiml import dial, play, reject

FORM = {"CallSid": "CA1", "From": "+250788000001", "To": "+14155238886", "CallStatus": "ringing"}
RING = Ring("CA1", ALICE, "+14155238886", False, None)
CONNECTED = {"event": "connected", "protocol": "Call", "version": "1.0.0"}
STREAM_SID = "MZ1"
WORDS = "muraho"
TOO_OFTEN = {"outcome": "too_often"}


class Echo:
    """In a call's place: what the caller sends comes back, until they stop."""

    def __init__(self) -> None:
        self.ended: str | None = None

    def open(self) -> None: ...

    def is_reached(self, within_s: float) -> bool:
        return True

    def run(self, stream: Stream, stream_sid: str) -> Why:
        assert stream_sid == STREAM_SID
        while (frame := stream.receive(30)) is not None:
            if frame == "fall over":
                raise RuntimeError("as told")
            if frame == "stop":
                break
            stream.send(frame)
        self.ended = frame
        return "hung_up"

    def stop(self, why: Why = "stopping") -> None: ...

    def abandon(self) -> None: ...


@dataclass
class Calls:
    """Who decides, in the engine's place: each token is good once."""

    becomes: PickedUp = field(default_factory=lambda: Connect("abc", {"from": ALICE}))
    tokens: dict[str, Live] = field(default_factory=dict)
    rang: list[Ring] = field(default_factory=list)
    taken: list[tuple[str, str, str]] = field(default_factory=list)
    over: list[CallStatus] = field(default_factory=list)
    is_away: bool = False

    def ring(self, ring: Ring) -> PickedUp:
        self._ask()
        self.rang.append(ring)
        return self.becomes

    def take(self, token: str, call_sid: str, stream_sid: str) -> Live | None:
        self._ask()
        self.taken.append((token, call_sid, stream_sid))
        return self.tokens.pop(token, None)

    def ended(self, status: CallStatus) -> None:
        self._ask()
        self.over.append(status)

    def _ask(self) -> None:
        if self.is_away:
            raise DatabaseUnavailableError("away")


class Twilio:
    """As it calls a house: it signs its forms, and the address of a stream."""

    def __init__(self, routes: CallsRoutes) -> None:
        self.app = Flask("inzozi", static_folder=None)
        self.app.testing = True
        self.app.register_blueprint(routes.blueprint())

    def post(
        self,
        fields: Mapping[str, str],
        path: str = "/calls",
        token: str = AUTH_TOKEN,
        url: str = PUBLIC_URL,
    ) -> TestResponse:
        signature = RequestValidator(token).compute_signature(f"{url}{path}", fields)
        return self.app.test_client().post(
            path, base_url=url, data=fields, headers={"X-Twilio-Signature": signature}
        )

    @contextmanager
    def serving(self) -> Iterator[str]:
        self.app.testing = False
        server = make_server("127.0.0.1", 0, self.app, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.server_port}/calls/stream"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture
def calls() -> Calls:
    return Calls(tokens={"abc": Echo()})


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def sentences(house: House) -> Sentences:
    return Sentences(house.database, house.clock.monotonic)


@pytest.fixture
def twilio(calls: Calls, sentences: Sentences, metrics: Metrics) -> Twilio:
    return Twilio(routes(calls, sentences, metrics=metrics))


def routes(calls: Any, sentences: Sentences, **more: Any) -> CallsRoutes:
    given = {"auth_token": AUTH_TOKEN, "public_url": PUBLIC_URL, **more}
    return CallsRoutes(calls, sentences, **given)


@pytest.mark.parametrize("path", ["/calls", "/calls/"])
def test_a_call_that_is_taken_is_connected_to_our_stream(
    twilio: Twilio, calls: Calls, path: str
) -> None:
    answer = twilio.post(FORM, path)
    assert (answer.status_code, answer.mimetype, calls.rang) == (200, "text/xml", [RING])
    assert answer.text == connected(
        "wss://inzozi.example/calls/stream",
        {"token": "abc", "from": ALICE},
        "https://inzozi.example/calls/status",
    )


def test_without_tls_the_stream_has_none(calls: Calls, sentences: Sentences) -> None:
    twilio = Twilio(routes(calls, sentences, public_url=None))
    answer = twilio.post(FORM, url="http://localhost:8787")
    assert 'url="ws://localhost:8787/calls/stream"' in answer.text


@pytest.mark.parametrize(
    ("becomes", "text"),
    [
        (Play("busy", "fr"), play(f"{PUBLIC_URL}/calls/sounds/busy-fr.wav")),
        (Dial("+250788000009"), dial("+250788000009", "+14155238886")),
        (Reject(), reject()),
    ],
)
def test_what_else_becomes_of_a_call_is_said_in_twiml(
    twilio: Twilio, calls: Calls, becomes: PickedUp, text: str
) -> None:
    calls.becomes = becomes
    assert twilio.post(FORM).text == text


class Silent(Sentences):
    """Nobody has made a sound of any."""

    def one(self, key: SentenceKey, language: str | None, voice: str = "") -> Sentence:
        return Sentence(str(words(key, language)), b"")


def test_a_sentence_that_has_no_sound_is_not_played(house: House, calls: Calls) -> None:
    calls.becomes = Play("busy", "mt")
    silent = Silent(house.database, house.clock.monotonic)
    assert Twilio(routes(calls, silent)).post(FORM).text == reject()


def test_while_the_database_is_away_who_rings_hears_a_sentence(
    twilio: Twilio, calls: Calls, metrics: Metrics
) -> None:
    calls.is_away = True
    assert twilio.post(FORM).text == play(f"{PUBLIC_URL}/calls/sounds/busy-en.wav")
    assert count(metrics, "call", "unavailable") == 1


@pytest.mark.parametrize("path", ["/calls", "/calls/status"])
@pytest.mark.parametrize("wrong", [{"token": "another's"}, {"url": "https://elsewhere.example"}])
def test_a_form_that_is_not_twilios_is_forbidden(
    twilio: Twilio, calls: Calls, metrics: Metrics, path: str, wrong: dict[str, str]
) -> None:
    assert twilio.post(FORM, path, **wrong).status_code == 403
    assert (calls.rang, calls.over) == ([], [])
    assert count(metrics, "call" if path == "/calls" else "call_status", "forged") == 1


@pytest.mark.parametrize("field", ["CallSid", "To"])
def test_a_form_that_twilio_would_not_send_is_bad_and_says_which_field(
    twilio: Twilio, calls: Calls, field: str
) -> None:
    answer = twilio.post({**FORM, field: ""})
    assert (answer.status_code, answer.mimetype, calls.rang) == (400, "text/plain", [])
    assert answer.text.startswith(f"{field}: ")


def test_a_call_that_is_over_is_told_and_one_that_goes_on_is_not(
    twilio: Twilio, calls: Calls
) -> None:
    for status in ("in-progress", "completed"):
        told = {**FORM, "CallStatus": status, "CallDuration": "61"}
        assert twilio.post(told, "/calls/status").status_code == 204
    assert calls.over == [CallStatus("CA1", "completed", 61)]


def test_a_stream_that_twilio_could_not_open_leaves_a_line(twilio: Twilio, calls: Calls) -> None:
    failed = {"CallSid": "CA1", "StreamSid": "MZ1", "StreamEvent": "stream-error"}
    with capture_logs() as lines:
        answer = twilio.post({**failed, "StreamError": "31920: Handshake"}, "/calls/status")
    assert (answer.status_code, calls.over) == (204, [])
    (line,) = [each for each in lines if each["event"] == "call.stream_failed"]
    assert (line["sid"], line["why"]) == ("CA1", "31920: Handshake")


@pytest.mark.parametrize(
    ("shown", "limit"), [(FORM["From"], CALLS_BY_CALLER), ("anonymous", CALLS_OF_ANYBODY)]
)
def test_who_calls_again_and_again_is_not_picked_up(
    calls: Calls, sentences: Sentences, metrics: Metrics, shown: str, limit: Any
) -> None:
    twilio = Twilio(routes(calls, sentences, limits=limits_on(InMemory()), metrics=metrics))
    form = {**FORM, "From": shown}
    answers = [twilio.post(form).text for _ in range(limit.most + 1)]
    assert [text == reject() for text in answers] == [False] * limit.most + [True]
    assert twilio.post({**FORM, "From": "+35699000003"}).text != reject()
    assert len(calls.rang) == limit.most + 1
    assert metrics.registry.get_sample_value("tableside_calls_total", TOO_OFTEN) == 1


@pytest.mark.parametrize("spelled", ["", "/"])
@pytest.mark.parametrize(
    "base", ["wss://inzozi.example", "wss://inzozi.example:443", "wss://inzozi.example:80"]
)
def test_a_signed_stream_is_brought_to_its_call(
    twilio: Twilio, calls: Calls, base: str, spelled: str
) -> None:
    with (
        twilio.serving() as url,
        opened(url, f"{base}/calls/stream{spelled}") as client,
    ):
        begin(client)
        client.send(WORDS)
        assert client.recv(30) == WORDS
        client.send("stop")
        assert closed_with(client)[0] == 1000
    assert calls.taken == [("abc", "CA1", STREAM_SID)]


@pytest.mark.parametrize(
    ("signed", "token"),
    [
        (f"https{PUBLIC_URL[5:]}/calls/stream", AUTH_TOKEN),
        ("wss://inzozi.example/calls", AUTH_TOKEN),
        ("wss://elsewhere.example/calls/stream", AUTH_TOKEN),
        ("wss://inzozi.example/calls/stream", "another's"),
    ],
)
def test_a_stream_that_is_not_twilios_is_forbidden(
    twilio: Twilio, metrics: Metrics, signed: str, token: str
) -> None:
    with (
        twilio.serving() as url,
        pytest.raises(InvalidStatus, match="403"),
        opened(url, signed, token),
    ):
        pass
    assert count(metrics, "call_stream", "forged") == 1


def test_a_stream_without_a_signature_is_forbidden(twilio: Twilio) -> None:
    with twilio.serving() as url, pytest.raises(InvalidStatus, match="403"), connect(url):
        pass


def test_what_is_no_websocket_is_told_what_is_wanted(twilio: Twilio) -> None:
    answer = twilio.app.test_client().get("/calls/stream")
    assert (answer.status_code, answer.headers["Upgrade"]) == (426, "websocket")


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        ([CONNECTED, {"token": "another"}], "no call has this token"),
        ([{}], "no call has this token"),
        ([], "a stream that does not start"),
        ([CONNECTED, CONNECTED], "a stream that does not start"),
        ([{"event": "stop"}], "a stream that begins with something else"),
        ([{"event": "mark", "mark": {"name": "1"}}], "a stream that begins with something else"),
        (["muraho"], "a frame that is no JSON"),
        ([{"event": "start", "start": {}}], "a frame with a text missing"),
    ],
)
def test_a_stream_that_is_nobodys_is_closed_with_a_reason(
    calls: Calls, sentences: Sentences, frames: Sequence[Any], reason: str, metrics: Metrics
) -> None:
    start_s = 0.5 if reason == "a stream that does not start" else 30
    twilio = Twilio(routes(calls, sentences, start_s=start_s, metrics=metrics))
    with twilio.serving() as url, opened(url) as client:
        for frame in frames:
            told = frame if isinstance(frame, str) or "event" in frame else start(frame)
            client.send(told if isinstance(told, str) else json.dumps(told))
        code, why = closed_with(client)
    assert (code, why[: len(reason)]) == (1008, reason)
    assert count(metrics, "call_stream", "malformed") == 1


def test_beyond_so_many_streams_that_do_not_start_none_is_let_in(
    calls: Calls, sentences: Sentences, metrics: Metrics
) -> None:
    twilio = Twilio(routes(calls, sentences, most_starting=1, metrics=metrics))
    with twilio.serving() as url, opened(url) as client:
        assert client.ping().wait(30) is not None  # it is read
        with pytest.raises(InvalidStatus, match="503"), opened(url):
            pass
        begin(client)
        client.send(WORDS)
        assert client.recv(30) == WORDS
        with opened(url) as other:  # the first one has started
            begin(other)
            assert closed_with(other)[0] == 1008
        client.send("stop")
    assert count(metrics, "call_stream", "unavailable") == 1


def test_a_token_is_good_once(twilio: Twilio) -> None:
    with twilio.serving() as url:
        with opened(url) as client:
            begin(client)
            client.send("stop")
            assert closed_with(client)[0] == 1000
        with opened(url) as client:
            begin(client)
            assert closed_with(client)[0] == 1008


def test_a_frame_that_is_too_large_ends_the_call(twilio: Twilio, calls: Calls) -> None:
    echo = Echo()
    echo.ended = "not yet"
    calls.tokens["abc"] = echo
    with twilio.serving() as url, opened(url) as client:
        begin(client)
        client.send("x" * 65_537)
        assert closed_with(client)[0] == 1009
    assert soon(lambda: echo.ended is None)


def test_while_the_database_is_away_a_stream_is_told_to_come_later(
    twilio: Twilio, calls: Calls
) -> None:
    calls.is_away = True
    with twilio.serving() as url, opened(url) as client:
        begin(client)
        assert closed_with(client)[0] == 1013


def test_where_a_call_fails_its_stream_is_closed(twilio: Twilio) -> None:
    with twilio.serving() as url, opened(url) as client:
        begin(client)
        client.send("fall over")
        assert closed_with(client)[0] == 1011


def start(parameters: Mapping[str, str]) -> dict[str, Any]:
    told = {"streamSid": STREAM_SID, "callSid": "CA1", "customParameters": dict(parameters)}
    return {"event": "start", "sequenceNumber": "1", "start": told, "streamSid": STREAM_SID}


def begin(client: ClientConnection) -> None:
    client.send(json.dumps(CONNECTED))
    client.send(json.dumps(start({"token": "abc"})))


def opened(
    url: str, signed: str = "wss://inzozi.example/calls/stream", token: str = AUTH_TOKEN
) -> ClientConnection:
    signature = RequestValidator(token).compute_signature(signed, {})
    return sockets.opened(url, {"X-Twilio-Signature": signature})


def count(metrics: Metrics, kind: str, outcome: str) -> float:
    registry: CollectorRegistry = metrics.registry
    labels = {"kind": kind, "outcome": outcome}
    return registry.get_sample_value("tableside_webhooks_total", labels) or 0
