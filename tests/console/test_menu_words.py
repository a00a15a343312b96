"""Pairings, the house's own words and its hours in the console: typed, refused, changed, kept."""

import re
from html import unescape

import pytest

from knowledge.hours_in_words import hours_text
from knowledge.lexicon_on_file import lexicon_of
from models import menu, restaurants
from tests.console.menus import DISHES, MARIA, dish, noted, ready, served
from tests.console.world import GRACE, House, hidden

PAIRED = {"item": "rolex", "with": "chips", "upsell": "Chips with it?"}
WORD = {"language": "fr", "word": "rouleau", "means": "rolex"}
CHRISTMAS = {"day": "2026-12-25", "name": "Christmas Day", "times": "12:00-15:00, 18:00-22:00"}


@pytest.fixture
def ids(house: House) -> dict[str, int]:
    return served(house.database)


def pairings(house: House) -> list[tuple[str, ...]]:
    with house.database.transaction() as session:
        rows = menu.pairing_rows_of(session, 1)
    return [(row["item"], row["with_item"], row["upsell"]) for row in rows]


def hours(house: House) -> str:
    with house.database.transaction() as session:
        return hours_text(restaurants.all_of_them(session)[0])


def test_a_pairing_is_added_changed_and_removed(any_house: House) -> None:
    served(any_house.database)
    maria, grace = ready(any_house, MARIA), ready(any_house, GRACE)
    assert maria.post("/kigali/pairings", None, **PAIRED).status_code == 303
    changed = PAIRED | {"upsell": "Some chips?", "seen": "Chips with it?"}
    assert maria.post("/kigali/pairings", None, **changed).status_code == 303
    assert pairings(any_house) == [("rolex", "chips", "Some chips?")]
    late = grace.post("/kigali/pairings", None, **changed | {"upsell": "Fries?"})
    assert (late.status_code, "in the meantime" in late.text, "Fries?" in late.text) == (
        409,
        True,
        True,
    )
    again = PAIRED | {"upsell": "Fries?", "seen": hidden(late.text)}
    assert grace.post("/kigali/pairings", None, **again).status_code == 303
    for _ in range(2):
        assert maria.post("/kigali/pairings/remove", None, **PAIRED).status_code == 303
    assert pairings(any_house) == []
    told = [each[0] for each in noted(any_house)]
    assert told == ["pairing.removed", *["pairing.changed"] * 2, "pairing.added"]


def test_a_pairing_that_is_none_is_told_by_its_field(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    maria.post("/kigali/pairings", None, **PAIRED)
    for name, typed, fault in (
        ("item", "", "Choose a dish."),
        ("item", "sushi", "sushi is not on the menu"),
        ("with", "ugali", "ugali is not on the menu"),
        ("with", "rolex", "It is the dish itself."),
        ("with", "chips", "offered together already"),
        ("with", "timpana", "not on the menu"),
        ("upsell", "", "is empty"),
        ("upsell", "x" * 301, "at most 300"),
    ):
        answer = maria.post("/kigali/pairings", None, **PAIRED | {name: typed})
        told = re.findall(rf'id="{name}-fault">([^<]+)<', answer.text)
        assert (answer.status_code, fault in "".join(told)) == (400, True)
    assert len(pairings(house)) == 1


def test_a_word_of_the_houses_own_is_understood_there_alone(
    house: House, ids: dict[str, int]
) -> None:
    maria = ready(house, MARIA)
    assert maria.post("/kigali/synonyms", None, **WORD).status_code == 303
    with house.database.transaction() as session:
        here, there = (lexicon_of(house.database, session, each) for each in ("kigali", "valletta"))
    assert "rolex" in here.concepts(("rouleau",))
    assert "rolex" not in there.concepts(("rouleau",))
    changed = WORD | {"means": "chips, rolex", "seen": "rolex"}
    assert maria.post("/kigali/synonyms", None, **changed).status_code == 303
    assert maria.post("/kigali/synonyms", None, **changed).status_code == 409
    assert "chips or rolex" in maria.get("/kigali/synonyms").text
    assert maria.post("/kigali/synonyms/remove", None, **WORD).status_code == 303
    told = [each[0] for each in noted(house)]
    assert told == ["word.removed", "word.changed", "word.added"]


def test_a_word_that_is_none_is_told_by_its_field(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    for name, typed, fault in (
        ("word", "", "is empty"),
        ("word", "a, b", "no comma"),
        ("word", "x" * 81, "at most 80"),
        ("language", "xx", "no language"),
        ("means", "", "Say what it means"),
        ("means", "a=b", "no ="),
    ):
        answer = maria.post("/kigali/synonyms", None, **WORD | {name: typed})
        told = re.findall(rf'id="{name}-fault">([^<]+)<', answer.text)
        assert (answer.status_code, fault in unescape("".join(told))) == (400, True), name
    none = WORD | {"means": "", "nothing": "on"}
    assert maria.post("/kigali/synonyms", None, **none).status_code == 303
    assert "nobody knows" in maria.get("/kigali/synonyms?q=zzzz").text.lower()
    assert "Known everywhere" in maria.get("/kigali/synonyms?q=samaki").text


def test_a_word_that_leads_to_no_dish_is_kept_and_told(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    for means, is_told in (("rolex", False), ("xyzzyq", True)):
        word = WORD | {"word": f"zuppa {means}", "means": means}
        assert maria.post("/kigali/synonyms", None, **word).status_code == 303
        assert ("leads to nothing" in maria.get("/kigali/synonyms").text) == is_told
    marked = re.findall(r"<strong>([^<]+)</strong>.*Leads to", maria.get("/kigali/synonyms").text)
    assert marked == ["zuppa xyzzyq"]
    for asked, new, opened in (
        ("Zuppa xyzzyq", "", ["zuppa xyzzyq"]),
        ("minestra", "minestra", []),
    ):
        page = maria.get(f"/kigali/synonyms?word={asked}").text
        assert f'name="word" type="text" value="{new}"' in page
        assert re.findall(r"<details open>\s*<summary>.*?<strong>([^<]+)", page) == opened


def test_of_two_who_change_a_word_the_second_sees_the_others_and_may_save_hers(
    house: House, ids: dict[str, int]
) -> None:
    maria, grace = ready(house, MARIA), ready(house, GRACE)
    assert maria.post("/kigali/synonyms", None, **WORD).status_code == 303
    mine = WORD | {"seen": WORD["means"], "means": "fries"}
    assert (
        grace.post("/kigali/synonyms", None, **WORD | mine | {"means": "rice"}).status_code == 303
    )
    late = maria.post("/kigali/synonyms", None, **mine)
    assert (late.status_code, "It means rice now." in late.text) == (409, True)
    again = mine | {"seen": "rice"}
    assert 'name="seen" value="rice"' in late.text
    assert maria.post("/kigali/synonyms", None, **again).status_code == 303


def test_the_week_is_typed_in_the_files_words(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    page = maria.get("/kigali/hours").text
    assert ">07:00-23:00</textarea>" in page
    week = {
        "seen": hidden(page), "house": "Mon-Thu, Sun 07:00-23:00\nFri-Sat 07:00-02:00",
        "name-0": "breakfast", "times-0": "07:00-11:00",
        "name-1": "grill", "times-1": "18:00-22:00",
    }  # fmt: skip
    assert maria.post("/kigali/hours", None, **week).status_code == 303
    assert hours(house) == (
        "Open Mon-Thu, Sun 07:00-23:00; Fri-Sat 07:00-02:00;"
        " breakfast 07:00-11:00; grill 18:00-22:00"
    )
    late = maria.post("/kigali/hours", None, **week | {"house": "12:00-13:00"})
    assert (late.status_code, "in the meantime" in late.text) == (409, True)
    assert [each[0] for each in noted(house)] == ["hours.changed"]


def test_hours_that_are_none_are_told_by_their_field(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    mark = hidden(maria.get("/kigali/hours").text)
    week = {"seen": mark, "house": "07:00-23:00", "name-0": "breakfast", "times-0": "07:00-11:00"}
    for name, typed, fault in (
        ("house", "", "say when it is open"),
        ("house", "all day", "no times of a week"),
        ("house", "07:00-12:00, 11:00-15:00", "is open then already"),
        ("house", "Mon 07:00-07:00", "closes when it opens"),
        ("times-0", "25:00-26:00", "no times of a week"),
        ("times-0", "", "say when"),
        ("name-0", "", "give it a name"),
        ("name-0", "a,b", "no comma"),
    ):
        answer = maria.post("/kigali/hours", None, **week | {name: typed})
        told = re.findall(rf'id="{name}-fault">([^<]+)<', answer.text)
        assert (answer.status_code, fault in unescape("".join(told))) == (400, True), (name, typed)
    gone = maria.post("/kigali/hours", None, **week | {"name-0": "morning"})
    assert (gone.status_code, "breakfast: Rolex" in gone.text) == (400, True)
    two = week | {"name-1": "grill", "times-1": "18:00-22:00", "name-0": "", "times-0": ""}
    gone = maria.post("/kigali/hours", None, **two)
    parts = re.findall(r'name="name-(.)" type="text" value="(.*?)"', gone.text)
    assert (gone.status_code, parts) == (400, [("0", ""), ("1", "grill"), ("2", "")])
    assert hours(house) == "Open every day 07:00-23:00; breakfast 07:00-11:00"


def test_a_date_has_hours_of_its_own_or_is_closed(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    assert maria.post("/kigali/hours/date", None, **CHRISTMAS).status_code == 303
    assert "12:00-15:00, 18:00-22:00" in maria.get("/kigali/hours").text
    assert maria.post("/kigali/hours/date", None, **CHRISTMAS).status_code == 400
    closed = CHRISTMAS | {"times": "", "seen": "Christmas Day 12:00-15:00, 18:00-22:00"}
    assert maria.post("/kigali/hours/date", None, **closed).status_code == 303
    assert maria.post("/kigali/hours/date", None, **closed).status_code == 409
    for name, typed, fault in (
        ("day", "christmas", "is no day"),
        ("day", "2126-12-25", "is its year right"),
        ("name", "", "say what day it is"),
        ("times", "noon", "no times"),
    ):
        answer = maria.post("/kigali/hours/date", None, **CHRISTMAS | {name: typed})
        told = re.findall(rf'id="{name}-fault">([^<]+)<', answer.text)
        assert (answer.status_code, fault in unescape("".join(told))) == (400, True), (name, typed)
    assert maria.post("/kigali/hours/date/remove", None, **CHRISTMAS).status_code == 303
    assert hours(house) == "Open every day 07:00-23:00; breakfast 07:00-11:00"
    before = {"name": "Christmas Day", "hours": "closed"}
    assert noted(house)[0] == ("hours.date_changed", "2026-12-25", before, None)


def test_a_large_menu_is_shown_whole(house: House, ids: dict[str, int]) -> None:
    many = [
        dish(f"d-{n}", f"Dish {n} ラーメン", 1000 + n, category=f"Part {n % 9}") for n in range(150)
    ]
    with house.database.transaction() as session:
        menu.store(session, 1, [*DISHES, *many])
    assert ready(house, MARIA).get("/kigali/menu").text.count('class="dish"') == 153
