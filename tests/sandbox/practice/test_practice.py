"""What both practice personas have in common: small talk, their trade, the ends of a turn."""

from functools import partial

import pytest

from sandbox.practice import Call, answer
from tests.sandbox.practice.talk import BOOK_TOOLS, cfo, reply, result, said, tool, user, waiter


@pytest.mark.parametrize(
    "message",
    [
        "thanks!",
        "Thank you so much",
        "bye",
        "no thanks",
        "Thank you, that is all.",
        "what time do you open?",
        "are you a bot?",
        "How are you?",
        "can I have the bill?",
    ],
)
def test_small_talk_needs_no_tool(message: str) -> None:
    assert said(waiter(user(message)))


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


def test_where_it_may_it_hands_the_diner_over() -> None:
    asked = waiter(user("what is our profit?"), also=("hand_over",))
    assert isinstance(asked, Call)
    assert (asked.name, asked.arguments["persona"]) == ("hand_over", "cfo")
    asked = cfo(user("what coffee is there?"), tools=[*BOOK_TOOLS, tool("hand_over")])
    assert isinstance(asked, Call)
    assert (asked.name, asked.arguments["persona"]) == ("hand_over", "waiter")


def test_a_persona_that_it_does_not_know_asks_what_was_meant() -> None:
    host = "You are the host of Inzozi Kitchen, Kigali."
    assert "“a table at noon”" in said(answer(host, [], [user("a table at noon")]))


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


def test_a_reply_that_was_not_sent_is_made_anew() -> None:
    told = {"type": "message", "role": "system", "content": [{"type": "input_text", "text": "No."}]}
    before = reply("The hours are: daily.")
    assert "daily 07:00" in said(waiter(user("when are you open?"), before, told))


def test_the_rules_for_load_tests() -> None:
    assert said(waiter(user("Please say exactly: Bob's word\n- 17"))) == "Bob's word\n- 17"
    assert said(cfo(user("count to 3"))) == "1 2 3"
    assert len(said(waiter(user("count to 999999"))).split()) == 2_000


@pytest.mark.parametrize(
    "message",
    [
        "I want to talk to a human",
        "a real person please",
        "Could you call the manager?",
        "Puis-je parler à quelqu’un ?",
        "Nashaka kuvugana n'umuntu",
        "Vorrei parlare con qualcuno",
    ],
)
def test_who_wants_a_person_has_one_called_by_either(message: str) -> None:
    call = {"reason": "in their own words"}
    called = result("c1", "call_staff", call, {"called": 1})
    nobody = result("c1", "call_staff", call, {"error": "nobody"})
    for asked in (partial(waiter, also=("call_staff",)), partial(cfo, tools=[tool("call_staff")])):
        assert asked(user(message)) == Call("call_staff", call)
        assert "called a colleague" in said(asked(user(message), *called))
        assert "none of my colleagues" in said(asked(user(message), *nobody))
