"""A turn closes in one transaction: its end, its reply's parts, its effects, or nothing of it."""

import pytest

from conversation.ending import Effect, Ending, Forget, Reset, said, sorry
from knowledge.phrases import Phrase
from models import diners
from personas.effects import SwitchTo
from tests.engine.world import LEASE_S, House
from whatsapp.bubbles import MOST_PARTS, MOST_UNITS
from whatsapp.split import units

LONG = "\n\n".join(letter * 1_000 for letter in "abc")  # three parts
SWITCH = Ending(said(Phrase("The CFO here.")), None, effects=(SwitchTo("cfo"),))


def test_the_turn_ends_with_its_reply_and_the_first_part_is_ours_to_send(any_house: House) -> None:
    closed = any_house.closing.close(any_house.begins(), Ending(said(Phrase("Welcome.")), "waiter"))
    (turn,), (part,) = any_house.turns(), any_house.parts()
    assert (turn.state, turn.reply, turn.persona) == ("done", "Welcome.", "waiter")
    assert (part.body, part.state, part.turn_id) == ("Welcome.", "sending", turn.id)
    assert closed.is_ours
    assert closed.outgoing is not None
    assert (closed.outgoing.id, closed.outgoing.lease) == (part.id, part.lease)


def test_a_long_reply_stands_in_the_outbox_part_by_part(any_house: House) -> None:
    closed = any_house.closing.close(any_house.begins(), Ending(said(Phrase(LONG)), "waiter"))
    assert [part.body[0] for part in any_house.parts()] == ["a", "b", "c"]
    assert [part.state for part in any_house.parts()] == ["sending", "waiting", "waiting"]
    assert closed.outgoing is not None
    assert closed.outgoing.id == any_house.parts()[0].id


def test_behind_a_part_that_is_still_to_go_out_no_part_is_claimed(any_house: House) -> None:
    any_house.owes("The soup is ready.")
    closed = any_house.closing.close(any_house.begins(), Ending(said(Phrase("Welcome.")), "waiter"))
    assert (closed.is_ours, closed.outgoing) == (True, None)
    assert [part.state for part in any_house.parts()] == ["sending", "waiting"]


def test_a_caller_of_the_api_is_sent_nothing(house: House) -> None:
    turn = house.begins(channel=diners.API)
    closed = house.closing.close(turn, Ending(said(Phrase("Welcome.")), "waiter"))
    assert (closed.is_ours, closed.outgoing, house.parts()) == (True, None, [])
    assert house.turns()[0].reply == "Welcome."


def test_an_honest_sentence_ends_a_turn_with_its_cause(house: House) -> None:
    house.closing.close(house.begins(), sorry("busy", "waiter"))
    (turn,) = house.turns()
    assert (turn.state, turn.cause) == ("failed", "busy")


def test_a_switch_takes_effect_with_the_turn(any_house: House) -> None:
    any_house.closing.close(any_house.begins("/cfo"), SWITCH)
    assert [diner.persona for diner in any_house.diners()] == ["cfo"]


def test_a_reset_forgets_up_to_this_turn(any_house: House) -> None:
    turn = any_house.begins("/reset")
    any_house.closing.close(turn, Ending(said(Phrase("Done.")), None, effects=(Reset(),)))
    assert [diner.forgotten_turn_id for diner in any_house.diners()] == [turn.id]


def test_who_asks_to_be_forgotten_reads_how_much_that_was(any_house: House) -> None:
    any_house.closing.close(any_house.begins("Hello"), Ending(said(Phrase("Welcome.")), "waiter"))
    any_house.clock.passes(1)
    turn = any_house.begins("/forget")
    closed = any_house.closing.close(turn, Ending((), None, effects=(Forget(),)))
    assert closed.ending.text.startswith("Erased: 2 of your messages, 1 of our answers")
    assert [part.body for part in any_house.parts()][-1] == closed.ending.text
    (diner,) = any_house.diners()  # their number stays until this has been sent
    assert diner.is_forgotten


def test_of_a_caller_of_the_api_nothing_is_left_at_once(any_house: House) -> None:
    turn = any_house.begins("/forget", channel=diners.API)
    closed = any_house.closing.close(turn, Ending((), None, effects=(Forget(),)))
    assert closed.ending.text.startswith("Erased: 1 of your messages")
    assert (any_house.diners(), any_house.messages(), any_house.turns()) == ([], [], [])


@pytest.mark.parametrize(
    ("effect", "statement"),
    [
        (SwitchTo("cfo"), "UPDATE diners SET persona"),
        (Reset(), "UPDATE diners SET forgotten_turn_id"),
        (Forget(), "UPDATE diners SET profile_name"),
    ],
)
def test_an_effect_that_fails_takes_the_whole_closing_with_it(
    any_house: House, effect: Effect, statement: str
) -> None:
    turn = any_house.begins()
    any_house.database.refuses = statement
    with pytest.raises(ArithmeticError):
        any_house.closing.close(turn, Ending(said(Phrase("Done.")), None, effects=(effect,)))
    assert [turn.state for turn in any_house.turns()] == ["running"]
    assert any_house.parts() == []


def test_a_part_that_fails_takes_the_effects_with_it(any_house: House) -> None:
    turn = any_house.begins("/cfo")
    any_house.database.refuses = "INSERT INTO outbox"
    ending = Ending(said(Phrase(LONG)), None, effects=(SwitchTo("cfo"),))
    with pytest.raises(ArithmeticError):
        any_house.closing.close(turn, ending)
    assert [turn.state for turn in any_house.turns()] == ["running"]
    assert [diner.persona for diner in any_house.diners()] == [None]


def test_a_later_part_that_fails_takes_the_whole_reply_with_it(any_house: House) -> None:
    turn = any_house.begins()
    any_house.database.refuses = "INSERT INTO outbox"
    # On PostgreSQL the first part goes with the turn, in one statement.
    any_house.database.lets_through = 1 if any_house.database.is_sqlite else 0
    with pytest.raises(ArithmeticError):
        any_house.closing.close(turn, Ending(said(Phrase(LONG)), "waiter"))
    assert [turn.state for turn in any_house.turns()] == ["running"]
    assert any_house.parts() == []


def test_who_has_lost_the_turn_writes_nothing(any_house: House) -> None:
    turn = any_house.begins("/cfo")
    any_house.clock.passes(LEASE_S)
    assert any_house.claims(turn.diner.id) is not None
    closed = any_house.closing.close(turn, SWITCH)
    assert (closed.is_ours, closed.outgoing, any_house.parts()) == (False, None, [])
    assert [(turn.state, turn.lease) for turn in any_house.turns()] == [("running", "heir")]
    assert [diner.persona for diner in any_house.diners()] == [None]


def test_who_has_lost_the_turn_erases_nothing(any_house: House) -> None:
    any_house.closing.close(any_house.begins("Hello"), Ending(said(Phrase("Welcome.")), "waiter"))
    turn = any_house.begins("/forget")
    any_house.clock.passes(LEASE_S)
    assert any_house.claims(turn.diner.id) is not None
    closed = any_house.closing.close(turn, Ending((), None, effects=(Forget(),)))
    assert not closed.is_ours
    assert [message.text for message in any_house.messages()] == ["Hello", "/forget"]
    assert [diner.is_forgotten for diner in any_house.diners()] == [False]


def test_a_turn_closes_once(any_house: House) -> None:
    turn = any_house.begins()
    for reply in ("First.", "Second."):
        any_house.closing.close(turn, Ending(said(Phrase(reply)), "waiter"))
    assert [turn.reply for turn in any_house.turns()] == ["First."]
    assert [part.body for part in any_house.parts()] == ["First."]


def test_of_a_reply_without_end_a_few_messages_are_sent_and_stored(any_house: House) -> None:
    endless = Ending(said(Phrase("We have soup. " * 150_000)), "waiter")
    closed = any_house.closing.close(any_house.begins(), endless)
    sent = [part.body for part in any_house.parts()]
    assert 1 < len(sent) <= MOST_PARTS
    assert sent[-1].endswith("soup. …")
    assert [turn.reply for turn in any_house.turns()] == [" ".join(sent)] == [closed.ending.text]


def test_a_caller_of_the_api_gets_no_more_of_it(any_house: House) -> None:
    turn = any_house.begins(channel=diners.API)
    closed = any_house.closing.close(turn, Ending(said(Phrase("**soup** " * 150_000)), "waiter"))
    assert units(closed.ending.text) <= MOST_UNITS
    assert closed.ending.text.endswith("**soup** …")
    assert [turn.reply for turn in any_house.turns()] == [closed.ending.text]
