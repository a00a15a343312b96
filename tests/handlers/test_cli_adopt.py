"""`adopt`: a menu that another program kept in the same PostgreSQL becomes a restaurant's."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import Result

from handlers.cli.adopt import adopt_command
from handlers.cli.stock import db_group
from models import audit, menu
from models.database.engine import Database
from models.restaurants import by_number
from tests.engine.world import KIGALI
from tests.handlers.terminal import run

CARD = {
    "restaurant": {
        "slug": "umubano",
        "name": "Umubano Café",
        "number": "whatsapp:+250788000777",
        "country": "RW",
        "currency": "RWF",
        "locale": "en_RW",
        "timezone": "Africa/Kigali",
        "city": "Musanze",
        "address": "NR 4",
        "hours": "Every day 07:00-21:00",
        "about": "A small café.",
    },
    "opening_hours": ["07:00-21:00"],
}
THEIRS = """
CREATE TABLE menu_items (
    id serial CONSTRAINT pk_menu_items PRIMARY KEY, name text, {price}, currency text,
    description text, image_url text
);
INSERT INTO menu_items (name, {field}, currency, description, image_url) VALUES
    ('Cappuccino', 250000{cents}, 'RWF', 'A double shot.', 'https://example.com/c.jpg'),
    ('Banana bread', 180000{cents}, 'rwf', NULL, NULL),
    ('Cappuccino', 300000{cents}, NULL, 'A large one.', '');
CREATE TABLE pairings (
    id serial PRIMARY KEY,
    {dish} integer REFERENCES menu_items (id), {partner} integer REFERENCES menu_items (id),
    note text
);
INSERT INTO pairings ({dish}, {partner}, note) VALUES
    (1, 2, 'A slice with it?'), (3, 2, NULL), (1, 1, 'Itself'), (1, 2, 'Again');
"""
IN_CENTS = {"price": "price_cents bigint", "field": "price_cents", "cents": ""}
WHOLE = {"price": "price numeric(12, 2)", "field": "price", "cents": " / 100"}
NAMED = {"dish": "item_id", "partner": "with_item_id"}
BY_KEYS = {"dish": "main_course", "partner": "side"}


@pytest.fixture
def url(bare_postgresql_url: str) -> str:
    return bare_postgresql_url


@pytest.mark.parametrize("prices", [IN_CENTS, WHOLE], ids=["cents", "whole"])
@pytest.mark.parametrize("links", [NAMED, BY_KEYS], ids=["named", "by_keys"])
def test_their_menu_is_shown_and_then_taken_over(
    url: str, tmp_path: Path, prices: dict[str, str], links: dict[str, str]
) -> None:
    _execute(url, THEIRS.format(**prices, **links))
    shown = _adopt(url, tmp_path)
    assert "+ cappuccino  Cappuccino, 2500.00 RWF" in shown.stdout
    assert shown.stdout.endswith("Nothing is changed yet: --apply does it.\n")
    assert _tables(url) == {("public", "menu_items"), ("public", "pairings")}

    done = _adopt(url, tmp_path, "--apply")
    assert done.exit_code == 0, done.output
    items, pairings = _menu(url)
    assert [(item["slug"], item["price"], item["free_of"]) for item in items] == [
        ("cappuccino", 2500, None),
        ("banana-bread", 1800, None),
        ("cappuccino-3", 3000, None),
    ]
    assert [(each["item"], each["with_item"], each["upsell"]) for each in pairings] == [
        ("cappuccino", "banana-bread", "A slice with it?"),
        ("cappuccino-3", "banana-bread", "Would you like Banana bread with it?"),
    ]
    assert ("adopted", "menu_items") in _tables(url)
    # What the owner stated since is not lost by doing it again.
    again = _adopt(url, tmp_path, "--apply")
    assert (again.exit_code, "umubano is on file already" in again.stderr) == (1, True)
    assert _menu(url) == (items, pairings)


def test_more_tables_of_theirs_in_our_way_are_told_and_nothing_moves(
    url: str, tmp_path: Path
) -> None:
    _execute(url, THEIRS.format(**IN_CENTS, **NAMED) + "CREATE TABLE staff (id int)")
    for words in ((), ("--apply",)):
        told = _adopt(url, tmp_path, *words)
        assert (told.exit_code, "under our names: staff." in told.stderr) == (1, True)
    assert _tables(url) == {("public", "menu_items"), ("public", "pairings")}


def test_a_takeover_that_was_broken_off_is_simply_run_again(url: str, tmp_path: Path) -> None:
    _execute(
        url,
        THEIRS.format(**IN_CENTS, **NAMED)
        + "CREATE SCHEMA adopted; ALTER TABLE pairings SET SCHEMA adopted;"
        "ALTER TABLE menu_items SET SCHEMA adopted",
    )
    assert run(db_group(url), "upgrade").exit_code == 0
    assert _adopt(url, tmp_path, "--apply").exit_code == 0
    assert len(_menu(url)[0]) == 3
    database = Database(url)
    with database.transaction() as session:
        (kept,) = audit.latest(session, 1, 9)
    database.close()
    assert (kept.by, kept.what) == (audit.COMMAND_LINE, "restaurant.loaded")


def test_every_fault_of_theirs_is_told_at_once(url: str, tmp_path: Path) -> None:
    _execute(
        url,
        THEIRS.format(**IN_CENTS, **NAMED)
        + "UPDATE menu_items SET currency = 'EUR', price_cents = 50 WHERE id > 1;"
        "UPDATE menu_items SET currency = 'Frw' WHERE id = 1",
    )
    told = _adopt(url, tmp_path).stderr
    assert [line.count("menu_items") for line in told.splitlines()] == [1, 1, 1, 1]
    assert "menu_items 1" not in told


def test_ours_may_stand_beside_theirs(url: str, tmp_path: Path) -> None:
    _execute(url, THEIRS.format(**IN_CENTS, **NAMED))
    beside = f"{url}{'&' if '?' in url else '?'}schema=tableside"
    assert _adopt(beside, tmp_path, "--apply").exit_code == 0
    assert len(_menu(beside)[0]) == 3
    assert ("public", "menu_items") in _tables(url)


def test_an_upgrade_says_how_to_take_them_over(url: str) -> None:
    _execute(url, THEIRS.format(**IN_CENTS, **NAMED))
    told = run(db_group(url), "upgrade").stderr
    assert "flask --app app adopt takes their menu over" in told


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE menu_items SET currency = 'EUR' WHERE id = 2", "menu_items 2: currency: is EUR"),
        ("UPDATE menu_items SET price_cents = 250050", "menu_items 1: price_cents: 2500.5"),
        ("UPDATE menu_items SET price_cents = NULL", "menu_items 1: price: "),
        ("UPDATE menu_items SET name = NULL WHERE id = 2", "menu_items 2: name: String should"),
        (
            "ALTER TABLE pairings RENAME item_id TO a; ALTER TABLE pairings DROP with_item_id",
            "pairings: has no columns item_id and with_item_id, only id, a, note",
        ),
    ],
)
def test_what_cannot_be_taken_over_is_told_and_nothing_moves(
    url: str, tmp_path: Path, change: str, words: str
) -> None:
    _execute(url, THEIRS.format(**IN_CENTS, **NAMED) + change)
    refused = _adopt(url, tmp_path, "--apply")
    assert (refused.exit_code, words in refused.stderr) == (1, True), refused.stderr
    assert _tables(url) == {("public", "menu_items"), ("public", "pairings")}


def test_a_card_with_a_menu_of_its_own_or_none_is_told(url: str, tmp_path: Path) -> None:
    _execute(url, THEIRS.format(**IN_CENTS, **NAMED))
    assert "menu: leave it out" in _adopt(url, tmp_path, card=CARD | {"menu": []}).stderr
    assert "restaurant: is missing" in _adopt(url, tmp_path, card={}).stderr


def test_where_there_is_none_it_says_so(url: str, tmp_path: Path) -> None:
    assert "no table menu_items of another program" in _adopt(url, tmp_path).stderr
    _execute(url, "SELECT 1")
    assert run(db_group(url), "upgrade").exit_code == 0
    assert "no table menu_items of another program" in _adopt(url, tmp_path).stderr


def _adopt(url: str, folder: Path, *words: str, card: Any = CARD) -> Result:
    file = folder / "card.json"
    file.write_text(json.dumps(card))
    database = Database(url)
    done = run(adopt_command(database, KIGALI), str(file), *words)
    database.close()
    return done


def _menu(url: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    database = Database(url)
    with database.transaction() as session:
        restaurant = by_number(session, CARD["restaurant"]["number"])  # type: ignore[index]
        assert restaurant is not None
        found = menu.rows_of(session, restaurant.id), menu.pairing_rows_of(session, restaurant.id)
    database.close()
    return found


def _execute(url: str, statements: str) -> None:
    with psycopg.connect(_dsn(url), autocommit=True) as connection:
        connection.execute(statements)


def _tables(url: str) -> set[tuple[str, str]]:
    with psycopg.connect(_dsn(url)) as connection:
        found = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE tablename IN ('menu_items', 'pairings', 'alembic_version')"
        )
        return set(found.fetchall())


def _dsn(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://").replace(
        "postgres://", "postgresql://"
    )
