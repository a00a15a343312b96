"""What a console set up wrongly makes Twilio send is taken, or refused with a line that helps."""

import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict
from twilio.request_validator import RequestValidator
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Request

from models.outbox import Part
from telemetry.ration import MOST
from tests.engine.clock import WAIT_S, soon
from tests.engine.world import ALICE, KIGALI, House
from tests.handlers.web import AUTH_TOKEN, FORM, PUBLIC_URL, Webhooks
from whatsapp.signature import SIGNATURE

ARRIVED = {**FORM, "SmsStatus": "received", "NumMedia": "0"}
STATUS = {"MessageSid": "SM1", "SmsSid": "SM1", "From": KIGALI, "To": ALICE}
URLENCODED = "application/x-www-form-urlencoded"
SHAPED = "A" * 28  # as long as a signature


ODD = [
    b"&&&&", b"Body=&Body=", b"Body=a&Body=b", b"Body=%00%00", b"%00=%00", b"=", b"=x", b"Body",
    b"Body=%ff%fe", b"%ff=1", b"Body=%zz%", b"Body=%u1234", b"Body=%ED%A0%80",
]  # fmt: skip


@pytest.fixture
def logged() -> Iterator[list[EventDict]]:
    """What was logged, since the test began."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def webhooks(house: House) -> Webhooks:
    return Webhooks(house)


def posted(webhooks: Webhooks, data: bytes, signature: str | None = SHAPED) -> TestResponse:
    return webhooks.post_as_is("/whatsapp", data, signature, content_type=URLENCODED)


def sent(house: House) -> Part:
    house.sends("Welcome.")
    assert soon(lambda: [part.state for part in house.parts()] == ["sent"])
    return house.parts()[0]


@pytest.mark.parametrize("path", ["/whatsapp", "/whatsapp/"])
def test_a_message_comes_in_with_and_without_a_slash(
    house: House, webhooks: Webhooks, path: str
) -> None:
    assert webhooks.post(FORM, path).status_code == 204
    assert [message.sid for message in house.messages()] == ["SMa"]


@pytest.mark.parametrize(
    "path", ["/whatsapp/status", "/whatsapp/status/", "/whatsapp", "/whatsapp/"]
)
@pytest.mark.parametrize(
    "told",
    [
        {"MessageStatus": "read", "SmsStatus": "read"},
        {"MessageStatus": "read"},
        {"SmsStatus": "read"},
        {"MessageStatus": "read", "SmsStatus": "received"},
    ],
)
def test_a_status_is_one_wherever_it_comes_in(
    house: House, webhooks: Webhooks, path: str, told: dict[str, str]
) -> None:
    sent(house)
    assert webhooks.post({**STATUS, **told}, path).status_code == 204
    assert (house.parts()[0].delivery, house.messages()) == ("read", [])


def test_a_status_may_call_its_message_by_the_older_name(house: House, webhooks: Webhooks) -> None:
    sent(house)
    older = {name: value for name, value in STATUS.items() if name != "MessageSid"}
    told = {**older, "SmsSid": STATUS["MessageSid"], "SmsStatus": "read"}
    assert webhooks.post(told, "/whatsapp/status").status_code == 204
    assert house.parts()[0].delivery == "read"


@pytest.mark.parametrize(
    "status", ["delivered", "undelivered", "failed", "sent", "queued", "dancing"]
)
def test_no_status_is_ever_answered(house: House, webhooks: Webhooks, status: str) -> None:
    told = {**STATUS, "MessageStatus": status, "ErrorCode": "63016"}
    assert webhooks.post(told).status_code == 204
    assert (house.messages(), house.read(ALICE), house.read(KIGALI)) == ([], [], [])


@pytest.mark.parametrize("path", ["/whatsapp", "/whatsapp/status", "/whatsapp/status/?part=1"])
def test_a_message_is_one_wherever_it_comes_in(house: House, webhooks: Webhooks, path: str) -> None:
    assert webhooks.post(ARRIVED, path).status_code == 204
    assert soon(lambda: house.read() == ["Yes."])


def test_what_stands_at_the_wrong_address_is_told_with_what_to_change(
    webhooks: Webhooks, logged: list[EventDict]
) -> None:
    webhooks.post({**STATUS, "MessageStatus": "read"})
    webhooks.post(ARRIVED, "/whatsapp/status")
    lines = [line for line in logged if line["event"] == "webhook.misdirected"]
    assert [line["path"] for line in lines] == ["/whatsapp", "/whatsapp/status"]
    assert ["/whatsapp/status" in line["change"] for line in lines] == [True, False]


@pytest.mark.parametrize("to", [KIGALI, "whatsapp:+35699112233"])
def test_our_own_number_gets_no_answer(house: House, webhooks: Webhooks, to: str) -> None:
    assert webhooks.post({**ARRIVED, "From": KIGALI, "To": to}).status_code == 204
    assert (house.messages(), house.diners()) == ([], [])


@pytest.mark.parametrize("kind", ["reaction", "Reaction", "system", "revoked"])
def test_what_is_no_message_begins_no_turn(house: House, webhooks: Webhooks, kind: str) -> None:
    told = {**ARRIVED, "MessageType": kind, "Body": "👍"}
    assert webhooks.post(told).status_code == 204
    assert (house.messages(), house.turns(), house.model.asked) == ([], [], [])


def test_a_kind_that_cannot_be_read_is_answered_in_one_sentence_each(any_house: House) -> None:
    webhooks = Webhooks(any_house)
    for sid in ("SMa", "SMb", "SMa"):
        told = {**ARRIVED, "MessageSid": sid, "MessageType": "unsupported", "Body": ""}
        assert webhooks.post(told).status_code == 204
    assert soon(lambda: len(any_house.read()) == 2)
    assert all("can't read this kind of message" in text for text in any_house.read())
    assert ([turn.state for turn in any_house.turns()], any_house.model.asked) == (["done"] * 2, [])


def test_what_cannot_be_read_stands_apart_from_what_can(house: House, webhooks: Webhooks) -> None:
    held = house.model.holds(begins_with="W")
    webhooks.post({**ARRIVED, "MessageSid": "SM0", "Body": "Hi"})
    assert held.is_asked.wait(WAIT_S)
    webhooks.post({**ARRIVED, "MessageSid": "SM1", "MessageType": "unsupported", "Body": ""})
    webhooks.post({**ARRIVED, "MessageSid": "SM2", "Body": "Fish?"})
    held.says("Welcome!")
    assert soon(lambda: len(house.read()) == 3)
    assert [asked.words[-1] for asked in house.model.asked] == ["Hi", "Fish?"]


LETTERS = [("я", 65_536), ("x", 65_536), ("न", 16_384), ("🍞", 16_384)]


@pytest.mark.parametrize(("letter", "count"), LETTERS, ids=["Cyrillic", "Latin", "Hindi", "emoji"])
def test_the_longest_message_is_taken(
    house: House, webhooks: Webhooks, letter: str, count: int
) -> None:
    assert webhooks.post({**ARRIVED, "Body": letter * count}).status_code == 204
    assert house.messages()[0].text == letter * count


def test_what_no_message_is_as_long_as_is_refused_with_a_line(
    house: House, webhooks: Webhooks, logged: list[EventDict]
) -> None:
    assert webhooks.post({**ARRIVED, "Body": "x" * 524_288}).status_code == 413
    assert webhooks.post({f"n{n}": "1" for n in range(501)} | ARRIVED).status_code == 413
    large, many = logged
    assert (large["event"], many["event"]) == ("webhook.too_large",) * 2
    assert (large["bytes"] > large["most"], many["fields"] > many["most"]) == (True, True)
    assert house.messages() == []


@pytest.mark.parametrize(
    "path", ["/whatsapp", "/whatsapp/", "/whatsapp/status", "/whatsapp/status/"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_another_method_is_refused_with_a_line(
    webhooks: Webhooks, path: str, method: str, logged: list[EventDict]
) -> None:
    assert webhooks.call(method, f"{path}?Body=secret").status_code == 405
    (line,) = logged
    assert (line["event"], line["path"], line["method"]) == ("webhook.wrong_method", path, method)
    assert "HTTP POST" in line["change"]


@pytest.mark.parametrize(
    ("method", "path", "signature"),
    [
        ("POST", "/whatsapp", None),
        ("POST", "/whatsapp", "made up"),
        ("GET", "/whatsapp", None),
        ("GET", "/whatsapp", "made up"),
        ("POST", "/nowhere", "made up"),
    ],
)
def test_a_flood_fills_no_log(
    webhooks: Webhooks, logged: list[EventDict], method: str, path: str, signature: str | None
) -> None:
    for nth in range(MOST + 10):
        made_up = {SIGNATURE: f"{nth:028}"} if signature else {}
        headers = {"Content-Type": URLENCODED, **made_up}
        assert webhooks.call(method, path, **headers).status_code >= 400
    assert len(logged) == MOST


def test_strangers_without_a_signature_hide_no_line_about_twilios(
    webhooks: Webhooks, logged: list[EventDict]
) -> None:
    for _ in range(MOST + 1):
        webhooks.call("GET", "/whatsapp")
        webhooks.post_as_is("/whatsapp", ARRIVED, None)
    logged.clear()
    webhooks.call("GET", "/whatsapp", **{SIGNATURE: SHAPED})
    webhooks.post(ARRIVED, token="another")
    assert [line["event"] for line in logged] == ["webhook.wrong_method", "webhook.forged"]


@pytest.mark.parametrize("path", ["/", "/webhook", "/sms", "/whatsapp/incoming", "/WhatsApp"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_webhook_that_meets_no_route_leaves_a_line(
    webhooks: Webhooks, path: str, method: str, logged: list[EventDict]
) -> None:
    assert webhooks.call(method, path, **{SIGNATURE: SHAPED}).status_code == 404
    assert webhooks.call(method, path).status_code == 404  # a stranger's
    (line,) = logged
    assert (line["event"], line["path"]) == ("webhook.wrong_address", path)
    assert "PUBLIC_URL/whatsapp" in line["change"]


@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""]
)
def test_what_is_no_form_is_refused_with_a_line(
    webhooks: Webhooks, kind: str, logged: list[EventDict]
) -> None:
    answer = webhooks.post_as_is(
        "/whatsapp", b'[{"specversion": "1.0"}]', SHAPED, content_type=kind
    )
    assert (answer.status_code, [line["event"] for line in logged]) == (415, ["webhook.no_form"])


@pytest.mark.parametrize(
    ("auth_token", "token"),
    [("new,old", "new"), ("new,old", "old"), ("new, shared", "shared"), (AUTH_TOKEN, AUTH_TOKEN)],
)
@pytest.mark.parametrize("algorithm", [None, "HMAC_SHA1", "HMAC_SHA256"])
@pytest.mark.parametrize("path", ["/whatsapp", "/whatsapp/status"])
def test_whatever_twilio_may_sign_with_is_genuine(
    house: House, auth_token: str, token: str, algorithm: str | None, path: str
) -> None:
    webhooks = Webhooks(house, auth_token=auth_token)
    answer = webhooks.post(ARRIVED, path, token=token, algorithm=algorithm)
    assert (answer.status_code, len(house.messages())) == (204, 1)


def test_an_algorithm_that_nobody_knows_is_named_in_the_log(
    webhooks: Webhooks, logged: list[EventDict]
) -> None:
    headers = {"X-Twilio-Webhooks-Signature-Settings": "key=1,algorithm=HMAC_SHA512"}
    answer = webhooks.post_as_is("/whatsapp", FORM, SHAPED, headers=headers)
    assert (answer.status_code, logged[0]["algorithm"]) == (403, "HMAC_SHA512")


@pytest.mark.parametrize("signature", [None, SHAPED])
@pytest.mark.parametrize(
    "data",
    [
        "&".join(f"name{n}=value" for n in range(9_300)).encode(),
        b"&" * 20_000,
        b"a=&" * 20_000,
        b"%00=%00&" * 20_000,
        urlencode({"Body": "я" * 20_000}).encode(),
    ],
    ids=["names", "empty", "repeated", "nul", "long"],
)
def test_a_strangers_form_costs_next_to_nothing(
    webhooks: Webhooks, data: bytes, signature: str | None
) -> None:
    def cost_s() -> float:
        started = time.process_time()
        assert posted(webhooks, data, signature).status_code in (403, 413)
        return time.process_time() - started

    posted(webhooks, b"")
    assert min(cost_s() for _ in range(3)) < 0.02


@pytest.mark.parametrize("data", ODD)
def test_an_odd_form_of_twilios_is_taken(any_house: House, data: bytes) -> None:
    whole = urlencode(ARRIVED).encode() + b"&" + data
    form = Request(EnvironBuilder(method="POST", data=whole, content_type=URLENCODED).get_environ())
    signature = RequestValidator(AUTH_TOKEN).compute_signature(f"{PUBLIC_URL}/whatsapp", form.form)
    assert posted(Webhooks(any_house), whole, signature).status_code == 204
    assert soon(lambda: any_house.read() == ["Yes."])
