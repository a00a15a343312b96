"""What the doctor says of Twilio's side: the account, its money, the senders and their webhooks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from engine.doctor import account, senders
from engine.doctor.finding import Finding, Level
from engine.doctor.senders import Numbers
from sandbox.twilio.exchange import Exchange
from sandbox.web import create_web
from tests.sandbox.twilio.world import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    KIGALI,
    VALLETTA,
    exchanging,
    receiving,
    serving,
)
from whatsapp.outbound import TwilioDoor

URL = "https://inzozi.example"
HERE = f"{URL}/whatsapp#rc=3&rp=all"
NAMES = {VALLETTA: "Il-Merill"}
NUMBERS = Numbers(VALLETTA, NAMES, URL)


@contextmanager
def standing() -> Iterator[tuple[Exchange, str]]:
    with (
        receiving() as receiver,
        exchanging(receiver) as exchange,
        serving(create_web(exchange)) as url,
    ):
        yield exchange, url


@pytest.fixture(scope="module")
def outside() -> Iterator[tuple[Exchange, TwilioDoor]]:
    with standing() as (exchange, url):
        door = TwilioDoor(ACCOUNT_SID, AUTH_TOKEN, url)
        yield exchange, door
        door.close()


@pytest.fixture
def exchange(outside: tuple[Exchange, TwilioDoor]) -> Exchange:
    """With an account and a sender as they should be."""
    exchange, _ = outside
    known = exchange.account
    known.status, known.type, known.balance = "active", "Full", "42.00"
    known.change(
        VALLETTA,
        status="ONLINE",
        quality_rating="HIGH",
        callback_url=HERE,
        callback_method="POST",
        status_callback_url="",
        fallback_url="",
        offline_code="",
        service="",
    )
    return exchange


@pytest.fixture
def door(exchange: Exchange, outside: tuple[Exchange, TwilioDoor]) -> TwilioDoor:
    return outside[1]


def of_account(door: TwilioDoor) -> dict[str, Finding]:
    return {each.name: each for each in account.look(door.billing)}


def of_sender(door: TwilioDoor, numbers: Numbers = NUMBERS) -> dict[str, Finding]:
    return {each.name: each for each in senders.look(door.numbers, numbers)}


def test_an_account_as_it_should_be_tells_its_money(door: TwilioDoor) -> None:
    told = of_account(door)
    assert {each.level for each in told.values()} == {Level.OK}
    assert told["twilio.balance"].sentence == (
        "Twilio's balance is 42.00 USD; 3.10 USD spent this month."
    )


def test_where_else_diners_words_may_go_is_told(exchange: Exchange, door: TwilioDoor) -> None:
    assert "twilio.fallback" not in of_sender(door)
    exchange.account.change(VALLETTA, fallback_url="https://other.example/bot?key=secret")
    told = of_sender(door)["twilio.fallback"]
    assert told.sentence.endswith("its fallback address: https://other.example/bot.")


@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_an_account_that_is_not_active_is_wrong(
    exchange: Exchange, door: TwilioDoor, status: str
) -> None:
    exchange.account.status = status
    told = of_account(door)["twilio.account"]
    assert (told.level, told.sentence) == (Level.WRONG, f"The Twilio account is {status}.")


def test_a_trial_is_told(exchange: Exchange, door: TwilioDoor) -> None:
    exchange.account.type = "Trial"
    assert of_account(door)["twilio.account"].level is Level.WARN


@pytest.mark.parametrize(
    ("balance", "level", "words"),
    [
        ("-1.20", Level.WARN, "-1.20 USD; 3.10 USD spent this month: unless it is billed later"),
        ("4.99", Level.WARN, "that is little"),
        (None, Level.OK, "as of a subaccount"),
    ],
)
def test_money_that_runs_out_is_told(
    exchange: Exchange, door: TwilioDoor, balance: str | None, level: Level, words: str
) -> None:
    exchange.account.balance = balance
    told = of_account(door)["twilio.balance"]
    assert told.level is level
    assert words in told.sentence


def test_a_token_that_is_refused_says_which_settings() -> None:
    with standing() as (_, url):
        door = TwilioDoor(ACCOUNT_SID, "wrong", url)
        (told,) = account.look(door.billing)
        door.close()
    assert told.level is Level.WRONG
    assert "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN" in told.what_to_do


def test_a_twilio_that_is_not_reached_says_what_may_stand_between() -> None:
    door = TwilioDoor(ACCOUNT_SID, "token", "http://127.0.0.1:1")
    (told,) = account.look(door.billing)
    door.close()
    assert told.level is Level.WRONG
    assert "HTTPS_PROXY" in told.what_to_do


def test_a_sender_as_it_should_be_has_nothing_to_look_at(door: TwilioDoor) -> None:
    told = of_sender(door)
    assert {each.level for each in told.values()} == {Level.OK}
    assert "quality HIGH" in told["twilio.sender"].sentence


@pytest.mark.parametrize(
    ("changed", "name", "level", "words"),
    [
        ({"status": "OFFLINE"}, "twilio.sender", Level.WRONG, "is OFFLINE"),
        ({"status": "PENDING_VERIFICATION"}, "twilio.sender", Level.WRONG, "PENDING"),
        ({"quality_rating": "LOW"}, "twilio.sender", Level.WARN, "quality LOW"),
        ({"callback_url": ""}, "twilio.webhook", Level.WRONG, "posts nowhere"),
        (
            {"callback_url": "https://user:pw@before.example/bot?key=1"},
            "twilio.webhook",
            Level.WRONG,
            "posts to https://before.example/bot,",
        ),
        ({"callback_url": f"{URL}/whatsap"}, "twilio.webhook", Level.WRONG, "/whatsap,"),
        ({"callback_method": "PUT"}, "twilio.webhook", Level.WRONG, "by PUT"),
        ({"callback_url": f"{URL}/whatsapp"}, "twilio.webhook", Level.WARN, "#rc=3&rp=all"),
        ({"callback_url": f"{URL}/whatsapp#rc=3"}, "twilio.webhook", Level.WARN, "#rc=3&rp=all"),
        (
            {"status_callback_url": "https://before.example/status"},
            "twilio.status",
            Level.WARN,
            "before.example",
        ),
    ],
)
def test_what_is_wrong_with_a_sender_is_told(
    exchange: Exchange,
    door: TwilioDoor,
    changed: dict[str, str],
    name: str,
    level: Level,
    words: str,
) -> None:
    exchange.account.change(VALLETTA, **changed)
    told = of_sender(door)[name]
    assert told.level is level
    assert words in told.sentence
    assert "pw" not in told.sentence
    assert told.what_to_do


@pytest.mark.parametrize(
    ("changed", "level", "words"),
    [
        ({"inbound_request_url": ""}, Level.WRONG, "posts nowhere"),
        ({"inbound_request_url": "https://a.example/bot"}, Level.WRONG, "https://a.example/bot,"),
        ({"inbound_request_url": HERE, "inbound_method": "GET"}, Level.WRONG, "by GET"),
        ({"inbound_request_url": HERE}, Level.OK, "posts to"),
        ({"use_inbound_webhook_on_number": "true"}, Level.OK, "posts to"),
    ],
)
def test_a_services_webhook_is_told_where_it_stands_in_place_of_the_senders(
    exchange: Exchange, door: TwilioDoor, changed: dict[str, str], level: Level, words: str
) -> None:
    exchange.account.change(VALLETTA, service="Inzozi")
    nothing_of_before = {"inbound_method": "POST", "use_inbound_webhook_on_number": "false"}
    exchange.account.change_service("Inzozi", **{**nothing_of_before, **changed})
    told = of_sender(door)["twilio.webhook"]
    assert told.level is level
    assert words in told.sentence
    rules = "use_inbound_webhook_on_number" not in changed
    assert ("(by its Messaging Service Inzozi)" in told.sentence) is rules
    assert ("let it defer to the sender's" in told.what_to_do) is (level is Level.WRONG)


def test_why_a_sender_is_offline_is_told(exchange: Exchange, door: TwilioDoor) -> None:
    exchange.account.change(
        VALLETTA, status="OFFLINE", offline_code="63020", offline_message="Meta\nsays no"
    )
    assert "OFFLINE: Meta says no." in of_sender(door)["twilio.sender"].sentence


def test_a_number_that_is_no_sender_is_wrong(door: TwilioDoor) -> None:
    told = of_sender(door, replace(NUMBERS, home="whatsapp:+250788999999"))
    assert told["twilio.sender"].level is Level.OK  # of the restaurant's
    (found,) = [
        each
        for each in senders.look(door.numbers, Numbers("whatsapp:+250788999999", {}, URL))
        if each.level is Level.WRONG
    ]
    assert "TWILIO_WHATSAPP_NUMBER" in found.sentence


@pytest.mark.parametrize(("made_up", "level"), [(False, Level.WRONG), (True, Level.WARN)])
def test_each_restaurants_number_is_looked_at(
    door: TwilioDoor, made_up: bool, level: Level
) -> None:
    other = "whatsapp:+35699000999"
    numbers = Numbers(
        VALLETTA, {**NAMES, other: "Elsewhere"}, URL, frozenset({other} if made_up else ())
    )
    (found,) = [each for each in senders.look(door.numbers, numbers) if each.what_to_do]
    assert found.level is level
    assert "the number of Elsewhere" in found.sentence


def test_of_twilios_sandbox_it_says_what_to_set_by_hand(door: TwilioDoor) -> None:
    (told,) = senders.look(door.numbers, Numbers(KIGALI, {}, URL))
    assert told.level is Level.WARN
    assert f"'When a message comes in' {HERE}, method POST" in told.what_to_do


def test_a_sender_is_known_by_either_of_its_numbers(exchange: Exchange, door: TwilioDoor) -> None:
    exchange.account.change("whatsapp:+5215512345678", callback_url=HERE)
    told = of_sender(door, Numbers("whatsapp:+525512345678", {}, URL))
    exchange.account.drop("whatsapp:+5215512345678")
    assert told["twilio.sender"].level is Level.OK


def test_senders_of_many_pages_are_all_known(exchange: Exchange, door: TwilioDoor) -> None:
    many: Any = [f"whatsapp:+2507881{last:05}" for last in range(150)]
    for address in many:
        exchange.account.change(address, callback_url=HERE)
    assert set(many) < set(door.numbers.senders())
