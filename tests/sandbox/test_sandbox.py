"""The sandbox as a whole: its addresses stand before it serves, its restaurants may come later."""

import gc
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import websocket

from sandbox.server import Sandbox
from tests.sandbox.twilio.world import ALICE, KIGALI, NUMBERS, VALLETTA

TIMEOUT_S = 10
NOBODY = "http://127.0.0.1:1/whatsapp"


@pytest.fixture
def numbers() -> list[tuple[str, str]]:
    return NUMBERS[:1]


@pytest.fixture
def sandbox(numbers: list[tuple[str, str]]) -> Iterator[Sandbox]:
    with closing(Sandbox(lambda: numbers, webhook_url=NOBODY)) as sandbox:
        yield sandbox


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def restaurants(http: requests.Session, sandbox: Sandbox) -> Any:
    world = http.get(f"{sandbox.twilio_url}/phone/api/world", timeout=TIMEOUT_S).json()
    return [each["number"] for each in world["numbers"]]


def sent_from(http: requests.Session, sandbox: Sandbox, number: str) -> int:
    url = f"{sandbox.twilio_url}/2010-04-01/Accounts/{sandbox.account_sid}/Messages.json"
    form = {"To": ALICE, "From": number, "Body": "Muraho"}
    key = (sandbox.account_sid, sandbox.auth_token)
    return http.post(url, data=form, auth=key, timeout=TIMEOUT_S).status_code


def test_who_asks_twilio_before_the_start_is_answered_after_it(sandbox: Sandbox) -> None:
    with closing(HTTPConnection(urlsplit(sandbox.twilio_url).netloc, timeout=TIMEOUT_S)) as early:
        early.request("GET", "/phone/api/world")
        sandbox.start()
        assert json.load(early.getresponse())["numbers"][0]["number"] == KIGALI


def test_a_second_start_changes_nothing(http: requests.Session, sandbox: Sandbox) -> None:
    sandbox.start()
    sandbox.start()
    assert restaurants(http, sandbox) == [KIGALI]


def test_who_calls_the_realtime_api_before_the_start_is_welcomed_after_it(
    sandbox: Sandbox,
) -> None:
    address = urlsplit(sandbox.realtime_url)
    early = socket.create_connection((address.hostname, address.port), TIMEOUT_S)
    sandbox.start()
    with closing(
        websocket.create_connection(
            f"{sandbox.realtime_url}?model=gpt-realtime-2.1-mini",
            socket=early,
            header=[f"Authorization: Bearer {sandbox.api_key}"],
        )
    ) as line:
        assert json.loads(line.recv())["type"] == "session.created"


def test_a_restaurant_that_comes_later_can_be_seen_and_can_write(
    sandbox: Sandbox, numbers: list[tuple[str, str]], http: requests.Session
) -> None:
    sandbox.start()
    assert restaurants(http, sandbox) == [KIGALI]
    assert sent_from(http, sandbox, VALLETTA) == 400
    numbers.append(NUMBERS[1])
    assert restaurants(http, sandbox) == [KIGALI, VALLETTA]
    assert sent_from(http, sandbox, VALLETTA) == 201


@pytest.mark.parametrize("is_started", [False, True])
def test_closing_gives_everything_back(is_started: bool) -> None:
    sandbox = Sandbox(lambda: NUMBERS, webhook_url=NOBODY)
    addresses = [urlsplit(url) for url in (sandbox.twilio_url, sandbox.realtime_url)]
    if is_started:
        sandbox.start()
    sandbox.close()
    del sandbox
    gc.collect()  # what was left open would warn here, and warnings are errors
    for address in addresses:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address.hostname, address.port), TIMEOUT_S)


def test_of_several_tokens_the_first_is_its_own() -> None:
    with closing(Sandbox(lambda: [], webhook_url=NOBODY, auth_token="new,old")) as sandbox:
        assert (sandbox.auth_token, sandbox.exchange.auth_token) == ("new", "new")
