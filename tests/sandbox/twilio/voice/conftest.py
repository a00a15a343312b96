"""A service that takes calls, and the account whose numbers lead to it."""

from collections.abc import Iterator

import pytest

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.voice.calls import Calls
from tests.sandbox.twilio.voice.service import Service, answering
from tests.sandbox.twilio.world import ACCOUNT_SID, AUTH_TOKEN, NUMBERS


@pytest.fixture
def service() -> Iterator[Service]:
    with answering() as service:
        yield service


@pytest.fixture
def exchange(service: Service) -> Iterator[Exchange]:
    exchange = Exchange(
        ACCOUNT_SID, AUTH_TOKEN, f"{service.url}/whatsapp", lambda: NUMBERS, step_s=0
    )
    yield exchange
    exchange.close()


@pytest.fixture
def calls(exchange: Exchange) -> Calls:
    return exchange.calls
