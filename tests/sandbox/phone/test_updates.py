"""What comes in on the phone: replies with their ticks, typing, and nothing twice."""

import pytest

from sandbox.twilio.exchange import Exchange
from tests.sandbox.phone.browser import Browser
from tests.sandbox.twilio.world import (
    ALICE,
    BOB,
    KIGALI,
    VALLETTA,
    Receiver,
)


def test_the_first_reply_reads_the_message(phone: Browser, exchange: Exchange) -> None:
    phone.write("Hello")
    assert exchange.wait_for(lambda: exchange.messages()[0].status == "sent")
    exchange.send(ALICE, KIGALI, "Muraho!")
    written, reply = phone.updates()["messages"]
    assert (written["direction"], written["status"]) == ("out", "read")
    assert (reply["direction"], reply["body"], reply["error"], reply["media"]) == (
        "in",
        "Muraho!",
        None,
        [],
    )
    assert reply["at"] > 1_700_000_000


def test_typing_shows_until_the_reply(phone: Browser, exchange: Exchange) -> None:
    exchange.show_typing(phone.write("Hello"))
    assert phone.updates()["typing"] is True
    assert phone.updates(diner=BOB)["typing"] is False
    exchange.send(ALICE, KIGALI, "Muraho!")
    assert phone.updates()["typing"] is False


def test_a_reply_is_read_when_the_chat_is_opened_and_not_before(
    phone: Browser, exchange: Exchange, receiver: Receiver
) -> None:
    phone.updates()
    reply = exchange.send(ALICE, KIGALI, "Muraho!", status_callback=f"{receiver.url}/status")
    assert exchange.wait_for(lambda: len(reply.answers) == 2)
    assert phone.updates()["messages"][0]["status"] == "delivered"
    assert not reply.seen
    phone.updates(opened=1)
    assert exchange.wait_for(lambda: len(reply.answers) == 3)
    assert receiver.statuses_of(reply.sid) == ["sent", "delivered", "read"]


def test_another_open_chat_reads_nothing(phone: Browser, exchange: Exchange) -> None:
    phone.updates()
    reply = exchange.send(ALICE, KIGALI, "Muraho!")
    phone.updates(number=VALLETTA, opened=1)
    assert exchange.wait_for(lambda: reply.status == "delivered")
    assert phone.updates()["messages"][0]["status"] == "delivered"


def test_only_what_changed_since_the_cursor_is_given(phone: Browser, exchange: Exchange) -> None:
    phone.write("Hello")
    assert exchange.wait_for(lambda: exchange.messages()[0].status == "sent")
    cursor = phone.updates()["cursor"]
    assert phone.updates(cursor) == {
        "cursor": cursor,
        "typing": False,
        "is_open": True,
        "messages": [],
    }
    second = phone.write("Are you there?")
    assert [message["id"] for message in phone.updates(cursor)["messages"]] == [second]


def test_a_cursor_from_before_a_restart_gives_everything(phone: Browser) -> None:
    sid = phone.write("Hello")
    assert [message["id"] for message in phone.updates(999_999)["messages"]] == [sid]


def test_chats_are_apart(phone: Browser) -> None:
    phone.write("Hello from Alice")
    phone.write("Hello from Bob", diner=BOB)
    phone.write("Hello in Valletta", number=VALLETTA)
    assert [message["body"] for message in phone.updates()["messages"]] == ["Hello from Alice"]


@pytest.mark.parametrize(
    "query",
    [
        {"since": "x"},
        {"since": "-1"},
        {"since": "9" * 400},
        {"since": "²"},
        {"from": "nobody"},
        {"to": "nowhere"},
    ],
)
def test_wrong_updates_are_400(phone: Browser, query: dict[str, str]) -> None:
    answer = phone.get("/phone/api/updates", **{"from": ALICE, "to": KIGALI, **query})
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_a_window_can_be_closed_and_is_open_once_the_diner_writes(
    phone: Browser, exchange: Exchange
) -> None:
    chat = {"from": ALICE, "to": KIGALI}
    assert phone.post("/phone/api/window", {**chat, "is_open": False}).status_code == 204
    assert phone.updates()["is_open"] is False
    assert phone.updates(diner=BOB)["is_open"] is True
    late = exchange.send(ALICE, KIGALI, "Your table is ready.")
    assert exchange.wait_for(lambda: late.status == "failed")
    [shown] = phone.updates()["messages"]
    assert shown["error"].endswith("outside the allowed window (63016).")
    phone.write("Hello")
    assert phone.updates()["is_open"] is True
    phone.post("/phone/api/window", {**chat, "is_open": False})
    phone.post("/phone/api/window", {**chat, "is_open": True})
    assert phone.updates()["is_open"] is True


@pytest.mark.parametrize("chat", [{}, {"from": "nobody", "to": KIGALI}, {"from": ALICE, "to": 7}])
def test_a_window_of_no_chat_is_400(phone: Browser, chat: dict[str, object]) -> None:
    assert phone.post("/phone/api/window", chat).status_code == 400
