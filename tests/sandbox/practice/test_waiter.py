"""The practice waiter, in memory: what it asks the menu, and what it makes of the answer."""

import pytest

from sandbox.practice import Call
from tests.sandbox.practice.talk import CAKE, CAPPUCCINO, reply, result, said, user, waiter

AMERICANO = {
    "item_id": 8,
    "name": "Americano",
    "price": "RWF 2,500",
    "category": "Coffee",
    "allergens": [],
    "dietary": ["vegan"],
}
AFRICAN = {
    "item_id": 10,
    "name": "African coffee",
    "price": "RWF 3,000",
    "category": "Coffee",
    "allergens": ["milk"],
    "dietary": [],
}


def test_a_greeting_is_answered_with_the_restaurants_name() -> None:
    assert "*Inzozi Kitchen*" in said(waiter(user("Muraho!")))


@pytest.mark.parametrize(
    ("message", "query"),
    [
        ("what coffee do you have?", "coffee"),
        ("Hi! Do you have goat brochettes?", "goat brochettes"),
        ("menu", "menu"),
        ("something vegan under 5000", "vegan under 5000"),
        ("How much is the timpana?", "timpana"),
        ("capuccino", "capuccino"),
        ("what is gluten free?", "gluten free"),
        ("I'd like something sweet", "sweet"),
        ("I'd like the goat brochettes, please", "goat brochettes"),
        ("what goes with timpana?", "timpana"),
        ("does the isombe contain peanuts?", "isombe"),
        ("is there milk in the cappuccino?", "cappuccino"),
        ("may the samosas contain nuts?", "samosas"),
        ("is the tilapia halal?", "tilapia"),
        ("I'm allergic to peanuts", "allergic to peanuts"),
        ("what wine do you have for under 6.50, please?", "wine do you have for under 6.50"),
        ("What do you have?", ""),
        ("I'm thirsty", "drink"),
        ("blorp fizz", "blorp fizz"),
        ("Avez-vous du thé ?", "avez-vous du thé"),
        ("Un cafe\u0301 ?", "un café"),
    ],
)
def test_the_menu_is_asked_in_the_diners_own_words(message: str, query: str) -> None:
    assert waiter(user(message)) == Call("lookup_menu", {"query": query})


def test_what_the_menu_has_is_listed_with_prices_and_one_question() -> None:
    found = result(
        "c1", "lookup_menu", {"query": "coffee"}, {"items": [CAPPUCCINO, AMERICANO], "found": 9}
    )
    text = said(waiter(user("what coffee do you have?"), *found))
    assert "- *Cappuccino* – RWF 3,000\n- *Americano* – RWF 2,500\n…and 7 more." in text
    assert text.count("?") == 1


def test_what_the_menu_has_not_is_said_in_the_diners_words() -> None:
    found = result("c1", "lookup_menu", {"query": "sushi"}, {"items": [], "found": 0})
    assert "“sushi” is not on our menu" in said(waiter(user("do you have sushi?"), *found))


def test_a_dish_that_is_there_but_not_as_wished_is_told_apart() -> None:
    none = {"items": [], "found": 0, "note": "none of it meets the diner's wishes: say so."}
    found = result("c1", "lookup_menu", {"query": "vegan goat"}, none)
    assert "nothing that is all of “vegan goat”" in said(waiter(user("vegan goat?"), *found))


def test_a_menu_that_cannot_be_read_is_told_politely() -> None:
    found = result("c1", "lookup_menu", {"query": "coffee"}, {"error": "lookup_menu failed"})
    assert "I'm sorry" in said(waiter(user("coffee?"), *found))


def test_a_choice_leads_to_a_pairing_and_an_upsell() -> None:
    looked_up = result(
        "c1", "lookup_menu", {"query": "cappuccino"}, {"items": [CAPPUCCINO], "found": 1}
    )
    asked = waiter(user("I'll have a cappuccino"), *looked_up)
    assert asked == Call("recommend_pairing", {"item_id": 7})
    paired = result(
        "c2",
        "recommend_pairing",
        {"item_id": 7},
        {"pairings": [{"item": CAKE, "upsell": "Baked today"}]},
    )
    text = said(waiter(user("I'll have a cappuccino"), *looked_up, *paired))
    assert "*Carrot cake* – RWF 4,000. Baked today." in text


def test_a_choice_among_many_is_asked_back() -> None:
    found = result(
        "c1", "lookup_menu", {"query": "coffee"}, {"items": [AFRICAN, AMERICANO], "found": 2}
    )
    assert "Which one" in said(waiter(user("I'll have a coffee"), *found))


def test_a_choice_among_many_is_given_to_tap() -> None:
    found = result(
        "c1", "lookup_menu", {"query": "coffee"}, {"items": [AFRICAN, AMERICANO], "found": 2}
    )
    order = user("I'll have a coffee")
    offer = {
        "choices": [{"text": "African coffee", "item_id": 10}, {"text": "Americano", "item_id": 8}]
    }
    also = ("offer_choices",)
    assert waiter(order, *found, also=also) == Call("offer_choices", offer)
    taken = result("c2", "offer_choices", offer, {"offered": ["African coffee", "Americano"]})
    text = said(waiter(order, *found, *taken, also=also))
    assert text == "With pleasure! Which one sounds good to you?"
    refused = result("c2", "offer_choices", offer, {"error": "it has milk"})
    assert "- *Americano*" in said(waiter(order, *found, *refused, also=also))


def test_a_dish_that_was_tapped_is_ordered() -> None:
    assert waiter(user("Americano\n[chose menu item: Americano]")) == Call(
        "lookup_menu", {"query": "americano"}
    )


def test_a_yes_that_was_tapped_is_one() -> None:
    assert "Wonderful" in said(waiter(user("Yego\n[chose yes]")))


def test_a_dish_chosen_by_its_name_is_no_choice_among_many() -> None:
    found = result(
        "c1", "lookup_menu", {"query": "americanno"}, {"items": [AFRICAN, AMERICANO], "found": 2}
    )
    asked = waiter(user("I'll have the americanno"), *found)
    assert asked == Call("recommend_pairing", {"item_id": 8})


def test_an_allergen_is_answered_from_the_menu_and_sent_to_the_kitchen() -> None:
    found = result(
        "c1", "lookup_menu", {"query": "cappuccino"}, {"items": [CAPPUCCINO], "found": 1}
    )
    text = said(waiter(user("does the cappuccino contain milk?"), *found))
    assert "contains milk, and is marked halal. A double shot under milk foam." in text
    assert "confirm with the kitchen" in text


def test_an_allergy_is_answered_with_what_each_dish_contains() -> None:
    found = result(
        "c1", "lookup_menu", {"query": "milk allergy"}, {"items": [AMERICANO, CAKE], "found": 9}
    )
    text = said(waiter(user("I have a milk allergy"), *found))
    assert "*Americano* – RWF 2,500 lists no allergens, and is marked vegan." in text
    assert "confirm with the kitchen" in text


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("I'm allergic to nuts and milk", {"allergens": ["nuts", "milk"], "for_whom": "diner"}),
        ("my daughter can't have nuts", {"allergens": ["nuts"], "for_whom": "table"}),
        ("I have a milk allergy", {"allergens": ["milk"], "for_whom": "diner"}),
        ("Hi, I am vegan. What do you have?", {"diets": ["vegan"], "for_whom": "diner"}),
        ("my wife is vegetarian", {"diets": ["vegetarian"], "for_whom": "table"}),
    ],
)
def test_an_allergy_or_a_diet_is_kept(message: str, kept: dict[str, object]) -> None:
    assert waiter(user(message), also=("remember_diet",)) == Call("remember_diet", kept)


@pytest.mark.parametrize(
    ("message", "query"),
    [
        ("Show me a picture of the brochette", "brochette"),
        ("do you have photos of your isombe?", "isombe"),
        ("une photo du tilapia", "une tilapia"),
        ("ifoto y'isombe", "isombe"),
        ("picha ya kuku", "kuku"),
        ("what does the timpana look like?", "timpana"),
    ],
)
def test_who_asks_to_see_a_dish_has_it_looked_up(message: str, query: str) -> None:
    assert waiter(user(message)) == Call("lookup_menu", {"query": query})


def test_of_a_dish_that_they_ask_to_see_it_speaks_alone() -> None:
    found = result("c1", "lookup_menu", {"query": "coffee"}, {"items": [CAPPUCCINO, AMERICANO]})
    text = said(waiter(user("show me a photo of the coffee"), *found))
    assert "*Cappuccino*" in text
    assert "Americano" not in text
    assert "no picture" in text


def test_it_is_the_dish_that_was_named_last() -> None:
    before = reply("*Cappuccino* – RWF 3,000\n\nWould you like to know what goes well with it?")
    asked = waiter(user("capuccino"), before, user("does it contain milk?"))
    assert asked == Call("lookup_menu", {"query": "cappuccino"})
    asked = waiter(user("capuccino"), before, user("are there any vegan cakes?"))
    assert asked == Call("lookup_menu", {"query": "vegan cakes"})


def test_a_yes_takes_up_the_question_before_it() -> None:
    asked = reply("*Cappuccino* – RWF 3,000\n\nWould you like to know what goes well with it?")
    looks_up = waiter(user("capuccino"), asked, user("yes please"))
    assert looks_up == Call("lookup_menu", {"query": "cappuccino"})
    offered = reply(
        "Great choice! *Cappuccino* …\n\n"
        "It goes well with *Carrot cake*. Would you like that with it?"
    )
    answer = said(waiter(user("cappuccino"), offered, user("Yes!")))
    assert "*Cappuccino* with *Carrot cake*" in answer


@pytest.mark.parametrize(
    "message",
    [
        "when do you open?",
        "Bonjour, vous êtes ouverts ?",
        "Vous fermez à quelle heure ?",
        "Quand est-ce que c'est fermé ?",
        "Muraho, murafunguye?",
        "Siete aperti?",
        "Mmefungua?",
    ],
)
def test_the_hours_come_from_the_instructions(message: str) -> None:
    assert "07:00-23:00" in said(waiter(user(message)))


def test_what_is_not_served_now_is_said_with_why() -> None:
    tilapia = {"name": "Grilled tilapia", "why": "sold out until 23:00"}
    asks = {"query": "tilapia"}
    found = result("c1", "lookup_menu", asks, {"items": [], "found": 0, "unavailable": [tilapia]})
    answer = said(waiter(user("do you have tilapia?"), *found))
    assert "Not just now: *Grilled tilapia*, sold out until 23:00." in answer
    beside = {"items": [CAPPUCCINO, AMERICANO], "found": 2, "unavailable": [tilapia]}
    answer = said(waiter(user("do you have tilapia?"), *result("c1", "lookup_menu", asks, beside)))
    assert "- *Americano*" in answer
    assert "*Grilled tilapia*, sold out until 23:00." in answer


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("do you have pancakes tomorrow morning?", {"query": "pancakes", "at": "tomorrow morning"}),
        ("rabbit for sunday lunch", {"query": "rabbit", "at": "sunday lunch"}),
        ("some fish tonight, please", {"query": "fish", "at": "tonight"}),
        ("dinner tomorrow", {"query": "", "at": "dinner tomorrow"}),
    ],
)
def test_the_menu_of_another_time_is_asked_for_then(
    message: str, arguments: dict[str, str]
) -> None:
    assert waiter(user(message)) == Call("lookup_menu", arguments)


def test_what_the_menu_does_not_say_is_the_kitchens_to_say() -> None:
    asks = {"query": "cake without nuts"}
    unsaid = {"not_stated": ["Carrot cake"], "understood": {"excluded_allergens": ["nuts"]}}
    beside = {"items": [CAPPUCCINO, AMERICANO], "found": 2} | unsaid
    ask = "doesn't say enough about nuts, please ask the kitchen: Carrot cake."
    for found in (beside, {"items": [], "found": 0} | unsaid):
        answer = said(waiter(user("cake without nuts"), *result("c1", "lookup_menu", asks, found)))
        assert ask in answer


def test_what_none_of_it_fits_is_said_by_name() -> None:
    none = {"items": [], "found": 0, "note": "none of it meets the diner's wishes: say so."}
    found = none | {"understood": {"excluded_allergens": ["peanuts"]}}
    answer = said(waiter(user("isombe"), *result("c1", "lookup_menu", {"query": "isombe"}, found)))
    assert "nothing we have for “isombe” fits what you told me about peanuts." in answer


def test_what_it_may_contain_is_said_with_what_it_contains() -> None:
    cake = CAKE | {"allergens": ["eggs"], "may_contain": ["nuts", "peanuts"]}
    found = result("c1", "lookup_menu", {"query": "cake"}, {"items": [cake], "found": 1})
    answer = said(waiter(user("does the cake contain nuts?"), *found))
    assert "contains eggs, may contain nuts, peanuts." in answer
