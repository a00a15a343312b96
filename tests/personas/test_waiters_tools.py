"""The waiter's tools answer from the menu of the restaurant that the diner writes to."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from models.database.engine import Database
from models.menu import ALLERGENS, MenuItem
from models.restaurants import Restaurant
from personas.tool import ToolContext, answer_call
from personas.tools.lookup_menu import LookupMenu
from personas.waiter import WAITER


def call(context: ToolContext, name: str, **arguments: object) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(
        answer_call(WAITER.tools, name, json.dumps(arguments), context).text
    )
    return answer


def lookup(context: ToolContext, query: str) -> dict[str, Any]:
    return call(context, "lookup_menu", query=query)


def test_an_item_is_shown_with_all_that_a_diner_asks_about(valletta: ToolContext) -> None:
    item = lookup(valletta, "timpana")["items"][0]
    assert list(item) == [
        "item_id",
        "name",
        "price",
        "category",
        "description",
        "dietary",
        "allergens",
        "may_contain",
        "image_url",
    ]
    assert item["price"].startswith("€")


@pytest.mark.parametrize("word", ["none", "No", "nothing", "N/A", "n/a", "-", "no allergies"])
@pytest.mark.parametrize(
    "argument", ["exclude_allergens", "dietary", "avoid_ingredients", "contains", "category"]
)
def test_a_word_for_nothing_asks_for_nothing(kigali: ToolContext, argument: str, word: str) -> None:
    expected = lookup(kigali, "coffee")
    assert call(kigali, "lookup_menu", query="coffee", **{argument: word}) == expected
    if argument != "category":
        assert call(kigali, "lookup_menu", query="coffee", **{argument: [word]}) == expected
        with_milk = call(kigali, "lookup_menu", query="coffee", **{argument: [word, "milk"]})
        assert argument == "dietary" or with_milk["understood"] != expected["understood"]


def test_null_is_what_is_left_out(kigali: ToolContext) -> None:
    nulls = dict.fromkeys(LookupMenu.model_fields)
    assert call(kigali, "lookup_menu", **nulls) == call(kigali, "lookup_menu")
    kept = call(kigali, "remember_diet", allergens=["milk"], for_whom=None, avoid=None)
    assert kept["kept_of_the_diner"] == ["milk"]


def test_prices_are_in_the_restaurants_currency(kigali: ToolContext) -> None:
    prices = [item["price"] for item in lookup(kigali, "brochete")["items"]]
    assert prices
    assert all(price.startswith("RWF ") and "." not in price for price in prices)


def test_eight_items_are_the_most_and_the_answer_says_how_many_there_are(
    kigali: ToolContext,
) -> None:
    answer = lookup(kigali, "coffee")
    assert len(answer["items"]) == 8
    assert answer["found"] > 8
    assert str(answer["found"]) in answer["note"]


def test_an_overview_names_the_categories(valletta: ToolContext) -> None:
    answer = lookup(valletta, "menu")
    assert len({item["category"] for item in answer["items"]}) == 8
    assert "Coffee (11)" in answer["note"]


def test_nothing_found_says_so_and_what_there_is(valletta: ToolContext) -> None:
    answer = lookup(valletta, "bicycle")
    assert (answer["items"], answer["found"]) == ([], 0)
    assert "Coffee (11)" in answer["note"]


def test_a_wish_that_cannot_be_met_is_told_from_a_dish_that_is_not_there(
    valletta: ToolContext,
) -> None:
    assert "none of it meets" in lookup(valletta, "wine under 1 euro")["note"]


def test_one_restaurants_dishes_are_not_on_the_others_menu(kigali: ToolContext) -> None:
    assert lookup(kigali, "timpana")["found"] == 0


@pytest.mark.parametrize("query", ["pastizzi", "timpana", "rabbit stew"])
def test_a_pairing_is_an_item_of_the_menu_with_a_sentence_that_offers_it(
    valletta: ToolContext, query: str
) -> None:
    chosen = lookup(valletta, query)["items"][0]["item_id"]
    pairings = call(valletta, "recommend_pairing", item_id=chosen)["pairings"]
    assert 1 <= len(pairings) <= 3
    assert all(
        pairing["upsell"] and pairing["item"]["price"].startswith("€") for pairing in pairings
    )


def test_a_pairing_of_another_restaurants_item_is_refused(
    kigali: ToolContext, valletta: ToolContext
) -> None:
    elsewhere = lookup(valletta, "timpana")["items"][0]["item_id"]
    assert call(kigali, "recommend_pairing", item_id=elsewhere)["error"].startswith(
        "item_id: no such item"
    )


@pytest.mark.parametrize("item_id", [0, -1, 2**31, "soup", None])
def test_a_wrong_item_id_is_named(kigali: ToolContext, item_id: object) -> None:
    assert call(kigali, "recommend_pairing", item_id=item_id)["error"].startswith("item_id: ")


@pytest.fixture
def own_menu(sqlite_url: str, kigali: ToolContext) -> Iterator[ToolContext]:
    """A menu of which a row was written by somebody's own hand, past all checks."""
    database = Database(sqlite_url)
    columns = [column.name for column in Restaurant.__table__.columns]
    words = {"Sorbet": ([], []), "Cake": (["dairy", "butterish"], ["halal", "vegan"])}
    with database.transaction() as session:
        session.execute(text("DROP TRIGGER menu_items_added"))
        session.add(Restaurant(**{each: getattr(kigali.restaurant, each) for each in columns}))
        session.flush()
        for name, (allergens, dietary) in words.items():
            session.add(
                MenuItem(
                    restaurant_id=kigali.restaurant.id,
                    slug=name.lower(),
                    name=name,
                    price=Decimal(900),
                    category="Desserts",
                    description="",
                    image_url="",
                    allergens=allergens,
                    free_of=[each for each in ALLERGENS if each not in allergens],
                    dietary=dietary,
                    keywords=[],
                    available=True,
                )
            )
    yield replace(kigali, database=database)
    database.close()


def test_what_nobody_can_read_is_not_offered_and_told(own_menu: ToolContext) -> None:
    with capture_logs() as logged:
        answer = lookup(own_menu, "dessert without nuts")
    assert [item["name"] for item in answer["items"]] == ["Sorbet"]
    assert "the file does not say clearly what they contain: Cake." in answer["note"]
    assert [each["event"] for each in logged] == ["menu.allergen_unknown"]


def test_an_item_is_shown_in_known_words_and_what_is_not_known_as_it_stands(
    own_menu: ToolContext,
) -> None:
    (cake,) = lookup(own_menu, "cake")["items"]
    assert cake["allergens"] == ["milk", "butterish"]
    assert cake["dietary"] == ["halal"]  # it has milk, whatever its tags say
