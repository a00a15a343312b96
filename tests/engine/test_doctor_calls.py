"""What the doctor says of calls: whether they come here, and what a caller meets."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from conversation.call.sentences import every_text
from engine.doctor import calls
from engine.doctor.finding import Finding, Level
from engine.pointing_calls import PointingCalls
from models import sounds
from models.database.engine import Database
from models.restaurants import Restaurant
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
PLAIN = VALLETTA.removeprefix("whatsapp:")
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
VOICES = ["cedar", "marin"]


class Twilio:
    """An account, and what is found of its calls."""

    def __init__(self, exchange: Exchange, door: TwilioDoor) -> None:
        self.account = exchange.account
        self.pointing = PointingCalls(door.calling_numbers, door.numbers, URL)

    def finding(self, address: str = VALLETTA, home: str = VALLETTA) -> Finding:
        (found,) = calls.webhooks(self.pointing.plans, [address], home)
        return found


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with (
        receiving() as receiver,
        exchanging(receiver) as exchange,
        serving(create_web(exchange)) as url,
    ):
        door = TwilioDoor(ACCOUNT_SID, AUTH_TOKEN, url)
        yield Twilio(exchange, door)
        door.close()


@pytest.fixture
def database(stocked_sqlite_url: str) -> Iterator[Database]:
    database = Database(stocked_sqlite_url)
    yield database
    database.close()


def test_calls_that_nobody_takes_are_no_fault() -> None:
    (told,) = calls.off()
    assert (told.level, told.sentence) == (Level.OK, calls.NOT_TAKEN)


@pytest.mark.parametrize(("url", "level"), [(URL, Level.OK), ("http://here.test", Level.WRONG)])
def test_a_websocket_needs_https(url: str, level: Level) -> None:
    (told,) = calls.address(url)
    assert told.level is level


def test_a_sender_without_an_app_refuses_calls(twilio: Twilio) -> None:
    told = twilio.finding()
    assert told.level is Level.WRONG
    assert told.sentence == f"{VALLETTA} has no TwiML app: WhatsApp refuses its calls (37009)."
    assert "twilio configure" in told.what_to_do


def test_a_sender_whose_app_leads_elsewhere_is_wrong(twilio: Twilio) -> None:
    app = twilio.account.make_app(voice_url="https://before.example/calls")
    twilio.account.change(VALLETTA, voice_application_sid=app.sid)
    assert twilio.finding().sentence == f"{VALLETTA} does not post WhatsApp calls here."


def test_once_it_is_configured_all_is_well(twilio: Twilio) -> None:
    for plan in twilio.pointing.plans([VALLETTA]):
        twilio.pointing.apply(plan)
    twilio.pointing.__dict__.pop("_apps")  # as the doctor's own look, which comes later
    told = twilio.finding()
    assert (told.level, told.sentence) == (Level.OK, f"{VALLETTA} posts WhatsApp calls here.")


def test_a_phone_number_that_posts_elsewhere_is_wrong(twilio: Twilio) -> None:
    twilio.account.drop(VALLETTA)
    twilio.account.change_number(PLAIN, voice_url="https://before.example/calls")
    told = twilio.finding()
    assert told.level is Level.WRONG
    assert told.sentence == f"{VALLETTA} does not post telephone calls here."


def test_an_app_in_the_place_of_its_webhook_is_wrong(twilio: Twilio) -> None:
    twilio.account.drop(VALLETTA)
    twilio.account.change_number(PLAIN, voice_application_sid="AP1")
    assert "a TwiML app (AP1) stands in the place" in twilio.finding().sentence


def test_a_number_of_nobodys_can_not_be_rung(twilio: Twilio) -> None:
    other = "whatsapp:+250788999999"
    assert twilio.finding(other, home=other).level is Level.WRONG
    assert twilio.finding(other).level is Level.WARN


def test_nobody_rings_twilios_sandbox(twilio: Twilio) -> None:
    told = twilio.finding(KIGALI, home=KIGALI)
    assert (told.level, told.name) == (Level.WARN, "calls.webhook")
    assert "nobody can ring it" in told.sentence


def test_in_whose_voice_calls_begin_is_told(database: Database) -> None:
    texts = every_text()
    before = list(calls.voices(database, VOICES))
    assert [each.level for each in before] == [Level.WARN, Level.WARN]
    assert before[0].sentence.startswith(f"{len(texts)} of {len(texts)} fixed sentences")
    with database.transaction() as session:
        for voice in VOICES:
            for text in texts:
                sounds.keep(session, voice, text, b"\xff", NOW)
    (told,) = calls.voices(database, VOICES)
    assert told.level is Level.OK


def test_who_can_not_be_put_through_is_told(database: Database) -> None:
    with database.transaction() as session:
        for restaurant in session.query(Restaurant):
            restaurant.phone = "+250788000001"
        name = restaurant.name
    assert list(calls.people(database)) == []
    with database.transaction() as session:
        session.query(Restaurant).filter_by(name=name).one().phone = None
    (told,) = calls.people(database)
    assert told.level is Level.WARN
    assert told.sentence.startswith(f"{name}: no phone")
