"""Somebody on the telephone with the stand-in: speaks in the practice voice, and hears it speak."""

from base64 import b64decode, b64encode
from typing import Any

from sandbox.practice import mulaw
from sandbox.practice.speech import heard_in_mulaw, spoken_in_mulaw
from tests.sandbox.realtime.client import Client, Json

PCMU = {"type": "audio/pcmu"}
FRAME = 160  # bytes: 20 ms
MENU = "what coffee do you have?"


class Caller:
    def __init__(self, client: Client) -> None:
        self.client = client

    def update(self, **session: Any) -> None:
        self.client.send({"type": "session.update", "session": {"type": "realtime", **session}})

    def send_sound(self, sound: bytes) -> None:
        """As telephones do, 20 ms at a time, but as fast as it goes."""
        for begin in range(0, len(sound), FRAME):
            audio = b64encode(sound[begin : begin + FRAME]).decode()
            self.client.send({"type": "input_audio_buffer.append", "audio": audio})

    def say(self, words: str) -> None:
        self.send_sound(spoken_in_mulaw(words) + mulaw.SILENCE * 4_000)

    def truncate(self, item_id: str, at_ms: int) -> None:
        self.client.send(
            {
                "type": "conversation.item.truncate",
                "event_id": "cut",
                "item_id": item_id,
                "content_index": 0,
                "audio_end_ms": at_ms,
            }
        )

    def item(self, item_id: str) -> Json:
        self.client.send({"type": "conversation.item.retrieve", "item_id": item_id})
        item: Json = self.client.until("conversation.item.retrieved")[-1]["item"]
        return item


def calling(
    client: Client,
    *,
    detection: Json | None = None,
    transcription: Json | None = None,
    **session: Any,
) -> Caller:
    """Whose session is set up for a call; `detection` and `transcription` as in its settings."""
    caller = Caller(client)
    heard = {
        "format": PCMU,
        "noise_reduction": {"type": "near_field"},
        "transcription": transcription,
        "turn_detection": detection or {"type": "semantic_vad", "eagerness": "auto"},
    }
    said = {"format": PCMU, "voice": "marin"}
    caller.update(audio={"input": heard, "output": said}, output_modalities=["audio"], **session)
    client.until("session.updated")
    return caller


def sound_in(events: list[Json]) -> bytes:
    deltas = (each for each in events if each["type"] == "response.output_audio.delta")
    return b"".join(b64decode(each["delta"]) for each in deltas)


def words_in(events: list[Json]) -> str | None:
    """What is heard of an answer, by its sound alone."""
    return heard_in_mulaw(sound_in(events))


def transcript_of(response: Json) -> str:
    parts = (part for item in response["output"] for part in item.get("content") or ())
    return "".join(part["transcript"] for part in parts)


def first(events: list[Json], kind: str) -> Json:
    return next(each for each in events if each["type"] == kind)
