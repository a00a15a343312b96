"""A dish's page: what is wrong is told as of a file, what concerns health is asked once more."""

import re
from decimal import Decimal

import pytest

from models.menu import MenuItem
from tests.console.menus import (
    DISHES,
    FORM,
    HX,
    KIZITO,
    MARIA,
    last,
    noted,
    on_file,
    ready,
    served,
)
from tests.console.world import GRACE, Guest, House, hidden


@pytest.fixture
def ids(house: House) -> dict[str, int]:
    return served(house.database)


def saved(guest: Guest, item_id: int, **fields: str) -> int:
    path = f"/kigali/menu/{item_id}"
    seen = hidden(guest.get(path).text)
    return guest.post(path, None, **FORM | {"seen": seen} | fields).status_code


def test_a_dish_is_saved_as_it_is_typed(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    more = {"portion": "one", "keywords": "wrap, egg roll", "contents-milk": "may_contain"}
    assert saved(maria, ids["rolex"], **more, price="3500", diet="vegetarian") == 303
    item = on_file(house, ids["rolex"])
    assert (item.price, item.portion, item.keywords) == (Decimal(3500), "one", ["wrap", "egg roll"])
    assert (item.allergens, item.may_contain, item.free_of) == (["gluten", "eggs"], ["milk"], None)
    change = last(house, MARIA)
    assert change is not None
    assert change.dishes[0].before == Decimal(3000)
    price, rest = noted(house)
    assert price[0] == "menu.price_changed"
    assert rest[0] == "menu.dish_changed"
    assert rest[2] == {
        "dietary": "", "keywords": "egg roll", "portion": "", "may_contain": "", "free_of": "milk",
    }  # fmt: skip


def test_what_is_saved_as_it_was_changes_nothing(house: House, ids: dict[str, int]) -> None:
    with house.database.transaction() as session:
        item = session.get_one(MenuItem, ids["rolex"])
        item.allergens = item.allergens[::-1]
    assert saved(ready(house, MARIA), ids["rolex"]) == 303
    assert noted(house) == []


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    house: House, ids: dict[str, int]
) -> None:
    maria = ready(house, MARIA)
    path = f"/kigali/menu/{ids['rolex']}"
    seen = hidden(maria.get(path).text)
    for name, typed, fault in (
        ("name", "", "is empty"),
        ("name", "x" * 121, "at most 120"),
        ("price", "0", "greater than 0"),
        ("price", "many", "is no amount"),
        ("price", "", "It is empty: write it as 2500."),
        ("category", " ", "is empty"),
        ("served", "brunch", "brunch"),
        ("image_url", "x" * 501, "at most 500"),
        ("portion", "x" * 81, "at most 80"),
        ("description", "", "is empty"),
    ):
        answer = maria.post(path, None, **FORM | {"seen": seen, name: typed})
        assert answer.status_code == 400
        told = re.findall(rf'id="{name}-fault">([^<]+)<', answer.text)
        assert fault in "".join(told), name
        assert 'value="egg roll"' in answer.text
    answer = maria.post(path, None, **FORM | {"seen": seen, "name": "", "price": "many"})
    assert {"name-fault", "price-fault"} <= set(re.findall(r'id="([a-z]+-fault)">', answer.text))
    answer = maria.post(path, None, **FORM | {"seen": seen, "words": "creem"})
    assert (answer.status_code, "did you mean creme" in answer.text) == (400, True)
    answer = maria.post(path, None, **FORM | {"seen": seen, "words": "cream"})
    assert (answer.status_code, "free_of: has milk" in answer.text) == (400, True)
    answer = maria.post(path, None, **FORM | {"seen": seen, "diet": "gluten-free"})
    assert "dietary: has gluten-free, yet allergens has gluten" in answer.text
    assert noted(house) == []


def test_no_input_breaks_it(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    path = f"/kigali/menu/{ids['rolex']}"
    seen = hidden(maria.get(path).text)
    for name in (*FORM, "words", "diet", "sure"):
        for typed in ("\x00\ud7ff<script>", "9" * 4_000, ", | ;"):
            assert maria.post(path, None, **FORM | {"seen": seen, name: typed}).status_code < 500
    assert maria.post("/kigali/menu/new").status_code == 400
    assert maria.post(path).status_code == 409
    assert maria.get(f"/kigali/menu/{10**30}").status_code < 500


def test_what_diners_could_be_hurt_by_is_asked_once_more(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    path = f"/kigali/menu/{ids['rolex']}"
    fields = FORM | {"seen": hidden(maria.get(path).text), "contents-eggs": "free_of"}
    asked = maria.post(path, None, **fields)
    assert "Eggs: contained so far, free of it now." in asked.text
    assert on_file(house, ids["rolex"]).allergens == ["gluten", "eggs"]
    sure = hidden(asked.text, "sure")
    other = maria.post(path, None, **fields | {"contents-gluten": "", "sure": sure})
    assert "Gluten: contained so far, not stated now." in other.text
    assert maria.post(path, None, **fields | {"sure": sure}).status_code == 303
    assert on_file(house, ids["rolex"]).allergens == ["gluten"]


def test_what_diners_hear_is_shown_while_one_types(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    fields = FORM | {"words": "cream", "contents-milk": "", "diet": "vegan"}
    heard = maria.post("/kigali/menu/heard", HX, **fields).text
    assert "It contains gluten, eggs and milk." in heard
    assert "the kitchen has to be asked" in heard
    assert "Nobody hears that it is vegan" in heard
    assert "“cream” is read as milk" in heard
    assert "is not known" in maria.post("/kigali/menu/heard", HX, words="creem").text
    assert noted(house) == []


def test_the_second_who_saves_a_dish_is_told(house: House, ids: dict[str, int]) -> None:
    maria, grace = ready(house, MARIA), ready(house, GRACE)
    path = f"/kigali/menu/{ids['rolex']}"
    seen = hidden(maria.get(path).text)
    assert grace.post(path, None, **FORM | {"seen": seen, "portion": "two"}).status_code == 303
    answer = maria.post(path, None, **FORM | {"seen": seen, "portion": "three"})
    assert (answer.status_code, "in the meantime" in answer.text) == (409, True)
    assert 'value="three"' in answer.text
    assert "It is “two” now." in answer.text
    assert on_file(house, ids["rolex"]).portion == "two"
    again = FORM | {"seen": hidden(answer.text), "portion": "three"}
    assert maria.post(path, None, **again).status_code == 303
    assert on_file(house, ids["rolex"]).portion == "three"


def test_a_dish_comes_leaves_and_comes_back(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    new = FORM | {"name": "Ràmen ラーメン", "served": "", "contents-fish": "contains"}
    answer = maria.post("/kigali/menu/new", None, **new)
    assert answer.status_code == 303
    item_id = int(answer.location.rpartition("/")[2])
    item = on_file(house, item_id)
    assert (item.available, item.allergens) == (True, ["gluten", "eggs", "fish"])
    assert maria.post(f"/kigali/menu/{item_id}/off").status_code == 303
    assert "<strong>Ràmen" not in maria.get("/kigali/menu").text
    assert "<strong>Ràmen" in maria.get("/kigali/menu?show=gone").text
    assert maria.post(f"/kigali/menu/{item_id}/on").status_code == 303
    assert on_file(house, item_id).available
    told = [each[0] for each in noted(house)]
    assert told == ["menu.dish_put_back", "menu.dish_taken_off", "menu.dish_added"]


def test_a_new_dish_of_an_old_name_is_the_old_one_and_of_one_there_another(
    house: House, ids: dict[str, int]
) -> None:
    maria = ready(house, MARIA)
    answer = maria.post("/kigali/menu/new", None, **FORM | {"name": "Ugali"})
    assert answer.location.endswith(f"/{ids['ugali']}")
    answer = maria.post("/kigali/menu/new", None, **FORM)
    assert answer.location != f"/console/kigali/menu/{ids['rolex']}"
    assert on_file(house, ids["rolex"]).price == 3000


def test_a_new_dish_of_which_nothing_is_stated_is_asked_what_it_contains(
    house: House, ids: dict[str, int]
) -> None:
    maria = ready(house, MARIA)
    silent = {name: typed for name, typed in FORM.items() if not name.startswith("contents-")}
    answer = maria.post("/kigali/menu/new", None, **silent)
    assert (answer.status_code, "write what it contains, or none" in answer.text) == (400, True)
    assert maria.post("/kigali/menu/new", None, **silent, words="none").status_code == 303


def test_who_may_change_no_price_sees_a_dish_without_its_form(
    house: House, ids: dict[str, int]
) -> None:
    text = house.signed_in(KIZITO).get(f"/kigali/menu/{ids['rolex']}").text
    assert ("It contains gluten and eggs." in text, 'name="seen"' in text) == (True, False)


def test_all_others_stay_as_they_are_when_one_is_saved(house: House, ids: dict[str, int]) -> None:
    saved(ready(house, MARIA), ids["rolex"], portion="one")
    assert len(DISHES) == 4
    assert on_file(house, ids["ugali"]).available is False
    assert on_file(house, ids["tilapia"]).portion == "for two"
