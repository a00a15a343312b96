"""What is said in a call is kept as turns, with the effects of its tools, and counted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from conversation.call.records import Exchange
from conversation.prompt import ANSWERED_IN_PERSON, CALL_ENDED, NOT_ANSWERED
from engine.call_turns import CallTurns
from handlers.console.thread import lines
from knowledge.phrases import Phrase
from models import call_turns, calls, diets, diners
from models.console.conversation import conversation
from models.console.sight import EVERYTHING
from models.diets import Diet, KeptDiet
from models.inbox import Message
from models.meter import ErasedUse
from models.restaurants import by_number
from models.tokens import Tokens
from models.tool_calls import Call
from personas.effects import CalledInVain, CallStaff, Notice, RememberDiet, SwitchTo
from tests.engine.world import ALICE, BOB, KIGALI, House

LOOKED_UP = Call("lookup_menu", '{"query": "fish"}', '{"items": []}', 40)
SOLD = Exchange(("Any fish?",), "Tilapia, 9,000 francs.", "waiter", (LOOKED_UP,), Tokens(9, 0, 4))


def knows(house: House, diner: str = ALICE) -> int:
    with house.eye.alone() as connection:
        return diners.upsert(
            connection,
            channel=diners.WHATSAPP,
            address=diner,
            number=KIGALI,
            profile_name=None,
            now=house.clock.now(),
        )


def rings(house: House, diner: str = ALICE) -> int:
    """A diner's call that was just taken: its id."""
    diner_id = knows(house, diner)
    now = house.clock.now()
    with house.eye.connection() as connection:
        call_id = calls.ring(
            connection,
            sid=f"CA of {diner_id}",
            diner_id=diner_id,
            number=KIGALI,
            way="phone",
            token=f"token of {diner_id}",
            process="web 1",
            most=9,
            most_of_theirs=9,
            is_anonymous=False,
            now=now,
        )
    assert call_id is not None
    return call_id


def turns_of(house: House) -> CallTurns:
    return CallTurns(house.database, house.hands, house.clock.clock)


def test_what_a_caller_speaks_is_what_they_read(any_house: House) -> None:
    call_id = rings(any_house)
    heard = Exchange(("Avez-vous du poisson ?",), "Oui.", "waiter", language="fr")
    turns_of(any_house).keep(call_id, KIGALI, heard)
    diner_id = knows(any_house)
    with any_house.eye.alone() as connection:
        diner = diners.known(connection, diner_id)
    assert (diner.language, diner.has_chosen_language) == ("fr", False)


def test_an_exchange_is_a_turn_with_its_tools_and_tokens(any_house: House) -> None:
    call_id = rings(any_house)
    assert turns_of(any_house).keep(call_id, KIGALI, SOLD) == []
    (turn,) = any_house.turns()
    assert (turn.state, turn.persona, turn.reply) == ("done", "waiter", "Tilapia, 9,000 francs.")
    assert (turn.call_id, turn.input_tokens, turn.output_tokens) == (call_id, 9, 4)
    assert any_house.parts() == []


def test_an_exchange_stands_where_it_was_said(any_house: House) -> None:
    """It is written later: once its answer was heard to the end."""
    ago = timedelta(seconds=20)
    said = replace(SOLD, began_at=any_house.clock.now() - ago)
    turns_of(any_house).keep(rings(any_house), KIGALI, said)
    (turn,) = any_house.turns()
    assert turn.ended_at is not None
    assert turn.ended_at - turn.started_at == ago
    with any_house.eye.transaction() as session:
        (heard_at,) = session.scalars(select(Message.received_at))
    assert heard_at == turn.started_at


def test_what_a_tool_did_takes_effect_with_it(any_house: House) -> None:
    nuts = RememberDiet(KeptDiet(own=Diet(allergens=frozenset({"nuts"}))))
    exchange = Exchange(("No nuts.",), "Noted.", "waiter", effects=(nuts, SwitchTo("cfo")))
    turns_of(any_house).keep(rings(any_house), KIGALI, exchange)
    (diner,) = any_house.diners()
    assert diner.persona == "cfo"
    assert diets.read(diner.diet).own.allergens == {"nuts"}


def test_what_a_caller_must_not_eat_is_kept_before_what_they_said_is(any_house: House) -> None:
    call_id = rings(any_house)
    nuts = RememberDiet(KeptDiet(own=Diet(allergens=frozenset({"nuts"}))))
    for _ in range(2):  # as where nobody knows whether it was
        turns_of(any_house).remember(call_id, nuts)
    assert [diets.read(each.diet).own.allergens for each in any_house.diners()] == [{"nuts"}]
    assert any_house.turns() == []


def test_nothing_is_remembered_of_a_call_that_was_erased(any_house: House) -> None:
    call_id = rings(any_house)
    with any_house.eye.connection() as connection:
        call_turns.forget_calls(connection, [call_id])
    nuts = RememberDiet(KeptDiet(own=Diet(allergens=frozenset({"nuts"}))))
    turns_of(any_house).remember(call_id, nuts)
    assert [each.diet for each in any_house.diners()] == [None]


def test_who_calls_for_the_staff_is_in_their_hands_and_they_are_told(any_house: House) -> None:
    call_id, bob = rings(any_house), knows(any_house, BOB)
    told = CallStaff((Notice(bob, Phrase("A call for you.")),))
    exchange = Exchange(("A person, please.",), "One moment.", "waiter", effects=(told,))
    assert turns_of(any_house).keep(call_id, KIGALI, exchange) == [bob]
    assert [each.body for each in any_house.parts()] == ["A call for you."]
    assert {each.address for each in any_house.diners() if each.in_hands_until} == {ALICE}


def test_who_calls_for_the_staff_in_vain_is_marked(any_house: House) -> None:
    exchange = Exchange(("A person!",), "Nobody is here.", "waiter", effects=(CalledInVain(),))
    turns_of(any_house).keep(rings(any_house), KIGALI, exchange)
    assert [each.asked_in_vain_at for each in any_house.diners()] == [any_house.clock.now()]


def test_a_persona_that_answers_in_writing_has_read_what_was_said(any_house: House) -> None:
    turns_of(any_house).keep(rings(any_house), KIGALI, SOLD)
    any_house.model.will("As I said, 9,000.")
    any_house.hears("How much was it?")
    assert any_house.sweeps_until(any_house.read)
    (asked,) = any_house.model.asked
    assert asked.ours == ("Tilapia, 9,000 francs.",)
    assert asked.words[0] == "Any fish?"


@pytest.mark.parametrize("seconds_ago", [20, 0])
def test_what_was_written_while_a_call_went_on_is_told_in_the_order_of_saying(
    any_house: House, seconds_ago: int
) -> None:
    """Of the same moment is what was kept first; the console has it so, too."""
    call_id, said_at = rings(any_house), any_house.clock.now() - timedelta(seconds=seconds_ago)
    any_house.model.will("Until ten.")
    any_house.hears("How long are you open?")
    assert any_house.sweeps_until(any_house.read)
    turns_of(any_house).keep(call_id, KIGALI, replace(SOLD, began_at=said_at))
    any_house.hears("And tomorrow?")
    assert any_house.sweeps_until(lambda: len(any_house.model.asked) == 2)
    in_order = [("Any fish?", "Tilapia, 9,000 francs."), ("How long are you open?", "Until ten.")]
    told = any_house.model.asked[1]
    expected = in_order if seconds_ago else in_order[::-1]
    diner_id = knows(any_house)
    with any_house.eye.transaction() as session:
        restaurant = by_number(session, KIGALI)
        assert restaurant is not None
        shown = conversation(session, restaurant, diner_id, sight=EVERYTHING)
    assert shown is not None
    wrote = [line.wrote.text for line in lines(shown, {}, "UTC") if line.wrote]
    assert wrote[:2] == [said for said, _ in expected]
    assert tuple(told.words[:2]) == tuple(said for said, _ in expected)
    assert told.ours == tuple(reply for _, reply in expected)


@pytest.mark.parametrize("sent_after", [(), ("Our address: KG 9 Ave.",)])
def test_last_words_that_a_call_did_not_answer_are_nothing_the_staff_left(
    any_house: House, sent_after: Sequence[str]
) -> None:
    call_id = rings(any_house)
    keep = turns_of(any_house).keep
    keep(call_id, KIGALI, Exchange(("And a table for", "four?"), "", "waiter"))
    for text in sent_after:  # as what a caller wanted in writing
        keep(call_id, KIGALI, Exchange((), text, "waiter"), before=2)
    any_house.hears("Hello again")
    assert any_house.sweeps_until(any_house.read)
    (asked,) = any_house.model.asked
    assert (CALL_ENDED in asked.system) == (not sent_after)
    assert not any(each in asked.system for each in (NOT_ANSWERED, ANSWERED_IN_PERSON))


def test_of_a_call_that_was_erased_only_what_it_took_is_counted(any_house: House) -> None:
    call_id = rings(any_house)
    with any_house.eye.connection() as connection:
        call_turns.forget_calls(connection, [call_id])
    assert turns_of(any_house).keep(call_id, KIGALI, SOLD) == ()
    assert any_house.turns() == []
    with any_house.eye.transaction() as session:
        (lost,) = session.scalars(select(ErasedUse))
    assert (lost.persona, lost.input_tokens, lost.messages_in) == ("waiter", 9, 0)
