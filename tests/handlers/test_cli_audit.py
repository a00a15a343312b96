"""Each command that changes something of a restaurant's is in its audit: who did it, and what."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from sqlalchemy import select

from handlers.cli.tables import TABLES
from models import restaurants
from models.audit import COMMAND_LINE, Change
from models.database.engine import Database
from models.turns import FAILED
from sandbox.web import create_web
from tests.handlers.web import IN_PRODUCTION, whole_app
from tests.models.console.world import World
from tests.models.desk import ALICE, BOB, Desk
from tests.sandbox.twilio.world import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    VALLETTA,
    exchanging,
    receiving,
    serving,
)

AT = ("--restaurant", "kigali")
# Restaurants' rows are as they were, or gone with all that was kept of them.
OTHERS = {
    "ai demo", "ai health", "ai persona", "ai say", "calls demo", "calls voices", "cost",
    "db upgrade", "doctor", "eval",
    "inbox list", "restaurants list", "restaurants remove", "rollout show", "staff list",
    "synonyms list", "templates status", "worker",
    *(f"{table} export" for table in (*TABLES, "synonyms")),
}  # fmt: skip
# It reads PostgreSQL alone: `test_cli_adopt.py`.
ELSEWHERE = {"adopt"}
# In this order, with what is kept of each.
CHANGES = [
    (("seed", "--samples"), "restaurant.loaded"),
    (("staff", "add", ALICE, "--role", "waiter", *AT), "staff.added"),
    (("staff", "link", ALICE), "staff.link_made"),
    (("staff", "remove", ALICE, *AT), "staff.removed"),
    (("rollout", "allow", BOB, *AT), "rollout.allowed"),
    (("rollout", "disallow", BOB, *AT), "rollout.disallowed"),
    (("rollout", "open", *AT), "rollout.opened"),
    (("rollout", "shadow", *AT), "rollout.shadowed"),
    (("rollout", "live", *AT), "rollout.went_live"),
    (("synonyms", "add", "fr", "poiscaille", "fish", *AT), "word.added"),
    (("synonyms", "remove", "fr", "poiscaille", *AT), "word.removed"),
    (("inbox", "retry", "1"), "turns.retried"),
    (("inbox", "drop", "2"), "turns.dropped"),
    (("purge", "--older-than", "90d"), "conversations.purged"),
    (("templates", "sync"), "templates.synced"),
    (("restaurants", "calls", "kigali", "--phone", "+250788000009"), "telephones.set"),
    (("twilio", "configure", "--apply"), "number.configured"),
]
# What each file of these has more; of the other tables the last row goes.
MORE = {
    "ledger": [
        "2027-01-02,OWN-1,1,1010,Bank account,asset,A chair sold,5000,",
        "2027-01-02,OWN-1,2,4000,Food sales,revenue,A chair sold,,5000",
    ],
    "covers": ["2027-01-02,50"],
    "accounts": ["6020,labour"],
}
EVERYBODYS = ("tax", "synonyms")


@pytest.fixture
def app(sqlite_url: str) -> Iterator[Flask]:
    """One that has Twilio's account, where it knows the restaurants' numbers."""
    with (
        receiving() as receiver,
        exchanging(receiver) as exchange,
        serving(create_web(exchange)) as url,
    ):
        twilio = {
            "twilio_account_sid": ACCOUNT_SID,
            "twilio_auth_token": AUTH_TOKEN,
            "twilio_api_base_url": url,
            "public_url": IN_PRODUCTION["public_url"],
        }
        with whole_app(sqlite_url, **twilio) as app:
            yield app


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """Two turns of Kigali's failed, and Valletta has a number of Twilio's."""
    database = Database(sqlite_url)
    world = World(Desk(database))
    for diner in (ALICE, BOB):
        turn = world.begins("Fish?", diner=diner)
        world.ends(turn, "Sorry", state=FAILED, cause="timeout")
    with database.transaction() as session:
        restaurants.set_number(session, "valletta", VALLETTA)
    yield database
    database.close()


def test_each_command_is_known_to_change_something_or_not(app: Flask) -> None:
    there = {
        " ".join(words)
        for name, command in app.cli.commands.items()
        for words in leaves((name,), command)
    }
    changing = {" ".join(words[:2]) for words, _ in CHANGES if words[0] not in ("seed", "purge")}
    changing |= {"seed", "purge", "synonyms import", *(f"{table} import" for table in TABLES)}
    assert there == changing | OTHERS | ELSEWHERE


def test_what_a_command_changes_is_kept(app: Flask, database: Database, tmp_path: Path) -> None:
    for words, what in CHANGES:
        assert (COMMAND_LINE, what) in kept_of(app, database, *words), words
    for table in (*TABLES, "synonyms"):
        file = tmp_path / f"{table}.csv"
        at = () if table in EVERYBODYS else AT
        run(app, table, "export", str(file), *at)
        rows = file.read_text(encoding="utf-8").splitlines()
        rows = [*rows, *MORE[table]] if table in MORE else rows[:-1]
        file.write_text("\n".join(rows), encoding="utf-8")
        kept = kept_of(app, database, table, "import", str(file), "--apply", *at)
        assert (COMMAND_LINE, f"{table}.imported") in kept, table


def leaves(words: tuple[str, ...], command: click.Command) -> Iterator[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        yield words
        return
    for name, inner in command.commands.items():
        yield from leaves((*words, name), inner)


def run(app: Flask, *words: str) -> None:
    done = app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, (words, done.output)


def kept_of(app: Flask, database: Database, *words: str) -> set[tuple[str, str]]:
    """Who and what, of all restaurants."""
    with database.transaction() as session:
        before = set(session.scalars(select(Change.id)))
    run(app, *words)
    with database.transaction() as session:
        after = session.scalars(select(Change)).all()
    return {(each.by, each.what) for each in after if each.id not in before}
