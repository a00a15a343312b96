"""What another process has taken over is nobody else's any more, to the last moment of this one."""

from functools import partial

import pytest

from models.tokens import Tokens
from realtime.events import FunctionCall
from realtime.outcomes import Reply
from tests.engine.clock import WAIT_S, soon
from tests.engine.world import House

HARDLY_S = 0.02


def test_a_part_handed_back_while_it_waits_for_its_place_is_sent_once(any_house: House) -> None:
    other = any_house.beside()

    def meanwhile() -> None:
        any_house.stopping.stop(HARDLY_S)
        assert other.sweeps_until(lambda: any_house.read() == ["One", "Two"])

    any_house.clock.meanwhile.append(meanwhile)
    any_house.sends("One", "Two")
    assert soon(lambda: any_house.count("sends", outcome="lost") == 1)
    assert any_house.read() == ["One", "Two"]


def test_behind_the_stop_no_next_part_is_claimed(any_house: House) -> None:
    gate = any_house.twilio.holds()
    any_house.sends("One", "Two")
    assert any_house.twilio.is_called.wait(WAIT_S)
    any_house.stopping.stop(HARDLY_S)
    gate.set()
    assert soon(lambda: [part.state for part in any_house.parts()] == ["sent", "waiting"])
    assert any_house.delivery.drain(WAIT_S)
    assert any_house.parts()[1].attempts == 0


def test_a_part_that_is_handed_over_behind_the_stop_is_handed_back(any_house: House) -> None:
    part = any_house.owes("One")
    assert part is not None
    any_house.stopping.stop(HARDLY_S)
    any_house.delivery.hand_over(part.diner_id, part)
    assert [part.state for part in any_house.parts()] == ["waiting"]


def test_who_writes_behind_their_forget_is_not_erased(any_house: House) -> None:
    forget, hello = any_house.takes_in("/forget"), any_house.takes_in("Hello")
    any_house.intake.wake(forget)
    any_house.intake.wake(hello)
    assert soon(lambda: len(any_house.read()) == 2)
    assert any_house.delivery.drain(WAIT_S)
    assert any_house.read()[0].startswith("Erased: 1 of your messages")
    assert [diner.is_forgotten for diner in any_house.diners()] == [False]
    assert [turn.reply for turn in any_house.turns()][-1] == "Yes."


def test_a_turn_whose_end_can_not_be_stored_is_tried_again_at_once(any_house: House) -> None:
    is_sqlite = any_house.database.is_sqlite
    any_house.database.refuses = "INSERT INTO outbox" if is_sqlite else "WITH turn AS"
    any_house.hears("Hello")
    assert soon(lambda: [turn.lease for turn in any_house.turns()] == [""])
    any_house.database.refuses = None
    assert any_house.sweeps_until(lambda: any_house.read() == ["Yes."])
    assert [(turn.state, turn.attempts) for turn in any_house.turns()] == [("done", 2)]


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("Wel\x00come.", "Welcome."),
        ("Bread \ud83c", "Bread \ufffd"),
        ("Bread \ud83c\udf5e", "Bread \U0001f35e"),
    ],
)
def test_what_no_text_can_hold_is_dropped_from_a_reply(
    any_house: House, said: str, stored: str
) -> None:
    any_house.model.will(said)
    any_house.hears("Hello")
    assert soon(lambda: any_house.read() == [stored])


def test_no_sum_of_tokens_is_more_than_its_column_holds(any_house: House) -> None:
    most = 2**31 - 1
    call = FunctionCall("call_1", "lookup_menu", "{}")
    any_house.model.will(
        Reply("", (call,), Tokens(most, most, most), "completed"),
        Reply("Welcome.", (), Tokens(most, 1, 0), "completed"),
    )
    any_house.hears("Hello")
    assert soon(lambda: any_house.read() == ["Welcome."])
    assert [(turn.input_tokens, turn.output_tokens) for turn in any_house.turns()] == [(most, most)]


def has_begun(house: House, attempts: int) -> bool:
    return house.turns()[0].attempts >= attempts


def test_a_turn_that_can_not_even_be_prepared_is_given_up_too(any_house: House) -> None:
    any_house.database.refuses = "SELECT anon_1.id, anon_1.reply"  # what was said before
    any_house.hears("Hello")
    for attempts in (1, 2, 3, 4):
        assert any_house.sweeps_until(partial(has_begun, any_house, attempts))
    assert soon(lambda: [turn.state for turn in any_house.turns()] == ["dead"])
    assert soon(lambda: len(any_house.read()) == 1)


def has_tried(house: House, attempts: int) -> bool:
    return house.turns()[0].attempts >= attempts
