"""A call from its ring to its end, with a service's sockets at the other side."""

import time

import pytest
from twilio.request_validator import RequestValidator

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.voice.calls import MOST_KEPT, Calls
from sandbox.twilio.voice.frames import SILENCE
from sandbox.twilio.voice.wire import LONGEST_MESSAGE
from tests.sandbox.twilio.voice.service import Service
from tests.sandbox.twilio.world import ACCOUNT_SID, AUTH_TOKEN

ALICE = "+250788000001"
KIGALI = "+14155238886"
VOICE = bytes(range(1, 81)) * 20  # 0.2 s of sound


def test_a_service_is_told_who_rings_whom(calls: Calls, service: Service) -> None:
    caller = calls.place(ALICE, KIGALI)
    assert caller.wait_ended()
    (form,) = service.posted("/calls")
    told = {"CallSid": caller.sid, "AccountSid": ACCOUNT_SID, "From": ALICE, "To": KIGALI}
    more = {
        "CallStatus": "ringing",
        "Direction": "inbound",
        "ApiVersion": "2010-04-01",
        "Caller": ALICE,
        "Called": KIGALI,
        "FromCountry": "RW",
        "ToCountry": "US",
    }
    assert form.items() >= {**told, **more}.items()


def test_a_whatsapp_call_has_whatsapp_addresses_and_no_places(
    calls: Calls, service: Service
) -> None:
    caller = calls.place(f"whatsapp:{ALICE}", f"whatsapp:{KIGALI}")
    assert caller.wait_ended()
    (form,) = service.posted("/calls")
    assert (form["From"], form["To"]) == (f"whatsapp:{ALICE}", f"whatsapp:{KIGALI}")
    assert not [name for name in form if name.endswith("Country")]


def test_every_post_is_signed(calls: Calls, service: Service) -> None:
    service.twiml["/calls"] = "<Response><Redirect method='GET'>/next?a=1</Redirect></Response>"
    caller = calls.place(ALICE, KIGALI)
    assert caller.wait_ended()
    assert [post.path for post in service.posts] == ["/calls", "/next", "/calls/status"]
    validator = RequestValidator(AUTH_TOKEN)
    for post in service.posts:
        fields = {} if post.path == "/next" else post.form
        assert validator.validate(post.url, fields, post.headers["X-Twilio-Signature"])


def test_the_stream_is_opened_signed_and_told_its_parameters(
    calls: Calls, service: Service
) -> None:
    service.connects(token="once", address="whatsapp:+250788000001")
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    signature = line.headers["X-Twilio-Signature"]
    validator = RequestValidator(AUTH_TOKEN)
    assert validator.validate(f"{service.stream_url}/calls/stream", {}, signature)
    assert line.frames[0] == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    assert line.frames[1] == {
        "event": "start",
        "sequenceNumber": "1",
        "start": {
            "accountSid": ACCOUNT_SID,
            "streamSid": line.stream_sid,
            "callSid": caller.sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"token": "once", "address": "whatsapp:+250788000001"},
        },
        "streamSid": line.stream_sid,
    }


def test_the_caller_is_heard_in_frames_of_20_ms(calls: Calls, service: Service) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    caller.speak(VOICE)
    assert line.wait(lambda: VOICE in line.said())
    first, second, *_ = line.of("media")
    assert first == {
        "event": "media",
        "sequenceNumber": "2",
        "media": {
            "track": "inbound",
            "chunk": "1",
            "timestamp": "0",
            "payload": first["media"]["payload"],
        },
        "streamSid": line.stream_sid,
    }
    assert (second["sequenceNumber"], second["media"]["chunk"]) == ("3", "2")
    assert second["media"]["timestamp"] == "20"
    assert len(line.said()) == 160 * len(line.of("media"))
    assert set(line.said().replace(VOICE, b"")) <= set(SILENCE)
    assert caller.wait_spoken()
    (spoken,) = caller.timeline().spoken
    assert spoken.ends_s - spoken.at_s == pytest.approx(0.2)


def test_the_frames_keep_the_pace_of_time(calls: Calls, service: Service) -> None:
    service.connects()
    calls.place(ALICE, KIGALI)
    line = service.line()
    assert line.wait_for("media", 50)
    stamps = [int(frame["media"]["timestamp"]) for frame in line.of("media")]
    assert stamps[:50] == [nth * 20 for nth in range(50)]


def test_a_caller_in_haste_has_a_time_of_their_own(calls: Calls, service: Service) -> None:
    service.connects()
    began = time.monotonic()
    caller = calls.place(ALICE, KIGALI, pace=8.0)
    line = service.line()
    caller.speak(VOICE * 10)  # 2 s
    line.play(VOICE * 10)
    line.mark("all")
    assert line.wait(lambda: VOICE * 10 in line.said())
    assert line.wait_for("mark")
    assert caller.call.now_s() > 4 * (time.monotonic() - began)
    stamps = [int(frame["media"]["timestamp"]) for frame in line.of("media")]
    assert stamps == [nth * 20 for nth in range(len(stamps))]
    told = caller.timeline()
    assert told.heard_s == pytest.approx(2.0)
    assert told.of("mark")[0].at_s - told.heard[0].at_s >= 2.0


def test_a_key_is_told(calls: Calls, service: Service) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    caller.press("0#")
    assert line.wait_for("dtmf", 2)
    pressed = [frame["dtmf"] for frame in line.of("dtmf")]
    assert pressed == [{"track": "inbound_track", "digit": digit} for digit in "0#"]


def test_what_the_service_plays_is_heard_and_its_mark_comes_back(
    calls: Calls, service: Service
) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    line.play(VOICE)
    line.mark("greeting")
    assert line.wait_for("mark")
    (mark,) = line.of("mark")
    assert (mark["mark"], mark["streamSid"]) == ({"name": "greeting"}, line.stream_sid)
    heard = caller.timeline()
    assert heard.sound() == VOICE
    assert heard.of("mark")[0].at_s - heard.heard[0].at_s >= 0.2
    assert caller.call.complaints == []


def test_what_is_cleared_is_not_heard_and_its_marks_come_back_at_once(
    calls: Calls, service: Service
) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    line.play(VOICE * 300)  # a minute
    line.mark("late")
    assert caller.wait_heard(0.1)
    line.clear()
    assert line.wait_for("mark")
    assert caller.wait_quiet(0.1)
    heard = caller.timeline()
    assert heard.heard_s < 30
    assert heard.quiet_at(heard.of("clear")[0].at_s) - heard.of("clear")[0].at_s < 0.05


def test_more_than_ten_minutes_of_sound_are_warned_of(calls: Calls, service: Service) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    for _ in range(12):
        line.play(b"\x10" * 8000 * 55)
    assert caller.call.wait_for(lambda: bool(caller.call.complaints), 30)
    assert {each.code for each in caller.call.complaints} == {31931}


@pytest.mark.parametrize(
    ("frame", "code"), [("no JSON", 31951), ('{"event": "clear"}', 31951), (b"\x00\x01", 31950)]
)
def test_a_message_that_twilio_does_not_take_is_complained_of_and_the_call_goes_on(
    calls: Calls, service: Service, frame: str | bytes, code: int
) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    line.connection.send(frame)
    line.mark("after")
    assert line.wait_for("mark")
    assert [each.code for each in caller.call.complaints] == [code]
    assert not caller.call.is_over


def test_a_message_that_is_too_large_ends_the_call(calls: Calls, service: Service) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    line.connection.send("x" * (LONGEST_MESSAGE + 1))
    assert line.wait(lambda: line.is_over)
    assert line.close_code == 1009
    assert caller.wait_ended()
    assert [each.code for each in caller.call.complaints] == [31921]


def test_a_clear_of_nothing_brings_no_mark_back(calls: Calls, service: Service) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    line.clear()
    line.mark("after")
    assert line.wait_for("mark")
    assert [each["mark"]["name"] for each in line.of("mark")] == ["after"]
    assert caller.call.complaints == []


def test_who_hangs_up_stops_the_stream_and_the_end_is_told(calls: Calls, service: Service) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    caller.hang_up()
    assert line.wait(lambda: line.is_over)
    assert line.frames[-1]["event"] == "stop"
    assert line.frames[-1]["stop"] == {"accountSid": ACCOUNT_SID, "callSid": caller.sid}
    assert line.close_code == 1000
    (form,) = service.posted("/calls/status")
    assert (form["CallSid"], form["CallStatus"]) == (caller.sid, "completed")
    assert (form["CallDuration"].isdigit(), form["SequenceNumber"]) == (True, "0")
    assert caller.wait_ended()
    assert caller.call.complaints == []


def test_where_the_service_closes_the_stream_the_call_is_over(
    calls: Calls, service: Service
) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    service.line().connection.close()
    assert caller.wait_ended()
    assert (caller.call.status, caller.call.complaints) == ("completed", [])
    assert caller.timeline().of("stream.stopped")[0].details["by"] == "service"


def test_what_stands_after_the_stream_is_carried_out_once_the_service_closes_it(
    calls: Calls, service: Service
) -> None:
    service.connects()
    service.twiml["/calls"] = service.twiml["/calls"].replace(
        "</Response>", "<Dial>+250788999999</Dial></Response>"
    )
    caller = calls.place(ALICE, KIGALI)
    service.line().connection.close()
    assert caller.call.wait_for(lambda: bool(caller.timeline().of("dial.answered")), 30)
    (dialled,) = caller.call.dialled
    assert (dialled.kind, dialled.address, dialled.status) == (
        "number",
        "+250788999999",
        "in-progress",
    )
    assert dialled.caller_id == ALICE
    caller.hang_up()
    assert caller.wait_ended()
    assert dialled.status == "completed"


def test_a_connection_that_dies_says_no_word_and_is_complained_of(
    calls: Calls, service: Service
) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    caller.cut()
    assert line.wait(lambda: line.is_over)
    assert caller.wait_ended()
    assert line.of("stop") == []
    assert [each.code for each in caller.call.complaints] == [31921]


def test_a_stream_that_is_refused_is_complained_of(calls: Calls, service: Service) -> None:
    service.connects()
    service.refuses_streams = True
    caller = calls.place(ALICE, KIGALI)
    assert caller.wait_ended()
    assert [each.code for each in caller.call.complaints] == [31920]


def test_where_nobody_listens_the_stream_is_complained_of(calls: Calls, service: Service) -> None:
    service.stream_url = "ws://127.0.0.1:1"
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    assert caller.wait_ended()
    assert [each.code for each in caller.call.complaints] == [31902]


def test_a_service_that_fails_is_complained_of_and_the_call_ends(
    calls: Calls, service: Service
) -> None:
    service.statuses["/calls"] = 500
    caller = calls.place(ALICE, KIGALI)
    assert caller.wait_ended()
    assert [each.code for each in caller.call.complaints] == [11200]


def test_an_answer_that_is_no_xml_is_complained_of(calls: Calls, service: Service) -> None:
    service.files["/calls"] = ("application/json", b"{}")
    caller = calls.place(ALICE, KIGALI)
    assert caller.wait_ended()
    assert [each.code for each in caller.call.complaints] == [12300]


@pytest.mark.parametrize(
    ("verb", "status"),
    [("<Reject reason='busy'/>", "busy"), ("<Reject/>", "no-answer")],
)
def test_a_rejected_call_was_never_answered(
    calls: Calls, service: Service, verb: str, status: str
) -> None:
    service.twiml["/calls"] = f"<Response>{verb}</Response>"
    caller = calls.place(ALICE, KIGALI)
    assert caller.wait_ended()
    assert (caller.call.status, caller.call.answered_s) == (status, None)
    (form,) = service.posted("/calls/status")
    assert (form["CallStatus"], form["CallDuration"]) == (status, "0")


def test_the_steps_of_a_stream_are_told_to_its_own_callback(calls: Calls, service: Service) -> None:
    stream = f'<Stream url="{service.stream_url}/s" name="call" statusCallback="/told"/>'
    service.twiml["/calls"] = f"<Response><Connect>{stream}</Connect></Response>"
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    service.posted("/told", 1)
    caller.hang_up()
    started, stopped = service.posted("/told", 2)
    assert (started["StreamEvent"], stopped["StreamEvent"]) == ("stream-started", "stream-stopped")
    assert (started["StreamSid"], started["StreamName"]) == (line.stream_sid, "call")


def test_twenty_calls_at_once_hear_and_are_heard_apart(calls: Calls, service: Service) -> None:
    service.connects()
    callers = {}
    for nth in range(20):
        caller = calls.place(f"+25078800{nth:04d}", KIGALI)
        callers[caller.sid] = (nth, caller)
    service.line(19)
    for line in service.lines:
        nth, caller = callers[line.of("start")[0]["start"]["callSid"]]
        caller.speak(bytes([nth + 1]) * 1600)
        line.play(bytes([nth + 101]) * 1600)
        line.mark("done")
    for line in service.lines:
        nth, caller = callers[line.of("start")[0]["start"]["callSid"]]
        assert line.wait_for("mark")
        assert line.wait(lambda line=line, nth=nth: bytes([nth + 1]) * 1600 in line.said())  # type: ignore[misc] # mypy knows no lambda's defaults
        assert caller.timeline().sound() == bytes([nth + 101]) * 1600


def test_a_number_that_has_a_webhook_of_its_own_is_posted_there(
    exchange: Exchange, service: Service
) -> None:
    elsewhere = {"voice_url": f"{service.url}/own", "status_callback": f"{service.url}/ended"}
    exchange.account.change_number(KIGALI, voice_method="GET", **elsewhere)
    assert exchange.calls.place(ALICE, KIGALI).wait_ended()
    assert [post.path for post in service.posts] == ["/own", "/ended"]


def test_a_whatsapp_senders_calls_are_posted_to_its_twiml_app(
    exchange: Exchange, service: Service
) -> None:
    app = exchange.account.make_app(voice_url=f"{service.url}/app")
    exchange.account.change(f"whatsapp:{KIGALI}", voice_application_sid=app.sid)
    assert exchange.calls.place(f"whatsapp:{ALICE}", f"whatsapp:{KIGALI}").wait_ended()
    assert [post.path for post in service.posts] == ["/app"]


def test_of_many_calls_the_oldest_that_are_over_are_forgotten(
    calls: Calls, service: Service
) -> None:
    service.connects()
    lasting = calls.place(ALICE, KIGALI)
    service.line()
    service.twiml["/calls"] = "<Response><Reject/></Response>"
    over = [calls.place(ALICE, KIGALI) for _ in range(MOST_KEPT)]
    assert all(caller.wait_ended() for caller in over)
    calls.place(ALICE, KIGALI)
    assert len(calls.all()) == MOST_KEPT + 1
    assert calls.find(over[0].sid) is None
    assert calls.find(lasting.sid) is not None
