"""Whatever a server sends: each ask ends, nothing is raised, and nobody hears another's words."""

import json
from contextlib import closing, suppress
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from realtime.client import Delta, RealtimeClient, RealtimeError
from realtime.fleet.limits import Limits
from realtime.outcomes import Delta as Piece
from realtime.outcomes import Finished, Reply
from realtime.protocol import Protocol
from realtime.reading import parse
from realtime.request import EXTRAS, Request, said_by_diner
from telemetry.metrics import Metrics
from telemetry.realtime_notes import RealtimeObserver
from tests.realtime.fuzz import GARBAGE, JUNK, WORDS, Wire, mixed, script, spoiled, words_in
from tests.realtime.samples import SERVER_EVENTS, sample
from tests.realtime.stage import Stage

# Not made smaller when it fails: that takes a minute, and tells little of a sequence of events.
BOUNDED = settings(
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
CHANCE = st.randoms(use_true_random=False)
TIMEOUT_S = 20.0
# A label lives for ever: what servers invent makes few.
MOST_LABELS = 100


def word_of(create: dict[str, Any]) -> str:
    word: str = create["response"]["input"][-1]["content"][0]["text"]
    return word


def words_of(reply: Reply) -> set[str]:
    return words_in(reply.text, *(call.arguments for call in reply.calls))


@settings(BOUNDED, max_examples=200)
@given(st.sampled_from(SERVER_EVENTS), st.booleans(), CHANCE)
def test_an_event_of_any_shape_is_an_event_or_a_value_error(
    kind: Any, optional: bool, random: Random
) -> None:
    for frame in spoiled([sample(kind, optional=optional)] * 5, random):
        with suppress(ValueError):
            parse(frame)


@settings(BOUNDED, max_examples=150)
@given(CHANCE)
def test_one_sockets_protocol_takes_whatever_comes(random: Random) -> None:
    protocol = Protocol()
    for word in WORDS:
        protocol.ask(word, Request("", (), (said_by_diner(word),), 600), EXTRAS)
    frames = mixed([spoiled(script(word, word, random), random) for word in WORDS], random)
    ended: list[str] = []
    for frame in frames:
        try:
            outcomes, _ = protocol.receive(frame)
        except ValueError:
            continue
        for outcome in outcomes:
            if isinstance(outcome, Piece):
                assert words_in(outcome.text) <= {outcome.key}
            elif isinstance(outcome, Finished):
                ended.append(outcome.key)
                assert words_of(outcome.reply) <= {outcome.key}
                assert 0 <= outcome.reply.usage.output < 2**31
                json.dumps(outcome.reply.text, ensure_ascii=False).encode()
    assert len(ended) == len(set(ended))


@settings(BOUNDED, max_examples=60)
@given(CHANCE)
def test_a_fleet_ends_each_ask_with_its_own_words(random: Random) -> None:
    stage = Stage(first_event_s=4.0, stall_s=4.0, probe_base_s=1.0).warm()
    asks = {stage.ask(word, TIMEOUT_S, word).id: word for word in WORDS}
    answered = 1  # the one that proved the socket
    for _ in range(6):
        creates = [
            (socket, each)
            for socket, sent in stage.sent.items()
            for each in sent
            if each["type"] == "response.create"
        ]
        scripts = [
            [(socket, frame) for frame in spoiled(told(create, random), random)]
            for socket, create in creates[answered:]
        ]
        answered = len(creates)
        for socket, frame in mixed(scripts, random):
            stage.says(socket, frame)
        while stage.opening:
            stage.opens()
        stage.wait(random.choice([0.1, 0.5, 5.0]))
    stage.wait(TIMEOUT_S)
    for ask, word in asks.items():
        ended = stage.ended[ask]
        assert words_in(stage.streamed[ask]) <= {word}
        assert not isinstance(ended, Reply) or words_of(ended) <= {word}


def told(create: dict[str, Any], random: Random) -> list[dict[str, Any]]:
    return script(create["event_id"], word_of(create), random)


@settings(BOUNDED, max_examples=6)
@given(st.integers(0, 2**32))
def test_a_client_ends_each_ask_with_its_own_words(seed: int) -> None:
    random = Random(seed)
    metrics = Metrics()
    limits = Limits(
        first_event_s=0.1, stall_s=0.1, backoff_base_s=0.01, backoff_cap_s=0.02, probe_base_s=0.05
    )
    connect: Any = lambda: Wire(random, word_of)  # noqa: E731
    client = RealtimeClient(connect, RealtimeObserver(metrics), limits)
    with capture_logs() as logged, closing(client):
        for _ in range(2):
            heard: dict[str, list[Delta]] = {word: [] for word in WORDS}
            pending = {
                word: client.ask(
                    Request("", (), (said_by_diner(word),), 600),
                    diner=word,
                    timeout_s=0.5,
                    on_delta=heard[word].append,
                )
                for word in WORDS
            }
            for word, each in pending.items():
                with suppress(RealtimeError):
                    assert words_of(each.result()) <= {word}
                assert words_in(*(delta.text for delta in heard[word])) <= {word}
    assert not [line for line in logged if line["event"].endswith("_failed")]
    assert metrics.render().decode().count("tableside_realtime_events_total{") < MOST_LABELS


def test_garbage_and_junk_are_what_they_say() -> None:
    """Junk is JSON that a server can send; garbage is no event."""
    for junk in JUNK:
        json.dumps(junk)
    for frame in GARBAGE:
        try:
            parse(frame)
        except ValueError:
            continue
        raise AssertionError(frame)
