"""A reply that its persona objects to is asked for anew, once, and never goes out as it was."""

from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from conversation.rounds import MAX_ROUNDS
from knowledge.claims import instead
from models.database.engine import Database
from models.inbox import Written
from models.tokens import Tokens
from realtime.client import Delta
from realtime.events import FunctionCall
from realtime.outcomes import Reply
from tests.conversation.world import Model, calls, says, taken, taker, turn

pytestmark = pytest.mark.usefixtures("kigali")
PROMISE = "With pleasure. The cake is nut-free."
HONEST = "The menu lists milk and eggs for it. Only the kitchen can tell more."
ASKED = "Are there nuts in the cake?"


def test_the_model_is_asked_once_more_and_told_why(database: Database) -> None:
    model = Model(says(PROMISE), says(HONEST))
    with capture_logs() as logged:
        ending = taken(taker(database, model), turn(ASKED))
    assert ending.text == HONEST
    said, told = model.asked[1]["input"][-2:]
    assert (said["role"], said["content"][0]["text"]) == ("assistant", PROMISE)
    assert (told["role"], "free of nuts" in told["content"][0]["text"]) == ("system", True)
    (line,) = [each for each in logged if each["event"] == "reply.claim_unfounded"]
    assert "cake" not in str(line)


def test_who_promises_again_has_it_taken_out(database: Database) -> None:
    model = Model(says(PROMISE), says(PROMISE))
    ending = taken(taker(database, model), turn(ASKED))
    assert ending.text == f"With pleasure.\n\n{instead('en')}"
    assert (ending.state, len(model.asked)) == ("done", 2)


def test_it_may_look_the_dish_up_first(database: Database) -> None:
    model = Model(says(PROMISE), calls("lookup_menu", query="cake"), says(HONEST))
    assert taken(taker(database, model), turn(ASKED)).text == HONEST
    assert model.asked[1]["tool_choice"] == "auto"


def test_after_the_last_round_no_promise_goes_out(database: Database) -> None:
    look = calls("lookup_menu", query="cake")
    model = Model(*[look] * (MAX_ROUNDS - 1), says(PROMISE))
    assert instead("en") in taken(taker(database, model), turn(ASKED)).text


def test_nor_one_that_stands_beside_a_call(database: Database) -> None:
    call = FunctionCall("c", "lookup_menu", '{"query": "cake"}')
    beside = Reply(PROMISE, (call,), Tokens(), "completed")
    ending = taken(taker(database, Model(*[beside] * MAX_ROUNDS)), turn(ASKED))
    assert ending.text == f"With pleasure.\n\n{instead('en')}"


def test_who_has_no_check_is_not_looked_through(database: Database) -> None:
    model = Model(says("A receipt without milk is free of VAT."))
    ending = taken(taker(database, model), turn("VAT on milk?", persona="cfo"))
    assert ending.text == "A receipt without milk is free of VAT."


def test_the_promises_pieces_are_void(database: Database) -> None:
    heard: list[Delta] = []

    def note(_: Sequence[Written], delta: Delta) -> None:
        heard.append(delta)

    model = Model(says(PROMISE), says(HONEST)).shows((PROMISE,), (HONEST,))
    its_taker = taker(database, model)
    its_taker.take(its_taker.prepare(turn(ASKED), on_delta=note))
    assert heard == [Delta(PROMISE), Delta("", again=True), Delta(HONEST)]
