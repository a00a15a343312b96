"""A call: what a caller says is heard, answered aloud, and breaks an answer off."""

import json
import time

import pytest

from sandbox.practice import mulaw
from sandbox.practice.menus import ASK_PAIRING
from sandbox.practice.model import HARD_OF_HEARING
from sandbox.practice.voice_of_model import is_there, voiced
from sandbox.realtime.server import RealtimeServer
from tests.sandbox.realtime.caller import (
    MENU,
    Caller,
    calling,
    first,
    sound_in,
    transcript_of,
    words_in,
)
from tests.sandbox.realtime.client import MENU_TOOL, Client, types


def test_what_is_said_becomes_an_item_and_is_answered_aloud(caller: Caller) -> None:
    caller.say("say exactly: Muraho neza, welcome.")
    events = caller.client.until("response.done")
    began = types(events)[: types(events).index("response.output_item.added")]
    assert [each for each in began if "transcription" not in each] == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
        "rate_limits.updated",
    ]
    assert len({each["item_id"] for each in events[:3]}) == 1
    assert words_in(events) == "Muraho neza, welcome."
    response = events[-1]["response"]
    assert (response["status"], transcript_of(response)) == ("completed", "Muraho neza, welcome.")
    assert response["conversation_id"].startswith("conv_")
    assert response["audio"]["output"] == {"format": {"type": "audio/pcmu"}, "voice": "marin"}
    added = [each for each in events if each["type"] == "conversation.item.added"]
    assert added[1]["previous_item_id"] == events[0]["item_id"]


def test_words_run_a_little_ahead_of_their_sound(caller: Caller) -> None:
    caller.say("say exactly: one two three four")
    told = types(caller.client.until("response.output_audio.done"))
    words = [nth for nth, kind in enumerate(told) if kind.endswith("transcript.delta")]
    sounds = [nth for nth, kind in enumerate(told) if kind == "response.output_audio.delta"]
    assert words[0] < words[1] < sounds[0] < words[-1]


def test_both_ways_are_counted_as_sound(caller: Caller) -> None:
    caller.say("say exactly: one two three four")
    events = caller.client.until("response.done")
    usage = events[-1]["response"]["usage"]
    assert usage["output_token_details"]["audio_tokens"] == len(sound_in(events)) // 8 // 50
    heard = usage["input_token_details"]["audio_tokens"]
    assert heard >= 15
    caller.say("say exactly: five")
    again = caller.client.until("response.done")[-1]["response"]["usage"]["input_token_details"]
    assert again["cached_tokens_details"]["audio_tokens"] == heard < again["audio_tokens"]


@pytest.mark.parametrize(
    ("model", "kind"), [("gpt-4o-mini-transcribe", "tokens"), ("whisper-1", "duration")]
)
def test_it_is_written_down_a_little_later(
    server: RealtimeServer, client: Client, model: str, kind: str
) -> None:
    caller = calling(client, transcription={"model": model, "language": "en"})
    caller.say(MENU)
    events = client.until("conversation.item.input_audio_transcription.completed")
    assert (events[-1]["transcript"], events[-1]["usage"]["type"]) == (MENU, kind)
    assert events[-1]["item_id"] == first(events, "input_audio_buffer.committed")["item_id"]
    content = [{"type": "input_audio", "transcript": MENU}]
    assert caller.item(events[-1]["item_id"])["content"] == content


def test_that_can_fail(server: RealtimeServer, caller: Caller) -> None:
    server.behaviour.fail_transcription = 1
    caller.say("say exactly: Yes.")
    failed = caller.client.until("conversation.item.input_audio_transcription.failed")[-1]
    assert failed["error"]["type"] == "transcription_error"


def test_nothing_is_written_down_where_nobody_asked_for_it(client: Client) -> None:
    calling(client).say("say exactly: Yes.")
    assert not [kind for kind in types(client.until("response.done")) if "transcription" in kind]


def test_a_voice_of_people_is_answered_and_not_written_down(caller: Caller) -> None:
    caller.send_sound(bytes(range(0, 256, 2)) * 100 + b"\xff" * 4_000)
    events = caller.client.until("response.done")
    assert transcript_of(events[-1]["response"]) == HARD_OF_HEARING
    kind = "conversation.item.input_audio_transcription.completed"
    if kind not in types(events):
        events = caller.client.until(kind)
    assert first(events, kind)["transcript"] == ""


def test_a_tools_result_leads_to_the_answer(server: RealtimeServer, client: Client) -> None:
    server.behaviour.apply({"chirps": True, "voice_speed": 0})
    caller = calling(client, tools=[MENU_TOOL])
    caller.say(MENU)
    [call] = client.done()["output"]
    assert (call["name"], json.loads(call["arguments"])) == ("lookup_menu", {"query": "coffee"})
    output = {
        "type": "function_call_output",
        "call_id": call["call_id"],
        "output": '{"items": [{"name": "Cortado"}], "found": 1}',
    }
    client.send({"type": "conversation.item.create", "item": output})
    added = client.until("conversation.item.added")[-1]
    assert added["previous_item_id"] == call["id"]
    client.send({"type": "response.create"})
    events = client.until("response.done")
    assert "Cortado" in transcript_of(events[-1]["response"])


def test_an_answer_is_said_without_marks_and_known_as_it_was_written(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.apply({"chirps": True, "voice_speed": 0})
    caller = calling(client, tools=[MENU_TOOL])
    caller.say(f"say exactly: *Cappuccino* – RWF 3,000. {ASK_PAIRING}")
    said = f"Cappuccino, 3,000 francs. {ASK_PAIRING}"
    events = client.until("response.done")
    assert (words_in(events), transcript_of(events[-1]["response"])) == (said, said)
    caller.say("yes")
    [call] = client.done()["output"]
    assert json.loads(call["arguments"])["query"] == "cappuccino"


@pytest.mark.skipif(not is_there(), reason="espeak-ng is not installed")
@pytest.mark.parametrize("kind", ["audio/pcmu", "audio/pcm"])
def test_by_itself_it_speaks_in_a_voice_that_people_hear(client: Client, kind: str) -> None:
    caller = calling(client)
    caller.update(audio={"output": {"format": {"type": kind}, "voice": "cedar"}})
    client.until("session.updated")
    caller.say("say exactly: Good evening, may I find you something to drink?")
    sound = sound_in(client.until("response.done"))
    rate = 8_000 if kind == "audio/pcmu" else 24_000
    pcm = voiced("Good evening, may I find you something to drink?", "cedar", rate) or b""
    assert sound == (mulaw.encode(pcm) if kind == "audio/pcmu" else pcm)


def test_it_speaks_a_little_faster_than_it_is_heard(server: RealtimeServer, caller: Caller) -> None:
    server.behaviour.voice_speed = 4
    began = time.monotonic()
    caller.say("say exactly: one two three four")
    events = caller.client.until("response.done")
    # All but the last pause.
    assert time.monotonic() - began > (len(sound_in(events)) / 8_000 - 0.5) / 4
