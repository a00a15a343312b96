"""Media Streams' frames of the stand-in: in Twilio's documented shapes, and as strictly read."""

import json
from typing import Any

import pytest

from sandbox.twilio.voice.frames import (
    FRAME_BYTES,
    SILENCE,
    Clear,
    InvalidMessageError,
    Mark,
    Sound,
    Writer,
    read,
)
from tests.whatsapp.test_streams import ACCOUNT_SID, CALL_SID, FRAMES, SID, STARTED
from whatsapp import streams

PARAMETERS = STARTED["start"]["customParameters"]
SOUND = SILENCE * FRAME_BYTES


def sent() -> list[str]:
    """Of a whole stream, one of each."""
    writer = Writer(SID, CALL_SID, ACCOUNT_SID)
    return [
        writer.connected(),
        writer.start(PARAMETERS),
        writer.media(SOUND, 20),
        writer.digit("0"),
        writer.mark("my label"),
        writer.stop(),
    ]


def shape(told: Any) -> Any:
    """Its names, and what kind of thing stands under each."""
    if isinstance(told, dict):
        return {name: shape(value) for name, value in told.items()}
    return [shape(each) for each in told] if isinstance(told, list) else type(told)


@pytest.mark.parametrize(
    ("frame", "documented"), list(zip(sent(), FRAMES, strict=True)), ids=lambda each: str(each)[:20]
)
def test_each_frame_has_the_shape_that_twilio_documents(
    frame: str, documented: dict[str, Any]
) -> None:
    told = json.loads(frame)
    assert shape(told) == shape(documented)
    counted = {"sequenceNumber", "media"}
    assert {n: v for n, v in told.items() if n not in counted} == {
        n: v for n, v in documented.items() if n not in counted
    }


def test_frames_are_counted_from_the_start() -> None:
    numbers = [json.loads(each).get("sequenceNumber") for each in sent()]
    assert numbers == [None, "1", "2", "3", "4", "5"]


def test_the_service_reads_what_it_sends() -> None:
    assert [streams.read(each) for each in sent()] == [
        streams.Connected(),
        streams.Started(SID, CALL_SID, PARAMETERS),
        streams.Media(20, SOUND),
        streams.Digit("0"),
        streams.Marked("my label"),
        streams.Stopped(),
    ]


def test_it_takes_what_the_service_sends() -> None:
    ours = [streams.media(SID, SOUND), streams.mark(SID, "m1"), streams.clear(SID)]
    assert [read(each, SID) for each in ours] == [Sound(SOUND), Mark("m1"), Clear()]


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ("no JSON", "no JSON"),
        ("[" * 60_000, "no JSON"),
        ("[]", "no JSON object"),
        ({"event": "hello", "streamSid": SID}, "media, mark and clear are taken"),
        ({"event": "start", "streamSid": SID}, "media, mark and clear are taken"),
        ({"streamSid": SID}, "media, mark and clear are taken"),
        ({"event": "clear"}, "missing or too many"),
        ({"event": "clear", "streamSid": "MZ0"}, "another stream's"),
        ({"event": "clear", "streamSid": SID, "at": 1}, "missing or too many"),
        ({"event": "mark", "streamSid": "MZ0", "mark": {"name": "m1"}}, "another stream's"),
        ({"event": "mark", "streamSid": SID, "mark": "m1"}, "an object"),
        ({"event": "mark", "streamSid": SID, "mark": {"name": ""}}, "with a text"),
        ({"event": "mark", "streamSid": SID, "mark": {"name": 7}}, "with a text"),
        ({"event": "media", "streamSid": SID}, "missing or too many"),
        ({"event": "media", "streamSid": "MZ0", "media": {"payload": "EA=="}}, "another stream's"),
        ({"event": "media", "streamSid": SID, "media": {"payload": "*"}}, "no base64"),
        ({"event": "media", "streamSid": SID, "media": {"payload": "EA"}}, "no base64"),
        ({"event": "media", "streamSid": SID, "media": {"payload": "é"}}, "no base64"),
        ({"event": "media", "streamSid": SID, "media": {"payload": ""}}, "with a text"),
        ({"event": "media", "streamSid": SID, "media": {"payload": "UklGRg=="}}, "a file's head"),
        ({"event": "media", "streamSid": SID, "media": {"payload": "T2dnUw=="}}, "a file's head"),
        ({"event": "media", "streamSid": SID, "media": {"payload": "EA==", "x": 1}}, "no more"),
    ],
)
def test_what_twilio_does_not_take_is_refused(frame: str | dict[str, Any], why: str) -> None:
    told = frame if isinstance(frame, str) else json.dumps(frame)
    with pytest.raises(InvalidMessageError, match=why):
        read(told, SID)
