"""A service that takes calls, and the account whose numbers lead to it."""

from collections.abc import Iterator

import pytest

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.voice.calls import Calls
from tests.sandbox.twilio.voice.service import Service, answering, ringing


@pytest.fixture
def service() -> Iterator[Service]:
    with answering() as service:
        yield service


@pytest.fixture
def exchange(service: Service) -> Iterator[Exchange]:
    with ringing(service) as exchange:
        yield exchange


@pytest.fixture
def calls(exchange: Exchange) -> Calls:
    return exchange.calls
