"""`twilio configure` shows what Twilio has beside what it should, and sets it when it is meant."""

from collections.abc import Iterator

import click
import pytest

from handlers.cli.twilio import twilio_group
from models.database.engine import Database
from sandbox.twilio.account import Sender
from sandbox.twilio.exchange import Exchange
from sandbox.web import create_web
from tests.handlers.terminal import run
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
ELSEWHERE = "https://before.example/bot"
NUMBER = "+35699112233"


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with receiving() as receiver, exchanging(receiver) as exchange:
        exchange.account.change(VALLETTA, callback_url=ELSEWHERE, callback_method="PUT")
        yield exchange


@pytest.fixture
def door(exchange: Exchange) -> Iterator[TwilioDoor]:
    with serving(create_web(exchange)) as url:
        door = TwilioDoor(ACCOUNT_SID, AUTH_TOKEN, url)
        yield door
        door.close()


@pytest.fixture
def group(door: TwilioDoor, stocked_sqlite_url: str) -> Iterator[click.Command]:
    database = Database(stocked_sqlite_url)
    yield twilio_group(database, door.numbers, home=KIGALI, public_url=URL)
    database.close()


def sender(exchange: Exchange) -> Sender:
    return exchange.account.senders()[0]


def test_it_shows_first_and_changes_nothing(group: click.Command, exchange: Exchange) -> None:
    before = sender(exchange)
    shown = run(group, "configure")
    assert shown.exit_code == 0, shown.output
    assert f"{VALLETTA} is a WhatsApp sender." in shown.output
    assert f"callback_url: {ELSEWHERE} -> {HERE}" in shown.output
    assert "callback_method: PUT -> POST" in shown.output
    assert f"status_callback_url: (none) -> {URL}/whatsapp/status" in shown.output
    assert "Nothing was changed" in shown.output
    assert sender(exchange) == before


def test_applied_it_is_set_and_once_more_nothing_is_left_to_do(
    group: click.Command, exchange: Exchange
) -> None:
    exchange.account.change(VALLETTA, fallback_url="https://spare.example")
    assert "Done." in run(group, "configure", "--apply").output
    now = sender(exchange)
    assert (now.callback_url, now.callback_method) == (HERE, "POST")
    assert now.status_callback_url == f"{URL}/whatsapp/status"
    assert now.fallback_url == "https://spare.example"
    again = run(group, "configure", "--apply").output
    assert "It is as it should be." in again
    assert "Done." not in again


def test_what_is_tried_again_by_other_rules_is_left_as_it_is(
    group: click.Command, exchange: Exchange
) -> None:
    own = f"{URL}:443/whatsapp/#rc=5&rp=ct,rt,5xx"
    exchange.account.change(VALLETTA, callback_url=own, callback_method="POST")
    assert "  callback_url" not in run(group, "configure", "--number", VALLETTA).output


def test_of_twilios_sandbox_it_says_what_to_type_where(group: click.Command) -> None:
    shown = run(group, "configure", "--number", "+1 (415) 523-8886", "--apply")
    assert shown.exit_code == 0
    assert f"'When a message comes in' {HERE}, method POST" in shown.output


def test_a_phone_number_is_pointed_too_and_its_telephone_calls_left_alone(
    group: click.Command, exchange: Exchange
) -> None:
    exchange.account.drop(VALLETTA)
    exchange.account.change_number(NUMBER, sms_url=ELSEWHERE, sms_method="GET")
    shown = run(group, "configure", "--number", NUMBER, "--apply")
    assert f"sms_url: {ELSEWHERE} -> {HERE}" in shown.output
    assert "WhatsApp needs it to be a sender too" in shown.output
    (number,) = exchange.account.phone_numbers()
    assert (number.sms_url, number.sms_method) == (HERE, "POST")


def test_an_app_in_the_place_of_its_webhook_has_to_go_first(
    group: click.Command, exchange: Exchange
) -> None:
    exchange.account.drop(VALLETTA)
    exchange.account.change_number(NUMBER, sms_application_sid="AP1")
    shown = run(group, "configure", "--number", NUMBER, "--apply")
    assert shown.exit_code == 1
    assert "A TwiML app (AP1)" in shown.output


def test_a_service_whose_webhook_stands_in_place_of_its_own_has_to_defer(
    group: click.Command, exchange: Exchange
) -> None:
    exchange.account.change(VALLETTA, service="Inzozi")
    exchange.account.change_service("Inzozi")
    shown = run(group, "configure", "--number", VALLETTA, "--apply")
    assert shown.exit_code == 1
    assert "Messaging Service Inzozi stands in place of the sender's" in shown.output
    assert sender(exchange).callback_url == HERE  # for when it does


def test_a_number_of_nobodys_is_named_once_the_others_are_told(
    group: click.Command, exchange: Exchange
) -> None:
    shown = run(group, "configure", "--number", "+250788999999", "--number", VALLETTA, "--apply")
    assert shown.exit_code == 1
    assert "whatsapp:+250788999999 is none of this account." in shown.output
    assert sender(exchange).callback_url == HERE


def test_a_key_that_twilio_refuses_is_told_with_what_helps(
    exchange: Exchange, stocked_sqlite_url: str
) -> None:
    database = Database(stocked_sqlite_url)
    with serving(create_web(exchange)) as url:
        door = TwilioDoor(ACCOUNT_SID, "wrong", url)
        group = twilio_group(database, door.numbers, home=VALLETTA, public_url=URL)
        failed = run(group, "configure")
        door.close()
    database.close()
    assert failed.exit_code == 1
    assert "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN" in failed.output


@pytest.mark.parametrize(
    ("public_url", "is_practice", "told"),
    [(None, False, "PUBLIC_URL is not set"), (URL, True, "Twilio is a stand-in here")],
)
def test_without_an_address_or_an_account_it_says_what_it_needs(
    door: TwilioDoor, public_url: str | None, is_practice: bool, told: str
) -> None:
    database = Database("sqlite:///never-opened.db")
    group = twilio_group(
        database, door.numbers, home=KIGALI, public_url=public_url, is_practice=is_practice
    )
    refused = run(group, "configure")
    assert refused.exit_code == 1
    assert told in refused.output


def test_what_is_no_number_is_refused(group: click.Command) -> None:
    assert run(group, "configure", "--number", "Inzozi").exit_code == 2
