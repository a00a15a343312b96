"""Frames of Media Streams are read as Twilio documents them, and what is none is said to be none.

The examples: https://www.twilio.com/docs/voice/media-streams/websocket-messages
"""

import json
from base64 import b64decode
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatsapp.streams import (
    FORMAT,
    SILENCE,
    BadFrameError,
    Connected,
    Digit,
    Marked,
    Media,
    Started,
    Stopped,
    StreamEvent,
    clear,
    mark,
    media,
    read,
)

SID, CALL_SID, ACCOUNT_SID = "MZ" + "18ad3ab5" * 4, "CA" + "b1e2a5c9" * 4, "AC" + "0" * 32
CONNECTED = {"event": "connected", "protocol": "Call", "version": "1.0.0"}
STARTED: dict[str, Any] = {
    "event": "start",
    "sequenceNumber": "1",
    "start": {
        "accountSid": ACCOUNT_SID,
        "streamSid": SID,
        "callSid": CALL_SID,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": "abc", "from": "whatsapp:+250788000001"},
    },
    "streamSid": SID,
}
MEDIA = {
    "event": "media",
    "sequenceNumber": "3",
    "media": {"track": "inbound", "chunk": "1", "timestamp": "5", "payload": "/////w=="},
    "streamSid": SID,
}
DIGIT = {
    "event": "dtmf",
    "streamSid": SID,
    "sequenceNumber": "5",
    "dtmf": {"track": "inbound_track", "digit": "0"},
}
MARKED = {
    "event": "mark",
    "sequenceNumber": "4",
    "streamSid": SID,
    "mark": {"name": "my label"},
}
STOPPED = {
    "event": "stop",
    "sequenceNumber": "5",
    "stop": {"accountSid": ACCOUNT_SID, "callSid": CALL_SID},
    "streamSid": SID,
}
FRAMES: list[dict[str, Any]] = [CONNECTED, STARTED, MEDIA, DIGIT, MARKED, STOPPED]
READ: list[StreamEvent] = [
    Connected(),
    Started(SID, CALL_SID, {"token": "abc", "from": "whatsapp:+250788000001"}),
    Media(5, SILENCE * 4),
    Digit("0"),
    Marked("my label"),
    Stopped(),
]


@pytest.mark.parametrize(
    ("frame", "expected"),
    list(zip(FRAMES, READ, strict=True)),
    ids=lambda each: type(each).__name__,
)
def test_twilios_frames_are_read(frame: dict[str, Any], expected: StreamEvent) -> None:
    assert read(json.dumps(frame)) == expected
    assert read(json.dumps(frame).encode()) == expected


def test_a_frame_of_another_stream_is_refused() -> None:
    frame = '{"event": "stop", "streamSid": "MZ2"}'
    assert read(frame, "MZ2") == read(frame) == Stopped()
    with pytest.raises(BadFrameError, match="another stream"):
        read(frame, "MZ1")


def test_a_format_may_say_more_than_it_does_today() -> None:
    start = {**STARTED["start"], "mediaFormat": {**FORMAT, "mood": "sunny"}}
    assert isinstance(read(json.dumps({**STARTED, "start": start})), Started)


def test_what_is_unknown_and_what_we_said_ourselves_is_passed_over() -> None:
    assert read('{"event": "weather", "streamSid": "MZ1"}') is None
    ours = {"track": "outbound", "chunk": "1", "timestamp": "5", "payload": ""}
    assert read(json.dumps({**MEDIA, "media": ours})) is None


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "muraho",
        "7",
        "[]",
        "{}",
        "[" * 60_000,
        '{"event": 7}',
        '{"event": "media"}',
        '{"event": "media", "media": 7}',
        '{"event": "media", "media": {"timestamp": "5"}}',
        '{"event": "media", "media": {"timestamp": "5", "payload": "é"}}',
        '{"event": "media", "media": {"timestamp": "5", "payload": "abc"}}',
        '{"event": "media", "media": {"payload": "////"}}',
        '{"event": "media", "media": {"timestamp": "-5", "payload": "////"}}',
        '{"event": "media", "media": {"timestamp": "٥", "payload": "////"}}',
        '{"event": "media", "media": {"timestamp": "999999999", "payload": "////"}}',
        '{"event": "dtmf", "dtmf": {"digit": "12"}}',
        '{"event": "mark", "mark": {}}',
        '{"event": "mark", "mark": {"name": "\\ud83d"}}',
        '{"event": "start", "start": {"streamSid": "MZ1"}}',
        '{"event": "start", "start": {"streamSid": "MZ1", "callSid": "C A"}}',
        '{"event": "start", "start": {"streamSid": "MZ1", "callSid": "é"}}',
        '{"event": "start", "start": {"streamSid": "MZ1", "callSid": "CA1",'
        ' "customParameters": {"token": 7}}}',
        '{"event": "start", "start": {"streamSid": "MZ1", "callSid": "CA1",'
        ' "mediaFormat": {"encoding": "audio/x-l16"}}}',
    ],
)
def test_what_twilio_would_not_send_is_refused_without_its_content(frame: str) -> None:
    with pytest.raises(BadFrameError, match=r"^[a-zA-Zµ0-9 ,'-]+$"):
        read(frame)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


@given(st.sampled_from(FRAMES), st.data())
def test_a_frame_with_anything_in_any_place_is_read_or_refused(
    frame: dict[str, Any], data: st.DataObject
) -> None:
    changed = json.loads(json.dumps(frame))
    inner = data.draw(
        st.sampled_from([changed, *(each for each in changed.values() if isinstance(each, dict))])
    )
    inner[data.draw(st.sampled_from(sorted(inner)))] = data.draw(ANY)
    with suppress(BadFrameError):
        read(json.dumps(changed))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(frame: bytes) -> None:
    with suppress(BadFrameError):
        read(frame)


def test_our_frames_are_those_that_twilio_documents() -> None:
    sound = bytes(range(160))
    told = json.loads(media(SID, sound))
    assert b64decode(told.pop("media")["payload"]) == sound
    assert told == {"event": "media", "streamSid": SID}
    assert json.loads(mark(SID, "7")) == {
        "event": "mark",
        "streamSid": SID,
        "mark": {"name": "7"},
    }
    assert json.loads(clear(SID)) == {"event": "clear", "streamSid": SID}
