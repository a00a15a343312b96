"""Twilio's webhook for a diner's message: verified, stored, acknowledged, and then worked on."""

from typing import Any

import pytest

from models.arrival import Taken
from models.database.engine import DatabaseUnavailableError
from models.inbox import Incoming
from tests.engine.clock import soon
from tests.engine.world import House
from tests.handlers.web import FORM, PUBLIC_URL, Webhooks


class Noting:
    """In the intake's place: notes what is asked of it."""

    def __init__(self, house: House) -> None:
        self.did: list[str] = []
        self._intake = house.intake

    def take_in(self, incoming: Incoming) -> Taken:
        self.did.append("taken in")
        return self._intake.take_in(incoming)

    def wake(self, _taken: Taken) -> None:
        self.did.append("woken")


def test_a_signed_message_is_stored_acknowledged_and_answered(any_house: House) -> None:
    answer = Webhooks(any_house).post({**FORM, "ProfileName": "Alice", "Sentiment": "sunny"})
    assert (answer.status_code, answer.data) == (204, b"")
    (message,) = any_house.messages()
    assert (message.text, message.sid) == ("Hello", "SMa")
    assert message.payload["Sentiment"] == "sunny"
    assert soon(lambda: any_house.read() == ["Yes."])


def test_the_work_begins_once_the_answer_has_left(house: House) -> None:
    noting = Noting(house)
    answer = Webhooks(house, intake=noting).post(FORM, is_read=False)
    assert (answer.status_code, noting.did) == (204, ["taken in"])
    answer.close()
    assert noting.did == ["taken in", "woken"]


def test_a_message_that_comes_twice_is_acknowledged_and_wakes_nobody(house: House) -> None:
    noting = Noting(house)
    webhooks = Webhooks(house, intake=noting)
    assert [webhooks.post(FORM).status_code for _ in range(3)] == [204] * 3
    assert noting.did == ["taken in", "woken", "taken in", "taken in"]
    assert len(house.messages()) == 1


@pytest.mark.parametrize(
    "changed",
    [{"token": "another's"}, {"url": "https://elsewhere.example"}],
    ids=["another token", "another address"],
)
def test_a_signature_that_is_not_twilios_is_forbidden(house: House, changed: Any) -> None:
    answer = Webhooks(house).post(FORM, **changed)
    assert (answer.status_code, "PUBLIC_URL" in answer.text) == (403, True)
    assert house.messages() == []


@pytest.mark.parametrize("signature", [None, "", "AAAA", "é"])
@pytest.mark.parametrize("path", ["/whatsapp", "/whatsapp/status"])
def test_without_a_signature_nobody_is_heard(
    house: House, path: str, signature: str | None
) -> None:
    answer = Webhooks(house).post_as_is(path, FORM, signature)
    assert (answer.status_code, house.messages()) == (403, [])


def test_a_field_that_was_changed_on_the_way_is_forbidden(house: House) -> None:
    webhooks = Webhooks(house)
    signed = webhooks.post(FORM).request.headers["X-Twilio-Signature"]
    answer = webhooks.post_as_is("/whatsapp", {**FORM, "MessageSid": "SMb"}, signed)
    assert answer.status_code == 403


def test_in_development_the_address_is_what_the_caller_called(house: House) -> None:
    webhooks = Webhooks(house, public_url=None)
    assert webhooks.post(FORM, url="http://localhost:8787").status_code == 204
    assert webhooks.post(FORM, url="http://localhost:8787", token="x").status_code == 403


@pytest.mark.parametrize("query", ["?tenant=caf%C3%A9", "?a=%7B1%7D&b=x%40y%2C%22"])
def test_the_signature_is_over_the_target_as_it_came(house: House, query: str) -> None:
    assert Webhooks(house).post(FORM, f"/whatsapp{query}").status_code == 204


def test_a_target_that_is_no_path_is_bad(house: House) -> None:
    whole = f"{PUBLIC_URL}/whatsapp"
    answer = Webhooks(house).post_as_is("/whatsapp", FORM, "AAAA", target=whole)
    assert (answer.status_code, house.messages()) == (400, [])


def test_behind_a_proxy_the_public_address_counts(house: House) -> None:
    webhooks = Webhooks(house)
    signed = webhooks.post(FORM).request.headers["X-Twilio-Signature"]
    inside = webhooks.post_as_is("/whatsapp", FORM, signed, url="http://10.0.0.7:8787")
    assert (PUBLIC_URL in inside.request.url, inside.status_code) == (False, 204)


@pytest.mark.parametrize("field", ["MessageSid", "From", "To"])
@pytest.mark.parametrize("value", [None, "", "a b", "x" * 200])
def test_a_form_that_twilio_would_not_send_is_bad_and_says_which_field(
    house: House, field: str, value: str | None
) -> None:
    form = {name: each for name, each in FORM.items() if name != field}
    answer = Webhooks(house).post(form if value is None else {**form, field: value})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert answer.text.startswith(f"{field}: ")
    assert house.messages() == []


@pytest.mark.parametrize("field", ["Body", "ProfileName", "Nobody\x00Knows"])
def test_what_postgresql_cannot_hold_is_left_out(any_house: House, field: str) -> None:
    answer = Webhooks(any_house).post({**FORM, field: "nul \x00 inside"})
    assert answer.status_code == 204
    (message,) = any_house.messages()
    assert message.payload[field.replace("\x00", "")] == "nul  inside"


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
    answer = Webhooks(house).post_as_is("/whatsapp", data, "AAAA", content_type=content_type)
    assert answer.status_code == 403


def test_what_cannot_be_stored_is_not_acknowledged(house: House) -> None:
    house.database.is_away = True
    with pytest.raises(DatabaseUnavailableError):
        Webhooks(house).post(FORM)
