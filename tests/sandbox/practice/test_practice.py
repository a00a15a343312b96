"""The practice model, in memory: what it says and calls, from nothing but instructions, tools and
input.
"""

import json
from typing import Any

import pytest

from sandbox.practice import Call, Say, answer

Json = dict[str, Any]

WAITER = (
    "You are the waiter of Inzozi Kitchen, Kigali.\n- Hours: daily 07:00-23:00\nBooks are the"
    " CFO's: write /cfo."
)
CFO = (
    "You are the CFO of Inzozi Kitchen, Kigali.\n- If no jurisdiction is named, take Rwanda's, and"
    " say so.\nThe menu is the waiter's: write /waiter."
)
MENU_TOOLS = [
    {"type": "function", "name": "lookup_menu"},
    {"type": "function", "name": "recommend_pairing"},
]
RULE_TOOLS = [{"type": "function", "name": "check_tax_rule"}]
BOOK_TOOLS = [{"type": "function", "name": "fetch_financials"}, *RULE_TOOLS]

CAPPUCCINO = {
    "item_id": 7,
    "name": "Cappuccino",
    "price": "RWF 3,000",
    "category": "Coffee",
    "description": "A double shot under milk foam.",
    "allergens": ["milk"],
    "dietary": ["halal"],
}
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
CAKE = {"item_id": 9, "name": "Carrot cake", "price": "RWF 4,000", "category": "Desserts"}
VAT = {
    "jurisdiction": "RW",
    "topic": "VAT",
    "rule": "VAT is 18 %",
    "authority": "RRA",
    "citation": "Law 049/2023",
    "checked_on": "2026-11-01",
}
NOT_A_PERIOD = {"error": 'period: not a period: use "2025-08" or "August 2025"'}


def user(text: str) -> Json:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def reply(text: str) -> Json:
    return {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": text}],
    }


def result(call_id: str, name: str, arguments: Json, output: Json) -> list[Json]:
    call = {
        "type": "function_call",
        "call_id": call_id,
        "name": name,
        "arguments": json.dumps(arguments),
    }
    return [
        call,
        {"type": "function_call_output", "call_id": call_id, "output": json.dumps(output)},
    ]


def waiter(*items: Json) -> Say | Call:
    return answer(WAITER, MENU_TOOLS, list(items))


def cfo(*items: Json, tools: list[Json] = BOOK_TOOLS) -> Say | Call:
    return answer(CFO, tools, list(items))


def said(spoken: Say | Call) -> str:
    assert isinstance(spoken, Say)
    return spoken.text


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
        ("is the tilapia halal?", "tilapia"),
        ("I'm allergic to peanuts", "allergic to peanuts"),
        ("what wine do you have for under 6.50, please?", "wine do you have for under 6.50"),
        ("What do you have?", ""),
        ("I'm thirsty", "drink"),
        ("blorp fizz", "blorp fizz"),
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
    assert waiter(user("I'll have a cappuccino"), *looked_up) == Call(
        "recommend_pairing", {"item_id": 7}
    )
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


def test_a_dish_chosen_by_its_name_is_no_choice_among_many() -> None:
    found = result(
        "c1", "lookup_menu", {"query": "americanno"}, {"items": [AFRICAN, AMERICANO], "found": 2}
    )
    assert waiter(user("I'll have the americanno"), *found) == Call(
        "recommend_pairing", {"item_id": 8}
    )


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


def test_it_is_the_dish_that_was_named_last() -> None:
    before = reply("*Cappuccino* – RWF 3,000\n\nWould you like to know what goes well with it?")
    assert waiter(user("capuccino"), before, user("does it contain milk?")) == Call(
        "lookup_menu", {"query": "cappuccino"}
    )
    assert waiter(user("capuccino"), before, user("are there any vegan cakes?")) == Call(
        "lookup_menu", {"query": "vegan cakes"}
    )


def test_a_yes_takes_up_the_question_before_it() -> None:
    asked = reply("*Cappuccino* – RWF 3,000\n\nWould you like to know what goes well with it?")
    assert waiter(user("capuccino"), asked, user("yes please")) == Call(
        "lookup_menu", {"query": "cappuccino"}
    )
    offered = reply(
        "Great choice! *Cappuccino* …\n\nIt goes well with *Carrot cake*. Would you like that"
        " with it?"
    )
    assert "*Cappuccino* with *Carrot cake*" in said(
        waiter(user("cappuccino"), offered, user("Yes!"))
    )


@pytest.mark.parametrize(
    "message",
    [
        "thanks!",
        "Thank you so much",
        "bye",
        "no thanks",
        "what time do you open?",
        "are you a bot?",
        "How are you?",
        "can I have the bill?",
    ],
)
def test_small_talk_needs_no_tool(message: str) -> None:
    assert said(waiter(user(message)))


def test_the_hours_come_from_the_instructions() -> None:
    assert "07:00-23:00" in said(waiter(user("when do you open?")))


@pytest.mark.parametrize(
    "message", ["write me a poem", "who won the election?", "python code please"]
)
def test_both_personas_keep_to_their_trade(message: str) -> None:
    assert "keep to food and drink" in said(waiter(user(message)))
    assert "keep to accounting" in said(cfo(user(message)))


def test_each_persona_sends_the_others_questions_to_the_other() -> None:
    assert "/cfo" in said(waiter(user("what is our profit?")))
    nothing = {"jurisdiction": "Rwanda", "topic": "coffee"}
    found = result("c1", "check_tax_rule", nothing, {"rules": [], "note": "No rule on file"})
    assert "/waiter" in said(cfo(user("what coffee is there?"), *found))


def test_what_no_rule_is_about_is_quoted_and_not_answered_from_memory() -> None:
    nothing = {"jurisdiction": "Malta", "topic": "blorp fizz"}
    found = result("c1", "check_tax_rule", nothing, {"rules": [], "note": "No rule on file"})
    assert "nothing on file about “blorp fizz” for Malta" in said(
        cfo(user("blorp fizz in Malta?"), *found)
    )


def test_a_persona_that_it_does_not_know_asks_what_was_meant() -> None:
    host = "You are the host of Inzozi Kitchen, Kigali."
    assert "“a table at noon”" in said(answer(host, [], [user("a table at noon")]))


@pytest.mark.parametrize(
    ("message", "period"),
    [
        ("P&L for August 2025", "august 2025"),
        ("how did we do last month?", "last month"),
        ("profit year to date", "year to date"),
        ("revenue Q3 2025", "q3 2025"),
        ("show me the books of 2025-08", "2025-08"),
        ("how are we doing?", "last month"),
        ("and in July 2025?", "july 2025"),
        ("what were our expenses in 2024?", "2024"),
        ("EBITDA for the Q3 of 2025", "q3 2025"),
        ("third quarter of 2025", "third quarter 2025"),
    ],
)
def test_the_books_are_asked_in_the_words_for_the_period(message: str, period: str) -> None:
    assert cfo(user(message)) == Call("fetch_financials", {"period": period})


def test_words_that_the_books_take_for_no_period_are_asked_back() -> None:
    refused = result("c1", "fetch_financials", {"period": "august"}, NOT_A_PERIOD)
    text = said(cfo(user("profit in August"), *refused))
    assert "Which period is “august”?" in text
    assert "“August 2025”" in text


def test_books_that_are_not_offered_stay_closed() -> None:
    assert "owner's numbers only" in said(cfo(user("P&L for August 2025"), tools=RULE_TOOLS))


def test_figures_are_written_as_the_books_give_them() -> None:
    figures = {
        "revenue": {"text": "RWF 38,825,639", "amount": "38825639"},
        "net": {"text": "RWF 8,286,885"},
    }
    books = {
        "period": {"name": "August 2025"},
        "figures": figures,
        "margins": {"net_margin": "21.3%"},
    }
    text = said(
        cfo(
            user("P&L for August 2025"),
            *result("c1", "fetch_financials", {"period": "august 2025"}, books),
        )
    )
    assert "*August 2025*\n- *Revenue*: RWF 38,825,639\n- *Net*: RWF 8,286,885 (21.3%)" in text


def test_a_refusal_of_the_books_is_told_without_figures() -> None:
    refused = result(
        "c1", "fetch_financials", {"period": "august 2025"}, {"error": "not for this number"}
    )
    assert "not for this number" in said(cfo(user("P&L for August 2025"), *refused))


@pytest.mark.parametrize(
    ("message", "jurisdiction", "topic"),
    [
        ("what's the VAT rate in Malta?", "Malta", "vat rate"),
        ("VAT on restaurant meals", "Rwanda", "vat on restaurant meals"),
        ("IFRS 16 leases", "IFRS", "ifrs 16 leases"),
        ("tell us about tips in the US", "US", "tips"),
        ("tell us about tips", "Rwanda", "tips"),
        ("revenue recognition", "Rwanda", "revenue recognition"),
        ("is the food cost deductible in the UK?", "UK", "food cost deductible"),
    ],
)
def test_a_rule_is_looked_up_where_it_holds(message: str, jurisdiction: str, topic: str) -> None:
    assert cfo(user(message)) == Call(
        "check_tax_rule", {"jurisdiction": jurisdiction, "topic": topic}
    )


def test_a_rule_comes_with_its_source_and_the_day_it_was_checked() -> None:
    found = result(
        "c1", "check_tax_rule", {"jurisdiction": "Rwanda", "topic": "vat"}, {"rules": [VAT]}
    )
    assert "VAT is 18 %.\n_Source: RRA, Law 049/2023_\n_Checked on 2026-11-01_" in said(
        cfo(user("VAT?"), *found)
    )


def test_a_rule_of_another_place_is_called_so() -> None:
    note = "MT has no rule of its own on file about this; these are from EU."
    asked = {"jurisdiction": "Malta", "topic": "vat"}
    found = result("c1", "check_tax_rule", asked, {"rules": [VAT], "note": note})
    assert f"_{note}_" in said(cfo(user("VAT in Malta?"), *found))


def test_two_places_are_looked_up_one_after_the_other() -> None:
    asked = {"jurisdiction": "Malta", "topic": "vat"}
    found = result("c1", "check_tax_rule", asked, {"rules": [VAT]})
    assert cfo(user("VAT: Malta or the UK?"), *found) == Call(
        "check_tax_rule", {"jurisdiction": "UK", "topic": "vat"}
    )


def test_several_messages_are_answered_together_in_their_order() -> None:
    text = said(waiter(user("say exactly: one"), user("hello"), user("say exactly: two")))
    assert text.startswith("one\n\nWelcome")
    assert text.endswith("two")


def test_a_turn_calls_three_tools_at_most_and_none_twice() -> None:
    items = [user(f"do you have {dish}?") for dish in ("soup", "fish", "goat", "rice", "soup")]
    calls = []
    while isinstance(spoken := waiter(*items), Call):
        calls.append(spoken.arguments["query"])
        items += result(f"c{len(calls)}", spoken.name, spoken.arguments, {"items": [], "found": 0})
    assert calls == ["soup", "fish", "goat"]


def test_the_rules_for_load_tests() -> None:
    assert said(waiter(user("Please say exactly: Bob's word\n- 17"))) == "Bob's word\n- 17"
    assert said(cfo(user("count to 3"))) == "1 2 3"
    assert len(said(waiter(user("count to 999999"))).split()) == 2_000
