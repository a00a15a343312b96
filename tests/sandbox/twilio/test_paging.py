"""The list of messages: by address, by time, page by page."""

from datetime import date, timedelta
from typing import Any

import pytest
import requests
from twilio.rest import Client

from sandbox.twilio.exchange import Exchange
from tests.sandbox.twilio.world import (
    ACCOUNT_SID,
    ALICE,
    AUTH_TOKEN,
    BOB,
    KIGALI,
    MESSAGES,
    NOON,
    VALLETTA,
    Clock,
)


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
