"""The account's stand-in, asked by twilio's own client: state, money, senders, phone numbers."""

from decimal import Decimal
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.rest.messaging.v2.channels_sender import ChannelsSenderList

from sandbox.twilio.exchange import Exchange
from tests.sandbox.twilio.world import ACCOUNT_SID, ALICE, KIGALI, VALLETTA, Receiver

HERE = "https://inzozi.example/whatsapp#rc=3&rp=all"
NUMBER = "+35699112233"


def order(session: requests.Session, url: str, what: str, body: Any) -> requests.Response:
    return session.post(f"{url}/sandbox/twilio/{what}", json=body, timeout=10)


def test_the_account_is_active_and_has_money(twilio: Client) -> None:
    account = twilio.api.v2010.accounts(ACCOUNT_SID).fetch()
    assert (account.status, account.type) == ("active", "Full")
    balance = twilio.balance.fetch()
    assert (Decimal(str(balance.balance)), balance.currency) == (Decimal("42.00"), "USD")
    (spent,) = twilio.usage.records.this_month.list(category="totalprice")
    assert (Decimal(str(spent.price)), spent.price_unit) == (Decimal("3.10"), "usd")


def test_a_suspended_account_tells_so_and_does_nothing_else(
    twilio: Client, url: str, session: requests.Session
) -> None:
    assert order(session, url, "account", {"status": "suspended"}).ok
    assert twilio.api.v2010.accounts(ACCOUNT_SID).fetch().status == "suspended"
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages.create(to=ALICE, from_=KIGALI, body="Hi")
    assert (refusal.value.status, refusal.value.code) == (403, 20005)


def test_a_subaccount_has_no_balance(twilio: Client, url: str, session: requests.Session) -> None:
    assert order(session, url, "account", {"balance": None}).ok
    with pytest.raises(TwilioRestException) as refusal:
        twilio.balance.fetch()
    assert refusal.value.code == 20404


def test_each_number_is_a_sender_but_twilios_own(twilio: Client, receiver: Receiver) -> None:
    (sender,) = twilio.messaging.v2.channels_senders.list(channel="whatsapp")
    assert (sender.sender_id, sender.status) == (VALLETTA, "ONLINE")
    fetched: Any = twilio.messaging.v2.channels_senders(str(sender.sid)).fetch()
    assert fetched.webhook["callback_url"] == f"{receiver.url}/whatsapp?a=1"
    assert fetched.properties["quality_rating"] == "HIGH"


def test_senders_come_page_by_page(
    twilio: Client, url: str, session: requests.Session, exchange: Exchange
) -> None:
    for last in range(5):
        exchange.account.change(f"whatsapp:+2507881000{last:02}")
    listed = twilio.messaging.v2.channels_senders.list(channel="whatsapp", page_size=2)
    assert len({each.sender_id for each in listed}) == 6


def test_a_senders_webhook_is_set_and_its_messages_follow(
    twilio: Client, exchange: Exchange, receiver: Receiver
) -> None:
    (sender,) = twilio.messaging.v2.channels_senders.list(channel="whatsapp")
    update: Any = ChannelsSenderList.MessagingV2ChannelsSenderRequestsUpdate(
        {"webhook": {"callback_url": f"{receiver.url}/elsewhere", "callback_method": "POST"}}
    )
    changed = twilio.messaging.v2.channels_senders(str(sender.sid)).update(update)
    assert changed.status == "ONLINE:UPDATING"
    exchange.receive(ALICE, VALLETTA, "Hello")
    exchange.receive(ALICE, KIGALI, "Hello")
    assert [post.path for post in receiver.posts] == ["/elsewhere", "/whatsapp"]


@pytest.mark.parametrize("webhook", [{"callback_uri": HERE}, {"callback_method": "GET"}])
def test_a_wrong_webhook_is_refused(
    url: str, session: requests.Session, exchange: Exchange, webhook: dict[str, str]
) -> None:
    (sender,) = exchange.account.senders()
    answer = session.post(
        f"{url}/v2/Channels/Senders/{sender.sid}",
        json={"webhook": webhook},
        auth=(ACCOUNT_SID, exchange.auth_token),
        timeout=10,
    )
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_a_sender_is_offline_and_says_why_when_it_is_ordered(
    twilio: Client, url: str, session: requests.Session
) -> None:
    offline = {"status": "OFFLINE", "offline_code": "63020", "offline_message": "Not accepted"}
    assert order(session, url, "senders", {"address": VALLETTA, **offline}).ok
    (sender,) = twilio.messaging.v2.channels_senders.list(channel="whatsapp")
    reasons: Any = sender.offline_reasons
    assert (sender.status, reasons[0]["code"]) == ("OFFLINE", "63020")


def test_a_sender_that_is_dropped_is_none(
    twilio: Client, url: str, session: requests.Session
) -> None:
    gone = session.delete(f"{url}/sandbox/twilio/senders", json={"address": VALLETTA}, timeout=10)
    assert gone.ok
    assert twilio.messaging.v2.channels_senders.list(channel="whatsapp") == []


def test_a_phone_number_is_found_and_pointed_elsewhere(
    twilio: Client, url: str, session: requests.Session
) -> None:
    assert order(session, url, "phone-numbers", {"number": NUMBER, "sms_method": "GET"}).ok
    (number,) = twilio.incoming_phone_numbers.list(phone_number=NUMBER)
    assert (number.phone_number, number.sms_method) == (NUMBER, "GET")
    changed = twilio.incoming_phone_numbers(str(number.sid)).update(sms_url=HERE, sms_method="POST")
    assert (changed.sms_url, changed.sms_method) == (HERE, "POST")
    assert twilio.incoming_phone_numbers.list(phone_number="+1") == []


def test_a_services_webhook_stands_in_place_of_its_senders(
    twilio: Client, url: str, session: requests.Session, exchange: Exchange, receiver: Receiver
) -> None:
    wanted = {"name": "Inzozi", "inbound_request_url": f"{receiver.url}/service"}
    assert order(session, url, "services", wanted).ok
    assert order(session, url, "senders", {"address": VALLETTA, "service": "Inzozi"}).ok
    (service,) = twilio.messaging.v1.services.list()
    (sender,) = twilio.messaging.v1.services(str(service.sid)).channel_senders.list()
    assert (service.friendly_name, sender.sender) == ("Inzozi", VALLETTA)
    assert service.use_inbound_webhook_on_number is False
    exchange.receive(ALICE, VALLETTA, "Hello")
    exchange.account.change_service("Inzozi", use_inbound_webhook_on_number="true")
    exchange.receive(ALICE, VALLETTA, "Hello")
    assert [post.path for post in receiver.posts] == ["/service", "/whatsapp"]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("account", {"state": "suspended"}),
        ("senders", {"status": "OFFLINE"}),
        ("senders", {"address": VALLETTA, "state": "OFFLINE"}),
    ],
)
def test_an_order_that_is_none_is_refused(
    url: str, session: requests.Session, what: str, body: dict[str, str]
) -> None:
    assert order(session, url, what, body).status_code == 400


def test_the_account_is_shown_as_it_is_ordered(url: str, session: requests.Session) -> None:
    assert order(session, url, "account", {"type": "Trial", "balance": "-1.20"}).ok
    told = session.get(f"{url}/sandbox/twilio/account", timeout=10).json()
    assert (told["type"], told["balance"]) == ("Trial", "-1.20")
    assert [each["address"] for each in told["senders"]] == [VALLETTA]


def test_another_accounts_key_is_refused(url: str, session: requests.Session) -> None:
    answer = session.get(
        f"{url}/v2/Channels/Senders?Channel=whatsapp", auth=(ACCOUNT_SID, "wrong"), timeout=10
    )
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
