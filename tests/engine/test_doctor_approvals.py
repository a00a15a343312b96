"""What the doctor says of the templates: those that WhatsApp has not approved, and why."""

from collections.abc import Iterator

import pytest

from engine.approving import Approving
from engine.doctor import approvals
from engine.doctor.finding import Finding, Level
from knowledge.clock import Clock
from models.database.engine import Database
from models.templates import PURPOSES
from sandbox.twilio.exchange import Exchange
from sandbox.web import create_web
from tests.sandbox.twilio.world import ACCOUNT_SID, AUTH_TOKEN, exchanging, receiving, serving
from whatsapp.outbound import TwilioDoor
from whatsapp.templates import read


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with receiving() as receiver, exchanging(receiver) as exchange:
        yield exchange


@pytest.fixture
def approving(exchange: Exchange, sqlite_url: str) -> Iterator[Approving]:
    database = Database(sqlite_url)
    with serving(create_web(exchange)) as url:
        door = TwilioDoor(ACCOUNT_SID, AUTH_TOKEN, url)
        yield Approving(database, door.content, Clock())
        door.close()
    database.close()


def found(approving: Approving) -> list[Finding]:
    return list(approvals.look(approving))


def test_what_was_never_asked_for_says_which_command_asks(approving: Approving) -> None:
    (told,) = found(approving)
    assert told.level is Level.WARN
    assert "is missing: " in told.sentence
    assert all(f"{purpose} (en, fr, it, rw, sw)" in told.sentence for purpose in PURPOSES)
    assert "templates sync" in told.what_to_do


def test_all_that_are_approved_are_one_line(approving: Approving) -> None:
    list(approving.sync(read(PURPOSES)))
    (told,) = found(approving)
    assert told.level is Level.OK


@pytest.mark.parametrize(
    ("verdict", "said", "what_to_do"),
    [
        (("rejected", "INVALID_FORMAT"), "rejected (INVALID_FORMAT)", "Change its text"),
        (("pending", ""), "pending", "Wait until"),
    ],
)
def test_what_is_not_approved_says_why_and_what_helps(
    approving: Approving,
    exchange: Exchange,
    verdict: tuple[str, str],
    said: str,
    what_to_do: str,
) -> None:
    exchange.contents.verdict = verdict
    list(approving.sync(read(PURPOSES)[:2]))
    (told, *_) = found(approving)
    assert f" is {said}: " in told.sentence
    assert told.what_to_do.startswith(what_to_do)
