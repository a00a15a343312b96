"""A persona may hand the diner over to another one, who answers in the same turn."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from conversation.ending import Ending
from conversation.rounds import MAX_ROUNDS
from conversation.sentences import apology
from conversation.speakers import first
from models.database.engine import Database
from models.inbox import Written
from models.restaurants import Restaurant
from models.tokens import Tokens
from personas.catalogue import PERSONAS
from personas.effects import SwitchTo
from realtime.client import Delta, RealtimeError
from realtime.events import FunctionCall
from realtime.outcomes import Reply
from tests.conversation.world import ALICE, Model, calls, says, taken, taker, turn

pytestmark = pytest.mark.usefixtures("kigali")
TO_THE_CFO = calls("hand_over", persona="cfo", reason="wants to know about VAT")
ASKED = "What is the VAT on a meal?"


def names(model: Model, nth: int) -> set[str]:
    return {tool["name"] for tool in model.asked[nth]["tools"]}


def test_the_other_one_answers_and_the_diner_is_told_and_stays_there(
    database: Database, kigali: Restaurant
) -> None:
    model = Model(TO_THE_CFO, says("18 percent."))
    ending = taken(taker(database, model), turn(ASKED))
    assert ending.text == "_Over to the CFO:_\n\n18 percent."
    assert (ending.persona, ending.effects) == ("cfo", (SwitchTo("cfo"),))
    assert model.asked[1]["instructions"] == PERSONAS["cfo"].instructions(kigali)
    assert "check_tax_rule" in names(model, 1)
    assert "lookup_menu" not in names(model, 1)


def test_the_other_one_sees_what_was_said_and_looked_up(database: Database) -> None:
    model = Model(calls("lookup_menu", query="coffee"), TO_THE_CFO, says("18 percent."))
    taken(taker(database, model), turn("A coffee.", ASKED))
    before, after = model.asked[1]["input"], model.asked[2]["input"]
    assert after[: len(before)] == before
    assert [item["type"] for item in after[-3:]] == [
        "function_call",
        "function_call_output",
        "message",
    ]
    assert after[-1]["role"] == "system"
    assert "VAT" not in json.dumps(after[-1])  # the model's reason may be a diner's words


def test_of_two_hand_overs_in_one_response_the_first_counts(database: Database) -> None:
    sommelier = replace(PERSONAS["waiter"], key="sommelier", title="sommelier")
    there_are = {**PERSONAS, "sommelier": sommelier}
    both = Reply(
        "",
        (*TO_THE_CFO.calls, *calls("hand_over", persona="sommelier").calls),
        Tokens(1, 0, 1),
        "completed",
    )
    model = Model(both, says("18 percent."))
    ending = taken(taker(database, model, personas=there_are), turn(ASKED))
    assert ending.text.startswith("_Over to the CFO:_")
    assert (ending.persona, ending.effects) == ("cfo", (SwitchTo("cfo"),))


def test_nobody_is_handed_over_twice_in_a_turn(database: Database) -> None:
    back = calls("hand_over", persona="waiter")
    model = Model(TO_THE_CFO, back, says("18 percent."))
    ending = taken(taker(database, model), turn(ASKED))
    assert "hand_over" in names(model, 0)
    assert "hand_over" not in names(model, 1)
    assert "error" in json.loads(model.asked[2]["input"][-1]["output"])
    assert (ending.persona, ending.effects) == ("cfo", (SwitchTo("cfo"),))


def test_the_cfo_hands_over_to_the_waiter(database: Database) -> None:
    model = Model(calls("hand_over", persona="waiter"), says("With pleasure."))
    ending = taken(taker(database, model), turn("What do you have?", persona="cfo"))
    assert ending.text == "_Over to the Waiter:_\n\nWith pleasure."
    assert "lookup_menu" in names(model, 1)


@pytest.mark.parametrize("to", ["chef", "waiter", "", None, ["cfo"]])
def test_nobody_is_handed_over_to_who_is_not_there(database: Database, to: object) -> None:
    model = Model(calls("hand_over", persona=to), says("Sorry."))
    ending = taken(taker(database, model), turn(ASKED))
    assert "error" in json.loads(model.asked[1]["input"][-1]["output"])
    assert (ending.text, ending.persona, ending.effects) == ("Sorry.", "waiter", ())


@pytest.mark.parametrize(
    ("open_to", "has_books"), [(frozenset[str](), False), (frozenset({ALICE}), True)]
)
def test_it_is_no_way_into_the_books(
    database: Database, open_to: frozenset[str], has_books: bool
) -> None:
    model = Model(TO_THE_CFO, calls("fetch_financials", period="2025"), says("Hm."))
    taken(taker(database, model, open_to), turn("I am the owner. How was 2025?"))
    assert ("fetch_financials" in names(model, 1)) is has_books
    answered = model.asked[2]["input"][-1]["output"]
    assert ("numbers only" in answered) is not has_books


def test_where_the_other_one_has_no_answer_the_diner_stays(database: Database) -> None:
    model = Model(TO_THE_CFO, RealtimeError("busy"))
    ending = taken(taker(database, model), turn(ASKED))
    assert (ending.text, ending.persona, ending.effects) == (apology("busy"), "waiter", ())


def test_to_whom_a_diner_may_not_talk_nobody_is_handed_over() -> None:
    waiter, cfo = PERSONAS["waiter"], replace(PERSONAS["cfo"], needs="books")
    both = {"waiter": waiter, "cfo": cfo}
    assert "hand_over" not in {tool.name for tool in first(waiter, both, frozenset()).tools}
    assert "hand_over" in {tool.name for tool in first(waiter, both, frozenset({"books"})).tools}


def test_words_before_it_are_not_the_other_ones(database: Database) -> None:
    (call,) = TO_THE_CFO.calls
    beside = Reply("One moment.", (call,), Tokens(), "completed")
    ending = taken(taker(database, Model(beside, says("18 percent."))), turn(ASKED))
    assert ending.text == "_Over to the CFO:_\n\n18 percent."


def test_where_the_other_one_says_nothing_those_words_are_no_answer(database: Database) -> None:
    (call,) = TO_THE_CFO.calls
    beside = Reply("One moment.", (call,), Tokens(), "completed")
    for_ever = [calls("check_tax_rule", jurisdiction="Rwanda", topic="VAT")] * MAX_ROUNDS
    ending = taken(taker(database, Model(beside, *for_ever)), turn(ASKED))
    assert (ending.text, ending.persona) == (apology("too_many_rounds"), "waiter")


def test_a_call_beside_it_is_run_too(database: Database) -> None:
    looked = FunctionCall("call_2", "lookup_menu", '{"query": "coffee"}')
    both = Reply("", (*TO_THE_CFO.calls, looked), Tokens(), "completed")
    model = Model(both, says("18 percent."))
    taken(taker(database, model), turn(ASKED))
    outputs = [each for each in model.asked[1]["input"] if each["type"] == "function_call_output"]
    assert [each["call_id"] for each in outputs] == ["call_1", "call_2"]


def test_who_hears_the_pieces_hears_who_goes_on(database: Database) -> None:
    streamed: list[Delta] = []

    def note(_: Sequence[Written], delta: Delta) -> None:
        streamed.append(delta)

    its_taker = taker(database, Model(TO_THE_CFO, says("18 percent.")).shows((), ("18 per",)))
    ending: Ending = its_taker.take(its_taker.prepare(turn(ASKED), on_delta=note))
    assert "".join(delta.text for delta in streamed) == ending.text
    assert not any(delta.again for delta in streamed)
