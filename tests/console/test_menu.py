"""The menu in the console: what is sold out, prices, and who may change them."""

import re
from decimal import Decimal

import pytest

from knowledge.serving import FOR_GOOD
from tests.console.menus import HX, KIZITO, MARIA, last, noted, on_file, ready, served
from tests.console.world import GRACE, House, hidden


@pytest.fixture
def ids(house: House) -> dict[str, int]:
    return served(house.database)


def test_the_menu_is_listed_by_category_in_the_houses_money(
    house: House, ids: dict[str, int]
) -> None:
    text = ready(house, MARIA).get("/kigali/menu").text
    assert re.findall(r'<h2 id="part-\d">(\w+)', text) == ["Breakfast", "Mains"]
    assert ("RWF 9,500" in text, "Chips &lt;b&gt;" in text, "Ugali" in text) == (True, True, False)
    assert "Timpana" not in text


def test_what_is_typed_finds_dishes(house: House, ids: dict[str, int]) -> None:
    maria = house.signed_in(MARIA)
    for words, names in (
        ("EGG", {"Rolex"}),
        ("gril tila", {"Grilled tilapia"}),
        ("mains", {"Grilled tilapia", "Chips"}),
        ("sushi", set()),
    ):
        found = maria.get(f"/kigali/menu?q={words}", **HX).text
        shown = {
            each for each in ("Rolex", "Grilled tilapia", "Chips") if f"<strong>{each}" in found
        }
        assert shown == names
        assert f"q={words.replace(' ', '+')}" in found  # what is new comes for these words alone


def test_a_price_in_place_is_on_record_as_if_sent_by_phone(
    house: House, ids: dict[str, int]
) -> None:
    maria = ready(house, MARIA)
    editor = maria.get(f"/kigali/menu/{ids['tilapia']}/price", **HX).text
    seen = hidden(editor)
    answer = maria.post(f"/kigali/menu/{ids['tilapia']}/price", HX, price="10.5k", seen=seen)
    assert answer.status_code == 400  # francs have no cents, and no half thousands
    answer = maria.post(f"/kigali/menu/{ids['tilapia']}/price", HX, price="10 500", seen=seen)
    assert (answer.status_code, "RWF 10,500" in answer.text) == (200, True)
    change = last(house, MARIA)
    assert change is not None
    assert (change.kind, change.dishes[0].before) == ("price", Decimal(9500))
    assert noted(house) == [
        ("menu.price_changed", "Grilled tilapia", {"price": "RWF 9,500"}, {"price": "RWF 10,500"})
    ]


def test_a_price_that_is_none_stays_in_its_field_with_why(
    house: House, ids: dict[str, int]
) -> None:
    maria = ready(house, MARIA)
    for typed, fault in (
        ("", "Write what it costs."),
        ("-5", "more than 0"),
        ("99999999999999", "large"),
        ("€5", "not in RWF"),
        ("1.5", "decimals"),
        ("\x00" * 5, "is no amount"),
        ("9" * 10_000, "large"),
    ):
        path = f"/kigali/menu/{ids['tilapia']}/price"
        answer = maria.post(path, HX, price=typed, seen="9500.00")
        assert (answer.status_code, fault in answer.text) == (400, True)
        assert answer.headers["HX-Retarget"] == f"#do-{ids['tilapia']}"
    assert on_file(house, ids["tilapia"]).price == 9500


def test_a_large_step_is_asked_once_more(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    path = f"/kigali/menu/{ids['tilapia']}/price"
    asked = maria.post(path, HX, price="95000", seen="9500.00")
    assert "Is it to be RWF 95,000?" in asked.text
    assert on_file(house, ids["tilapia"]).price == 9500
    sure = hidden(asked.text, "sure")
    other = maria.post(path, HX, price="950000", seen="9500.00", sure=sure)
    assert "Is it to be RWF 950,000?" in other.text
    assert maria.post(path, HX, price="95000", seen="9500.00", sure=sure).status_code == 200
    assert on_file(house, ids["tilapia"]).price == 95_000


def test_the_second_who_changes_a_price_is_told(any_house: House) -> None:
    ids = served(any_house.database)
    maria, grace = ready(any_house, MARIA), ready(any_house, GRACE)
    path = f"/kigali/menu/{ids['tilapia']}/price"
    assert maria.post(path, HX, price="10000", seen="9500.00").status_code == 200
    answer = grace.post(path, HX, price="11000", seen="9500.00")
    assert (answer.status_code, "It costs RWF 10,000 now" in answer.text) == (409, True)
    assert "11000" in answer.text  # what was typed stays
    assert on_file(any_house, ids["tilapia"]).price == 10_000
    assert grace.post(path, HX, price="11000", seen=hidden(answer.text)).status_code == 200


def test_what_runs_out_is_off_until_it_is_said(any_house: House) -> None:
    ids = served(any_house.database)
    kizito = ready(any_house, KIZITO)
    path = f"/kigali/menu/{ids['tilapia']}"
    for how, until, told in (
        ("today", "", "until 23:00"),
        ("good", "", "until further notice"),
        ("then", "18:00", "until 18:00"),
        ("then", "3 days", "until 05:00 on Wednesday, 4 March"),
        ("then", "until friday", "until 05:00 on Friday, 6 March"),
        ("then", "2026-12-24", "until 05:00 on Thursday, 24 December"),
        ("today", "friday", "until 05:00 on Friday, 6 March"),
    ):
        answer = kizito.post(f"{path}/sold-out", HX, how=how, until=until, seen="")
        assert (answer.status_code, told in answer.text) == (200, True)
        assert told in kizito.get("/kigali/menu?show=off").text
        assert kizito.post(f"{path}/back", HX).status_code == 200
    assert kizito.post(f"{path}/back", HX).status_code == 200
    assert on_file(any_house, ids["tilapia"]).sold_out_until is None
    assert last(any_house, KIZITO) is not None
    assert [each[0] for each in noted(any_house)] == ["menu.back", "menu.sold_out"] * 7


def test_a_time_that_is_none_is_asked_again(house: House, ids: dict[str, int]) -> None:
    kizito = ready(house, KIZITO)
    path = f"/kigali/menu/{ids['tilapia']}/sold-out"
    for until in ("", "banana", "yesterday", "2020-01-01", "99999999 days", "\x00", "9" * 900):
        answer = kizito.post(path, HX, how="then", until=until, seen="")
        assert (answer.status_code, "Until when?" in answer.text) == (400, True)
        assert re.findall(r'name="(\w+)"[^<]* autofocus', answer.text) == ["until"]
    assert on_file(house, ids["tilapia"]).sold_out_until is None


def test_who_did_not_see_that_it_is_off_shortens_nothing(house: House, ids: dict[str, int]) -> None:
    kizito = ready(house, KIZITO)
    path = f"/kigali/menu/{ids['tilapia']}/sold-out"
    kizito.post(path, HX, how="good", until="", seen="")
    assert kizito.post(path, HX, how="today", until="", seen="").status_code == 409
    assert on_file(house, ids["tilapia"]).sold_out_until == FOR_GOOD


def test_without_htmx_each_is_a_page_that_leads_back(house: House, ids: dict[str, int]) -> None:
    maria = ready(house, MARIA)
    path = f"/kigali/menu/{ids['tilapia']}"
    assert "<title>" in maria.get(f"{path}/price").text
    assert "<title>" in maria.get(f"{path}/sold-out").text
    answer = maria.post(f"{path}/price", price="10000", seen="9500.00")
    assert (answer.status_code, answer.location) == (
        303,
        f"/console/kigali/menu#dish-{ids['tilapia']}",
    )


def test_another_restaurants_dish_is_not_there(house: House, ids: dict[str, int]) -> None:
    grace = ready(house, GRACE)
    for path in ("", "/row", "/sold-out", "/price"):
        at = f"menu/{ids['timpana']}{path}"
        looks = [grace.get(f"/{slug}/{at}", **HX).status_code for slug in ("kigali", "valletta")]
        assert looks == [404, 200], path
    for path in ("", "/sold-out", "/back", "/price", "/off", "/on"):
        assert grace.post(f"/kigali/menu/{ids['timpana']}{path}").status_code == 404, path
