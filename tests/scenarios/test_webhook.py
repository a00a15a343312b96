"""The webhook's edges: whatever is wrong gets a clear answer, never a 5xx, and harms nothing."""

from typing import Any

import pytest
import requests

from sandbox.twilio.webhooks import sign
from tests.scenarios.conftest import OLD_TOKEN
from tests.scenarios.world import AUTH_TOKEN, KIGALI, House, Outside

LUC = "whatsapp:+250788220001"


def post(
    house: House,
    fields: dict[str, str],
    *,
    path: str = "/whatsapp",
    token: str = AUTH_TOKEN,
    **headers: str,
) -> requests.Response:
    signature = sign(token, f"{house.url}{path}", fields)
    return requests.post(
        f"{house.url}{path}",
        data=fields,
        headers={"X-Twilio-Signature": signature} | headers,
        timeout=10,
    )


def message(**fields: str) -> dict[str, str]:
    return {"MessageSid": "SM1", "From": LUC, "To": KIGALI, "Body": "say exactly: fine"} | fields


def test_a_forged_or_missing_signature_is_forbidden(house: House) -> None:
    assert post(house, message(), token="another").status_code == 403
    assert requests.post(f"{house.url}/whatsapp", data=message(), timeout=10).status_code == 403
    answer = requests.post(f"{house.url}/whatsapp/status", data=message(), timeout=10)
    assert answer.status_code == 403


def test_while_the_token_is_rotated_either_signs(house: House, outside: Outside) -> None:
    for number, token in enumerate((AUTH_TOKEN, OLD_TOKEN)):
        diner = f"whatsapp:+25078822020{number}"
        form = message(MessageSid=f"SMrotated{number}", From=diner)
        assert post(house, form, token=token).status_code == 204
        assert outside.reply(diner) == "fine"


@pytest.mark.parametrize("field", ["MessageSid", "From", "To"])
def test_a_signed_form_without_a_needed_field_is_bad_and_says_which(
    house: House, field: str
) -> None:
    answer = post(house, {name: value for name, value in message().items() if name != field})
    assert (answer.status_code, field in answer.text) == (400, True)


def test_the_longest_message_is_taken_and_no_longer_one(house: House) -> None:
    assert post(house, message(MessageSid="SMlong", Body="я" * 65_536)).status_code == 204
    assert post(house, message(Body="x" * 530_000)).status_code == 413


def test_a_message_with_a_slash_or_at_the_other_address_is_answered(
    house: House, outside: Outside
) -> None:
    for number, path in enumerate(("/whatsapp/", "/whatsapp/status", "/whatsapp/status/")):
        diner = f"whatsapp:+25078822010{number}"
        form = message(MessageSid=f"SMastray{number}", From=diner, SmsStatus="received")
        assert post(house, form, path=path).status_code == 204
        assert outside.reply(diner) == "fine"


def test_a_status_at_the_messages_address_is_never_answered(house: House, outside: Outside) -> None:
    form = {"MessageSid": "SMstatus", "From": KIGALI, "To": LUC, "MessageStatus": "delivered"}
    assert post(house, form | {"SmsStatus": "delivered"}).status_code == 204
    assert outside.replies(KIGALI) == []


@pytest.mark.parametrize(
    "path", ["/whatsapp?tenant=caf%C3%A9", "/whatsapp?a=%7B1%7D&b=x%40y%2C%22"]
)
def test_a_signature_is_checked_over_the_raw_request_target(house: House, path: str) -> None:
    assert post(house, message(MessageSid=f"SM{abs(hash(path))}"), path=path).status_code == 204


@pytest.mark.parametrize(
    "fields",
    [
        {"Body": "nul \x00 inside"},
        {"Body": ""},
        {"ProfileName": "n" * 5_000},
        {"From": "whatsapp:RW.1234567890", "ExternalUserId": "RW.1234567890"},
        {"NewField": "nobody knows", "AnotherNewField": "😀"},
        {"NumMedia": "many", "Latitude": "north"},
    ],
)
def test_odd_but_signed_forms_are_taken_in(house: House, fields: dict[str, str]) -> None:
    sid = f"SM{abs(hash(str(fields)))}"
    assert post(house, message(MessageSid=sid, **fields)).status_code == 204


@pytest.mark.parametrize(
    "fields",
    [{"From": "a b"}, {"From": "x" * 500}, {"MessageSid": "SM' OR 1=1"}, {"To": ""}],
)
def test_malformed_fields_are_bad(house: House, fields: dict[str, str]) -> None:
    assert post(house, message(**fields)).status_code == 400


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"\xff\xfe=%zz", "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"", "text/plain"),
    ],
)
def test_what_is_no_form_is_forbidden(house: House, data: bytes, content_type: str) -> None:
    headers = {"X-Twilio-Signature": "AAAA", "Content-Type": content_type}
    answer = requests.post(f"{house.url}/whatsapp", data=data, headers=headers, timeout=10)
    assert answer.status_code == 403


def test_a_status_of_a_message_that_is_not_ours_is_acknowledged(house: House) -> None:
    fields = {"MessageSid": "SMunknown", "MessageStatus": "delivered", "ErrorCode": ""}
    assert post(house, fields, path="/whatsapp/status").status_code == 204


@pytest.mark.parametrize(
    "fields", [{"MessageStatus": "x" * 99}, {"ErrorCode": "99999999999999"}, {"ErrorCode": "no"}]
)
def test_a_malformed_status_is_bad(house: House, fields: dict[str, Any]) -> None:
    whole = {"MessageSid": "SMx", "MessageStatus": "sent"} | fields
    assert post(house, whole, path="/whatsapp/status").status_code == 400


def test_a_reaction_is_not_answered_and_what_cannot_be_read_is(
    house: House, outside: Outside
) -> None:
    diner = "whatsapp:+250788220300"
    for kind in ("reaction", "unsupported"):
        sent = outside.write(diner, "", extra_fields={"MessageType": kind})
        assert sent["webhook"]["status"] == 204
    assert "can't read this kind of message" in outside.reply(diner)
    assert len(outside.replies(diner)) == 1


def test_other_methods_and_paths_are_plain_errors(house: House) -> None:
    assert house.get("/whatsapp").status_code == 405
    assert house.get("/nowhere").status_code == 404


def test_a_replayed_webhook_is_acknowledged_and_answered_once(
    house: House, outside: Outside
) -> None:
    form = message(MessageSid="SMreplay", From="whatsapp:+250788220009")
    assert [post(house, form).status_code for _ in range(3)] == [204, 204, 204]
    assert outside.reply("whatsapp:+250788220009") == "fine"
    assert len(outside.replies("whatsapp:+250788220009")) == 1
