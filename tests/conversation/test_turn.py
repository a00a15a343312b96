"""A turn is a keyword, a question to a persona with what it was told before, or a sentence."""

from typing import get_args

import pytest
from sqlalchemy import insert

from conversation.ending import Forget, Reset
from conversation.sentences import SENTENCES, apology
from models.database.engine import Database
from models.diners import Diner
from models.history import Exchange
from models.inbox import Message
from models.restaurants import Restaurant
from models.turns import DONE, Turn
from personas.catalogue import PERSONAS
from personas.effects import SwitchTo
from realtime.outcomes import Kind
from tests.conversation.world import ALICE, KIGALI, NOW, Model, says, taken, taker, turn

pytestmark = pytest.mark.usefixtures("kigali")


def remember(database: Database, persona: str, *exchanges: Exchange) -> None:
    """Alice and a persona have had these exchanges."""
    with database.transaction() as session:
        session.merge(
            Diner(
                id=7, channel="whatsapp", address=ALICE, number=KIGALI, created_at=NOW,
                last_message_at=NOW,
            )
        )  # fmt: skip
        for exchange in exchanges:
            row = session.execute(
                insert(Turn)
                .values(
                    diner_id=7, state=DONE, persona=persona, reply=exchange.reply, lease="",
                    lease_until=NOW, attempts=1, started_at=NOW,
                )
                .returning(Turn.id)
            )  # fmt: skip
            turn_id = row.scalar_one()
            for place, text in enumerate(exchange.texts):
                session.add(
                    Message(
                        diner_id=7, sid=f"SM-{turn_id}-{place}", text=text, is_keyword=False,
                        payload={}, received_at=NOW, turn_id=turn_id,
                    )
                )  # fmt: skip


def heard(model: Model) -> list[tuple[str, str]]:
    """What was said, without the system's words."""
    said = [(item["role"], item["content"][0]["text"]) for item in model.asked[0]["input"]]
    return [each for each in said if each[0] != "system"]


def test_the_model_hears_what_was_said_before_and_what_is_said_now(database: Database) -> None:
    remember(database, "waiter", Exchange(("hi", "are you open?"), "We are."))
    model = Model(says("Welcome!"))
    taken(taker(database, model), turn("one word", "another"))
    assert heard(model) == [
        ("user", "hi"),
        ("user", "are you open?"),
        ("assistant", "We are."),
        ("user", "one word"),
        ("user", "another"),
    ]


def test_what_the_system_says_of_today_stands_behind_the_history(database: Database) -> None:
    remember(database, "waiter", Exchange(("hi",), "Hello."))
    model = Model(says("Welcome!"))
    taken(taker(database, model), turn("one word", "another"))
    roles = [item["role"] for item in model.asked[0]["input"]]
    assert roles == ["user", "assistant", "system", "user", "user"]


def test_a_keyword_switches_without_the_model(database: Database, kigali: Restaurant) -> None:
    ending = taken(taker(database, Model()), turn("/cfo", is_keyword=True))
    assert (ending.effects, ending.persona, ending.text) == (
        (SwitchTo("cfo"),),
        None,
        PERSONAS["cfo"].greeting(kigali),
    )


def test_a_question_behind_a_keyword_goes_to_the_new_persona(database: Database) -> None:
    model = Model(says("18 percent."))
    ending = taken(taker(database, model), turn("/cfo what is VAT?", is_keyword=True))
    assert (ending.effects, ending.persona, ending.text) == (
        (SwitchTo("cfo"),),
        "cfo",
        "18 percent.",
    )
    assert heard(model) == [("user", "what is VAT?")]


def test_a_question_behind_a_keyword_comes_with_what_that_persona_was_told(
    database: Database,
) -> None:
    remember(database, "waiter", Exchange(("coffee?",), "Yes."))
    remember(database, "cfo", Exchange(("VAT?",), "18 percent."))
    model = Model(says("Since 2001."))
    taken(taker(database, model), turn("/cfo since when?", is_keyword=True, persona="waiter"))
    assert heard(model) == [
        ("user", "VAT?"),
        ("assistant", "18 percent."),
        ("user", "since when?"),
    ]


@pytest.mark.parametrize(
    ("word", "effects"),
    [("/reset", (Reset(),)), ("/forget", (Forget(),)), ("/help", ()), ("/me", ())],
)
def test_what_a_keyword_does_is_an_effect_of_its_ending(
    database: Database, word: str, effects: tuple[object, ...]
) -> None:
    ending = taken(taker(database, Model()), turn(word, is_keyword=True))
    assert (ending.effects, ending.state) == (effects, "done")


def test_an_unknown_keyword_is_answered_with_those_there_are(database: Database) -> None:
    ending = taken(taker(database, Model()), turn("/chef", is_keyword=True))
    assert ending.text.startswith("I don't know /chef.")
    assert all(f"*/{key}*" in ending.text for key in PERSONAS)


def test_a_number_without_a_restaurant_says_so(database: Database) -> None:
    ending = taken(taker(database, Model()), turn("hi", number="whatsapp:+999"))
    assert (ending.text, ending.cause) == (apology("no_restaurant"), "no_restaurant")


def test_switched_off_the_diner_gets_a_polite_sentence(database: Database) -> None:
    ending = taken(taker(database, None), turn("/cfo hi", is_keyword=True))
    assert (ending.text, ending.effects) == (apology("disabled"), (SwitchTo("cfo"),))


def test_an_unknown_persona_in_the_table_falls_back_to_the_default(database: Database) -> None:
    ending = taken(taker(database, Model(says("Hi"))), turn("hi", persona="chef"))
    assert ending.persona == "waiter"


def test_there_is_a_sentence_for_every_reason_that_the_model_gives() -> None:
    assert set(get_args(Kind)) < set(SENTENCES)
    assert all(SENTENCES.values())
