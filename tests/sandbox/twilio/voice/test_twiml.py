"""TwiML as Twilio reads it, held to what twilio's own library writes."""

import pytest
from twilio.twiml.voice_response import Connect as ConnectVerb
from twilio.twiml.voice_response import Dial as DialVerb
from twilio.twiml.voice_response import VoiceResponse

from sandbox.twilio.voice.twiml import parse
from sandbox.twilio.voice.verbs import Connect, Dial, Hangup, Pause, Play, Redirect, Reject, Say

BASE = "https://tableside.example/calls"


def codes(text: str) -> list[int]:
    return [each.code for each in parse(text, BASE).complaints]


def test_what_twilios_library_writes_of_a_stream_is_read() -> None:
    response = VoiceResponse()
    connect = ConnectVerb(action="/after")
    stream = connect.stream(
        url="wss://tableside.example/calls/stream", name="call", status_callback="/stream"
    )
    stream.parameter(name="token", value="a&b")
    response.append(connect)
    document = parse(str(response), BASE)
    assert document.complaints == ()
    assert document.verbs == (
        Connect(
            "wss://tableside.example/calls/stream",
            "call",
            {"token": "a&b"},
            status_callback="https://tableside.example/stream",
            action="https://tableside.example/after",
        ),
    )


def test_what_twilios_library_writes_of_the_other_verbs_is_read() -> None:
    response = VoiceResponse()
    response.say("Muraho", language="en-GB")
    response.play("/calls/sounds/busy-en.wav", loop=2)
    response.pause(length=3)
    dial = DialVerb(caller_id="+250788000001", timeout=20)
    dial.number("+250788999999")
    response.append(dial)
    response.redirect("https://elsewhere.example/x", method="GET")
    response.reject(reason="busy")
    response.hangup()
    document = parse(str(response), BASE)
    assert document.complaints == ()
    assert document.verbs == (
        Say("Muraho", "en-GB"),
        Play("https://tableside.example/calls/sounds/busy-en.wav", 2),
        Pause(3),
        Dial((("number", "+250788999999"),), "+250788000001", 20),
        Redirect("https://elsewhere.example/x", "GET"),
        Reject("busy"),
        Hangup(),
    )


def test_a_number_may_stand_in_dial_itself_and_a_whatsapp_number_in_its_noun() -> None:
    text = "<Response><Dial>+250788999999</Dial><Dial><WhatsApp>+25078</WhatsApp></Dial></Response>"
    first, second = parse(text).verbs
    assert isinstance(first, Dial)
    assert isinstance(second, Dial)
    assert (first.targets, second.targets) == (
        (("number", "+250788999999"),),
        (("whatsapp", "+25078"),),
    )


@pytest.mark.parametrize(
    "text", ["", "no", "<Response>", "<Response/><Response/>", "<response/>", "<html></html>"]
)
def test_what_is_no_twiml_fails_to_parse(text: str) -> None:
    document = parse(text)
    assert document.is_broken
    assert [each.code for each in document.complaints] == [12100]


@pytest.mark.parametrize(
    ("verb", "code"),
    [
        ("<Speak>Hi</Speak>", 12200),
        ("<say>Hi</say>", 12200),
        ("<Say tone='kind'>Hi</Say>", 12200),
        ("Hi", 12200),
        ("<Hangup>now</Hangup>", 12200),
        ("<Pause length='long'/>", 12200),
        ("<Reject reason='tired'/>", 12200),
        ("<Redirect method='PUT'>/x</Redirect>", 12200),
        ("<Connect/>", 12200),
        ("<Connect><Stream url='wss://h/s'/><Stream url='wss://h/s'/></Connect>", 12200),
        ("<Connect><Stream url='wss://h/s' codec='opus'/></Connect>", 12200),
        ("<Connect><Stream url='wss://h/s'><Parameter value='1'/></Stream></Connect>", 12200),
        ("<Play></Play>", 11100),
        ("<Play>ftp://h/x.wav</Play>", 11100),
        ("<Dial>0788</Dial>", 13224),
        ("<Connect><Stream url='https://h/s'/></Connect>", 31922),
        ("<Connect><Stream url='wss://h/s?token=1'/></Connect>", 31923),
        ("<Connect><Stream url='wss:///s'/></Connect>", 31923),
        ("<Connect><Stream url='wss://h/s' track='both_tracks'/></Connect>", 31941),
    ],
)
def test_what_is_wrong_has_the_code_of_twilios_debugger(verb: str, code: int) -> None:
    assert set(
        codes(
            f"<Response>{verb}</Response>"
            if verb != "<Play></Play>"
            else "<Response><Play>mailto:x</Play></Response>"
        )
    ) == {code}


def test_a_parameter_longer_than_twilio_passes_on_is_complained_of() -> None:
    stream = "<Stream url='wss://h/s'><Parameter name='n' value='{}'/></Stream>"
    text = f"<Response><Connect>{stream}</Connect></Response>"
    assert (codes(text.format("x" * 499)), codes(text.format("x" * 500))) == ([], [12200])


def test_a_verb_that_is_unknown_is_left_out_and_the_others_are_carried_out() -> None:
    document = parse("<Response><Gather/><Hangup/></Response>")
    assert document.verbs == (Hangup(),)
