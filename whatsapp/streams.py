"""Twilio's Media Streams: the frames of one call's sound, read and made.

https://www.twilio.com/docs/voice/media-streams/websocket-messages. Sound is bare µ-law of one
channel: 8 bytes a millisecond, no file's head before it. Pure.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

BYTES_PER_MS = 8
FRAME_MS = 20  # Twilio's own, and what ours are multiples of
SILENCE = 0xFF  # a byte of it


class BadFrameError(Exception):
    """A frame that is none of Twilio's; its sentence names what is wrong, and no content."""


@dataclass(frozen=True, slots=True)
class Connected:
    pass


@dataclass(frozen=True, slots=True)
class Started:
    """`parameters`: what our TwiML gave the stream."""

    stream_sid: str
    call_sid: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Media:
    """What the caller's side sounds like; `at_ms` since the stream began."""

    at_ms: int
    sound: bytes


@dataclass(frozen=True, slots=True)
class Digit:
    """A key of the telephone: 0 to 9, * or #."""

    digit: str


@dataclass(frozen=True, slots=True)
class Marked:
    """All that we sent before this mark was played, or cleared."""

    name: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The caller has hung up, or Twilio has ended the stream."""


StreamEvent = Connected | Started | Media | Digit | Marked | Stopped


def read(frame: str | bytes) -> StreamEvent | None:
    """None for an event that is unknown, and passed over. Raises BadFrameError."""
    raise NotImplementedError


def media(stream_sid: str, sound: bytes) -> str:
    """Sound for the caller, as a frame."""
    payload = b64encode(sound).decode()
    return json.dumps({"event": "media", "streamSid": stream_sid, "media": {"payload": payload}})


def mark(stream_sid: str, name: str) -> str:
    """To be told when all before it was played, or cleared."""
    return json.dumps({"event": "mark", "streamSid": stream_sid, "mark": {"name": name}})


def clear(stream_sid: str) -> str:
    """What is buffered is not played: its marks come back at once."""
    return json.dumps({"event": "clear", "streamSid": stream_sid})
