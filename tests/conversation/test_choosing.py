"""Choices stand below the answer's words, in the same message, and cost no round more."""

import json

import pytest

from conversation.ending import Ending
from models.bubbles import Bubble, Choice, Choices
from models.database.engine import Database
from models.tokens import Tokens
from personas.effects import SwitchTo
from realtime.client import Delta, RealtimeError
from realtime.events import FunctionCall
from realtime.outcomes import Reply
from tests.conversation.world import Model, says, taken, taker, turn

pytestmark = pytest.mark.usefixtures("kigali")
YES_OR_NO = Choices("buttons", (Choice("yes", "Yes"), Choice("no", "No")), "Choose")
NUMBERS = "Spicy?\n\n1. Yes\n2. No"


def call(name: str, **arguments: object) -> FunctionCall:
    return FunctionCall("call_1", name, json.dumps(arguments))


OFFER = call("offer_choices", choices=["Yes", "No"])
WRONG = call("offer_choices", choices=["Yes"])


def beside(words: str, *made: FunctionCall) -> Reply:
    """The model speaks and calls at once."""
    return Reply(words, made, Tokens(10, 5, 2), "completed")


def asked(database: Database, *script: Reply | RealtimeError) -> tuple[Ending, int]:
    """What a turn came to, and how many rounds it took."""
    model = Model(*script)
    return taken(taker(database, model), turn("the stew")), len(model.asked)


@pytest.mark.parametrize(
    ("script", "rounds"),
    [
        ([beside("Spicy?", OFFER)], 1),
        ([beside("", OFFER), says("Spicy?")], 2),
        ([beside("Hm.", WRONG), beside("Spicy?", OFFER)], 2),
        ([beside("Hm.", WRONG), beside("", OFFER), says("Spicy?")], 3),
        ([beside("Spicy?", OFFER, call("lookup_menu", query="stew")), says("Spicy?")], 2),
        ([beside("", call("offer_choices", choices=["A", "B"])), beside("Spicy?", OFFER)], 2),
        ([beside("", OFFER), beside("Hm.", WRONG), says("Spicy?")], 3),
    ],
)  # fmt: skip
def test_they_stand_below_the_answers_words(
    database: Database, script: list[Reply], rounds: int
) -> None:
    ending, took = asked(database, *script)
    assert (ending.bubbles, took) == ((Bubble("Spicy?", choices=YES_OR_NO),), rounds)
    assert (ending.effects, ending.text) == ((), NUMBERS)


def test_an_answer_without_them_has_none(database: Database) -> None:
    ending, _ = asked(database, beside("Hm.", WRONG), says("Spicy?"))
    assert ending.bubbles == (Bubble("Spicy?"),)


@pytest.mark.parametrize(
    "script",
    [
        [beside("Spicy?", OFFER, call("remember_diet", allergens=["nuts"])), says("Spicy?")],
        [beside("The stew is milk-free. Spicy?", OFFER), says("Nobody knows.")],
        [beside("The stew is milk-free. Spicy?", OFFER), says("The stew is milk-free, and nice.")],
    ],
)
def test_what_was_offered_before_it_was_known_or_beside_what_does_not_go_out_is_none(
    database: Database, script: list[Reply]
) -> None:
    ending, _ = asked(database, *script)
    assert [each.choices for each in ending.bubbles] == [None]


def test_an_apology_has_none(database: Database) -> None:
    ending, _ = asked(database, beside("", OFFER), RealtimeError("busy"))
    assert ending.cause == "busy"
    assert ending.bubbles[-1].choices is None


def test_who_goes_on_does_not_offer_what_the_other_one_did(database: Database) -> None:
    both = beside("", OFFER, call("hand_over", persona="cfo"))
    ending, _ = asked(database, both, says("18 percent."))
    assert ending.effects == (SwitchTo("cfo"),)
    assert ending.bubbles[-1].choices is None


def test_who_listens_reads_them_as_numbers(database: Database) -> None:
    for script, pieces in (
        ([beside("Spicy?", OFFER)], [["Spi", "cy?"]]),
        ([beside("Hm.", WRONG), beside("Spicy?", OFFER)], [["Hm."], ["Spicy?"]]),
        ([beside("", OFFER), says("Spicy?")], [[], ["Spicy?"]]),
    ):
        shown: list[str] = []

        def show(_: object, delta: Delta, shown: list[str] = shown) -> None:
            if delta.again:
                shown.clear()
            shown.append(delta.text)

        model = Model(*script).shows(*pieces)
        takes = taker(database, model)
        ending = takes.take(takes.prepare(turn("the stew", channel="api"), on_delta=show))
        assert "".join(shown) == ending.text == NUMBERS


def test_the_help_is_a_list_to_tap(database: Database) -> None:
    ending = taken(taker(database, Model()), turn("/help", is_keyword=True))
    (bubble,) = ending.bubbles
    assert bubble.choices is not None
    ids = [each.id for each in bubble.choices.options]
    assert ids[:2] == ["/waiter", "/cfo"]
    assert "/forget" in ids
    assert len(ids) <= 10
    assert all(f"*{each.id}*" in bubble.text for each in bubble.choices.options)
    assert ending.text == bubble.text, "where nothing can be tapped they are listed once"
