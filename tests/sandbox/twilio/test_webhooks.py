"""The posts to the service: signed as Twilio signs them, retried as Twilio retries them."""

import json

from twilio.request_validator import RequestValidator

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.messages import Attachment
from sandbox.twilio.webhooks import Webhooks, sign
from tests.ports import free_port
from tests.sandbox.twilio.world import (
    ACCOUNT_SID,
    ALICE,
    AUTH_TOKEN,
    KIGALI,
    Receiver,
    exchanging,
)


def test_the_signature_is_twilios_golden_one() -> None:
    fields = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234"}
    fields |= {"From": "+14158675309", "To": "+18005551212"}
    signature = sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields)
    assert signature == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


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
    token = "I-Twilio-Idempotency-Token"
    assert first.headers[token] == second.headers[token]
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


def test_a_connection_that_was_never_made_is_tried_twice(receiver: Receiver) -> None:
    url = f"http://127.0.0.1:{free_port()}/whatsapp"
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
