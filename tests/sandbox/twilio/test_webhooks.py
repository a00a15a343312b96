"""The sandbox's posts to the service: signed as Twilio signs them, retried as Twilio retries them,
in order.

The service is played by a tiny receiver on a real socket, which the other tests of this folder use
too.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.lanes import Lanes
from sandbox.twilio.messages import Attachment
from sandbox.twilio.webhooks import Webhooks, sign

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "the-sandbox's-token"
KIGALI = "whatsapp:+14155238886"
VALLETTA = "whatsapp:+35699112233"
NUMBERS = [(KIGALI, "Inzozi Kitchen"), (VALLETTA, "Il-Merill")]
ALICE = "whatsapp:+250788000001"
BOB = "whatsapp:+250788000002"


@dataclass(frozen=True)
class Post:
    """One request as the service saw it."""

    url: str
    path: str
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class Receiver:
    """A service that takes every webhook and answers 204, or `statuses` in their order, once its
    `gate` is open.
    """

    statuses: list[int] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        with self.arrived:
            self.posts.append(
                Post(request.url, request.path, dict(request.headers), request.form.to_dict())
            )
            self.arrived.notify_all()
        self.gate.wait(10)
        answer = Response(status=self.statuses.pop(0) if self.statuses else 204)
        return answer(environ, start_response)

    def has(self, count: int) -> bool:
        """Wait until so many posts have come in."""
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.posts) >= count, 10)

    def statuses_of(self, sid: str) -> list[str]:
        return [post.form["MessageStatus"] for post in self.posts if post.form["MessageSid"] == sid]


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Serve a WSGI application on the loopback address; gives its URL."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.gate.set()
    with serving(receiver) as receiver.url:
        yield receiver


@contextmanager
def exchanging(receiver: Receiver, **settings: Any) -> Iterator[Exchange]:
    defaults = {"webhook_url": f"{receiver.url}/whatsapp?a=1", "step_s": 0}
    exchange = Exchange(
        ACCOUNT_SID, AUTH_TOKEN, numbers=lambda: NUMBERS, **{**defaults, **settings}
    )
    try:
        yield exchange
    finally:
        receiver.gate.set()
        exchange.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def exchange(receiver: Receiver) -> Iterator[Exchange]:
    with exchanging(receiver) as exchange:
        yield exchange


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_the_signature_is_twilios_golden_one() -> None:
    fields = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234"}
    fields |= {"From": "+14158675309", "To": "+18005551212"}
    assert (
        sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields)
        == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    )


def test_twilios_own_validator_accepts_an_inbound_message(
    exchange: Exchange, receiver: Receiver
) -> None:
    exchange.receive(
        ALICE, KIGALI, "Café ☕ & 100% “yes”\n+1", extra_fields={"ButtonText": "Yes, please"}
    )
    post = receiver.posts[0]
    assert post.form["Body"] == "Café ☕ & 100% “yes”\n+1"
    assert RequestValidator(AUTH_TOKEN).validate(
        post.url, post.form, post.headers["X-Twilio-Signature"]
    )


def test_twilios_own_validator_accepts_a_status_callback(
    exchange: Exchange, receiver: Receiver
) -> None:
    message = exchange.send(
        ALICE, KIGALI, "Muraho!", status_callback=f"{receiver.url}/whatsapp/status"
    )
    assert exchange.wait_for(lambda: len(message.answers) == 3)
    for post in receiver.posts:
        assert RequestValidator(AUTH_TOKEN).validate(
            post.url, post.form, post.headers["X-Twilio-Signature"]
        )


def test_an_inbound_message_has_the_fields_that_whatsapp_gives(
    exchange: Exchange, receiver: Receiver
) -> None:
    sid = exchange.receive(ALICE, KIGALI, "Hello").message.sid
    form = receiver.posts[0].form
    assert json.loads(form.pop("ChannelMetadata"))["data"]["context"] == {
        "ProfileName": "Alice",
        "WaId": "250788000001",
    }
    assert form == {
        **{
            "SmsMessageSid": sid,
            "SmsSid": sid,
            "MessageSid": sid,
            "AccountSid": ACCOUNT_SID,
            "ApiVersion": "2010-04-01",
        },
        **{
            "From": ALICE,
            "To": KIGALI,
            "Body": "Hello",
            "ProfileName": "Alice",
            "WaId": "250788000001",
        },
        **{
            "NumMedia": "0",
            "ReferralNumMedia": "0",
            "NumSegments": "1",
            "MessageType": "text",
            "SmsStatus": "received",
        },
    }
    assert receiver.posts[0].headers["User-Agent"] == "TwilioProxy/1.1"
    assert receiver.posts[0].headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_user_without_a_number_has_no_wa_id(exchange: Exchange, receiver: Receiver) -> None:
    exchange.receive("whatsapp:RW.teta", KIGALI, "Hello", profile_name="Teta")
    assert "WaId" not in receiver.posts[0].form
    assert receiver.posts[0].form["ExternalUserId"] == "RW.teta"


def test_media_come_as_addresses_at_twilio(exchange: Exchange, receiver: Receiver) -> None:
    sid = exchange.receive(ALICE, KIGALI, "", [Attachment("audio/ogg", b"OggS")]).message.sid
    form = receiver.posts[0].form
    assert (form["NumMedia"], form["MessageType"], form["MediaContentType0"]) == (
        "1",
        "audio",
        "audio/ogg",
    )
    assert sid.startswith("MM")
    assert form["MediaUrl0"].startswith(
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{sid}/Media/ME"
    )


def test_a_duplicate_is_the_same_message_posted_again(
    exchange: Exchange, receiver: Receiver
) -> None:
    sid = exchange.receive(ALICE, KIGALI, "Hello").message.sid
    exchange.receive(ALICE, KIGALI, "Hello", sid=sid)
    first, second = receiver.posts
    assert first.form == second.form
    assert (
        first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]
    )
    assert len(exchange.messages()) == 1


def test_the_answer_to_the_webhook_is_recorded(exchange: Exchange, receiver: Receiver) -> None:
    receiver.statuses = [403]
    message, webhook = exchange.receive(ALICE, KIGALI, "Hello")
    assert (webhook.status, webhook.code) == (403, 11200)
    assert 0 < webhook.seconds < 5
    assert message.status == "failed"
    assert "TWILIO_AUTH_TOKEN" in str(message.error)


def test_a_refused_webhook_is_not_repeated(exchange: Exchange, receiver: Receiver) -> None:
    receiver.statuses = [500]
    exchange.receive(ALICE, KIGALI, "Hello")
    assert len(receiver.posts) == 1


def test_a_slow_webhook_ends_with_its_time_out(receiver: Receiver) -> None:
    receiver.gate.clear()
    webhooks = Webhooks(AUTH_TOKEN, timeout_s=0.05)
    answer = webhooks.post(receiver.url, {"Body": "Hello"})
    webhooks.close()
    receiver.gate.set()
    assert (answer.status, answer.code) == (None, 11200)
    assert answer.seconds < 2
    assert len(receiver.posts) == 1


def test_a_connection_that_was_never_made_is_tried_twice(
    receiver: Receiver, closed_port: int
) -> None:
    url = f"http://127.0.0.1:{closed_port}/whatsapp"
    with exchanging(receiver, webhook_url=url) as exchange:
        message, webhook = exchange.receive(ALICE, KIGALI, "Hello")
    assert (webhook.status, webhook.code, webhook.tries) == (None, 11205, 2)
    assert str(message.error) == f"Nothing answers at {url}. Is the service running?"


def test_the_fallback_gets_what_the_webhook_refused(receiver: Receiver) -> None:
    receiver.statuses = [500]
    with exchanging(receiver, fallback_url=f"{receiver.url}/fallback") as exchange:
        message, webhook = exchange.receive(ALICE, KIGALI, "Hello")
    post = receiver.posts[1]
    assert (post.path, post.form["ErrorCode"], post.form["ErrorUrl"]) == (
        "/fallback",
        "11200",
        f"{receiver.url}/whatsapp?a=1",
    )
    assert RequestValidator(AUTH_TOKEN).validate(
        post.url, post.form, post.headers["X-Twilio-Signature"]
    )
    assert (webhook.status, message.status) == (204, "sent")


def test_connection_settings_behind_the_url_are_neither_sent_nor_signed(
    receiver: Receiver,
) -> None:
    with exchanging(receiver, webhook_url=f"{receiver.url}/whatsapp#rc=3&rp=all") as exchange:
        exchange.receive(ALICE, KIGALI, "Hello")
    post = receiver.posts[0]
    assert RequestValidator(AUTH_TOKEN).validate(
        f"{receiver.url}/whatsapp", post.form, post.headers["X-Twilio-Signature"]
    )


def test_a_message_without_a_service_says_so(receiver: Receiver) -> None:
    with exchanging(receiver, webhook_url="") as exchange:
        message = exchange.receive(ALICE, KIGALI, "Hello").message
    assert "No service is connected" in str(message.error)


def test_a_reply_that_overtakes_the_webhooks_answer_leaves_the_message_read(
    exchange: Exchange, receiver: Receiver
) -> None:
    receiver.gate.clear()
    message = exchange.receive_later(ALICE, KIGALI, "Hello")
    exchange.send(ALICE, KIGALI, "Muraho!")
    receiver.gate.set()
    assert exchange.wait_for(lambda: bool(message.answers))
    assert [status for status, _ in message.history] == ["sending", "read"]


def test_status_callbacks_come_in_order(exchange: Exchange, receiver: Receiver) -> None:
    url = f"{receiver.url}/status"
    messages = [
        exchange.send(f"whatsapp:+2507880{n:05d}", KIGALI, "Hello", status_callback=url)
        for n in range(100)
    ]
    assert exchange.wait_for(lambda: all(len(message.answers) == 3 for message in messages), 30)
    for message in messages:
        assert receiver.statuses_of(message.sid) == ["sent", "delivered", "read"]


def test_a_failed_delivery_says_why(exchange: Exchange, receiver: Receiver) -> None:
    message = exchange.send(
        ALICE, KIGALI, "Hello", status_callback=f"{receiver.url}/status", fail_with=63016
    )
    assert exchange.wait_for(lambda: bool(message.answers))
    form = receiver.posts[0].form
    assert (form["MessageStatus"], form["SmsStatus"], form["ErrorCode"]) == (
        "failed",
        "failed",
        "63016",
    )
    assert form["ChannelStatusMessage"].startswith("Failed to send freeform message")
    assert (message.status, message.error_code) == ("failed", 63016)


def test_without_read_receipts_a_delivery_ends_as_delivered(receiver: Receiver) -> None:
    with exchanging(receiver, read_receipts=False) as exchange:
        first = exchange.send(ALICE, KIGALI, "Hello", status_callback=f"{receiver.url}/status")
        assert exchange.wait_for(lambda: len(first.answers) == 2)
        exchange.close()
    assert receiver.statuses_of(first.sid) == ["sent", "delivered"]


def test_the_jobs_of_a_lane_run_in_order_and_lanes_beside_each_other() -> None:
    lanes = Lanes(workers=2)
    gate = threading.Event()
    over = threading.Event()
    done: list[str] = []
    lanes.add("slow", partial(gate.wait, 10))
    lanes.add("slow", partial(done.append, "second"))
    lanes.add("fast", partial(done.append, "first"))
    lanes.add("fast", gate.set)
    lanes.add("slow", over.set)
    assert over.wait(10)
    lanes.close()
    assert done == ["first", "second"]


def test_a_job_that_fails_ends_no_lane(caplog: pytest.LogCaptureFixture) -> None:
    lanes = Lanes(workers=1)
    over = threading.Event()
    lanes.add("lane", partial(int, "not a number"))
    lanes.add("lane", over.set)
    assert over.wait(10)
    lanes.close()
    assert "sandbox.job_failed" in caplog.text


def test_a_job_waits_for_its_time() -> None:
    lanes = Lanes(workers=1)
    over = threading.Event()
    started = time.monotonic()
    lanes.add("lane", over.set, delay_s=0.05)
    assert over.wait(10)
    lanes.close()
    assert time.monotonic() - started >= 0.05


def test_closing_ends_every_thread(receiver: Receiver) -> None:
    with exchanging(receiver) as exchange:
        exchange.receive_later(ALICE, KIGALI, "Hello")
        assert any(thread.name.startswith("sandbox-") for thread in threading.enumerate())
    assert not any(thread.name.startswith("sandbox-") for thread in threading.enumerate())
