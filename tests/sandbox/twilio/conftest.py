"""Twilio's own client, and a plain one, in front of an exchange whose clock a test sets."""

from collections.abc import Iterator

import pytest
import requests
from twilio.rest import Client

from sandbox.twilio.exchange import Exchange
from sandbox.web import create_web
from tests.sandbox.twilio.world import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    Clock,
    Receiver,
    SandboxHttpClient,
    exchanging,
    serving,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def exchange(receiver: Receiver, clock: Clock) -> Iterator[Exchange]:
    with exchanging(receiver, clock=clock) as exchange:
        yield exchange


@pytest.fixture
def url(exchange: Exchange) -> Iterator[str]:
    with serving(create_web(exchange)) as url:
        yield url


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def twilio(url: str) -> Iterator[Client]:
    http_client = SandboxHttpClient(url)
    yield Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http_client)
    http_client.close()
