"""The caller interrupts at any moment: nothing is refused, nothing heard that must not be."""

from collections import Counter
from random import Random

import pytest

from conversation.call.actions import Said
from tests.conversation.call.stage import Answer, Stage
from tests.conversation.call.twilio import SILENCE

CALLS = 100
AT_ONCE = 10  # in one test
BARGE_INS = 10
# One way, at the most.
DELAY_S = 0.15
# Between the server's word that the caller speaks and silence on the line, beside the network.
MOST_SOUND_S = 0.2
WORDS = ("We have brochettes, tilapia. Isombe too! Would you like one of them?", "Yes.", "No,")


def random_answer(random: Random) -> Answer:
    texts = [" ".join(random.choices(WORDS, k=random.randint(1, 40))) for _ in range(3)]
    items = [(text.strip() or "Yes.", random.uniform(0.05, 8.0)) for text in texts]
    calls = random.choices(["lookup_menu", "remember_diet"], k=random.choice([0, 0, 0, 1, 2]))
    return Answer(items[: random.choice([0, 1, 1, 1, 2, 3]) or int(not calls)], calls)


def random_stage(random: Random) -> Stage:
    stage = Stage(delay=lambda: random.uniform(0.0, DELAY_S))
    stage.server.faster = random.choice([1.1, 3.0, 10.0, 50.0])
    stage.server.chunk_s = random.choice([0.0201, 0.05, 0.1337, 0.4])
    stage.server.tells_outputs = random.random() < 0.7
    stage.tool_takes_s = random.uniform(0.0, 3.0)
    return stage.start()


def interrupted(stage: Stage, random: Random, number: int) -> None:
    """An answer that is broken into, sooner or later."""
    stage.server.answers = [random_answer(random) for _ in range(4)]
    stage.server.silence(f"u{number}", "And then?", random.uniform(0.1, 1.0))
    stage.wait(random.choice([random.uniform(0.0, 0.3), random.uniform(0.0, 9.0)]))
    before = {each.byte for each in stage.server.items.values()}
    stage.server.speech(f"u{number + 1}")
    at = stage.clock.now
    stage.wait(2 * DELAY_S + MOST_SOUND_S)
    heard = [each for each in stage.twilio.pieces if each.byte in before]
    assert all(each.end <= at + 2 * DELAY_S + MOST_SOUND_S for each in heard)
    stage.wait(random.uniform(0.0, 2.0))
    later = [each for each in stage.twilio.pieces if each.byte in before]
    assert later == heard, "what was muted plays again"


def assert_honest(stage: Stage) -> None:
    refused = [each for each in stage.server.refused if "truncate" in each]
    assert refused == []
    items = stage.server.items
    known = {each.byte for each in items.values()} | set(range(200, 206)) | {SILENCE}
    assert {each.byte for each in stage.twilio.pieces} <= known
    told = Counter(each.item for each in stage.all(Said))
    assert set(told.values()) <= {1}
    for name, item in items.items():
        heard = stage.twilio.heard(item.byte)
        if item.at_ms is not None:
            # No more than they heard, but for what the network's own whims hide.
            assert item.at_ms / 1000 <= heard + 2 * DELAY_S
            assert item.at_ms / 1000 >= heard - 3 * DELAY_S
        if heard > 0.9 * item.sent / 8000 and item.at_ms is None:
            assert told[name] == 1, item


def random_call(random: Random) -> Stage:
    stage = random_stage(random)
    stage.wait(random.uniform(0.5, 3.0))
    stage.server.speech("u0")
    stage.wait(random.uniform(0.1, 1.0))
    for number in range(BARGE_INS):
        interrupted(stage, random, number)
    stage.server.silence(f"u{BARGE_INS}", "That is all.")
    stage.wait(8.0)
    stage.wait_for(lambda: stage.twilio.is_silent() and stage.server.running is None)
    stage.wait(5.0)
    assert stage.ended is None
    assert_honest(stage)
    return stage


@pytest.mark.parametrize("seed", range(0, CALLS, AT_ONCE))
def test_of_a_thousand_barge_ins_none_is_refused_and_none_is_heard_over(seed: int) -> None:
    stages = [random_call(Random(seed + number)) for number in range(AT_ONCE)]
    cut = sum(stage.notes("call.interrupted") for stage in stages)
    assert cut > AT_ONCE * BARGE_INS * 0.7  # others found silence
