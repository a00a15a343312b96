"""Twilio's Media Streams: the frames of one call's sound, read and made.

https://www.twilio.com/docs/voice/media-streams/websocket-messages. Sound is bare µ-law of one
channel: 8 bytes a millisecond, no file's head before it. Pure.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LINE_RATE_HZ = 8_000  # a byte each
BYTES_PER_S = LINE_RATE_HZ
BYTES_PER_MS = BYTES_PER_S // 1_000
FRAME_MS = 20  # Twilio's own, and what ours are multiples of
FRAME_BYTES = FRAME_MS * BYTES_PER_MS
SILENCE = b"\xff"
SID = re.compile(r"\w{1,64}", re.ASCII)
MAX_MS = 100_000_000  # of a call: more than a day
FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": LINE_RATE_HZ, "channels": 1}


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


def read(frame: str | bytes, stream_sid: str | None = None) -> StreamEvent | None:
    """None for an event that is unknown, or tells nothing new, and passed over.

    `stream_sid`: of the stream that has begun. Raises BadFrameError.
    """
    try:
        told = _object(json.loads(frame), "the frame")
    except (ValueError, RecursionError):
        raise BadFrameError("a frame that is no JSON") from None
    if stream_sid is not None and told.get("streamSid", stream_sid) != stream_sid:
        raise BadFrameError("a frame of another stream")
    match told.get("event"):
        case "media":
            return _media(_part(told, "media"))
        case "mark":
            return Marked(_text(_part(told, "mark"), "name"))
        case "connected":
            return Connected()
        case "start":
            return _started(_part(told, "start"))
        case "dtmf":
            return _digit(_part(told, "dtmf"))
        case "stop":
            return Stopped()
        case str():
            return None
    raise BadFrameError("a frame without its event")


def rest_of_frame(size: int) -> bytes:
    """The silence with which the last frame of so many bytes of sound is whole."""
    return SILENCE * (-size % FRAME_BYTES)


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


def _media(part: Mapping[str, Any]) -> Media | None:
    """None for what we have sent ourselves, where a stream is told both sides."""
    if part.get("track", "inbound") != "inbound":
        return None
    try:
        sound = b64decode(_text(part, "payload"), validate=True)
    except ValueError:
        raise BadFrameError("media whose payload is no base64") from None
    return Media(_ms(part), sound)


def _started(part: Mapping[str, Any]) -> Started:
    told = _object(part.get("mediaFormat", FORMAT), "mediaFormat")
    if any(told.get(name) != value for name, value in FORMAT.items()):
        raise BadFrameError("a start whose mediaFormat is no µ-law of 8000 Hz and one channel")
    given = _object(part.get("customParameters", {}), "customParameters")
    parameters = {name: _text(given, name) for name in given}
    return Started(_sid(part, "streamSid"), _sid(part, "callSid"), parameters)


def _digit(part: Mapping[str, Any]) -> Digit:
    digit = _text(part, "digit")
    if not re.fullmatch(r"[0-9*#A-D]", digit):
        raise BadFrameError("a dtmf whose digit is none")
    return Digit(digit)


def _ms(part: Mapping[str, Any]) -> int:
    """Twilio's is a string; whole milliseconds either way."""
    told = str(part.get("timestamp"))
    if not re.fullmatch(r"[0-9]{1,9}", told) or int(told) > MAX_MS:
        raise BadFrameError("media without its timestamp")
    return int(told)


def _sid(part: Mapping[str, Any], name: str) -> str:
    sid = _text(part, name)
    if not SID.fullmatch(sid):
        raise BadFrameError(f"a {name} that is none")
    return sid


def _text(part: Mapping[str, Any], name: str) -> str:
    """Half a character is none, and could not be stored."""
    value = part.get(name)
    if not isinstance(value, str) or not _is_whole(value):
        raise BadFrameError("a frame with a text missing, or none")
    return value


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return _object(told.get(name), name)


def _object(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadFrameError(f"{name} is no JSON object")
    return value
