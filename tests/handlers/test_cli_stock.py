"""`db upgrade` and `seed`: what a service needs before anybody writes, as often as one likes."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.cli.stock import db_group, seed_command
from knowledge.seed import SAMPLES
from models import audit, restaurants, staff
from models.database.engine import Database
from models.database.migrate import is_current
from models.staff import PRACTICE
from sandbox.twilio.messages import DINERS
from tests.engine.world import KIGALI
from tests.handlers.terminal import bare_url, run
from tests.ports import free_port

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


def test_an_upgrade_brings_the_tables_up_to_date(tmp_path: Path) -> None:
    for _ in range(2):
        done = run(db_group(bare_url(tmp_path)), "upgrade")
        assert (done.exit_code, done.stdout) == (0, "The database is up to date.\n")
    database = Database(bare_url(tmp_path))
    assert is_current(database)
    database.close()


def test_an_upgrade_without_its_database_says_what_to_check(tmp_path: Path) -> None:
    done = run(db_group(f"sqlite:///{tmp_path / 'no such folder' / 'x.db'}"), "upgrade")
    assert (done.exit_code, "check DATABASE_URL" in done.stderr) == (1, True)


def test_an_upgrade_of_a_server_that_refuses_names_itself_as_no_remedy() -> None:
    url = f"postgresql://inzozi:Zq7vKx@127.0.0.1:{free_port()}/name"
    done = run(db_group(url), "upgrade")
    assert (done.exit_code, "check DATABASE_URL" in done.stderr) == (1, True)
    assert ("db upgrade" in done.stderr, "Zq7vKx" in done.stderr) == (False, False)


def test_seeding_twice_adds_the_samples_once(database: Database) -> None:
    first, second = (run(seed_command(database, KIGALI)) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Added 2 restaurants, " in first.stdout
    assert "Added 0 restaurants, 0 menu items, 0 pairings, 0 ledger entries and 0" in second.stdout
    with database.transaction() as session:
        assert KIGALI in restaurants.slugs_by_number(session)


def test_where_all_is_played_jean_and_grace_are_on_the_staff_and_nowhere_else(
    database: Database,
) -> None:
    assert {diner.address for diner in DINERS if diner.is_staff} == set(PRACTICE)
    assert run(seed_command(database, KIGALI)).exit_code == 0
    assert run(seed_command(database, KIGALI)).exit_code == 0
    both = [{"manager"}, {"owner"}]
    assert _staff(database) == [(slug, each) for slug in ("kigali", "valletta") for each in both]
    real = seed_command(database, KIGALI, is_real=True)
    assert run(real, "--samples").exit_code == 0
    assert _staff(database) == []


def _staff(database: Database) -> list[tuple[str, set[str]]]:
    with database.transaction() as session:
        return [
            (restaurant.slug, set(each.roles))
            for restaurant in restaurants.all_of_them(session)
            for each in staff.of_restaurant(session, restaurant.id)
            if each.address in PRACTICE
        ]


def test_without_its_tables_seeding_says_what_to_run(tmp_path: Path) -> None:
    bare = Database(bare_url(tmp_path))
    done = run(seed_command(bare, KIGALI))
    bare.close()
    assert (done.exit_code, "db upgrade" in done.stderr) == (1, True)


def test_a_file_that_is_wrong_is_named_and_nothing_is_loaded(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"restaurant": {}}))
    done = run(seed_command(database, KIGALI), str(file))
    assert (done.exit_code, "mine.json" in done.stderr) == (1, True)
    with database.transaction() as session:
        assert restaurants.all_of_them(session) == []


def test_a_file_that_is_not_there_is_named(database: Database) -> None:
    done = run(seed_command(database, KIGALI), "nowhere.json")
    assert (done.exit_code, "nowhere.json" in done.stderr) == (2, True)


def test_where_diners_are_real_seeding_asks_for_a_file(database: Database) -> None:
    refused = run(seed_command(database, KIGALI, is_real=True))
    assert (refused.exit_code, "file of your restaurant" in refused.stderr) == (1, True)
    with database.transaction() as session:
        assert restaurants.all_of_them(session) == []
    done = run(seed_command(database, KIGALI, is_real=True), "--samples")
    assert (done.exit_code, "Added 2 restaurants, " in done.stdout) == (0, True)


def test_what_a_file_changed_is_told(database: Database, tmp_path: Path) -> None:
    card = json.loads((SAMPLES / "kigali.json").read_text(encoding="utf-8"))
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(card), encoding="utf-8")
    assert "Changed" not in run(seed_command(database, KIGALI), str(file)).stdout
    card["restaurant"]["hours"] = "Never"
    for dish in card["menu"][:2]:
        dish["price"] = "1"
    card["menu"].append(card["menu"][0] | {"slug": "new-dish"})
    del card["pairings"][:3]
    file.write_text(json.dumps(card), encoding="utf-8")
    told = run(seed_command(database, KIGALI), str(file)).stdout
    assert "Added 0 restaurants, 1 menu items, 0 pairings, " in told
    assert told.endswith(" Changed 1 restaurants. Changed 2 menu items. Took away 3 pairings.\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_file_is_read_as_its_editor_saved_it(
    database: Database, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "mine.json"
    text = (SAMPLES / "kigali.json").read_text(encoding="utf-8")
    file.write_text(text, encoding=encoding)
    done = run(seed_command(database, KIGALI), str(file))
    assert (done.exit_code, "Added 1 restaurants, " in done.stdout) == (0, True)


@pytest.mark.parametrize("content", ["{'é'".encode("latin-1"), b"", b"\x00", b"\xff\xfe\x00"])
def test_a_file_that_is_no_text_or_no_json_is_a_sentence(
    database: Database, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "mine.json"
    file.write_bytes(content)
    done = run(seed_command(database, KIGALI), str(file))
    assert (done.exit_code, "mine.json: " in done.stderr) == (1, True)


def test_a_kitchens_words_are_shown_as_they_were_read(database: Database, tmp_path: Path) -> None:
    sample = json.loads((SAMPLES / "valletta.json").read_text())
    sample["menu"][0] |= {"allergens": ["Cream", "shellfish"], "dietary": []}
    sample["menu"][1] |= {"allergens": ["Cream"], "dietary": []}
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(sample))
    done = run(seed_command(database, KIGALI), str(file))
    first, second = (dish["name"] for dish in sample["menu"][:2])
    assert done.stdout.startswith(
        f"Read 'Cream' as milk: {first}, {second}.\n"
        f"Read 'shellfish' as crustaceans and molluscs: {first}.\n"
    )


def test_a_word_that_nobody_knows_stops_the_seed_by_its_dish(
    database: Database, tmp_path: Path
) -> None:
    sample = json.loads((SAMPLES / "valletta.json").read_text())
    sample["menu"][3]["allergens"] = ["nutts"]
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(sample))
    done = run(seed_command(database, KIGALI), str(file))
    name = sample["menu"][3]["name"]
    assert done.exit_code == 1
    assert f"mine.json: menu.3.allergens: {name}: 'nutts' is not known; did you" in done.stderr


def test_what_a_dish_says_and_its_lists_do_not_is_told(database: Database, tmp_path: Path) -> None:
    sample = json.loads((SAMPLES / "valletta.json").read_text())
    dish = {"slug": "x", "price": "5", "category": "Desserts", "allergens": []}
    sample["menu"] = [
        dish | {"name": "Cheesecake", "description": "With cream.", "free_of": ["fish"]},
        dish | {"slug": "y", "name": "Sorbet", "description": "Of lemons."},
    ]
    sample["pairings"] = []
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(sample))
    told = run(seed_command(database, KIGALI), str(file)).stdout.splitlines()
    assert told[:-1] == [
        "Check Cheesecake: says 'cheesecake', and its allergens lack milk.",
        "Check Cheesecake: says 'cheesecake', and its allergens lack eggs.",
        "Check Cheesecake: says 'cream', and its allergens lack milk.",
        "Without free_of, and so offered to nobody who must not have something: Sorbet.",
    ]


def test_what_people_changed_stays_and_is_told_with_the_command_that_undoes_it(
    database: Database,
) -> None:
    run(seed_command(database, KIGALI))
    with database.transaction() as session:
        audit.note(session, at=NOW, restaurant_id=1, by="Maria", what="hours.changed", subject="")
    told = run(seed_command(database, KIGALI)).stdout
    assert "The menu, pairings and hours of kigali stay as people made them" in told
    _, _, command = told.partition("flask --app app seed ")
    anew = run(seed_command(database, KIGALI), *command.split(" brings")[0].split())
    assert (anew.exit_code, "as people made" in anew.stdout) == (0, False)


def test_of_the_samples_nothing_has_to_be_checked(database: Database) -> None:
    told = run(seed_command(database, KIGALI)).stdout.splitlines()
    assert len(told) == 1
