"""What the diner reads is what the model meant: not what was cut off, nor what stands beside it."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from conversation.ending import Ending
from conversation.rounds import MAX_CALLS, MAX_ROUNDS
from conversation.sentences import apology
from models.database.engine import Database
from models.inbox import Written
from models.tokens import Tokens
from realtime.client import Delta, RealtimeError
from realtime.events import FunctionCall
from realtime.outcomes import Reply
from realtime.request import MOST_OUTPUT_TOKENS
from tests.conversation.world import Model, says, taken, taker, turn
from whatsapp.bubbles import MOST_UNITS

pytestmark = pytest.mark.usefixtures("kigali")

LIST = "Coffees:\n- Cappuccino – RWF 3,000\n- Espresso – RWF 2,0"
WHOLE_LINES = "Coffees:\n- Cappuccino – RWF 3,000"
LOOKING = "Let me look that up for you."
CALL = FunctionCall("call_1", "lookup_menu", '{"query": "x"}')


def cut(text: str, reason: str | None = "max_output_tokens", **fields: Any) -> Reply:
    return Reply(text, (), Tokens(10, 5, 2), "incomplete", reason=reason, **fields)


def looks(text: str = "") -> Reply:
    return Reply(text, (CALL,), Tokens(10, 5, 2), "completed")


def asked_of(database: Database, model: Model) -> Ending:
    return taken(taker(database, model), turn("coffee?"))


def room_of(model: Model) -> list[int]:
    return [each["max_output_tokens"] for each in model.asked]


# Cut off.


@pytest.mark.parametrize("reason", ["max_output_tokens", None])
def test_what_was_cut_off_is_asked_for_again_with_more_room(
    database: Database, reason: str | None
) -> None:
    model = Model(cut(LIST, reason), says("Espresso is RWF 2,000."))
    ending = asked_of(database, model)
    assert (ending.text, ending.cause, ending.tokens) == (
        "Espresso is RWF 2,000.",
        None,
        Tokens(20, 10, 4),
    )
    assert room_of(model) == [600, 1_200]
    assert model.asked[0]["input"] == model.asked[1]["input"]


def test_what_is_cut_off_again_ends_with_its_last_whole_line(database: Database) -> None:
    model = Model(cut("Coff"), cut(LIST), says("never asked"))
    ending = asked_of(database, model)
    assert (ending.text, ending.state) == (WHOLE_LINES, "done")
    assert len(model.asked) == 2


def test_more_room_is_asked_for_once_a_turn(database: Database) -> None:
    model = Model(cut("", has_broken_call=True), looks(), cut(LIST), says("never asked"))
    assert asked_of(database, model).text == WHOLE_LINES
    assert room_of(model) == [600, 1_200, 1_200]


@pytest.mark.parametrize("kind", ["timeout", "busy", "failed", "closed"])
def test_where_the_second_try_comes_to_nothing_the_first_is_better(
    database: Database, kind: Any
) -> None:
    ending = asked_of(database, Model(cut(LIST), RealtimeError(kind)))
    assert (ending.text, ending.cause) == (WHOLE_LINES, None)


def test_it_is_not_where_the_second_try_had_to_answer_more(database: Database) -> None:
    def a_message_comes_and_the_try_fails() -> Reply:
        more = Written(9, "SM9", "and is it vegan?", is_keyword=False)
        running.messages = [*running.messages, more]
        raise RealtimeError("timeout")

    its_taker = taker(database, Model(cut(LIST), a_message_comes_and_the_try_fails))
    running = its_taker.prepare(turn("coffee?"))
    assert its_taker.take(running).cause == "timeout"


def test_a_caller_hears_as_much_as_is_told(database: Database) -> None:
    pieces = [f"Dish {number}.\n" for number in range(1_000)]
    *_, again, whole = heard(database, Model(says("".join(pieces))).shows(pieces))
    assert again == AGAIN
    assert whole.text.endswith("…")
    assert len(whole.text) <= MOST_UNITS


def test_where_there_is_no_more_room_it_is_asked_once(database: Database) -> None:
    model = Model(cut(LIST), says("never asked"))
    its_taker = taker(database, model, max_output_tokens=MOST_OUTPUT_TOKENS)
    assert taken(its_taker, turn("coffee?")).text == WHOLE_LINES
    assert room_of(model) == [MOST_OUTPUT_TOKENS]


def test_no_more_room_is_asked_for_than_there_is(database: Database) -> None:
    model = Model(cut(LIST), says("Yes."))
    taken(taker(database, model, max_output_tokens=3_000), turn("coffee?"))
    assert room_of(model) == [3_000, MOST_OUTPUT_TOKENS]


@pytest.mark.parametrize("text", ["", " \n", "Espresso – RWF 2,0", "\x00"])
def test_of_what_has_no_whole_sentence_nothing_is_sent(database: Database, text: str) -> None:
    ending = asked_of(database, Model(cut(text), cut(text)))
    assert (ending.text, ending.cause) == (apology("failed"), "failed")


def test_what_a_filter_cut_is_never_sent(database: Database) -> None:
    model = Model(cut("Fine words. And", "content_filter"), says("never asked"))
    ending = asked_of(database, model)
    assert (ending.text, ending.state, ending.cause) == (apology("filtered"), "failed", "filtered")
    assert len(model.asked) == 1
    assert asked_of(database, Model(cut(LIST), cut("Fine.", "content_filter"))).cause == "filtered"


# Beside calls.


@pytest.mark.parametrize("status", ["incomplete", "completed"])
def test_words_beside_a_call_that_was_cut_off_are_no_answer(
    database: Database, status: str
) -> None:
    broken = Reply(LOOKING, (), Tokens(), status, reason=None, has_broken_call=True)
    assert asked_of(database, Model(broken, broken)).text == apology("failed")
    assert (
        asked_of(database, Model(cut(LOOKING, has_broken_call=True), says("Yes."))).text == "Yes."
    )


def test_of_a_model_that_calls_without_end_so_many_calls_are_run(database: Database) -> None:
    many = tuple(FunctionCall(f"call_{n}", "lookup_menu", '{"query": "x"}') for n in range(500))
    model = Model(Reply("", many, Tokens(), "completed"), says("Yes."))
    assert asked_of(database, model).text == "Yes."
    assert len(model.asked[1]["input"]) == len(model.asked[0]["input"]) + 2 * MAX_CALLS


def test_beside_a_call_that_stays_cut_off_the_whole_one_is_run(database: Database) -> None:
    half = Reply(
        LOOKING, (CALL,), Tokens(), "incomplete", reason="max_output_tokens", has_broken_call=True
    )
    model = Model(half, half, says("No coffee."))
    assert asked_of(database, model).text == "No coffee."
    assert json.loads(model.asked[2]["input"][-1]["output"])["items"] == []


def test_after_the_last_round_the_last_words_are_the_answer(database: Database) -> None:
    replies = [looks(f"{LOOKING} {nth}") for nth in range(MAX_ROUNDS - 2)]
    model = Model(*replies, looks("It is RWF 3,000."), looks())
    ending = asked_of(database, model)
    assert (ending.text, ending.cause) == ("It is RWF 3,000.", None)
    assert len(model.asked) == MAX_ROUNDS


def test_of_the_last_words_too_no_more_is_sent_than_is_whole(database: Database) -> None:
    last = Reply("It is 3. Or RWF 2,0", (CALL,), Tokens(), "incomplete")
    assert asked_of(database, Model(*[looks("Well.")] * 5, last, last)).text == "Well."
    last = Reply("It is good. Or RWF 2,0", (CALL,), Tokens(), "incomplete")
    assert asked_of(database, Model(*[looks("Well.")] * 5, last, last)).text == "It is good."


# As it comes.


def heard(database: Database, model: Model) -> list[Delta]:
    deltas: list[Delta] = []

    def note(_messages: Sequence[Written], delta: Delta) -> None:
        deltas.append(delta)

    its_taker = taker(database, model)
    its_taker.take(its_taker.prepare(turn("coffee?"), on_delta=note))
    return deltas


AGAIN = Delta("", again=True)


@pytest.mark.parametrize(
    ("pieces", "more"),
    [
        (["No ", "soup."], []),
        (["No ", "soup.", "\n"], []),
        ([], []),
        (["No "], [Delta("soup.")]),
        (["soup."], [AGAIN, Delta("No soup.")]),
        (["No ", "No ", "soup."], [AGAIN, Delta("No soup.")]),
        (["No soup.", " Ever."], [AGAIN, Delta("No soup.")]),
    ],
)
def test_pieces_that_were_wrong_are_void_and_the_whole_follows(
    database: Database, pieces: list[str], more: list[Delta]
) -> None:
    model = Model(says("No soup.")).shows(pieces)
    assert heard(database, model) == [Delta(each) for each in pieces] + more


def test_what_was_cut_off_is_void_when_it_is_asked_for_again(database: Database) -> None:
    model = Model(cut(LIST), says("Yes.")).shows(["Coffees:"], ["Yes."])
    assert heard(database, model) == [Delta("Coffees:"), AGAIN, Delta("Yes.")]


@pytest.mark.parametrize(
    "end", [cut("Fine words. And", "content_filter"), RealtimeError("timeout")]
)
def test_pieces_of_what_comes_to_no_answer_are_void(
    database: Database, end: Reply | RealtimeError
) -> None:
    assert heard(database, Model(end).shows(["Fine words."])) == [Delta("Fine words."), AGAIN]


def test_last_words_are_heard_again_after_they_were_void(database: Database) -> None:
    model = Model(*[looks("Well.")] * MAX_ROUNDS).shows(*[["Well."]] * MAX_ROUNDS)
    assert heard(database, model)[-2:] == [Delta("Well."), AGAIN]
