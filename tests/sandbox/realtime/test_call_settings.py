"""What a session is told of sound: what of it holds, what changes unasked, what is refused."""

from base64 import b64encode

import pytest

from sandbox.practice.speech import spoken
from sandbox.realtime.server import RealtimeServer
from tests.sandbox.realtime.caller import (
    Caller,
    transcript_of,
    words_in,
)
from tests.sandbox.realtime.client import Client, Json, types

SERVER_VAD = {"type": "server_vad"}


def test_a_client_can_say_itself_what_is_to_be_heard(client: Client) -> None:
    audio = {"input": {"format": {"type": "audio/pcmu"}, "turn_detection": None}}
    client.send({"type": "session.update", "session": {"type": "realtime", "audio": audio}})
    client.until("session.updated")
    client.send({"type": "input_audio_buffer.commit"})
    assert client.error()["code"] == "input_audio_buffer_commit_empty"
    caller = Caller(client)
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
        (
            {
                "transcription": {"model": "gpt-realtime-whisper"},
                "turn_detection": {"type": "server_vad"},
            },
            "turn_detection",
        ),
        ({"noise_reduction": {"type": "loud"}}, "noise_reduction.type"),
        ({"format": {"type": "audio/pcmu", "rate": 8_000}}, "format.rate"),
        ({"format": {"type": "audio/pcma"}}, "format.type"),
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


def test_a_session_that_was_told_nothing_hears_pcm_and_answers_as_nobody(
    server: RealtimeServer, client: Client
) -> None:
    server.behaviour.apply({"chirps": True, "voice_speed": 0})
    sound = spoken("say exactly: Muraho") + bytes(24_000)
    for begin in range(0, len(sound), 4_800):
        audio = b64encode(sound[begin : begin + 4_800]).decode()
        client.send({"type": "input_audio_buffer.append", "audio": audio})
    assert transcript_of(client.done()) == "Muraho"
