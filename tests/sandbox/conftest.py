"""An exchange, and the service that it posts to."""

from collections.abc import Iterator

import pytest

from sandbox.twilio.exchange import Exchange
from tests.sandbox.twilio.world import Receiver, exchanging, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def exchange(receiver: Receiver) -> Iterator[Exchange]:
    with exchanging(receiver) as exchange:
        yield exchange
