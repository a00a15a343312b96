"""`templates sync` has WhatsApp asked for what the files say; `status` shows where it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import pytest
from click.testing import Result

from engine.approving import Approving
from handlers.cli.templates import templates_group
from knowledge.clock import Clock
from models import templates
from models.database.engine import Database
from models.templates import PURPOSES
from sandbox.twilio.exchange import Exchange
from sandbox.web import create_web
from tests.handlers.terminal import run
from tests.sandbox.twilio.world import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    exchanging,
    receiving,
    serving,
)
from whatsapp.outbound import TwilioDoor
from whatsapp.templates import TemplateText, read

MANY = len(read(PURPOSES))


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with receiving() as receiver, exchanging(receiver) as exchange:
        yield exchange


@pytest.fixture
def approving(exchange: Exchange, database_url: str) -> Iterator[Approving]:
    database = Database(database_url)
    with serving(create_web(exchange)) as url:
        door = TwilioDoor(ACCOUNT_SID, AUTH_TOKEN, url)
        yield Approving(database, door.content, Clock())
        door.close()
    database.close()


@pytest.fixture
def group(approving: Approving) -> click.Command:
    return templates_group(approving._database, approving)


def states(result: Result) -> set[str]:
    assert result.exit_code == 0, result.output
    return {line.split()[2] for line in result.stdout.splitlines()}


def text(body: str, language: str = "en") -> TemplateText:
    return TemplateText("late_answer", language, "UTILITY", body, "sample")


@contextmanager
def kept(approving: Approving) -> Iterator[list[Any]]:
    with approving._database.transaction() as session:
        yield templates.every(session)


def test_what_was_never_asked_for_is_said_to_be_missing(
    group: click.Command, exchange: Exchange
) -> None:
    shown = run(group, "status")
    assert states(shown) == {"missing:"}
    assert "templates sync does" in shown.stdout
    assert exchange.contents.all() == []


def test_all_are_made_and_asked_for_once(group: click.Command, exchange: Exchange) -> None:
    assert states(run(group, "sync")) == {"received"}
    made = exchange.contents.all()
    assert len(made) == MANY
    assert all(each.approval["category"] == "UTILITY" for each in made)
    assert states(run(group, "sync")) == {"approved"}
    assert exchange.contents.all() == made
    assert states(run(group, "status")) == {"approved"}


def test_one_that_was_rejected_says_why(group: click.Command, exchange: Exchange) -> None:
    exchange.contents.verdict = ("rejected", "INVALID_FORMAT")
    run(group, "sync")
    shown = run(group, "status")
    assert states(shown) == {"rejected:"}
    assert "rejected: INVALID_FORMAT" in shown.stdout


def test_a_changed_text_takes_over_once_it_is_approved(
    approving: Approving, exchange: Exchange
) -> None:
    list(approving.sync([text("One {{1}} two.")]))
    list(approving.sync([text("One {{1}} two.")]))
    exchange.contents.verdict = ("pending", "")
    list(approving.sync([text("Three {{1}} four.")]))
    assert len(exchange.contents.all()) == 2  # the old one is used until then
    (new,) = [each for each in exchange.contents.all() if "Three" in str(each.types)]
    new.approval["status"] = "approved"
    list(approving.sync([text("Three {{1}} four.")]))
    assert [each.sid for each in exchange.contents.all()] == [new.sid]
    with kept(approving) as every:
        assert [each.sid for each in every] == [new.sid]


def test_one_whose_file_is_gone_is_deleted(approving: Approving, exchange: Exchange) -> None:
    list(approving.sync([text("One {{1}} two."), text("Un {{1}} deux.", "fr")]))
    list(approving.sync([text("One {{1}} two.")]))
    assert len(exchange.contents.all()) == 1


def test_what_twilio_does_not_know_any_more_is_made_anew(
    approving: Approving, exchange: Exchange
) -> None:
    list(approving.sync([text("One {{1}} two.")]))
    (made,) = exchange.contents.all()
    exchange.contents.drop(made.sid)
    assert [each.state for each in approving.status([text("One {{1}} two.")])] == ["missing"]
    assert [each.state for each in approving.sync([text("One {{1}} two.")])] == ["received"]
    (anew,) = exchange.contents.all()
    assert anew.sid != made.sid


def test_a_sync_that_broke_off_goes_on_with_the_next(
    approving: Approving, exchange: Exchange
) -> None:
    """Made, and WhatsApp was not asked."""
    one = text("One {{1}} two.")
    sid = approving._door.create(one.content)
    with approving._database.transaction() as session:
        row = templates.Kept(sid, one.purpose, one.language, one.digest)
        templates.keep(session, row, name=one.name, body=one.body, now=Clock().now())
    assert [each.state for each in approving.sync([one])] == ["received"]
    assert [each.sid for each in exchange.contents.all()] == [sid]


def test_a_key_that_twilio_refuses_is_told_with_what_helps(
    exchange: Exchange, database_url: str
) -> None:
    database = Database(database_url)
    with serving(create_web(exchange)) as url:
        door = TwilioDoor(ACCOUNT_SID, "wrong", url)
        failed = run(templates_group(database, Approving(database, door.content, Clock())), "sync")
        door.close()
    database.close()
    assert failed.exit_code == 1
    assert "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN" in failed.output


def test_one_that_is_not_reached_has_told_no_reason(database_url: str) -> None:
    database = Database(database_url)
    door = TwilioDoor(ACCOUNT_SID, "token", "http://127.0.0.1:1")
    failed = run(templates_group(database, Approving(database, door.content, Clock())), "sync")
    door.close()
    database.close()
    assert failed.output == "Error: Twilio did not do it (NewConnectionError).\n"


def test_beside_the_stand_in_it_says_what_it_needs(approving: Approving) -> None:
    refused = run(templates_group(approving._database, approving, is_practice=True), "sync")
    assert refused.exit_code == 1
    assert "TWILIO_ACCOUNT_SID" in refused.output
