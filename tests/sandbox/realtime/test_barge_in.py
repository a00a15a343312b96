"""A call in which the caller speaks over an answer: it breaks off, and what was unheard is cut."""

from sandbox.realtime.server import RealtimeServer
from tests.sandbox.realtime.caller import (
    Caller,
    calling,
    sound_in,
    transcript_of,
)
from tests.sandbox.realtime.client import Client, types

LONG = "say exactly: one two three four five six seven eight nine ten eleven twelve"


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
    caller = calling(client, detection=detection)
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
    (cut,) = server.calls[0]["truncations"]
    assert (cut["item_id"], cut["audio_end_ms"]) == (item["id"], length_ms // 2)


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
