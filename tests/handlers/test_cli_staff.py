"""`staff add|list|remove`: who works where, in words that say what to do about a slip."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from engine.sign_in_links import SignInLinks
from handlers.cli.restaurants import restaurants_group
from handlers.cli.staff import staff_group
from knowledge.clock import Clock
from models import audit, console_links, hands, hands_overdue
from models.bubbles import Bubble
from models.database.engine import Database
from models.diners import Diner
from models.templates import APPROVED, STAFF_CALLED, Template
from tests.handlers.terminal import run
from tests.models.desk import ALICE, BOB, CHARLIE, Desk

KIGALI = ("--restaurant", "kigali")


@pytest.fixture
def database(stocked_url: str) -> Iterator[Database]:
    database = Database(stocked_url)
    yield database
    database.close()


def links(database: Database) -> SignInLinks:
    return SignInLinks(database, Clock(), lambda _: None, "https://inzozi.example")


def told(database: Database, *words: str) -> str:
    done = run(staff_group(database, links(database)), *words)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def refused(database: Database, *words: str) -> str:
    done = run(staff_group(database, links(database)), *words)
    assert done.exit_code != 0
    return done.stderr


def listed(database: Database) -> list[list[str]]:
    return [line.split()[:4] for line in told(database, "list").splitlines()]


def test_somebody_comes_and_goes_role_by_role(database: Database) -> None:
    added = ("add", "00250 788 000 001", "--role", "waiter", "--role", "owner")
    said = told(database, *added, "--restaurant", "kigali", "--name", "Jean")
    assert said.startswith(f"{ALICE} is owner and waiter of Inzozi Kitchen now.\n")
    assert listed(database) == [["kigali", ALICE, "owner,", "waiter"]]
    assert "Jean" in told(database, "list")
    told(database, "add", BOB, "--owner", "--restaurant", "kigali")
    gone = told(database, "remove", ALICE, "--role", "owner", "--restaurant", "kigali")
    assert gone == f"{ALICE} is not owner of Inzozi Kitchen any more.\n"
    told(database, "remove", ALICE, "--restaurant", "kigali")
    assert listed(database) == [["kigali", BOB, "owner", "-"]]
    told(database, "remove", BOB, "--even-the-last", "--restaurant", "kigali")
    assert "staff add NUMBER --owner" in told(database, "list")


def test_a_number_that_is_left_out_is_asked_for(database: Database) -> None:
    group = staff_group(database, links(database))
    done = run(group, "add", "--owner", *KIGALI, typed="0788\n00250 788 000 001\n")
    assert done.exit_code == 2
    done = run(group, "add", "--owner", *KIGALI, typed="00250 788 000 001\n")
    assert (done.exit_code, "Whose number" in done.output) == (0, True)
    assert listed(database) == [["kigali", ALICE, "owner", "-"]]


def test_the_last_owner_stays_unless_that_is_meant(database: Database) -> None:
    for address in (ALICE, BOB):
        told(database, "add", address, "--owner", *KIGALI)
    group = staff_group(database, links(database))
    assert run(group, "remove", ALICE, *KIGALI).stderr == ""
    told(database, "add", BOB, "--role", "waiter", *KIGALI)
    for roles in ((), ("--role", "owner")):
        assert "--even-the-last" in refused(database, "remove", BOB, *roles, *KIGALI)
    assert listed(database) == [["kigali", BOB, "owner,", "waiter"]]
    meant = run(group, "remove", BOB, "--role", "owner", "--even-the-last", *KIGALI)
    assert (meant.exit_code, "has no owner now" in meant.stderr) == (0, True)
    assert run(group, "remove", BOB, *KIGALI).stderr == ""


def test_an_owner_gets_a_link_into_the_console_and_others_when_they_are_made_one(
    database: Database,
) -> None:
    said = told(database, "add", ALICE, "--owner", "--restaurant", "kigali")
    assert said.startswith(f"{ALICE} is owner of Inzozi Kitchen now.\nSign in to the console, once")
    first = said.rpartition("/")[2].strip()
    told(database, "add", BOB, "--role", "waiter", "--restaurant", "kigali")
    second = told(database, "link", BOB).rpartition("/")[2].strip()
    with database.transaction() as session:
        used = [console_links.use(session, each, datetime.now(UTC)) for each in (first, second)]
    assert used == [ALICE, BOB]
    assert "on no restaurant's staff" in refused(database, "link", CHARLIE)


def test_who_came_and_went_is_kept_for_the_owners(database: Database) -> None:
    told(database, "add", ALICE, "--owner", "--restaurant", "kigali")
    told(database, "remove", ALICE, "--even-the-last", "--restaurant", "kigali")
    with database.transaction() as session:
        kept = [(each.what, each.by, each.subject) for each in audit.latest(session, 1, 9)]
    done = ("staff.removed", "staff.link_made", "staff.added")
    assert kept == [(what, "command line", ALICE) for what in done]


def test_where_there_is_one_restaurant_it_need_not_be_named(database: Database) -> None:
    several = refused(database, "add", ALICE, "--role", "owner")
    assert "Say --restaurant SLUG, one of: kigali, valletta." in several
    run(restaurants_group(database), "remove", "valletta", "--yes")
    assert "Inzozi Kitchen" in told(database, "add", ALICE, "--role", "owner")


def test_it_is_listed_whether_whatsapp_takes_anything_to_them(database: Database) -> None:
    told(database, "add", ALICE, "--role", "owner", "--restaurant", "kigali")
    assert "before they do" in told(database, "list")
    diner_id = Desk(database).arrive(ALICE)
    for hours, says in ((23, "can be written to until"), (25, "before they do")):
        with database.transaction() as session:
            wrote = datetime.now(UTC) - timedelta(hours=hours)
            session.execute(update(Diner).where(Diner.id == diner_id).values(last_message_at=wrote))
        assert says in told(database, "list")


def test_it_is_listed_who_is_reached_by_a_template_and_who_is_not(database: Database) -> None:
    told(database, "add", ALICE, "--role", "owner", "--restaurant", "kigali")
    diner_id = Desk(database).arrive(ALICE)
    wrote = datetime.now(UTC) - timedelta(hours=25)
    template = Template(
        sid="HX1", purpose=STAFF_CALLED, language="en", digest="1", name="called",
        body="{{1}}", state=APPROVED, created_at=wrote,
    )  # fmt: skip
    with database.transaction() as session:
        session.get_one(Diner, diner_id).last_message_at = wrote
        session.add(template)
    assert "is called by a template" in told(database, "list")
    with database.transaction() as session:
        session.get_one(Diner, diner_id).opted_out_at = wrote
    assert "nothing is sent to them" in told(database, "list")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "0788 000 001", "--role", "owner"), "country code"),
        (("add", ALICE, "--role", "chef"), "'kitchen'"),
        (("add", ALICE), "--role"),
        (("add", ALICE, "--role", "owner", "--restaurant", "kigalli"), "only: kigali, valletta"),
        (("add", ALICE, "--role", "owner", "--name", "x" * 81), "80 characters at most"),
        (("remove", ALICE, "--restaurant", "kigali"), "not on the staff of Inzozi Kitchen"),
        (
            ("remove", ALICE, "--role", "owner", "--restaurant", "kigali"),
            "Inzozi Kitchen as owner: see staff list",
        ),
    ],
)
def test_a_slip_is_told_with_what_mends_it(
    database: Database, words: tuple[str, ...], says: str
) -> None:
    assert says in refused(database, *words)


def test_who_works_in_a_restaurant_that_goes_is_forgotten(database: Database) -> None:
    told(database, "add", ALICE, "--role", "owner", "--restaurant", "valletta")
    run(restaurants_group(database), "remove", "valletta", "--yes")
    assert "There is none" in told(database, "list")


def test_whoever_is_removed_hands_back_the_diners_they_had(database: Database) -> None:
    told(database, "add", ALICE, "--role", "waiter", "--role", "kitchen", *KIGALI)
    diner_id = Desk(database).arrive(BOB)
    now = datetime.now(UTC)
    later = now + timedelta(hours=1)
    with database.connection() as connection:
        hands.take(connection, diner_id, [Bubble("Hello")], by=ALICE, now=now, until=later)
    for role, is_over in (("kitchen", False), ("waiter", True)):
        told(database, "remove", ALICE, "--role", role, *KIGALI)
        with database.alone() as connection:
            found = hands_overdue.overdue(connection, datetime.now(UTC), 9)
        assert bool(found) is is_over
