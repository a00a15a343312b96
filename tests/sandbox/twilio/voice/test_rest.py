"""Calls looked at, ended and led elsewhere by twilio's own client."""

from collections.abc import Iterator

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.twiml.voice_response import VoiceResponse

from sandbox.twilio.exchange import Exchange
from sandbox.twilio.voice.calls import Calls
from sandbox.web import create_web
from tests.sandbox.twilio.voice.service import Service
from tests.sandbox.twilio.world import ACCOUNT_SID, AUTH_TOKEN, SandboxHttpClient, serving

ALICE = "+250788000001"
KIGALI = "+14155238886"


@pytest.fixture
def twilio(exchange: Exchange) -> Iterator[Client]:
    with serving(create_web(exchange)) as url:
        http_client = SandboxHttpClient(url)
        yield Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http_client)
        http_client.close()


def test_a_call_is_looked_at(calls: Calls, service: Service, twilio: Client) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    service.line()
    found = twilio.calls(caller.sid).fetch()
    assert (found.sid, found.status, found.direction) == (caller.sid, "in-progress", "inbound")
    assert (found.to, found.duration, found.end_time) == (KIGALI, None, None)


def test_a_call_is_ended_and_its_stream_stops(
    calls: Calls, service: Service, twilio: Client
) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    ended = twilio.calls(caller.sid).update(status="completed")
    assert ended.status == "completed"
    assert line.wait(lambda: line.is_over)
    assert line.frames[-1]["event"] == "stop"
    assert caller.wait_ended()
    assert (caller.call.status, caller.call.complaints) == ("completed", [])


def test_a_call_is_put_through_and_its_stream_stops(
    calls: Calls, service: Service, twilio: Client
) -> None:
    service.connects()
    caller = calls.place(ALICE, KIGALI)
    line = service.line()
    response = VoiceResponse()
    response.dial("+250788999999", caller_id=KIGALI)
    assert twilio.calls(caller.sid).update(twiml=str(response)).status == "in-progress"
    assert line.wait(lambda: line.is_over)
    assert caller.call.wait_for(lambda: bool(caller.timeline().of("dial.answered")), 30)
    (dialled,) = caller.call.dialled
    assert (dialled.address, dialled.caller_id) == ("+250788999999", KIGALI)
    caller.hang_up()
    assert caller.wait_ended()


def test_a_call_goes_on_with_what_an_address_answers(
    calls: Calls, service: Service, twilio: Client
) -> None:
    service.connects()
    service.twiml["/bye"] = "<Response><Say>Goodbye</Say></Response>"
    caller = calls.place(ALICE, KIGALI)
    service.line()
    twilio.calls(caller.sid).update(url=f"{service.url}/bye", method="POST")
    assert caller.wait_ended()
    assert caller.timeline().of("say")[0].details["text"] == "Goodbye"


def test_who_does_not_answer_is_left_and_the_action_is_told(calls: Calls, service: Service) -> None:
    calls.people["+250788999999"] = "no-answer"
    service.twiml["/calls"] = "<Response><Dial action='/after'>+250788999999</Dial></Response>"
    service.twiml["/after"] = "<Response><Hangup/></Response>"
    caller = calls.place(ALICE, KIGALI)
    assert caller.wait_ended()
    (form,) = service.posted("/after")
    assert form["DialCallStatus"] == "no-answer"


def test_a_whatsapp_caller_is_put_through_to_no_telephone(calls: Calls, service: Service) -> None:
    service.twiml["/calls"] = "<Response><Dial>+250788999999</Dial></Response>"
    caller = calls.place(f"whatsapp:{ALICE}", f"whatsapp:{KIGALI}")
    assert caller.wait_ended()
    assert (caller.call.dialled[0].status, len(caller.call.complaints)) == ("failed", 1)


def test_a_call_that_is_over_or_unknown_can_not_be_ended(calls: Calls, twilio: Client) -> None:
    caller = calls.place(ALICE, KIGALI)
    assert caller.wait_ended()
    for sid in (caller.sid, "CA" + "0" * 32):
        with pytest.raises(TwilioRestException) as refused:
            twilio.calls(sid).update(status="completed")
        assert (refused.value.status, refused.value.code) == (404, 20404)
    with pytest.raises(TwilioRestException) as refused:
        twilio.calls(caller.sid).update(twiml="<Response/>")
    assert (refused.value.status, refused.value.code) == (400, 21220)


def test_another_accounts_key_is_refused(exchange: Exchange, calls: Calls, twilio: Client) -> None:
    caller = calls.place(ALICE, KIGALI)
    answer = (
        create_web(exchange)
        .test_client()
        .get(f"/2010-04-01/Accounts/{ACCOUNT_SID}/Calls/{caller.sid}.json")
    )
    assert answer.status_code == 401
