"""The way of a message: what becomes of it, step by step, and what the service hears of it."""

import threading

from sandbox.twilio.exchange import Exchange
from tests.sandbox.twilio.world import (
    ALICE,
    KIGALI,
    Receiver,
    exchanging,
)


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


def test_closing_ends_every_thread(receiver: Receiver) -> None:
    with exchanging(receiver) as exchange:
        exchange.receive_later(ALICE, KIGALI, "Hello")
        assert any(thread.name.startswith("sandbox-") for thread in threading.enumerate())
    assert not any(thread.name.startswith("sandbox-") for thread in threading.enumerate())
