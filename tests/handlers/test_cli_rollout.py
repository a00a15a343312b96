"""`rollout show|allow|disallow|open|shadow|live`: whom the personas answer, in words."""

from collections.abc import Iterator

import pytest

from handlers.cli.rollout import rollout_group
from models import audit
from models.database.engine import Database
from tests.handlers.terminal import run
from tests.models.desk import ALICE, BOB

AT = ("--restaurant", "kigali")


@pytest.fixture
def database(stocked_url: str) -> Iterator[Database]:
    database = Database(stocked_url)
    yield database
    database.close()


def told(database: Database, *words: str) -> str:
    done = run(rollout_group(database), *words)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def test_everybody_is_answered_until_somebody_is_allowed(database: Database) -> None:
    assert "answers everybody, at once." in told(database, "show")
    told(database, "allow", "00250 788 000 001", "--name", "Aline", *AT)
    listed = told(database, "allow", BOB, *AT)
    assert listed == (
        "Inzozi Kitchen (kigali) answers the 2 on its list, and its staff, at once.\n"
        f"  {ALICE} Aline\n  {BOB}\n"
    )
    assert "(valletta) answers everybody" in told(database, "show")


def test_a_list_that_is_off_is_kept_for_another_time(database: Database) -> None:
    told(database, "allow", ALICE, *AT)
    assert "answers everybody, at once.\n  (a list is kept" in told(database, "open", *AT)
    assert "the 1 on its list" in told(database, "allow", *AT)


def test_who_is_on_the_list_gets_another_name_and_keeps_it_without_one(
    database: Database,
) -> None:
    told(database, "allow", ALICE, "--name", "One", *AT)
    assert f"{ALICE} Two\n" in told(database, "allow", ALICE, "--name", "Two", *AT)
    assert f"{ALICE} Two\n" in told(database, "allow", ALICE, BOB, *AT)


def test_an_empty_list_leaves_the_staff_alone(database: Database) -> None:
    told(database, "allow", ALICE, *AT)
    done = run(rollout_group(database), "disallow", ALICE, BOB, *AT)
    assert (done.exit_code, f"list of Inzozi Kitchen: {BOB}." in done.stderr) == (1, True)
    assert "answers its staff alone" in done.stdout


def test_shadow_mode_goes_on_and_off(database: Database) -> None:
    assert "as drafts to the staff" in told(database, "shadow", *AT)
    assert "at once" in told(database, "live", *AT)


def test_each_change_is_kept_with_who_made_it(database: Database) -> None:
    told(database, "allow", ALICE, *AT)
    told(database, "allow", ALICE, *AT)  # no change
    told(database, "shadow", *AT)
    told(database, "disallow", ALICE, *AT)
    with database.transaction() as session:
        kept = session.query(audit.Change).order_by(audit.Change.id).all()
    assert [(each.what, each.subject, each.by) for each in kept] == [
        ("rollout.allowed", ALICE, "command line"),
        ("rollout.limited", "", "command line"),
        ("rollout.shadowed", "", "command line"),
        ("rollout.disallowed", ALICE, "command line"),
    ]
    assert kept[1].before == {"is_limited": False}
    assert kept[1].after == {"is_limited": True}


def test_a_number_that_is_none_is_refused(database: Database) -> None:
    done = run(rollout_group(database), "allow", "0788", *AT)
    assert done.exit_code == 2
    assert "country code" in done.stderr
