"""How long a diner waits for an answer: from their first word to its first message at Twilio."""

from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import busy
from tests.engine.world import BOB, LEASE_S, House


def waited(house: House) -> tuple[int, float]:
    """How many answers were counted, and their seconds."""
    count = house.figure("answer_seconds_count")
    return int(count), round(house.figure("answer_seconds_sum"), 3)


def test_an_answer_is_timed_from_its_message_to_its_first_part(any_house: House) -> None:
    held = any_house.model.holds()
    any_house.hears("Do you have fish?")
    assert held.is_asked.wait(WAIT_S)
    any_house.clock.passes(7)
    held.says(" ".join(["Yes, tilapia from the lake."] * 100))
    assert soon(lambda: len(any_house.read()) > 1)
    assert any_house.delivery.drain(WAIT_S)
    assert waited(any_house) == (1, 7)


def test_of_several_messages_the_first_counts(any_house: House) -> None:
    held = any_house.model.holds("Well")
    any_house.hears("Do you have fish?")
    assert held.is_asked.wait(WAIT_S)
    any_house.hears("And wine?")
    any_house.clock.passes(3)
    any_house.hears("A red one?")
    any_house.clock.passes(1)
    held.says("Yes.")
    assert soon(lambda: len(any_house.read()) == 2)
    assert any_house.delivery.drain(WAIT_S)
    assert waited(any_house) == (2, 4 + 4)


def test_an_answer_that_another_process_sends_is_timed_all_the_same(any_house: House) -> None:
    any_house.twilio.will_fail(busy())
    any_house.hears("Hello")
    assert soon(lambda: any_house.count("sends", outcome="again") == 1)
    assert any_house.delivery.drain(WAIT_S)
    other = any_house.beside()
    any_house.clock.passes(LEASE_S)
    assert other.sweeps_until(lambda: waited(other)[0])
    assert (waited(any_house)[0], waited(other)) == (0, (1, LEASE_S))


def test_what_answers_nobody_is_not_timed(any_house: House) -> None:
    any_house.sends("One", "Two", diner=BOB)
    assert soon(lambda: len(any_house.read(BOB)) == 2)
    assert any_house.delivery.drain(WAIT_S)
    assert waited(any_house) == (0, 0)
