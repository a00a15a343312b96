"""TwiML apps and the numbers that are rung, asked of the stand-in by twilio's own client."""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.rest.messaging.v2.channels_sender import ChannelsSenderList

from sandbox.twilio.exchange import Exchange

HERE = "https://inzozi.example/calls"
NUMBER = "+35699112233"


def test_an_app_is_made_found_by_its_name_and_pointed_elsewhere(twilio: Client) -> None:
    made = twilio.applications.create(
        friendly_name="Calls", voice_url=HERE, voice_method="POST", status_callback=f"{HERE}/status"
    )
    assert made.sid.startswith("AP")
    assert [each.sid for each in twilio.applications.list(friendly_name="Calls")] == [made.sid]
    assert twilio.applications.list(friendly_name="Others") == []
    twilio.applications(made.sid).update(voice_url="https://other.example/calls")
    (now,) = twilio.applications.list()
    assert (now.voice_url, now.status_callback) == (
        "https://other.example/calls",
        f"{HERE}/status",
    )


def test_an_app_of_nobodys_is_not_found(twilio: Client) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        twilio.applications("AP" + "0" * 32).update(voice_url=HERE)
    assert refusal.value.status == 404


def test_all_apps_are_listed_page_by_page(twilio: Client) -> None:
    for nth in range(5):
        twilio.applications.create(friendly_name=f"Calls {nth}")
    names = [each.friendly_name for each in twilio.applications.list(page_size=2)]
    assert names == [f"Calls {nth}" for nth in range(5)]


def test_a_phone_number_is_told_where_its_calls_go(twilio: Client, exchange: Exchange) -> None:
    exchange.account.change_number(NUMBER)
    (number,) = twilio.incoming_phone_numbers.list(phone_number=NUMBER)
    assert not number.voice_url
    number.update(voice_url=HERE, voice_method="POST", status_callback=f"{HERE}/status")
    (number,) = twilio.incoming_phone_numbers.list(phone_number=NUMBER)
    assert (number.voice_url, number.status_callback) == (HERE, f"{HERE}/status")
    with pytest.raises(TwilioRestException):
        number.update(voice_method="PUT")


def test_a_sender_is_given_an_app(twilio: Client, exchange: Exchange) -> None:
    sid = exchange.account.senders()[0].sid
    sender = twilio.messaging.v2.channels_senders(sid)
    assert sender.fetch().configuration["voice_application_sid"] is None
    update = ChannelsSenderList.MessagingV2ChannelsSenderRequestsUpdate(
        {"configuration": {"voice_application_sid": "AP1"}}
    )
    sender.update(messaging_v2_channels_sender_requests_update=update)
    assert sender.fetch().configuration["voice_application_sid"] == "AP1"
    assert sender.fetch().webhook["callback_url"]
