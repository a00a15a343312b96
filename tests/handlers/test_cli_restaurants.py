"""`restaurants`: which there are; one goes with its menu and books, and its diners stay."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.cli.restaurants import restaurants_group
from handlers.cli.stock import seed_command
from models.database.engine import Database
from models.database.upsert import row_counts
from models.ledger import LedgerEntry
from models.menu import MenuItem, Pairing
from models.restaurants import Restaurant, set_number
from tests.engine.world import KIGALI
from tests.handlers.terminal import bare_url, run

TABLES = (Restaurant, MenuItem, Pairing, LedgerEntry)


@pytest.fixture
def database(seeded_url: str) -> Iterator[Database]:
    database = Database(seeded_url)
    yield database
    database.close()


def test_they_are_listed_with_their_numbers(database: Database) -> None:
    lines = run(restaurants_group(database), "list").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["kigali", KIGALI],
        ["valletta", "whatsapp:+35699112233"],
    ]


def test_one_that_is_removed_leaves_nothing_but_the_others(database: Database) -> None:
    # The samples' books go up to today, and their template may be from before midnight.
    assert run(seed_command(database, KIGALI)).exit_code == 0
    with database.transaction() as session:
        before = row_counts(session, TABLES)
    done = run(restaurants_group(database), "remove", "kigali", "--yes")
    assert (done.exit_code, "is removed" in done.stdout) == (0, True)
    assert run(restaurants_group(database), "remove", "valletta", "--yes").exit_code == 0
    with database.transaction() as session:
        assert row_counts(session, TABLES) == [0, 0, 0, 0]
    assert "load one with flask --app app seed" in run(restaurants_group(database), "list").stdout
    assert run(seed_command(database, KIGALI)).exit_code == 0
    with database.transaction() as session:
        assert row_counts(session, TABLES) == before


def test_nobody_is_said_to_write_to_one_that_answers_on_no_number(database: Database) -> None:
    with database.transaction() as session:
        set_number(session, "kigali", "none:kigali")
    told = run(restaurants_group(database), "remove", "kigali", "--yes").stdout
    assert told.endswith("conversations stay until /forget or purge.\n")
    told = run(restaurants_group(database), "remove", "valletta", "--yes").stdout
    assert "who writes to whatsapp:+35699112233 now is told" in told


def test_nothing_goes_before_it_was_asked(database: Database) -> None:
    done = run(restaurants_group(database), "remove", "kigali")
    assert (done.exit_code, "ledger entries?" in done.stdout) == (1, True)
    with database.transaction() as session:
        assert row_counts(session, [Restaurant]) == [2]


def test_one_that_is_not_there_is_told_with_those_that_are(database: Database) -> None:
    done = run(restaurants_group(database), "remove", "kigalli", "--yes")
    assert (done.exit_code, "only: kigali, valletta" in done.stderr) == (2, True)


def test_without_tables_it_says_what_to_run(tmp_path: Path) -> None:
    bare = Database(bare_url(tmp_path))
    done = run(restaurants_group(bare), "list")
    bare.close()
    assert (done.exit_code, "db upgrade" in done.stderr) == (1, True)


def test_a_restaurants_telephones_are_set_shown_and_taken_away(database: Database) -> None:
    group = restaurants_group(database)
    told = run(
        group, "calls", "kigali", "--phone", "+250 788 000 100", "--number", "00250252000200"
    )
    assert told.stdout == (
        "Inzozi Kitchen: rung at +250252000200; people answer at +250788000100\n"
    )
    assert "rung at +250252000200" in run(group, "list").stdout
    told = run(group, "calls", "kigali", "--phone", "none")
    assert told.stdout == "Inzozi Kitchen: rung at +250252000200; nobody is put through\n"
    told = run(group, "calls", "kigali", "--number", "none")
    assert told.stdout == "Inzozi Kitchen: rung at its WhatsApp number; nobody is put through\n"


def test_what_is_no_number_and_anothers_number_are_refused(database: Database) -> None:
    group = restaurants_group(database)
    refused = run(group, "calls", "kigali", "--phone", "the bar")
    assert (refused.exit_code, "country code" in refused.stderr) == (2, True)
    run(group, "calls", "valletta", "--number", "+35621000100")
    refused = run(group, "calls", "kigali", "--number", "+35621000100")
    assert (refused.exit_code, "already the number for calls of valletta" in refused.stderr) == (
        1,
        True,
    )


def test_the_files_telephones_are_loaded_and_those_of_no_file_stay(database: Database) -> None:
    group = restaurants_group(database)
    run(group, "calls", "kigali", "--number", "+250252000200", "--phone", "+250788000100")
    assert run(seed_command(database, KIGALI)).exit_code == 0
    line = run(group, "list").stdout.splitlines()[0]
    assert line.endswith("; rung at +250252000200; people answer at +12025550143")
