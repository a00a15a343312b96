"""`twilio configure` where calls are taken: who rings is posted here too."""

from collections.abc import Callable, Iterator

import click
import pytest
from click.testing import Result

from handlers.cli.twilio import twilio_group
from models.database.engine import Database
from models.restaurants import Restaurant
from sandbox.twilio.account import TwimlApp
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
CALLS, STATUS = f"{URL}/calls", f"{URL}/calls/status"
ELSEWHERE = "https://before.example/voice"
PLAIN = VALLETTA.removeprefix("whatsapp:")
FOR_CALLS = "+35621230000"


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with receiving() as receiver, exchanging(receiver) as exchange:
        yield exchange


@pytest.fixture
def database(stocked_sqlite_url: str) -> Iterator[Database]:
    database = Database(stocked_sqlite_url)
    yield database
    database.close()


@pytest.fixture
def configure(exchange: Exchange, database: Database) -> Iterator[Callable[..., Result]]:
    with serving(create_web(exchange)) as url:
        door = TwilioDoor(ACCOUNT_SID, AUTH_TOKEN, url)
        group: click.Command = twilio_group(
            database, door.numbers, home=KIGALI, public_url=URL, calls=door.calling_numbers
        )
        yield lambda *words: run(group, "configure", *words)
        door.close()


def app_of(exchange: Exchange, address: str = VALLETTA) -> TwimlApp | None:
    """That of a sender."""
    (sid,) = {
        each.voice_application_sid for each in exchange.account.senders() if each.address == address
    }
    return next((each for each in exchange.account.apps() if each.sid == sid), None)


def test_a_sender_is_shown_first_and_then_given_an_app_of_ours(
    configure: Callable[..., Result], exchange: Exchange
) -> None:
    shown = configure("--number", VALLETTA)
    assert f"{VALLETTA}, WhatsApp calls." in shown.output
    assert "voice_application_sid: (none) -> a new TwiML app, 'Tableside calls'" in shown.output
    assert "Nothing was changed" in shown.output
    assert exchange.account.apps() == []
    assert configure("--number", VALLETTA, "--apply").exit_code == 0
    app = app_of(exchange)
    assert app is not None
    assert (app.friendly_name, app.voice_url, app.voice_method) == (
        "Tableside calls",
        CALLS,
        "POST",
    )
    assert (app.status_callback, app.status_callback_method) == (STATUS, "POST")
    again = configure("--number", VALLETTA, "--apply").output
    assert again.count("It is as it should be.") == 2
    assert len(exchange.account.apps()) == 1


def test_two_senders_share_one_app(configure: Callable[..., Result], exchange: Exchange) -> None:
    other = "whatsapp:+35699000000"
    exchange.account.change(other)
    assert configure("--number", VALLETTA, "--number", other, "--apply").exit_code == 0
    assert app_of(exchange) == app_of(exchange, other) is not None


def test_an_app_that_leads_elsewhere_since_we_moved_is_pointed_here(
    configure: Callable[..., Result], exchange: Exchange
) -> None:
    app = exchange.account.make_app(friendly_name="Tableside calls", voice_url=ELSEWHERE)
    exchange.account.change(VALLETTA, voice_application_sid=app.sid)
    shown = configure("--number", VALLETTA, "--apply")
    assert f"voice_url: {ELSEWHERE} -> {CALLS}" in shown.output
    assert "voice_application_sid" not in shown.output
    (now,) = exchange.account.apps()
    assert (now.sid, now.voice_url) == (app.sid, CALLS)


def test_an_app_of_somebody_elses_is_left_as_it_is(
    configure: Callable[..., Result], exchange: Exchange
) -> None:
    theirs = exchange.account.make_app(friendly_name="Hotline", voice_url=ELSEWHERE)
    exchange.account.change(VALLETTA, voice_application_sid=theirs.sid)
    shown = configure("--number", VALLETTA, "--apply")
    assert f"voice_application_sid: {theirs.sid} -> a new TwiML app" in shown.output
    assert theirs in exchange.account.apps()
    app = app_of(exchange)
    assert app is not None
    assert app.voice_url == CALLS


def test_a_phone_number_is_told_where_its_calls_go(
    configure: Callable[..., Result], exchange: Exchange
) -> None:
    exchange.account.drop(VALLETTA)
    exchange.account.change_number(PLAIN, voice_url=ELSEWHERE, voice_method="GET")
    shown = configure("--number", VALLETTA, "--apply")
    assert f"{VALLETTA}, telephone calls." in shown.output
    assert f"voice_url: {ELSEWHERE} -> {CALLS}" in shown.output
    (number,) = exchange.account.phone_numbers()
    assert (number.voice_url, number.voice_method) == (CALLS, "POST")
    assert number.status_callback == STATUS


def test_so_is_a_restaurants_number_for_calls(
    configure: Callable[..., Result], exchange: Exchange, database: Database
) -> None:
    with database.transaction() as session:
        restaurant = session.query(Restaurant).filter_by(number=VALLETTA).one()
        restaurant.calls_number = FOR_CALLS
    exchange.account.change_number(FOR_CALLS)
    assert f"{FOR_CALLS}, telephone calls." in configure("--apply").output
    (number,) = exchange.account.phone_numbers()
    assert number.voice_url == CALLS


def test_an_app_of_somebody_elses_in_the_place_of_its_webhook_has_to_go_first(
    configure: Callable[..., Result], exchange: Exchange
) -> None:
    exchange.account.drop(VALLETTA)
    exchange.account.change_number(PLAIN, voice_application_sid="AP1")
    shown = configure("--number", VALLETTA, "--apply")
    assert shown.exit_code == 1
    assert "A TwiML app (AP1) stands in the place of its webhook" in shown.output


def test_an_app_of_ours_may_stand_there(
    configure: Callable[..., Result], exchange: Exchange
) -> None:
    app = exchange.account.make_app(voice_url=f"{CALLS}/")
    exchange.account.drop(VALLETTA)
    exchange.account.change_number(PLAIN, voice_application_sid=app.sid)
    shown = configure("--number", VALLETTA)
    assert shown.output.count("It is as it should be.") == 1


def test_without_calls_no_call_is_pointed_anywhere(exchange: Exchange, database: Database) -> None:
    with serving(create_web(exchange)) as url:
        door = TwilioDoor(ACCOUNT_SID, AUTH_TOKEN, url)
        group = twilio_group(database, door.numbers, home=KIGALI, public_url=URL)
        assert "calls" not in run(group, "configure", "--apply").output
        door.close()
    assert exchange.account.apps() == []
