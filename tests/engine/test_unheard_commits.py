"""The answer to a COMMIT is lost, or the disk fails behind it: nobody waits for a lease to run out.

No time passes but what the service itself waits for.
"""

import pytest

from engine.leases import LOOKS
from models.database.absence import LOST, SILENT
from models.database.engine import DatabaseUnavailableError
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import busy
from tests.engine.test_closing import LONG
from tests.engine.world import UNSURE_S, House

TAKES_IN = "INSERT INTO messages"
TAKES_UP = "UPDATE messages SET turn_id"
CLOSES = "UPDATE turns SET state"
CLAIMS_A_PART = "UPDATE outbox SET state='sending'"
A_MOMENT_S = 5.0


def hears_nothing(house: House, statement: str, why: str) -> None:
    """The next statement of this kind is carried out, and the house is not told so."""
    house.database.unheard = (statement, why)


def reads(house: House, *texts: str) -> bool:
    """Whether the diner gets this to read, once, within a moment."""
    is_read = house.sweeps_until(lambda: house.read() == list(texts))
    assert house.delivery.drain(WAIT_S), "a part hangs"
    return is_read and house.clock.monotonic() < A_MOMENT_S and house.read() == list(texts)


@pytest.mark.parametrize("why", [LOST, SILENT])
def test_what_was_taken_in_is_answered_at_once(any_house: House, why: str) -> None:
    hears_nothing(any_house, TAKES_IN, why)
    if why == SILENT:
        with pytest.raises(DatabaseUnavailableError, match=why):
            any_house.hears("Hello", sid="SM1")
    assert any_house.hears("Hello", sid="SM1").message_id is None
    assert reads(any_house, "Yes.")
    (turn,) = any_house.turns()
    assert (turn.state, turn.attempts, turn.losses) == ("done", 1, 0)


def test_what_the_disk_failed_behind_is_answered_at_once(any_house: House) -> None:
    any_house.database.settle_fails_in = 0
    with pytest.raises(DatabaseUnavailableError):
        any_house.hears("Hello")
    assert reads(any_house, "Yes.")


def test_a_caller_of_the_api_gets_the_answer(any_house: House) -> None:
    hears_nothing(any_house, TAKES_IN, LOST)
    said = any_house.talk.say("alice", "Hello")
    assert any_house.sweeps_until(lambda: any_house.turns()[0].state == "done")
    answer = said.wait()
    assert answer is not None
    assert answer.reply == "Yes."


@pytest.mark.parametrize("why", [LOST, SILENT])
def test_what_was_taken_up_is_answered_at_once(any_house: House, why: str) -> None:
    any_house.beside(runs_turns=False).takes_in("Hello")
    hears_nothing(any_house, TAKES_UP, why)
    assert reads(any_house, "Yes.")
    assert any_house.database.unheard is None
    (turn,) = any_house.turns()
    assert (turn.attempts, turn.losses) == (1, 0)


@pytest.mark.parametrize("why", [LOST, SILENT])
def test_a_turn_that_was_closed_is_answered_at_once(any_house: House, why: str) -> None:
    hears_nothing(any_house, CLOSES, why)
    any_house.hears("Hello")
    assert reads(any_house, "Yes.")
    # What it comes to is told once it is read.
    assert soon(lambda: any_house.count("turns", state="done", persona="waiter") == 1)
    assert any_house.count("turns", state="lost", persona="waiter") == 0
    assert len(any_house.model.asked) == 1


def test_a_turn_that_the_disk_failed_behind_is_answered_at_once(any_house: House) -> None:
    any_house.database.settle_fails_in = 1
    any_house.hears("Hello")
    assert reads(any_house, "Yes.")


def test_all_parts_of_a_turn_that_was_closed_go_out(any_house: House) -> None:
    any_house.model.will(LONG)
    hears_nothing(any_house, CLOSES, LOST)
    any_house.hears("Hello")
    assert reads(any_house, *LONG.split("\n\n"))


def test_a_switch_that_was_written_takes_effect_once(any_house: House) -> None:
    hears_nothing(any_house, CLOSES, LOST)
    any_house.hears("/cfo")
    assert any_house.sweeps_until(any_house.read)
    assert [diner.persona for diner in any_house.diners()] == ["cfo"]


@pytest.mark.parametrize("why", [LOST, SILENT])
def test_a_part_that_was_claimed_goes_out_at_once(any_house: House, why: str) -> None:
    hears_nothing(any_house, CLAIMS_A_PART, why)
    any_house.sends("One", "Two")
    assert reads(any_house, "One", "Two")
    assert any_house.database.unheard is None


def test_a_part_that_may_have_gone_out_before_is_looked_for(any_house: House) -> None:
    any_house.twilio.will_fail(busy())
    any_house.sends("One")
    assert any_house.delivery.drain(WAIT_S)
    any_house.clock.passes(60)
    hears_nothing(any_house, CLAIMS_A_PART, LOST)
    any_house.upkeep.sweep()
    assert any_house.delivery.drain(WAIT_S)
    any_house.upkeep.sweep()
    assert any_house.delivery.drain(WAIT_S)
    assert any_house.twilio.looks
    any_house.looks_until(lambda: True)
    assert any_house.read() == ["One"]
    assert any_house.clock.monotonic() < 60 + UNSURE_S + A_MOMENT_S


def test_a_claim_that_a_frozen_server_carries_out_late_is_found_too(any_house: House) -> None:
    other = any_house.beside(runs_turns=False)
    other.takes_in("Hello")
    diner_id = any_house.diners()[0].id
    with pytest.raises(DatabaseUnavailableError), any_house.leases.claiming() as lease:
        raise DatabaseUnavailableError(SILENT)
    any_house.leases.hand_back_doubtful()
    assert any_house.claims(diner_id, lease)  # by now
    assert reads(any_house, "Yes.")


def test_what_is_looked_for_in_vain_is_let_go(house: House) -> None:
    with pytest.raises(DatabaseUnavailableError), house.leases.claiming():
        raise DatabaseUnavailableError(SILENT)
    for _ in range(LOOKS):
        house.upkeep.sweep()
    house.database.ran.clear()
    house.leases.hand_back_doubtful()
    assert house.database.ran == []


def test_while_the_database_is_away_nothing_is_let_go(any_house: House) -> None:
    hears_nothing(any_house, TAKES_IN, SILENT)
    with pytest.raises(DatabaseUnavailableError):
        any_house.hears("Hello")
    any_house.database.is_away = True
    for _ in range(LOOKS):
        with pytest.raises(DatabaseUnavailableError):
            any_house.upkeep.sweep()
    any_house.database.is_away = False
    assert reads(any_house, "Yes.")


def test_who_stops_hands_it_back(any_house: House) -> None:
    hears_nothing(any_house, TAKES_IN, SILENT)
    with pytest.raises(DatabaseUnavailableError):
        any_house.hears("Hello")
    any_house.stopping.stop(WAIT_S)
    assert reads(any_house.beside(), "Yes.")
