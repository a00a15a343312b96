"""Human hands where something slips: words that went nowhere, to the wrong one, or twice."""

import json

import pytest

from conversation.sentences import CALLED
from realtime.events import FunctionCall, Usage
from realtime.outcomes import Reply
from tests.engine.clock import soon
from tests.engine.test_hands import (
    JEAN,
    MARIE,
    alice,
    asks_for_a_person,
    is_silent,
    join,
    says,
    taken,
    writes,
)
from tests.engine.world import ALICE, House

DAVE = "whatsapp:+250788000044"


@pytest.fixture
def staffed(any_house: House) -> House:
    """With two of the staff, who wrote to it today."""
    for address, role, name in ((JEAN, "waiter", "Jean"), (MARIE, "owner", "Marie")):
        join(any_house, address, role, name)
        writes(any_house, address)
    return any_house


def test_nobody_reads_what_is_said_to_one_who_is_forgotten(staffed: House) -> None:
    number = taken(staffed)
    says(staffed, "/forget", ALICE)
    assert soon(lambda: not any(each.address == ALICE for each in staffed.diners()))
    says(staffed, "Hello, I am Dave", DAVE)
    told = says(staffed, f"/to {number} Alice, your doctor called back.", JEAN)
    assert told.startswith(f"There is no conversation {number} here")
    assert len(staffed.read(DAVE)) == 1


def test_who_asks_the_waiter_for_a_person_stays_in_human_hands(staffed: House) -> None:
    taken(staffed)
    staffed.model.will(asks_for_a_person(), CALLED)
    assert says(staffed, "/waiter I want to talk to a human please", ALICE) == CALLED
    assert alice(staffed).in_hands_of == JEAN
    said = staffed.read(ALICE)
    staffed.hears("Are you coming?", ALICE)
    assert soon(lambda: "> Are you coming?" in staffed.read(JEAN)[-1])
    assert is_silent(staffed, *said)


def twice() -> Reply:
    arguments = json.dumps({"reason": "The soup is cold"})
    both = tuple(FunctionCall(f"call_{nth}", "call_staff", arguments) for nth in (1, 2))
    return Reply("", both, Usage(1, 0, 1), "completed")


@pytest.mark.parametrize("replies", [[twice()], [asks_for_a_person(), asks_for_a_person()]])
def test_the_staff_is_called_once_a_turn(staffed: House, replies: list[Reply]) -> None:
    staffed.model.will(*replies, "A colleague will write to you here.")
    says(staffed, "My soup is cold", ALICE)
    staffed.hears("Hello?", ALICE)
    assert soon(lambda: any("> Hello?" in each for each in staffed.read(JEAN)))
    assert ["asks for a person" in each for each in staffed.read(JEAN)] == [True, False]
