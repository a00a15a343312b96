"""Media Streams' frames: those that Twilio sends, and a strict reading of those that it takes.

Numbers are texts where Twilio's are. Pure: no socket, no clock.
https://www.twilio.com/docs/voice/media-streams/websocket-messages
"""

import binascii
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BYTES_PER_S = 8_000  # µ-law of one channel
FRAME_S = 0.02
FRAME_BYTES = 160
SILENCE = b"\xff"
MALFORMED_MESSAGE = 31950
INVALID_MESSAGE = 31951
FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
# How files of sound begin: their heads are heard as noise.
_FILE_HEADS = (b"RIFF", b"OggS", b"ID3", b"fLaC", b".snd")


class InvalidMessageError(Exception):
    """What the service sent is none of the three messages that Twilio takes."""


@dataclass(frozen=True, slots=True)
class Sound:
    sound: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    name: str


@dataclass(frozen=True, slots=True)
class Clear:
    pass


class Writer:
    """The frames of one stream, counted as Twilio counts them."""

    def __init__(self, stream_sid: str, call_sid: str, account_sid: str) -> None:
        self.stream_sid = stream_sid
        self._call_sid = call_sid
        self._account_sid = account_sid
        self._sequence = 0
        self._chunks = 0

    def connected(self) -> str:
        return json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})

    def start(self, parameters: Mapping[str, str]) -> str:
        told = {
            "accountSid": self._account_sid,
            "streamSid": self.stream_sid,
            "callSid": self._call_sid,
            "tracks": ["inbound"],
            "mediaFormat": FORMAT,
            "customParameters": dict(parameters),
        }
        return self._frame("start", start=told)

    def media(self, sound: bytes, at_ms: int) -> str:
        """Fifty a second: written by hand."""
        self._sequence += 1
        self._chunks += 1
        return (
            f'{{"event":"media","sequenceNumber":"{self._sequence}","media":{{"track":"inbound",'
            f'"chunk":"{self._chunks}","timestamp":"{at_ms}",'
            f'"payload":"{b64encode(sound).decode()}"}},"streamSid":"{self.stream_sid}"}}'
        )

    def digit(self, digit: str) -> str:
        return self._frame("dtmf", dtmf={"track": "inbound_track", "digit": digit})

    def mark(self, name: str) -> str:
        return self._frame("mark", mark={"name": name})

    def stop(self) -> str:
        told = {"accountSid": self._account_sid, "callSid": self._call_sid}
        return self._frame("stop", stop=told)

    def _frame(self, event: str, **body: object) -> str:
        self._sequence += 1
        counted = {"event": event, "sequenceNumber": str(self._sequence)}
        return json.dumps({**counted, **body, "streamSid": self.stream_sid})


def read(frame: str, stream_sid: str) -> Sound | Mark | Clear:
    """Raises InvalidMessageError."""
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError):
        raise InvalidMessageError("the message is no JSON") from None
    if not isinstance(message, dict):
        raise InvalidMessageError("the message is no JSON object")
    event = message.get("event")
    if event == "media":
        _require(message, {"event", "streamSid", "media"}, stream_sid)
        return Sound(_payload(_part(message, "media", "payload")))
    if event == "mark":
        _require(message, {"event", "streamSid", "mark"}, stream_sid)
        return Mark(_part(message, "mark", "name"))
    if event == "clear":
        _require(message, {"event", "streamSid"}, stream_sid)
        return Clear()
    raise InvalidMessageError(f"the event is {event!r}: media, mark and clear are taken")


def _require(message: Mapping[str, Any], names: set[str], stream_sid: str) -> None:
    if odd := message.keys() ^ names:
        raise InvalidMessageError(f"{message['event']}: {sorted(odd)} missing or too many")
    if message["streamSid"] != stream_sid:
        raise InvalidMessageError(f"{message['event']}: the streamSid is another stream's")


def _part(message: Mapping[str, Any], name: str, field: str) -> str:
    """The one field that a message's own object has."""
    part = message[name]
    value = part.get(field) if isinstance(part, dict) and part.keys() == {field} else None
    if not isinstance(value, str) or not value:
        raise InvalidMessageError(f"{name} must be an object with a text {field!r}, no more")
    return value


def _payload(payload: str) -> bytes:
    try:
        sound = b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidMessageError("media: the payload is no base64") from None
    if not sound or sound.startswith(_FILE_HEADS):
        raise InvalidMessageError("media: the payload must be bare sound, without a file's head")
    return sound
