"""The phone's page, its world, and what a diner writes on it."""

import pytest
from flask import Flask

from sandbox.phone.backend import NO_WHATSAPP, Phone, notice
from sandbox.twilio.exchange import Exchange
from sandbox.twilio.messages import Attachment
from tests.sandbox.phone.browser import PNG, Browser
from tests.sandbox.twilio.world import (
    ALICE,
    BOB,
    KIGALI,
    VALLETTA,
    Receiver,
    exchanging,
)


def test_the_page_and_its_files_are_served(phone: Browser) -> None:
    page = phone.get("/phone")
    style = phone.get("/phone/static/phone.css")
    assert (page.text, page.headers["Content-Type"]) == (
        "<title>Phone</title>",
        "text/html; charset=utf-8",
    )
    assert style.headers["Content-Type"].startswith("text/css")
    assert phone.get("/phone/static/..%2Fsecret").status_code == 404


def test_the_page_is_at_its_address_with_a_slash_too(phone: Browser) -> None:
    assert phone.get("/phone/").text == phone.get("/phone").text


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (NO_WHATSAPP, "nothing here goes to WhatsApp"),
        (notice(None), "nothing here leaves this computer"),
        (notice("api.openai.com"), "nothing here goes to WhatsApp, but to the model at api.openai"),
    ],
)
def test_the_page_says_what_becomes_of_what_one_writes(
    exchange: Exchange, told: str, said: str
) -> None:
    web = Flask("phone", static_folder=None)
    web.register_blueprint(Phone(exchange, notice=told).blueprint())
    page = web.test_client().get("/phone").text
    assert f"Practice phone: {said}" in page
    assert ("leaves this computer" in page) == ("leaves" in said)


def test_a_new_diner_is_nobody_whom_the_database_knows_from_before_a_restart(
    receiver: Receiver,
) -> None:
    with exchanging(receiver) as before, exchanging(receiver) as after:
        old = {before.add_diner("Dora").address for _ in range(3)}
        assert len(old) == 3
        assert after.add_diner("Dora").address not in old


def test_the_world_has_two_restaurants_three_diners_and_two_of_the_staff(phone: Browser) -> None:
    assert phone.get("/phone/api/world").json() == {
        "numbers": [
            {"number": KIGALI, "name": "Inzozi Kitchen"},
            {"number": VALLETTA, "name": "Il-Merill"},
        ],
        "diners": [
            {"address": ALICE, "name": "Alice", "is_staff": False},
            {"address": BOB, "name": "Bob", "is_staff": False},
            {"address": "whatsapp:+35699000003", "name": "Carol", "is_staff": False},
            {"address": "whatsapp:+9990000001", "name": "Jean (staff)", "is_staff": True},
            {"address": "whatsapp:+9990000002", "name": "Grace (owner)", "is_staff": True},
        ],
    }


def test_a_new_diner_can_write(phone: Browser) -> None:
    answer = phone.post("/phone/api/diners", {"name": " Dora "})
    assert (answer.status_code, answer.json()["name"]) == (201, "Dora")
    again = phone.post("/phone/api/diners", {"name": "Emil"})
    assert again.json()["address"] != answer.json()["address"]
    assert phone.get("/phone/api/world").json()["diners"][5] == answer.json()
    assert phone.write("Hello", diner=answer.json()["address"])


@pytest.mark.parametrize(
    "body", [{}, [], None, "Dora", {"name": ""}, {"name": "  "}, {"name": "x" * 41}, {"name": 7}]
)
def test_a_diner_without_a_proper_name_is_400(phone: Browser, body: object) -> None:
    answer = phone.post("/phone/api/diners", body)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_what_a_diner_writes_reaches_the_service_as_its_own_message(
    phone: Browser, exchange: Exchange, receiver: Receiver
) -> None:
    sid = phone.write("Hello 👋", diner=BOB)
    assert exchange.wait_for(lambda: exchange.messages()[0].status == "sent")
    form = receiver.posts[0].form
    assert (form["MessageSid"], form["From"], form["Body"], form["ProfileName"]) == (
        sid,
        BOB,
        "Hello 👋",
        "Bob",
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from": "whatsapp:+1"}, "from"),
        ({"to": "whatsapp:+1"}, "to"),
        ({"body": " \n"}, "body"),
        ({"body": "x" * 1601}, "body"),
        ({"body": "👋" * 801}, "body"),
        ({"body": None}, "body"),
        ({"body": "half an emoji: \ud83d"}, "body"),
        ({"from": {}}, "from"),
    ],
)
def test_a_wrong_message_is_400_and_names_the_field(
    phone: Browser, exchange: Exchange, change: dict[str, object], field: str
) -> None:
    answer = phone.post(
        "/phone/api/messages", {"from": ALICE, "to": KIGALI, "body": "Hello", **change}
    )
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(field)
    assert exchange.messages() == []


@pytest.mark.parametrize("body", [[], None, "Hello", 7])
def test_a_message_that_is_no_object_is_400(phone: Browser, body: object) -> None:
    assert phone.post("/phone/api/messages", body).status_code == 400


def test_the_messages_of_one_diner_wait_for_each_other(
    phone: Browser, exchange: Exchange, receiver: Receiver
) -> None:
    receiver.gate.clear()
    for number in range(5):
        phone.write(str(number))
    phone.write("Bob does not wait", diner=BOB)
    assert receiver.has(2)
    assert {post.form["Body"] for post in receiver.posts} == {"0", "Bob does not wait"}
    receiver.gate.set()
    assert exchange.wait_for(lambda: exchange.stats()["inbound"] == {"sent": 6})
    assert [post.form["Body"] for post in receiver.posts if post.form["From"] == ALICE] == [
        "0",
        "1",
        "2",
        "3",
        "4",
    ]


def test_a_message_is_sending_until_the_service_took_it(
    phone: Browser, exchange: Exchange, receiver: Receiver
) -> None:
    receiver.gate.clear()
    sid = phone.write("Hello")
    before = phone.updates()
    receiver.gate.set()
    assert exchange.wait_for(lambda: exchange.messages()[0].status == "sent")
    after = phone.updates(before["cursor"])
    assert [(message["id"], message["status"]) for message in before["messages"]] == [
        (sid, "sending")
    ]
    assert [(message["id"], message["status"]) for message in after["messages"]] == [(sid, "sent")]


def test_a_message_that_the_service_refused_has_failed_and_says_why(
    phone: Browser, exchange: Exchange, receiver: Receiver
) -> None:
    receiver.statuses = [500]
    phone.write("Hello")
    assert exchange.wait_for(lambda: exchange.messages()[0].status == "failed")
    (message,) = phone.updates()["messages"]
    assert message["status"] == "failed"
    assert message["error"] == "The service answered 500 in place of 204. Its log says why."


def test_files_of_both_sides_can_be_loaded(phone: Browser, exchange: Exchange) -> None:
    exchange.receive(ALICE, KIGALI, "", [Attachment("audio/ogg", b"OggS")])
    picture = exchange.send(ALICE, KIGALI, "The icon", [f"{phone.url}/phone/static/icon.png"])
    assert exchange.wait_for(lambda: picture.status == "read")
    voice, icon = (message["media"][0] for message in phone.updates()["messages"])
    assert phone.get(voice["url"]).content == b"OggS"
    assert phone.get(icon["url"]).content == PNG
    assert (icon["content_type"], icon["bytes"]) == ("image/png", len(PNG))


def test_what_did_not_arrive_says_why(phone: Browser, exchange: Exchange) -> None:
    picture = exchange.send(ALICE, KIGALI, "The menu", [f"{phone.url}/phone/static/menu.png"])
    assert exchange.wait_for(lambda: picture.status == "failed")
    [message] = phone.updates()["messages"]
    assert (message["status"], message["media"][0]["url"]) == ("failed", None)
    assert message["error"] == "Media failed to download (63019)."


def test_beside_a_voice_note_no_text_is_shown(phone: Browser, exchange: Exchange) -> None:
    note = exchange.send(ALICE, KIGALI, "In words too", [f"{phone.url}/phone/static/note.ogg"])
    assert exchange.wait_for(lambda: note.status == "read")
    [message] = phone.updates()["messages"]
    assert (message["kind"], message["body"]) == ("audio", "")


def test_an_unknown_path_is_404_in_json(phone: Browser) -> None:
    answer = phone.get("/phone/api/nothing")
    assert (answer.status_code, list(answer.json())) == (404, ["error"])
