"""lookup_menu's arguments: taken as they are meant, added to the query, never ignored."""

import json
from dataclasses import replace
from typing import Any

import pytest

from knowledge.allergens import facts_of
from models.menu import available_items
from personas.tool import ToolContext, answer_call
from personas.waiter import WAITER


def lookup(context: ToolContext, **arguments: object) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(
        answer_call(WAITER.tools, "lookup_menu", json.dumps(arguments), context).text
    )
    return answer


def test_no_argument_is_required(kigali: ToolContext) -> None:
    assert len({item["category"] for item in lookup(kigali)["items"]}) == 8


@pytest.mark.parametrize(
    "excluded",
    [["milk"], "milk", "dairy", ["Dairy", "nuts"], "lactose and nuts", ["ħalib"], "lactosse"],
)
def test_an_allergen_is_excluded_however_a_model_names_it(
    kigali: ToolContext, excluded: object
) -> None:
    answer = lookup(kigali, query="dessert", exclude_allergens=excluded)
    assert answer["items"]
    assert all("milk" not in item["allergens"] for item in answer["items"])
    assert "milk" in answer["understood"]["excluded_allergens"]


def test_a_word_that_is_no_allergen_is_avoided_as_a_word(kigali: ToolContext) -> None:
    answer = lookup(kigali, query="juice", exclude_allergens=["mango"])
    assert not [item for item in answer["items"] if "mango" in item["name"].casefold()]
    assert answer["understood"]["avoided"] == ["mango"]


def test_an_allergen_that_is_no_word_is_refused_with_those_that_are(kigali: ToolContext) -> None:
    error = lookup(kigali, exclude_allergens=["?"])["error"]
    assert error.startswith("exclude_allergens: '?' is not known; use gluten, crustaceans, eggs")


@pytest.mark.parametrize("diet", [["vegan"], "vegan", "plant-based", ["Vegan", "halal"]])
def test_a_diet_is_kept_however_a_model_names_it(kigali: ToolContext, diet: object) -> None:
    answer = lookup(kigali, query="lunch", dietary=diet)
    assert answer["items"]
    assert all("vegan" in item["dietary"] for item in answer["items"])


@pytest.mark.parametrize("diet", ["no-alcohol", "no_alcohol", ["alcohol free"], "non-alcoholic"])
def test_no_alcohol_is_a_diet(kigali: ToolContext, diet: object) -> None:
    names = [item["name"] for item in lookup(kigali, query="beer", dietary=diet)["items"]]
    assert names == ["Heineken 0.0 (33 cl)"]


def test_a_diet_that_is_not_on_file_is_refused_with_those_that_are(kigali: ToolContext) -> None:
    assert "'keto' is not on file" in lookup(kigali, dietary=["keto"])["error"]


@pytest.mark.parametrize(
    ("arguments", "least", "most"),
    [
        ({"max_price": 5000}, 0, 5000),
        ({"max_price": "5k"}, 0, 5000),
        ({"max_price": "RWF 5,000"}, 0, 5000),
        ({"max_price": "5000rwf"}, 0, 5000),
        ({"max_price": "5 mille"}, 0, 5000),
        ({"max_price": "5.000,00 francs"}, 0, 5000),
        ({"min_price": "9000-12000 frw", "max_price": "9000-12000 frw"}, 9000, 12000),
        ({"min_price": "9 000", "max_price": 12000.0}, 9000, 12000),
        ({"query": "under 5000", "max_price": 8000}, 0, 5000),
    ],
)
def test_prices_are_kept(
    kigali: ToolContext, arguments: dict[str, object], least: int, most: int
) -> None:
    answer = lookup(kigali, limit=30, **arguments)
    prices = [int(item["price"].removeprefix("RWF ").replace(",", "")) for item in answer["items"]]
    assert prices
    assert least <= min(prices) <= max(prices) <= most


@pytest.mark.parametrize(
    ("price", "told"),
    [(12.125, "€12.12"), (12.346, "€12.35"), ("12,50 euros", "€12.50"), ("1.500,50", "€1,500.50")],
)
def test_a_price_keeps_its_cents(valletta: ToolContext, price: object, told: str) -> None:
    assert lookup(valletta, max_price=price)["understood"]["prices"] == {"max": told}


@pytest.mark.parametrize("field", ["min_price", "max_price"])
@pytest.mark.parametrize("price", [-5, "-5", "15-20", "about", "12 people", True])
def test_what_is_no_price_is_refused(valletta: ToolContext, field: str, price: object) -> None:
    assert lookup(valletta, **{field: price})["error"].startswith(field)


@pytest.mark.parametrize(
    ("sort", "first"),
    [("price_up", 1000), ("cheap", 1000), ("price: low to high", 1000), ("most expensive", 2500)],
)
def test_the_price_may_decide_the_order(kigali: ToolContext, sort: str, first: int) -> None:
    answer = lookup(kigali, query="soft drink", sort=sort)
    assert answer["items"][0]["price"] == f"RWF {first:,}"


@pytest.mark.parametrize(("limit", "shown"), [(2, 2), ("3", 3), (0, 1), (500, 14), (None, 8)])
def test_a_limit_is_kept_within_reason(kigali: ToolContext, limit: object, shown: int) -> None:
    answer = lookup(kigali, query="coffee", category="Coffee", limit=limit)
    assert (len(answer["items"]), answer["found"]) == (shown, 14)


@pytest.mark.parametrize("contained", [["peanuts"], "peanut", "groundnuts", ["arachides"]])
def test_what_contains_an_allergen_is_found_whole(kigali: ToolContext, contained: object) -> None:
    answer = lookup(kigali, contains=contained)
    assert answer["found"] == len(answer["items"]) > 8
    assert all("peanuts" in item["allergens"] + item["may_contain"] for item in answer["items"])
    assert "peanuts, or may: say which" in answer["note"]


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("what foods here got milk in them", {"milk"}),
        ("quels plats sont avec du lait", {"milk"}),
        ("vyakula gani vina maziwa", {"milk"}),
        ("ibiryo birimo amata ni ibihe", {"milk"}),
        ("what contains prawns?", {"crustaceans", "molluscs"}),
    ],
)
def test_what_contains_something_is_answered_by_drinks_and_kin_as_well(
    valletta: ToolContext, query: str, asked: set[str]
) -> None:
    with valletta.database.transaction() as session:
        rows = available_items(session, valletta.restaurant.id)
    facts = {row.name: facts_of(row) for row in rows}
    having = {name for name, each in facts.items() if asked & (each.contained | each.may_contain)}
    assert having <= {item["name"] for item in lookup(valletta, query=query)["items"]}


@pytest.mark.parametrize("restaurant", ["kigali", "valletta"])
def test_whether_a_dish_contains_something_is_answered_of_every_row(
    request: pytest.FixtureRequest, restaurant: str
) -> None:
    context: ToolContext = request.getfixturevalue(restaurant)
    with context.database.transaction() as session:
        items = available_items(session, context.restaurant.id)
    for item in items:
        facts = facts_of(item)
        for allergen in sorted(facts.may_contain | facts.not_stated):
            answer = lookup(context, query=item.name.partition("(")[0], contains=[allergen])
            told = [each["name"] for each in answer["items"]] + answer["not_stated"]
            assert item.name in told, (item.name, allergen)
            assert "No row" not in answer["note"]


def test_what_is_stated_to_be_free_of_what_is_asked_after_is_told(valletta: ToolContext) -> None:
    answer = lookup(valletta, query="does the chamomile tea contain milk?")
    assert (answer["items"], answer["not_stated"]) == ([], [])
    assert "Te tal-kamumilla (chamomile tea)" in answer["free_of_it"]
    assert "free of milk" in answer["note"]


@pytest.mark.parametrize(
    ("said", "arguments"),
    [
        ("", {"query": "Which desserts contain peanuts? I'm allergic"}),
        ("I'm allergic to peanuts", {"query": "dessert", "contains": ["peanuts"]}),
    ],
)
def test_who_asks_what_they_must_not_have_is_told_and_never_offered_it(
    kigali: ToolContext, said: str, arguments: dict[str, object]
) -> None:
    answer = lookup(replace(kigali, said=(said,)), **arguments)
    assert answer["items"] == []
    (kashata,) = answer["contains_it"]
    assert (kashata["name"], kashata["allergens"]) == (
        "Kashata (peanut and coconut brittle)",
        ["peanuts"],
    )
    assert "never offer them" in answer["note"]


@pytest.mark.parametrize(("asked", "tag"), [("pork", "no-pork"), ("alcohol", "no-alcohol")])
@pytest.mark.parametrize("arguments", ["contains", "query", "words"])
def test_pork_and_alcohol_are_asked_after_as_allergens_are(
    valletta: ToolContext, asked: str, tag: str, arguments: str
) -> None:
    ways: dict[str, dict[str, object]] = {
        "contains": {"contains": [asked]},
        "query": {"query": f"what has {asked} in it?"},
        "words": {"query": f"dishes with {asked}", "limit": 30},
    }
    answer = lookup(valletta, **ways[arguments])
    assert answer["found"] == len(answer["items"]) > 8
    assert all(tag not in item.get("dietary", ()) for item in answer["items"])


def test_what_was_understood_is_told(valletta: ToolContext) -> None:
    answer = lookup(
        valletta, query="vegan dessert zxqv", exclude_allergens=["nuts"], max_price="6", limit=3
    )
    assert answer["understood"] == {
        "excluded_allergens": ["nuts", "peanuts"],
        "avoided": [],
        "contains": [],
        "diets": ["vegan"],
        "prices": {"max": "€6.00"},
        "category": None,
        "words": ["dessert", "zxqv"],
    }


def test_words_that_nobody_understands_are_named_and_nothing_is_said_to_be_missing(
    kigali: ToolContext,
) -> None:
    answer = lookup(kigali, query="zxqv flurb")
    assert (answer["items"], answer["not_understood"]) == ([], ["zxqv", "flurb"])
    assert answer["note"].startswith("Not understood: zxqv, flurb.")
    assert "Nothing on the menu fits" not in answer["note"]


def test_what_is_not_on_the_menu_is_named(kigali: ToolContext) -> None:
    answer = lookup(kigali, query="sushi")
    assert (answer["items"], answer["not_on_menu"]) == ([], ["sushi"])
    assert answer["note"].startswith("Not on the menu: sushi.")


@pytest.mark.parametrize("query", ["inkoko", "poulet", "kuku", "tiġieġ", "pollo", "chiken"])
def test_a_dish_is_found_in_the_language_of_its_diner(kigali: ToolContext, query: str) -> None:
    first = lookup(kigali, query=query)["items"][0]
    assert "chicken" in first["name"] + first["description"].casefold()


@pytest.mark.parametrize("price", [-1, "-1", "RWF -500"])
def test_a_price_below_nothing_is_refused(kigali: ToolContext, price: object) -> None:
    asked = json.dumps({"max_price": price})
    answer = json.loads(answer_call(WAITER.tools, "lookup_menu", asked, kigali).text)
    assert "max_price" in answer["error"]


@pytest.mark.parametrize(
    "price",
    ["€15", "15 USD", "fifteen euros", "quinze euros", "dola 15", "50 pesos", "20 swiss francs"],
)
@pytest.mark.parametrize("field", ["min_price", "max_price"])
def test_a_price_of_another_currency_bounds_nothing(
    kigali: ToolContext, field: str, price: str
) -> None:
    answer = lookup(kigali, query="beef", **{field: price})
    assert (answer["not_understood"], answer["understood"]["prices"]) == ([price.lower()], {})
    assert answer["items"]


def test_a_price_in_another_currency_is_told_and_bounds_nothing(kigali: ToolContext) -> None:
    asked = json.dumps({"query": "beef max 15 euros"})
    answer = json.loads(answer_call(WAITER.tools, "lookup_menu", asked, kigali).text)
    assert answer["not_understood"] == ["15 euros"]
    assert answer["understood"]["prices"] == {}
    assert answer["items"]


@pytest.mark.parametrize("thing", ["potatoes", "tomatoes", "yeast", "kiwi", "latex", "lemon"])
@pytest.mark.parametrize("where", ["said", "exclude_allergens", "avoid_ingredients"])
def test_of_what_is_none_of_the_14_nothing_is_called_safe(
    kigali: ToolContext, thing: str, where: str
) -> None:
    if where == "said":
        kigali = replace(kigali, said=(f"I am allergic to {thing}. Fish?",))
        answer = lookup(kigali, query="fish")
    else:
        answer = lookup(kigali, query="fish", **{where: [thing]})
    assert answer["items"]
    assert "the file states nothing" in answer["note"]
    assert answer["understood"]["avoided"][0] in answer["note"]
    assert all("chips" not in item["name"] for item in answer["items"] if thing == "potatoes")


def test_an_oil_is_avoided_by_its_whole_name(kigali: ToolContext) -> None:
    said = replace(kigali, said=("I am allergic to sunflower oil, what can I have fried?",))
    answer = lookup(said, query="fried")
    assert "sunflower" in answer["understood"]["avoided"]
    assert answer["items"] == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("tilapia and chips", ["Tilapia and chips"]),
        ("Whole grilled tilapia", ["Whole grilled tilapia (for two)"]),
        ("pumpkin soup", ["Pumpkin and ginger soup (isupu y'igihaza)"]),
        ("tilapia fillet", ["Tilapia fillet in coconut sauce"]),
        ("Which soups do you have?", []),
        ("coffee", []),
        ("", []),
    ],
)
def test_a_look_up_is_of_the_dishes_that_its_words_name(
    kigali: ToolContext, query: str, named: list[str]
) -> None:
    answer = answer_call(WAITER.tools, "lookup_menu", json.dumps({"query": query}), kigali)
    with kigali.database.transaction() as session:
        items = available_items(session, kigali.restaurant.id)
    assert [item.name for item in items if item.id in answer.dishes] == named
