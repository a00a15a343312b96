"""The REST API, asked by twilio's own client: messages, media and the typing indicator."""

from urllib.parse import urlsplit

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.messages import Attachment
from tests.sandbox.twilio.world import (
    ACCOUNT_SID,
    ALICE,
    AUTH_TOKEN,
    KIGALI,
    MESSAGES,
    NOON,
    Clock,
    Receiver,
    SandboxHttpClient,
)


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
        ({"To": ALICE, "From": KIGALI, "ContentSid": "HX1", "ContentVariables": "{}"}, 21655),
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


def test_the_account_is_active(twilio: Client) -> None:
    account = twilio.api.v2010.accounts(ACCOUNT_SID).fetch()
    assert (account.sid, account.status) == (ACCOUNT_SID, "active")


def test_another_account_is_404(twilio: Client, exchange: Exchange) -> None:
    sid = exchange.send(ALICE, KIGALI, "Hello").sid
    with pytest.raises(TwilioRestException) as refusal:
        twilio.api.v2010.accounts("AC" + "1" * 32).messages(sid).fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_an_unknown_message_is_404(twilio: Client) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages("SM" + "0" * 32).fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_the_typing_indicator_marks_the_message_read(twilio: Client, exchange: Exchange) -> None:
    message = exchange.receive(ALICE, KIGALI, "Hello").message
    typing = twilio.messaging.v2.typing_indicator
    assert typing.create(channel="whatsapp", message_id=message.sid).success is True
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
    unsigned = redirect.headers["Location"].partition("?")[0]
    assert session.get(unsigned, timeout=10).status_code == 403


def test_media_are_listed_and_fetched(twilio: Client) -> None:
    message = twilio.messages.create(
        to=ALICE, from_=KIGALI, media_url=["http://127.0.0.1:1/a.jpg", "http://127.0.0.1:1/b.png"]
    )
    media = twilio.messages(message.sid).media.list()
    assert (message.sid[:2], message.num_media) == ("MM", "2")
    assert [medium.content_type for medium in media] == ["image/jpeg", "image/png"]
    assert twilio.messages(message.sid).media(media[0].sid).fetch().parent_sid == message.sid
