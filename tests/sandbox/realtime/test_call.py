"""A call: what a caller says is heard, answered aloud, and breaks an answer off."""

import json
from base64 import b64encode

import pytest

from sandbox.practice.model import HARD_OF_HEARING
from sandbox.realtime.server import RealtimeServer
from tests.sandbox.realtime.caller import (
    MENU,
    Caller,
    first,
    sound_in,
    transcript_of,
    words_in,
)
from tests.sandbox.realtime.client import MENU_TOOL, Client, Json, types

MINI = {"model": "gpt-4o-mini-transcribe"}
LONG = "say exactly: one two three four five six seven eight nine ten eleven twelve"


@pytest.fixture
def caller(server: RealtimeServer, client: Client) -> Caller:
    server.behaviour.apply({"chirps": True, "voice_speed": 0})
    return Caller(client, transcription=MINI)


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
    assert usage["input_token_details"]["audio_tokens"] >= 15


@pytest.mark.parametrize(
    ("model", "kind"), [("gpt-4o-mini-transcribe", "tokens"), ("whisper-1", "duration")]
)
def test_it_is_written_down_a_little_later(
    server: RealtimeServer, client: Client, model: str, kind: str
) -> None:
    caller = Caller(client, transcription={"model": model, "language": "en"})
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
    Caller(client).say("say exactly: Yes.")
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
    caller = Caller(client, tools=[MENU_TOOL])
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


def test_who_speaks_breaks_an_answer_off(server: RealtimeServer, caller: Caller) -> None:
    server.behaviour.voice_speed = 0.5
    caller.say(LONG)
    caller.client.until("response.output_audio.delta")
    caller.say("say exactly: Sure.")
    events = caller.client.until("response.done")
    response = events[-1]["response"]
    assert response["status"] == "cancelled"
    assert response["status_details"]["reason"] == "turn_detected"
    assert "input_audio_buffer.speech_started" in types(events)
    assert [item["status"] for item in response["output"]] == ["incomplete"]
    more = caller.client.until("response.done")
    assert transcript_of(more[-1]["response"]) == "Sure."
    assert response["id"] not in {each.get("response_id") for each in more}
    assert server.stats()["interruptions"] == 1


def test_an_answer_goes_on_where_it_is_not_to_be_broken_off(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.apply({"chirps": True, "voice_speed": 5})
    detection = {"type": "semantic_vad", "create_response": False, "interrupt_response": False}
    caller = Caller(client, detection=detection)
    caller.say(LONG)
    client.until("conversation.item.done")
    client.send({"type": "response.create"})
    client.until("response.output_audio.delta")
    caller.say("say exactly: Sure.")
    assert client.done()["status"] == "completed"
    client.send({"type": "response.create"})
    assert transcript_of(client.done()) == "Sure."


def test_the_server_can_fail_to_break_it_off(server: RealtimeServer, caller: Caller) -> None:
    server.behaviour.apply({"no_interrupt": True, "voice_speed": 0.5})
    caller.say(LONG)
    item_id = caller.client.until("response.output_audio.delta")[-1]["item_id"]
    caller.say("say exactly: Sure.")
    # Nor can it answer meanwhile.
    assert caller.client.error()["code"] == "conversation_already_has_active_response"
    caller.client.send({"type": "response.cancel"})
    done = caller.client.done()
    assert (done["status"], done["output"][0]["id"]) == ("cancelled", item_id)


def test_what_was_not_heard_is_cut_from_what_was_said(
    server: RealtimeServer, caller: Caller
) -> None:
    caller.say(LONG)
    events = caller.client.until("response.done")
    item = events[-1]["response"]["output"][0]
    length_ms = len(sound_in(events)) // 8
    caller.truncate(item["id"], length_ms // 2)
    assert caller.client.until("conversation.item.truncated")[-1]["audio_end_ms"] == length_ms // 2
    whole = item["content"][0]["transcript"]
    left = caller.item(item["id"])["content"][0]["transcript"]
    assert whole.startswith(left)
    assert 0.3 < len(left) / len(whole) <= 0.5
    caller.truncate(item["id"], length_ms)  # of which half is gone
    assert caller.client.error()["code"] == "invalid_value"
    counted = server.stats()
    assert (counted["truncations"], counted["truncations_refused"]) == (1, 1)


def test_more_than_there_was_is_not_cut(server: RealtimeServer, caller: Caller) -> None:
    caller.say("say exactly: Yes.")
    events = caller.client.until("response.done")
    length_ms = len(sound_in(events)) // 8
    caller.truncate(events[-1]["response"]["output"][0]["id"], length_ms + 1)
    error = caller.client.error()
    assert (error["code"], error["event_id"]) == ("invalid_value", "cut")
    assert error["message"] == (
        f"Audio content of {length_ms}ms is already shorter than {length_ms + 1}ms"
    )


def test_only_what_was_said_aloud_is_cut(server: RealtimeServer, caller: Caller) -> None:
    server.behaviour.first_sound_delay_s = 60
    caller.say("say exactly: Yes.")
    events = caller.client.until("response.output_audio_transcript.delta")
    unsaid = events[-1]["item_id"]
    for item_id in (events[0]["item_id"], unsaid):
        caller.truncate(item_id, 0)
        assert caller.client.error()["code"] == "unsupported_content_type"
    caller.truncate("nobodys", 0)
    assert caller.client.error()["code"] == "item_not_found"


def test_a_client_can_say_itself_what_is_to_be_heard(client: Client) -> None:
    audio = {"input": {"format": {"type": "audio/pcmu"}, "turn_detection": None}}
    client.send({"type": "session.update", "session": {"type": "realtime", "audio": audio}})
    client.until("session.updated")
    client.send({"type": "input_audio_buffer.commit"})
    assert client.error()["code"] == "input_audio_buffer_commit_empty"
    caller = Caller.__new__(Caller)
    caller.client = client
    caller.say("Never mind")
    client.send({"type": "input_audio_buffer.clear"})
    client.until("input_audio_buffer.cleared")
    caller.say("say exactly: Yes.")
    client.send({"type": "input_audio_buffer.commit"})
    assert types(client.until("conversation.item.done")) == [
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
    ]
    client.send({"type": "response.create", "response": {"output_modalities": ["text"]}})
    assert client.done()["output"][0]["content"][0]["text"] == "Yes."


def test_a_voice_stays_after_its_first_sound(caller: Caller) -> None:
    def change(voice: str) -> None:
        caller.update(audio={"output": {"format": {"type": "audio/pcmu"}, "voice": voice}})

    change("cedar")
    assert caller.client.until("session.updated")
    caller.say("say exactly: Yes.")
    caller.client.done()
    change("marin")
    assert caller.client.error()["code"] == "cannot_update_voice"
    change("cedar")
    assert caller.client.until("session.updated")


def test_sound_whose_format_is_not_repeated_is_another(
    server: RealtimeServer, caller: Caller
) -> None:
    caller.update(instructions="You are the CFO of Inzozi Kitchen, Kigali.")
    kept = caller.client.until("session.updated")[-1]["session"]["audio"]
    assert kept["output"]["format"] == {"type": "audio/pcmu"}
    caller.update(audio={"output": {"voice": "marin"}})
    lost = caller.client.until("session.updated")[-1]["session"]["audio"]
    assert lost["output"]["format"]["type"] == "audio/pcm"
    assert lost["input"]["format"]["type"] == "audio/pcmu"
    assert server.stats()["formats_lost"] == 1
    caller.say("say exactly: Yes.")
    assert words_in(caller.client.until("response.done")) is None


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"turn_detection": {"type": "vad"}}, "turn_detection.type"),
        ({"turn_detection": {"type": "semantic_vad", "threshold": 1}}, "turn_detection.threshold"),
        ({"transcription": {"modell": "whisper-1"}}, "transcription.modell"),
        ({"noise_reduction": {"type": "loud"}}, "noise_reduction.type"),
        ({"format": {"type": "audio/pcmu", "rate": 8_000}}, "format.rate"),
    ],
)
def test_settings_of_sound_that_there_are_none_of_are_refused(
    client: Client, given: Json, param: str
) -> None:
    client.send(
        {"type": "session.update", "session": {"type": "realtime", "audio": {"input": given}}}
    )
    assert client.error()["param"] == f"session.audio.input.{param}"


def test_what_is_no_base64_is_refused(caller: Caller) -> None:
    for audio in ("%%", 7):
        caller.client.send({"type": "input_audio_buffer.append", "audio": audio})
        assert caller.client.error()["param"] == "audio"
    caller.client.send({"type": "input_audio_buffer.append", "audio": b64encode(b"\xff").decode()})
    caller.say("say exactly: Yes.")
    assert transcript_of(caller.client.done()) == "Yes."
