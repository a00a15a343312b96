"""The sample restaurants and one's own are loaded once, however often they are loaded."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from knowledge.files import FileError, read_restaurant
from knowledge.seed import SAMPLE_FILES, SeedCounts, seed
from models import audit, covers
from models.accounts import kinds_of
from models.database.columns import Base
from models.database.engine import Database
from models.menu import ALLERGENS, MenuItem, available_items, pairings_of
from models.restaurants import (
    Restaurant,
    all_of_them,
    by_number,
    slugs_by_calls_number,
    slugs_by_number,
)

TODAY = date(2026, 11, 22)
KIGALI_NUMBER = "whatsapp:+14155238886"
TABLES = (
    "restaurants",
    "opening_hours",
    "menu_items",
    "pairings",
    "tax_rules",
    "ledger_entries",
)
NOTHING_NEW = SeedCounts(0, 0, 0, 0, 0)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'seed.db'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.transaction() as session:
        rows = {
            table: session.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
            for table in TABLES
        }
    return {table: [tuple(row) for row in found] for table, found in rows.items()}


DISH: dict[str, object] = {
    "slug": "soup",
    "name": "Bread soup",
    "price": "4.50",
    "category": "Soups",
    "description": "As at home.",
    "allergens": [],
}


def a_restaurant(**changes: object) -> dict[str, Any]:
    return {
        "restaurant": {
            "slug": "corner",
            "name": "The Corner",
            "number": "whatsapp:+35699000099",
            "country": "MT",
            "currency": "EUR",
            "locale": "en_MT",
            "timezone": "Europe/Malta",
            "city": "Gozo",
            "address": "1 Corner Street",
            "hours": "12-22",
            "about": "Soup and wine.",
        },
        "menu": [DISH | {}, DISH | {"slug": "wine"}],
        "pairings": [{"item": "soup", "with": "wine", "upsell": "A glass?"}],
        **changes,
    }


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    file = tmp_path / "corner.json"
    file.write_text(json.dumps(a_restaurant()))
    return file


def load(database: Database, *files: Path, today: date = TODAY, anew: bool = False) -> SeedCounts:
    return seed(database, today=today, kigali_number=KIGALI_NUMBER, files=files or None, anew=anew)


def test_the_samples_are_two_restaurants_with_full_menus_books_and_rules(
    database: Database,
) -> None:
    counts = load(database)
    assert counts.restaurants == 2
    assert (counts.menu_items >= 120, counts.pairings >= 80, counts.tax_rules >= 40) == (
        True,
        True,
        True,
    )
    assert counts.ledger_entries > 10_000


@pytest.mark.parametrize("file", SAMPLE_FILES, ids=["kigali", "valletta"])
def test_a_sample_menu_is_as_rich_as_promised(file: Path) -> None:
    sample = read_restaurant(file)
    assert len(sample.menu) >= 60
    assert len(sample.pairings) >= 40
    assert all(dish.image_url and dish.description for dish in sample.menu)


def test_the_kigali_restaurant_gets_the_services_number(database: Database) -> None:
    load(database)
    with database.transaction() as session:
        found = by_number(session, KIGALI_NUMBER)
        assert found is not None
        assert (found.slug, found.currency) == ("kigali", "RWF")


def test_a_second_run_changes_nothing(database: Database) -> None:
    load(database)
    before = everything(database)
    assert load(database) == NOTHING_NEW
    assert everything(database) == before


def test_a_later_run_adds_the_days_that_came_since(database: Database) -> None:
    load(database)
    before = everything(database)["ledger_entries"]
    counts = load(database, today=date(2026, 11, 24))
    after = everything(database)["ledger_entries"]
    assert after[: len(before)] == before
    assert {row[2] for row in after[len(before) :]} == {"2026-11-23", "2026-11-24"}
    assert len(after) == len(before) + counts.ledger_entries


def test_a_new_number_moves_the_kigali_restaurant(database: Database) -> None:
    load(database)
    seed(database, today=TODAY, kigali_number="whatsapp:+250788999999")
    with database.transaction() as session:
        assert by_number(session, KIGALI_NUMBER) is None
        assert len(all_of_them(session)) == 2


def test_a_file_of_ones_own_has_a_menu_and_no_books(database: Database, own_file: Path) -> None:
    counts = load(database, own_file)
    assert (counts.restaurants, counts.menu_items, counts.pairings, counts.ledger_entries) == (
        1,
        2,
        1,
        0,
    )
    assert load(database, own_file) == NOTHING_NEW


def test_a_dish_that_left_the_file_leaves_the_menu_with_its_pairings(
    database: Database, own_file: Path
) -> None:
    load(database, own_file)
    changed = a_restaurant(pairings=[])
    del changed["menu"][1]
    changed["menu"][0]["price"] = "5.00"
    own_file.write_text(json.dumps(changed))
    load(database, own_file)
    with database.transaction() as session:
        restaurant_id = session.scalars(select(Restaurant.id)).one()
        (soup,) = available_items(session, restaurant_id)
        assert (soup.slug, str(soup.price), pairings_of(session, restaurant_id, soup.id)) == (
            "soup",
            "5.00",
            [],
        )


def test_a_pairing_that_left_the_file_is_gone(database: Database, own_file: Path) -> None:
    load(database, own_file)
    own_file.write_text(json.dumps(a_restaurant(pairings=[])))
    load(database, own_file)
    assert everything(database)["pairings"] == []


def test_a_dish_that_comes_back_keeps_its_id(database: Database, own_file: Path) -> None:
    load(database, own_file)
    before = everything(database)["menu_items"]
    own_file.write_text(json.dumps(a_restaurant(menu=a_restaurant()["menu"][:1], pairings=[])))
    load(database, own_file)
    own_file.write_text(json.dumps(a_restaurant()))
    load(database, own_file)
    assert everything(database)["menu_items"] == before


def test_a_sample_gives_way_to_a_restaurant_of_ones_own_and_stays_away(
    database: Database, own_file: Path
) -> None:
    load(database)
    mine = a_restaurant()
    mine["restaurant"]["number"] = KIGALI_NUMBER
    own_file.write_text(json.dumps(mine))
    load(database, own_file)
    load(database)
    with database.transaction() as session:
        found = by_number(session, KIGALI_NUMBER)
        assert (found.slug if found else None, len(all_of_them(session))) == ("corner", 3)


def test_a_sample_whose_own_number_is_the_services_keeps_it(database: Database) -> None:
    valletta_number = read_restaurant(SAMPLE_FILES[1]).restaurant.number
    for number in (valletta_number, "whatsapp:+250788999999", valletta_number, KIGALI_NUMBER):
        seed(database, today=TODAY, kigali_number=number)
        with database.transaction() as session:
            by_slug = {slug: number for number, slug in slugs_by_number(session).items()}
        expected = KIGALI_NUMBER if number == valletta_number else number
        assert by_slug == {"kigali": expected, "valletta": valletta_number}


def test_two_restaurants_may_change_places(database: Database, tmp_path: Path) -> None:
    for numbers in (("1", "2"), ("2", "1")):
        files = [tmp_path / "corner.json", tmp_path / "market.json"]
        for file, number in zip(files, numbers, strict=True):
            restaurant = a_restaurant()
            restaurant["restaurant"] |= {"slug": file.stem, "number": f"+3569900000{number}"}
            file.write_text(json.dumps(restaurant))
        load(database, *files)
        with database.transaction() as session:
            by_slug = {slug: number[-1] for number, slug in slugs_by_number(session).items()}
        assert by_slug == dict(zip(("corner", "market"), numbers, strict=True))


@pytest.mark.parametrize("own_first", [True, False])
def test_a_samples_file_gives_way_to_ones_own_beside_it(
    database: Database, own_file: Path, own_first: bool
) -> None:
    mine = a_restaurant()
    mine["restaurant"]["number"] = KIGALI_NUMBER
    own_file.write_text(json.dumps(mine))
    files = (own_file, SAMPLE_FILES[0])
    load(database, *(files if own_first else reversed(files)))
    with database.transaction() as session:
        assert slugs_by_number(session) == {KIGALI_NUMBER: "corner", "none:kigali": "kigali"}


def test_a_dish_must_say_what_it_contains(own_file: Path) -> None:
    silent = a_restaurant()
    del silent["menu"][0]["allergens"]
    own_file.write_text(json.dumps(silent))
    with pytest.raises(FileError, match="allergens"):
        read_restaurant(own_file)


def test_a_number_has_one_restaurant_of_ones_own(database: Database, own_file: Path) -> None:
    load(database, own_file)
    second = a_restaurant()
    second["restaurant"]["slug"] = "second"
    own_file.write_text(json.dumps(second))
    with pytest.raises(
        FileError, match=r"second: restaurant.number: .* already the number of corner"
    ):
        load(database, own_file)


def test_a_number_for_calls_has_one_restaurant(database: Database, own_file: Path) -> None:
    first, second = a_restaurant(), a_restaurant()
    first["restaurant"]["calls_number"] = "+250 252 000 200"
    second["restaurant"] |= {"slug": "second", "number": "whatsapp:+250788999001"}
    second["restaurant"]["calls_number"] = "00250252000200"
    own_file.write_text(json.dumps(first))
    load(database, own_file)
    load(database, own_file)
    own_file.write_text(json.dumps(second))
    complaint = r"second: restaurant.calls_number: \+250252000200 is already that of corner"
    with pytest.raises(FileError, match=complaint):
        load(database, own_file)


def test_two_may_change_their_numbers_for_calls(database: Database, tmp_path: Path) -> None:
    numbers = ["+250252000200", "+250252000201"]
    for of in (numbers, numbers[::-1]):
        files = []
        for nth, number in enumerate(of):
            file = a_restaurant()
            card = {"slug": f"r{nth}", "number": f"whatsapp:+25078899900{nth}"}
            file["restaurant"] |= {**card, "calls_number": number}
            files.append(tmp_path / f"{nth}.json")
            files[-1].write_text(json.dumps(file))
        load(database, *files)
    with database.transaction() as session:
        assert slugs_by_calls_number(session) == {numbers[1]: "r0", numbers[0]: "r1"}


def broken(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    file = a_restaurant()
    place: Any = file
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return file


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        (broken(("menu", 1, "price"), "cheap"), "menu.1.price: "),
        (broken(("menu", 1, "price"), "-1"), "menu.1.price: "),
        (broken(("menu", 0, "prize"), "4"), "menu.0.prize: "),
        (broken(("menu", 1, "slug"), "soup"), "slug used twice: soup"),
        (broken(("pairings", 0, "with"), "beer"), "pairings: not on the menu: beer"),
        (broken(("pairings", 0, "with"), "soup"), "pairings: a dish with itself: soup"),
        (broken(("restaurant", "currency"), "EURO"), "restaurant.currency: not a currency"),
        (
            broken(("restaurant", "currency"), "RWF"),
            "RWF prices have 0 decimals at most: soup, wine",
        ),
        (broken(("restaurant", "locale"), "xx_XX"), "restaurant.locale: not a locale"),
        (broken(("restaurant", "timezone"), "Mars/North"), "restaurant.timezone: not a time zone"),
        (broken(("restaurant", "number"), "+356"), "restaurant.number: "),
        (broken(("menu",), []), "menu: "),
        (
            broken(("menu", 1, "allergens"), ["milk", "crem"]),
            "menu.1.allergens: Bread soup: 'crem' is not known; did you mean cr",
        ),
        (broken(("menu", 0, "dietary"), ["keto"]), "menu.0.dietary: Bread soup: 'keto' is not"),
        (broken(("menu", 0, "allergens"), ["gluten-free"]), "says what is not in it"),
        (broken(("menu", 0, "allergens"), "milk"), "menu.0.allergens: "),
        (
            broken(("menu", 0, "may_contain"), ["nutts"]),
            "menu.0.may_contain: Bread soup: 'nutts' is not known; did you mean nuts?",
        ),
        (
            broken(("menu", 0, "may_contain"), ["nut-free"]),
            "'nut-free' says what is not in it: that stands in free_of",
        ),
        (
            broken(("menu", 0, "free_of"), ["nutts"]),
            "menu.0.free_of: Bread soup: 'nutts' is not known; did you mean nuts?",
        ),
        (
            broken(("menu", 0, "free_of"), ["cheese"]),
            "'cheese' is but a part of cheese (milk): say whether all is",
        ),
        (broken(("menu", 0, "free_of"), ["wheat"]), "is but a part of wheat (gluten)"),
        (
            broken(("menu", 0, "free_of"), "everything"),
            'menu.0.free_of: expected a list of allergens, or "others"',
        ),
        (
            broken(("menu", 0), DISH | {"allergens": ["milk"], "free_of": ["nuts", "dairy"]}),
            "menu.0: Bread soup: free_of: has milk, which stands in allergens too",
        ),
        (
            broken(("menu", 0), DISH | {"may_contain": ["nuts"], "free_of": ["nuts"]}),
            "free_of: has nuts, which stands in may_contain too",
        ),
        (
            broken(("menu", 0), DISH | {"allergens": ["milk"], "dietary": ["vegan"]}),
            "Bread soup: dietary: has vegan, yet allergens has milk",
        ),
        (
            broken(("menu", 0), DISH | {"may_contain": ["wheat"], "dietary": ["gluten-free"]}),
            "dietary: has gluten-free, yet may_contain has gluten",
        ),
        (
            broken(("menu", 0), DISH | {"dietary": ["halal", "contains-alcohol"]}),
            "dietary: has halal, yet contains-alcohol too",
        ),
        (
            broken(("menu", 0), DISH | {"dietary": ["contains pork", "vegetarian"]}),
            "dietary: has vegetarian, yet contains-pork too",
        ),
    ],
)
def test_a_wrong_file_is_refused_by_its_name_and_field(
    database: Database, own_file: Path, file: dict[str, Any], complaint: str
) -> None:
    own_file.write_text(json.dumps(file))
    with pytest.raises(FileError) as refused:
        load(database, own_file)
    assert str(refused.value).startswith("corner.json: ")
    assert complaint in str(refused.value)
    assert everything(database)["restaurants"] == []


def test_a_file_that_is_not_there_is_named(database: Database, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nowhere.json: No such file"):
        load(database, tmp_path / "nowhere.json")


def test_a_file_that_is_not_json_is_named(database: Database, own_file: Path) -> None:
    own_file.write_text("{")
    with pytest.raises(FileError, match=r"corner.json: Invalid JSON"):
        load(database, own_file)


def test_a_kitchens_words_are_stored_as_those_that_are_known_and_shown(
    database: Database, own_file: Path
) -> None:
    mine = a_restaurant()
    mine["menu"][0] |= {"allergens": ["cheese", "cream", "shrimp", "milk"], "dietary": ["Halal"]}
    mine["menu"][1] |= {"name": "Wine", "allergens": ["Cream"], "dietary": []}
    own_file.write_text(json.dumps(mine))
    counts = load(database, own_file)
    assert counts.readings == {
        "'cheese' as milk": ["Bread soup"],
        "'cream' as milk": ["Bread soup"],
        "'shrimp' as crustaceans": ["Bread soup"],
        "'Halal' as halal": ["Bread soup"],
        "'Cream' as milk": ["Wine"],
    }
    with database.transaction() as session:
        soup, wine = available_items(session, session.scalars(select(Restaurant.id)).one())
    assert (soup.allergens, soup.dietary) == (["milk", "crustaceans"], ["halal"])
    assert wine.allergens == ["milk"]


@pytest.mark.parametrize(
    ("written", "may_contain", "free_of"),
    [
        ({}, None, None),
        ({"may_contain": [], "free_of": []}, [], []),
        ({"free_of": ["dairy", "shellfish"]}, None, ["milk", "crustaceans", "molluscs"]),
        ({"may_contain": ["may contain traces of nuts"]}, ["nuts"], None),
        (
            {"allergens": ["cream", "bread"], "may_contain": ["almonds"], "free_of": "others"},
            ["nuts"],
            [each for each in ALLERGENS if each not in ("milk", "gluten", "nuts")],
        ),
        ({"may_contain": ["milk"], "dietary": ["vegan"]}, ["milk"], None),
    ],
)
def test_what_a_dish_may_contain_and_is_free_of_is_stored_in_known_words(
    database: Database,
    own_file: Path,
    written: dict[str, object],
    may_contain: list[str] | None,
    free_of: list[str] | None,
) -> None:
    own_file.write_text(json.dumps(broken(("menu", 0), DISH | written)))
    load(database, own_file)
    assert load(database, own_file).changed == {}
    with database.transaction() as session:
        soup, _ = available_items(session, session.scalars(select(Restaurant.id)).one())
    assert (soup.may_contain, soup.free_of) == (may_contain, free_of)


def test_the_samples_speak_in_known_words(database: Database) -> None:
    assert load(database).readings == {}


@pytest.mark.parametrize(
    "typed",
    ["whatsapp:+35699000099", "WhatsApp:+356 9900 0099", "+35699000099", "whatsapp:0035699000099"],
)
def test_a_restaurants_number_is_spelled_as_twilio_does(
    database: Database, tmp_path: Path, typed: str
) -> None:
    restaurant = a_restaurant()
    restaurant["restaurant"]["number"] = typed
    file = tmp_path / "corner.json"
    file.write_text(json.dumps(restaurant))
    load(database, file)
    with database.transaction() as session:
        assert by_number(session, "whatsapp:+35699000099") is not None


@pytest.mark.parametrize("typed", ["", "whatsapp:", "0788000001", "whatsapp:my number", "sms:+1"])
def test_a_restaurants_number_that_nobody_can_write_to_is_refused(
    database: Database, tmp_path: Path, typed: str
) -> None:
    restaurant = a_restaurant()
    restaurant["restaurant"]["number"] = typed
    file = tmp_path / "corner.json"
    file.write_text(json.dumps(restaurant))
    with pytest.raises(FileError, match=r"restaurant\.number: not a WhatsApp number"):
        load(database, file)


def with_hours(**changes: object) -> dict[str, Any]:
    return a_restaurant(
        **{
            "opening_hours": ["Mon-Fri 12:00-15:00, 18:00-23:00", "Sat 18:00-02:00"],
            "periods": {"soup hour": ["12:00-14:00"]},
            "exceptions": [{"date": "2026-12-25", "name": "Christmas Day"}],
            **changes,
        }
    )


def load_file(database: Database, file: Path, card: dict[str, Any]) -> SeedCounts:
    file.write_text(json.dumps(card))
    return load(database, file)


def test_hours_of_a_file_are_the_restaurants(database: Database, own_file: Path) -> None:
    assert load_file(database, own_file, with_hours()).opening_hours == 5 * 2 + 1 + 7 + 1
    with database.transaction() as session:
        found = by_number(session, "whatsapp:+35699000099")
    assert found is not None
    rows = {(row.what, row.day, row.opens, row.closes, row.name) for row in found.opening_hours}
    assert {
        ("", "fri", "18:00", "23:00", ""),
        ("", "sat", "18:00", "02:00", ""),
        ("soup hour", "sun", "12:00", "14:00", ""),
        ("", "2026-12-25", "", "", "Christmas Day"),
    } <= rows
    assert load(database, own_file) == NOTHING_NEW


def test_hours_that_change_in_the_file_change(database: Database, own_file: Path) -> None:
    load_file(database, own_file, with_hours())
    longer = ["Mon-Fri 12:00-15:00, 18:00-23:30", "Sun 18:00-02:00"]
    counts = load_file(database, own_file, with_hours(opening_hours=longer, periods={}))
    assert (counts.opening_hours, counts.changed, counts.gone) == (
        1,
        {"opening_hours": 5},
        {"opening_hours": 1 + 7},
    )


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"opening_hours": ["Mon-Fri 12-15"]}, "'12-15' is no times of a week"),
        ({"opening_hours": ["Mon 12:00-15:00", "Mon 12:00-16:00"]}, "house mon 12:00"),
        ({"opening_hours": []}, "opening_hours: say when it is open"),
        ({"exceptions": [{"date": "2026-12-25"}]}, "exceptions.0.name"),
        ({"exceptions": [{"date": "25/12", "name": "X"}]}, "exceptions.0.date"),
        ({"exceptions": [{"date": "2026-12-25", "name": "X"}] * 2}, "given twice: 2026-12-25"),
        ({"exceptions": [{"date": "2026-12-25", "name": "X", "hours": ["noon"]}]}, "'noon'"),
        ({"menu": [{"served": ["brunch"]}]}, "'brunch' is neither one of periods (soup hour)"),
        ({"menu": [{"sold_out_until": "2026-12-25T18:00"}]}, "menu.0.sold_out_until"),
        ({"menu": [{"portion": ""}]}, "menu.0.portion"),
    ],
)
def test_hours_that_are_none_are_refused(
    database: Database, own_file: Path, changes: dict[str, Any], named: str
) -> None:
    dishes = a_restaurant()["menu"]
    if "menu" in changes:
        changes = {"menu": [dishes[0] | changes["menu"][0], dishes[1]]}
    with pytest.raises(FileError, match=re.escape(named)):
        load_file(database, own_file, with_hours(**changes))


def test_a_restaurant_says_its_hours_in_words_or_as_data(
    database: Database, own_file: Path
) -> None:
    card = a_restaurant()
    del card["restaurant"]["hours"]
    with pytest.raises(FileError, match="opening_hours: say when it is open"):
        load_file(database, own_file, card)
    load_file(database, own_file, card | {"opening_hours": ["12:00-22:00"]})


def test_what_the_kitchen_said_is_sold_out_stays_so(database: Database, own_file: Path) -> None:
    until = datetime(2026, 12, 1, 18, tzinfo=UTC)
    load(database, own_file)
    with database.transaction() as session:
        session.execute(update(MenuItem).values(sold_out_until=until))
    assert load(database, own_file) == NOTHING_NEW
    with database.transaction() as session:
        assert set(session.scalars(select(MenuItem.sold_out_until))) == {until}


def test_a_file_says_when_a_dish_is_served_and_until_when_it_is_sold_out(
    database: Database, own_file: Path
) -> None:
    soup, wine = a_restaurant()["menu"]
    soup |= {"served": ["soup hour", "Sat 18:00-20:00"], "portion": "for two"}
    wine |= {"sold_out_until": "2026-12-01T18:00+01:00"}
    load_file(database, own_file, with_hours(menu=[soup, wine]))
    with database.transaction() as session:
        found = {item.slug: item for item in session.scalars(select(MenuItem))}
    assert (found["soup"].served, found["soup"].portion) == (
        ["soup hour", "Sat 18:00-20:00"],
        "for two",
    )
    assert found["wine"].served is None
    assert found["wine"].sold_out_until == datetime(2026, 12, 1, 17, tzinfo=UTC)


def test_a_fiscal_year_begins_in_the_month_that_the_file_says(
    database: Database, own_file: Path
) -> None:
    loaded = json.loads(own_file.read_text(encoding="utf-8"))
    loaded["restaurant"]["fiscal_year_start"] = 7
    own_file.write_text(json.dumps(loaded), encoding="utf-8")
    seed(database, today=TODAY, kigali_number=KIGALI_NUMBER, files=[own_file])
    with database.transaction() as session:
        assert [each.fiscal_year_start for each in all_of_them(session)] == [7]
    loaded["restaurant"]["fiscal_year_start"] = 13
    own_file.write_text(json.dumps(loaded), encoding="utf-8")
    with pytest.raises(FileError, match=r"restaurant\.fiscal_year_start: "):
        read_restaurant(own_file)


def test_what_people_changed_of_a_sample_stays_and_what_a_command_did_does_not(
    database: Database,
) -> None:
    load(database)
    with database.transaction() as session:
        here = {each.slug: each.id for each in all_of_them(session)}
        for slug, by in (("kigali", "whatsapp:+250788000001"), ("valletta", audit.COMMAND_LINE)):
            available_items(session, here[slug])[0].price += 1
            audit.note(
                session,
                at=datetime.now(UTC),
                restaurant_id=here[slug],
                by=by,
                what="menu.price_changed",
            )
    again = load(database)
    assert (again.changed, again.kept) == ({"menu_items": 1}, ["kigali"])
    anew = load(database, anew=True)
    assert (anew.changed, anew.kept) == ({"menu_items": 1}, [])


def test_the_samples_covers_and_what_accounts_are_of_are_kept(database: Database) -> None:
    seed(database, today=TODAY, kigali_number=KIGALI_NUMBER)
    with database.transaction() as session:
        for each in all_of_them(session):
            assert covers.last_day(session, each.id) == TODAY
            assert set(kinds_of(session, each.id).values()) == {"food", "beverage", "labour"}
