"""Our TwiML is what Twilio's own package writes, letter by letter."""

import pytest
from twilio.twiml.voice_response import Connect, VoiceResponse

from whatsapp.twiml import connect, dial, play, reject

URL = "wss://inzozi.example/calls/stream"
ODD = "a&b<\"'>\té\r\n"


@pytest.mark.parametrize("callback", [None, "https://inzozi.example/calls/status?a=1&b=2"])
@pytest.mark.parametrize("value", ["abc", "whatsapp:+250788000001", ODD])
def test_a_call_is_connected_to_our_websocket(callback: str | None, value: str) -> None:
    theirs = VoiceResponse()
    way = Connect()
    stream = way.stream(url=URL, status_callback=callback)
    stream.parameter(name="token", value=value)
    stream.parameter(name=ODD, value="")
    theirs.append(way)
    assert connect(URL, {"token": value, ODD: ""}, callback) == str(theirs)


def test_without_parameters_the_stream_is_empty() -> None:
    theirs = VoiceResponse()
    way = Connect()
    way.stream(url=URL)
    theirs.append(way)
    assert connect(URL, {}) == str(theirs)


def test_a_sound_is_played_and_then_the_call_ends() -> None:
    theirs = VoiceResponse()
    theirs.play(f"https://inzozi.example/a.wav?{ODD}")
    theirs.hangup()
    assert play(f"https://inzozi.example/a.wav?{ODD}") == str(theirs)


@pytest.mark.parametrize("caller_id", [None, "+14155238886", ODD])
def test_a_caller_is_put_through(caller_id: str | None) -> None:
    theirs = VoiceResponse()
    theirs.dial("+250788000009", caller_id=caller_id)
    assert dial("+250788000009", caller_id) == str(theirs)


def test_a_call_is_not_taken() -> None:
    theirs = VoiceResponse()
    theirs.reject(reason="busy")
    assert reject() == str(theirs)
