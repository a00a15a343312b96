"""The waiter's tools answer from the menu of the restaurant that the diner writes to."""

import json
from typing import Any

import pytest

from personas.tool import ToolContext, answer_call
from personas.waiter import WAITER


def call(context: ToolContext, name: str, **arguments: object) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(
        answer_call(WAITER.tools, name, json.dumps(arguments), context)
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
        "image_url",
    ]
    assert item["price"].startswith("€")


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
