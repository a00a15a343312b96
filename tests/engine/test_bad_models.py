"""Whatever a model's server sends: a diner reads an answer or a sentence, and never another's."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from realtime.client import RealtimeClient
from realtime.fleet.limits import Limits
from telemetry.metrics import Metrics
from telemetry.realtime_notes import RealtimeObserver
from tests.engine.world import House, opened
from tests.realtime.fuzz import WORDS, Wire, words_in

WAIT_S = 20.0
# A server of which nothing comes is asked anew at once.
IMPATIENT = Limits(
    first_event_s=0.1, stall_s=0.1, backoff_base_s=0.01, backoff_cap_s=0.02, limited_s=0.01
)
BOUNDED = settings(
    max_examples=5,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def asked_word(create: dict[str, Any]) -> str:
    """What a diner wrote."""
    said = [each for each in create["response"]["input"] if each.get("role") == "user"]
    word: str = said[-1]["content"][0]["text"]
    return word


@pytest.fixture(params=["sqlite_url", "emptied_postgresql_url"])
def open_house(request: pytest.FixtureRequest) -> Iterator[Callable[[Random], House]]:
    """A house whose model is as bad as this chance has it."""
    url = request.getfixturevalue(request.param)
    chance = Random()
    connect: Any = lambda: Wire(chance, asked_word)  # noqa: E731
    client = RealtimeClient(connect, RealtimeObserver(Metrics()), IMPATIENT)
    with opened(url, model=client) as house:

        def seeded(random: Random) -> House:
            chance.seed(random.getrandbits(32))
            return house

        yield seeded


def test_every_diner_is_answered_and_nobody_with_anothers_words(
    open_house: Callable[[Random], House],
) -> None:
    numbers = count(1)

    @BOUNDED
    @given(st.randoms(use_true_random=False))
    def whatever_comes(random: Random) -> None:
        house = open_house(random)
        words = {f"whatsapp:+2507880{next(numbers):05}": word for word in WORDS}
        for diner, word in words.items():
            house.hears(word, diner)
        wait_until(lambda: all(house.read(diner) for diner in words))
        for diner, word in words.items():
            assert words_in(*house.read(diner)) <= {word}
        assert {turn.attempts for turn in house.turns()} == {1}

    whatever_comes()


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until, "somebody is not answered"
        time.sleep(0.005)
