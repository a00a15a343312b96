"""A call in the shell over a real socket, to the stand-in for the model."""

import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest

from models.database.engine import Database
from realtime.call.line import CallLine
from realtime.connection import Connection
from sandbox.practice import mulaw
from sandbox.practice.speech import heard_in_mulaw
from sandbox.realtime.server import RealtimeServer
from tests.conversation.call.ends import until
from tests.conversation.call.world import Call
from tests.sandbox.realtime.client import KEY

MODEL = "gpt-realtime-2.1-mini"


@pytest.fixture
def server() -> Iterator[RealtimeServer]:
    """It speaks in the practice voice, as fast as it goes."""
    server = RealtimeServer(KEY)
    server.behaviour.apply({"chirps": True, "voice_speed": 0})
    server.start()
    with closing(server):
        yield server


@pytest.fixture
def call(database: Database, server: RealtimeServer) -> Iterator[Call]:
    connect = partial(Connection, server.url, MODEL, KEY)
    call = Call(database, make_line=partial(CallLine, connect))
    call.begin()
    yield call
    call.telephone.hang_up()
    call.join()


def heard(call: Call, since: int) -> str:
    """What the caller heard behind so many frames."""
    frames = call.telephone.events("media")[since:]
    sound = b"".join(b64decode(each["media"]["payload"]) for each in frames)
    return heard_in_mulaw(sound + mulaw.SILENCE * 800) or ""


def asked(call: Call, words: str) -> str:
    """What the caller hears when they have said this."""
    call.telephone.play()
    since = len(call.telephone.events("media"))
    marks = len(call.telephone.events("mark"))
    call.telephone.speak(words)
    until(lambda: len(call.telephone.events("mark")) > marks and heard(call, since))
    call.telephone.play()
    return heard(call, since)


def test_a_question_about_the_menu_is_answered_with_its_price(call: Call) -> None:
    told = asked(call, "how much is the goat brochette?")
    assert "francs" in told or "RWF" in told
    call.telephone.hang_up()
    call.join()
    (kept,) = call.kept.exchanges
    assert "brochette" in kept.texts[0]
    assert [each.tool for each in kept.calls] == ["lookup_menu"]
    assert kept.tokens.audio_output > 0


def test_who_is_handed_over_hears_the_other_persona(call: Call, server: RealtimeServer) -> None:
    told = asked(call, "what is the VAT on meals?")
    assert told
    until(lambda: len(server.calls) > 1)
    voices = [each["session"]["audio"]["output"]["voice"] for each in server.calls]
    assert voices == ["marin", "cedar"]


def test_a_models_socket_that_is_cut_is_replaced_and_the_call_goes_on(
    call: Call, server: RealtimeServer
) -> None:
    asked(call, "what coffee do you have?")
    # What was said is written down before the answer to it breaks off.
    server.behaviour.apply({"cut_after_deltas": 1, "transcription_delay_s": 0})
    assert "brochette" in asked(call, "how much is the goat brochette?").lower()
    assert len(server.calls) > 1
    assert any("coffee" in str(each["items"]) for each in server.calls[1:])


def test_a_socket_of_twilios_that_is_cut_ends_the_models(
    call: Call, server: RealtimeServer
) -> None:
    asked(call, "what coffee do you have?")
    call.telephone.cut()
    call.join()
    assert call.kept.over[0].why == "hung_up"
    until(lambda: "realtime-call" not in {each.name for each in threading.enumerate()})
