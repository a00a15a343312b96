"""The sandbox's REST API, asked by twilio's own client over a real socket, and the steering of it
under /sandbox/twilio.
"""

import base64
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.messages import Attachment
from sandbox.web import create_web
from tests.sandbox.twilio.test_webhooks import (
    ACCOUNT_SID,
    ALICE,
    AUTH_TOKEN,
    BOB,
    KIGALI,
    VALLETTA,
    Receiver,
    exchanging,
    receiving,
    serving,
)

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages"
NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


class SandboxHttpClient:
    """Twilio's own HTTP client, with every host of Twilio's replaced by the sandbox."""

    def __init__(self, url: str, timeout_s: float = 10) -> None:
        self._client = TwilioHttpClient(timeout=timeout_s)
        self._client.session.trust_env = False
        self._url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return self._client.request(method, f"{self._url}{parts.path}{query}", *args, **kwargs)

    def close(self) -> None:
        self._client.session.close()


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def exchange(receiver: Receiver, clock: Clock) -> Iterator[Exchange]:
    with exchanging(receiver, clock=clock) as exchange:
        yield exchange


@pytest.fixture
def url(exchange: Exchange) -> Iterator[str]:
    with serving(create_web(exchange)) as url:
        yield url


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def twilio(url: str) -> Iterator[Client]:
    http_client = SandboxHttpClient(url)
    yield Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http_client)
    http_client.close()


def test_a_created_message_is_queued_and_whole(twilio: Client) -> None:
    message = twilio.messages.create(to=ALICE, from_=KIGALI, body="Muraho! 👋")
    assert message.sid.startswith("SM")
    assert len(message.sid) == 34
    assert (message.status, message.direction, message.body) == (
        "queued",
        "outbound-api",
        "Muraho! 👋",
    )
    assert (message.to, message.from_, message.account_sid) == (ALICE, KIGALI, ACCOUNT_SID)
    assert (message.num_segments, message.num_media, message.price, message.date_sent) == (
        "1",
        "0",
        None,
        None,
    )
    assert message.date_created == NOON
    assert message.uri == f"{MESSAGES}/{message.sid}.json"
    assert message.subresource_uris == {"media": f"{MESSAGES}/{message.sid}/Media.json"}


def test_a_message_is_read_in_the_end(twilio: Client, exchange: Exchange) -> None:
    sid = twilio.messages.create(to=ALICE, from_=KIGALI, body="Muraho!").sid
    assert exchange.wait_for(lambda: exchange.messages()[0].status == "read")
    message = twilio.messages(sid).fetch()
    assert (message.status, message.date_sent) == ("read", NOON)


def test_the_service_hears_of_every_step(
    twilio: Client, exchange: Exchange, receiver: Receiver
) -> None:
    callback = f"{receiver.url}/whatsapp/status"
    sid = twilio.messages.create(
        to=ALICE, from_=KIGALI, body="Muraho!", status_callback=callback
    ).sid
    assert exchange.wait_for(lambda: len(exchange.messages()[0].answers) == 3)
    assert receiver.statuses_of(sid) == ["sent", "delivered", "read"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"From": KIGALI, "Body": "Hello"}, 21604),
        ({"To": ALICE, "Body": "Hello"}, 21603),
        ({"To": ALICE, "From": KIGALI}, 21619),
        ({"To": ALICE, "From": KIGALI, "Body": "👋" * 800 + "!"}, 21617),
        ({"To": ALICE, "From": "whatsapp:+1999", "Body": "Hello"}, 63007),
        ({"To": "+250788000001", "From": KIGALI, "Body": "Hello"}, 21211),
        ({"To": ALICE, "From": KIGALI, "ContentSid": "HX1", "ContentVariables": "{"}, 21656),
    ],
)
def test_a_wrong_message_is_refused_with_twilios_code(
    url: str, session: requests.Session, fields: dict[str, str], code: int
) -> None:
    answer = session.post(
        f"{url}{MESSAGES}.json", data=fields, auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=10
    )
    error = answer.json()
    assert (answer.status_code, error["code"], error["status"]) == (400, code, 400)
    assert error["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert error["message"]


def test_1600_code_units_are_taken(twilio: Client) -> None:
    assert twilio.messages.create(to=ALICE, from_=KIGALI, body="👋" * 800).sid


def test_twilios_client_reads_the_code_of_a_refusal(twilio: Client) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages.create(to=ALICE, from_="whatsapp:+1999", body="Hello")
    assert (refusal.value.status, refusal.value.code) == (400, 63007)


def test_a_wrong_token_is_401(url: str) -> None:
    http_client = SandboxHttpClient(url)
    with pytest.raises(TwilioRestException) as refusal:
        Client(ACCOUNT_SID, "wrong", http_client=http_client).messages("SM1").fetch()
    http_client.close()
    assert (refusal.value.status, refusal.value.code) == (401, 20003)


def test_another_account_is_404(twilio: Client, exchange: Exchange) -> None:
    sid = exchange.send(ALICE, KIGALI, "Hello").sid
    with pytest.raises(TwilioRestException) as refusal:
        twilio.api.v2010.accounts("AC" + "1" * 32).messages(sid).fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_an_unknown_message_is_404(twilio: Client) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages("SM" + "0" * 32).fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_a_template_needs_no_body(twilio: Client) -> None:
    message = twilio.messages.create(
        to=ALICE, from_=KIGALI, content_sid="HX1", content_variables='{"1": "Alice"}'
    )
    assert message.body == 'Template HX1 {"1": "Alice"}'


def test_messages_are_listed_newest_first_by_address(twilio: Client) -> None:
    for to, from_, body in [
        (ALICE, KIGALI, "1"),
        (BOB, KIGALI, "2"),
        (ALICE, VALLETTA, "3"),
        (ALICE, KIGALI, "4"),
    ]:
        twilio.messages.create(to=to, from_=from_, body=body)
    assert [message.body for message in twilio.messages.list(to=ALICE)] == ["4", "3", "1"]
    assert [message.body for message in twilio.messages.list(to=ALICE, from_=KIGALI)] == ["4", "1"]


def test_an_inbound_message_is_listed_as_received(twilio: Client, exchange: Exchange) -> None:
    exchange.receive(ALICE, KIGALI, "Hello")
    (message,) = twilio.messages.list(from_=ALICE)
    assert (message.status, message.direction, message.date_sent) == ("received", "inbound", NOON)


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({"date_sent_after": NOON + timedelta(seconds=1)}, ["one second later", "the next day"]),
        ({"date_sent_before": NOON + timedelta(seconds=1)}, ["at noon", "one second later"]),
        ({"date_sent": NOON}, ["at noon"]),
        ({"date_sent": "2026-03-01"}, ["at noon", "one second later"]),
        ({"date_sent_after": date(2026, 3, 2)}, ["the next day"]),
        ({"date_sent_before": "2026-03-01"}, ["at noon", "one second later"]),
        ({"date_sent_after": NOON, "date_sent_before": NOON}, ["at noon"]),
    ],
)
def test_messages_are_listed_by_when_they_were_sent(
    twilio: Client, exchange: Exchange, clock: Clock, bounds: dict[str, Any], found: list[str]
) -> None:
    for body, later_s in [("at noon", 0.9), ("one second later", 1.2), ("the next day", 86_400)]:
        clock.now = NOON.timestamp() + later_s
        twilio.messages.create(to=ALICE, from_=KIGALI, body=body)
        assert exchange.wait_for(lambda: exchange.messages()[-1].status == "read")
    assert [message.body for message in reversed(twilio.messages.list(to=ALICE, **bounds))] == found


def test_pages_do_not_shift_when_messages_come_in(twilio: Client) -> None:
    for number in range(5):
        twilio.messages.create(to=ALICE, from_=KIGALI, body=str(number))
    pages = [twilio.messages.page(to=ALICE, page_size=2)]
    twilio.messages.create(to=ALICE, from_=KIGALI, body="a new one")
    while (page := pages[-1].next_page()) is not None:
        pages.append(page)
    assert [[message.body for message in page] for page in pages] == [["4", "3"], ["2", "1"], ["0"]]


@pytest.mark.parametrize("query", ["PageSize=x", "Page=-1", "DateSent=soon"])
def test_a_wrong_query_is_400(url: str, session: requests.Session, query: str) -> None:
    answer = session.get(
        f"{url}{MESSAGES}.json?{query}", auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=10
    )
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_the_typing_indicator_marks_the_message_read(twilio: Client, exchange: Exchange) -> None:
    message = exchange.receive(ALICE, KIGALI, "Hello").message
    assert (
        twilio.messaging.v2.typing_indicator.create(
            channel="whatsapp", message_id=message.sid
        ).success
        is True
    )
    assert message.status == "read"
    assert exchange.updates(ALICE, KIGALI, 0, opened=False).typing


def test_typing_ends_with_the_reply(twilio: Client, exchange: Exchange) -> None:
    exchange.show_typing(exchange.receive(ALICE, KIGALI, "Hello").message.sid)
    twilio.messages.create(to=ALICE, from_=KIGALI, body="Muraho!")
    assert not exchange.updates(ALICE, KIGALI, 0, opened=False).typing


def test_typing_ends_after_25_seconds(exchange: Exchange, clock: Clock) -> None:
    exchange.show_typing(exchange.receive(ALICE, KIGALI, "Hello").message.sid)
    clock.now += 25
    assert not exchange.updates(ALICE, KIGALI, 0, opened=False).typing


def test_typing_needs_an_inbound_message(twilio: Client) -> None:
    sid = twilio.messages.create(to=ALICE, from_=KIGALI, body="Muraho!").sid
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messaging.v2.typing_indicator.create(channel="whatsapp", message_id=sid)
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_a_diners_file_is_loaded_through_a_signed_redirect(
    url: str, session: requests.Session, exchange: Exchange
) -> None:
    path = urlsplit(
        exchange.receive(ALICE, KIGALI, "", [Attachment("audio/ogg", b"OggS")]).message.media[0].url
    ).path
    assert session.get(f"{url}{path}", timeout=10).status_code == 401
    redirect = session.get(
        f"{url}{path}", auth=(ACCOUNT_SID, AUTH_TOKEN), allow_redirects=False, timeout=10
    )
    assert (redirect.status_code, redirect.headers["Content-Type"]) == (302, "audio/ogg")
    assert redirect.headers["Location"].startswith(f"{url}/media-cdn/ME")
    content = session.get(redirect.headers["Location"], timeout=10)
    assert (content.content, content.headers["Content-Type"]) == (b"OggS", "audio/ogg")
    assert (
        session.get(redirect.headers["Location"].partition("?")[0], timeout=10).status_code == 403
    )


def test_media_are_listed_and_fetched(twilio: Client) -> None:
    message = twilio.messages.create(
        to=ALICE, from_=KIGALI, media_url=["https://example.com/a.jpg", "https://example.com/b.png"]
    )
    media = twilio.messages(message.sid).media.list()
    assert (message.sid[:2], message.num_media) == ("MM", "2")
    assert [medium.content_type for medium in media] == ["image/jpeg", "image/png"]
    assert twilio.messages(message.sid).media(media[0].sid).fetch().parent_sid == message.sid


def test_a_refusing_fault_takes_no_message(twilio: Client, exchange: Exchange) -> None:
    exchange.faults.append({"status": 429, "count": 2})
    for _ in range(2):
        with pytest.raises(TwilioRestException) as refusal:
            twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello")
        assert (refusal.value.status, refusal.value.code) == (429, 20429)
    assert exchange.messages() == []
    assert twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello").sid


def test_a_fault_after_the_message_was_taken(twilio: Client, exchange: Exchange) -> None:
    exchange.faults.append({"status": 500, "after": True})
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello")
    assert refusal.value.status == 500
    assert [message.body for message in exchange.messages()] == ["Hello"]


def test_a_fault_waits_for_its_address(twilio: Client, exchange: Exchange) -> None:
    exchange.faults.append({"status": 400, "code": 63003, "to": BOB})
    assert twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello").sid
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages.create(to=BOB, from_=KIGALI, body="Hello")
    assert refusal.value.code == 63003


@pytest.mark.parametrize(("after", "taken"), [(True, 1), (False, 0)])
def test_a_late_answer_outlasts_the_clients_time_out(
    url: str, exchange: Exchange, after: bool, taken: int
) -> None:
    exchange.faults.append({"timeout_s": 30, "after": after})
    http_client = SandboxHttpClient(url, timeout_s=0.2)
    with pytest.raises(requests.ReadTimeout):
        Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http_client).messages.create(
            to=ALICE, from_=KIGALI, body="Hello"
        )
    http_client.close()
    assert len(exchange.messages()) == taken


@pytest.mark.parametrize(("after", "taken"), [(True, 1), (False, 0)])
def test_a_connection_that_is_closed_gives_no_answer(
    twilio: Client, exchange: Exchange, after: bool, taken: int
) -> None:
    exchange.faults.append({"close": True, "after": after})
    with pytest.raises(requests.ConnectionError):
        twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello")
    assert len(exchange.messages()) == taken


def test_a_delivery_can_be_made_to_fail(twilio: Client, exchange: Exchange) -> None:
    exchange.faults.append({"fail_with": 63016})
    sid = twilio.messages.create(to=ALICE, from_=KIGALI, body="Hello").sid
    assert exchange.wait_for(lambda: exchange.messages()[0].status == "failed")
    message = twilio.messages(sid).fetch()
    assert message.error_code == 63016
    assert message.error_message.startswith("Failed to send freeform message")


def test_faults_are_ordered_and_cleared_over_http(
    url: str, session: requests.Session, exchange: Exchange
) -> None:
    fault: Any = {"status": 429, "count": 3, "to": ALICE, "after": False, "timeout_s": 0.5}
    assert session.post(f"{url}/sandbox/twilio/faults", json=[fault], timeout=10).status_code == 201
    assert exchange.faults == [fault]
    assert session.delete(f"{url}/sandbox/twilio/faults", timeout=10).status_code == 204
    assert exchange.faults == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        "x",
        None,
        [1],
        [{"staus": 429}],
        [{"status": "429"}],
        [{"count": True}],
        [{"status": 200}],
        [{"close": 1}],
        [{"to": 7}],
    ],
)
def test_a_wrong_fault_is_400(
    url: str, session: requests.Session, exchange: Exchange, body: Any
) -> None:
    answer = session.post(f"{url}/sandbox/twilio/faults", json=body, timeout=10)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert exchange.faults == []


def test_a_diner_can_be_played_over_http(
    url: str, session: requests.Session, receiver: Receiver
) -> None:
    voice = {"content_type": "audio/ogg", "base64": base64.b64encode(b"OggS").decode()}
    body: Any = {
        "from": BOB,
        "to": KIGALI,
        "body": "Hi",
        "sid": "SM1",
        "profile_name": "Bobby",
        "media": [voice],
    }
    answer = session.post(f"{url}/sandbox/twilio/inbound", json=body, timeout=10).json()
    assert (answer["sid"], answer["webhook"]["status"]) == ("SM1", 204)
    assert answer["webhook"]["seconds"] > 0
    form = receiver.posts[0].form
    assert (form["From"], form["ProfileName"], form["MediaContentType0"]) == (
        BOB,
        "Bobby",
        "audio/ogg",
    )


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"to": KIGALI},
        {"from": 1, "to": KIGALI},
        {"from": ALICE, "to": KIGALI, "body": "\ud83d"},
        {"from": ALICE, "to": KIGALI, "media": [{"content_type": "audio/ogg", "base64": "*"}]},
        {"from": ALICE, "to": KIGALI, "media": {}},
        {"from": ALICE, "to": KIGALI, "extra_fields": {"Latitude": 1.5}},
    ],
)
def test_a_wrong_inbound_message_is_400(
    url: str, session: requests.Session, exchange: Exchange, body: Any
) -> None:
    answer = session.post(f"{url}/sandbox/twilio/inbound", json=body, timeout=10)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert exchange.messages() == []


def test_json_nested_too_deep_is_400(url: str, session: requests.Session) -> None:
    headers = {"Content-Type": "application/json"}
    answer = session.post(
        f"{url}/sandbox/twilio/inbound", data="[" * 200_000, headers=headers, timeout=10
    )
    assert answer.status_code == 400


def test_everything_can_be_seen_oldest_first(
    url: str, session: requests.Session, exchange: Exchange
) -> None:
    exchange.receive(ALICE, KIGALI, "Hello")
    reply = exchange.send(ALICE, KIGALI, "Muraho!")
    assert exchange.wait_for(lambda: reply.status == "read")
    inbound, outbound = session.get(f"{url}/sandbox/twilio/messages", timeout=10).json()["messages"]
    assert (inbound["body"], inbound["answers"][0]["status"], outbound["body"]) == (
        "Hello",
        204,
        "Muraho!",
    )
    assert [step["status"] for step in outbound["history"]] == [
        "queued",
        "sent",
        "delivered",
        "read",
    ]
    assert outbound["history"][0]["at"] == NOON.timestamp()
    only = session.get(f"{url}/sandbox/twilio/messages", params={"from": ALICE}, timeout=10).json()[
        "messages"
    ]
    assert only == [inbound]


def test_the_counts_tell_what_happened(
    url: str, session: requests.Session, exchange: Exchange, receiver: Receiver
) -> None:
    receiver.statuses = [403]
    exchange.receive(ALICE, KIGALI, "Hello")
    exchange.receive(ALICE, KIGALI, "Hello again")
    reply = exchange.send(ALICE, KIGALI, "Muraho!", status_callback=f"{receiver.url}/status")
    assert exchange.wait_for(lambda: len(reply.answers) == 3)
    assert session.get(f"{url}/sandbox/twilio/stats", timeout=10).json() == {
        "inbound": {"failed": 1, "read": 1},
        "outbound": {"read": 1},
        "webhooks": {"accepted": 1, "failed": 1},
        "status_callbacks": {"accepted": 3, "failed": 0},
        "typing_indicators": 0,
        "faults_left": 0,
    }


def test_the_world_is_steered_from_its_own_machine_only(exchange: Exchange) -> None:
    web = create_web(exchange).test_client()
    assert (
        web.get("/sandbox/twilio/stats", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code
        == 403
    )


def test_a_hundred_diners_write_at_once(
    twilio: Client, exchange: Exchange, receiver: Receiver
) -> None:
    started = time.monotonic()
    for number in range(100):
        exchange.receive_later(f"whatsapp:+25078801{number:04d}", KIGALI, f"Hello from {number}")
    assert exchange.wait_for(lambda: exchange.stats()["inbound"] == {"sent": 100}, 30)
    assert {post.form["Body"] for post in receiver.posts} == {
        f"Hello from {number}" for number in range(100)
    }
    assert time.monotonic() - started < 30
