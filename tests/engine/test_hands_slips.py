"""Human hands where something slips: words that went nowhere, to the wrong one, or twice."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from conversation.ending import Ending, Forward, TakeOver, held, said
from conversation.naming import NO_FILES, USAGE
from conversation.sentences import CALLED
from knowledge.phrases import Phrase
from models import hands
from models.bubbles import Bubble
from models.tokens import Tokens
from personas.effects import Notice
from realtime.events import FunctionCall
from realtime.outcomes import Reply
from tests.engine.clock import soon
from tests.engine.outside import refused
from tests.engine.test_delivery import status
from tests.engine.test_hands import (
    JEAN,
    MARIE,
    alice,
    asks_for_a_person,
    handle,
    is_silent,
    join,
    says,
    taken,
    writes,
)
from tests.engine.world import ALICE, HANDS_LAST, House
from whatsapp.split import MAX_UNITS, units

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
    return Reply("", both, Tokens(1, 0, 1), "completed")


@pytest.mark.parametrize("replies", [[twice()], [asks_for_a_person(), asks_for_a_person()]])
def test_the_staff_is_called_once_a_turn(staffed: House, replies: list[Reply]) -> None:
    staffed.model.will(*replies, "A colleague will write to you here.")
    says(staffed, "My soup is cold", ALICE)
    staffed.hears("Hello?", ALICE)
    assert soon(lambda: any("> Hello?" in each for each in staffed.read(JEAN)))
    assert ["asks for a person" in each for each in staffed.read(JEAN)] == [True, False]


def test_who_called_nobody_is_taken_over_on_purpose_alone(staffed: House) -> None:
    says(staffed, "Hello", ALICE)
    number = handle(staffed)
    told = says(staffed, f"/to {number} tables are free", JEAN)
    assert told.startswith(f"*{number}* (+250***001) asked for nobody")
    assert f"/to {number}! and your words" in told
    assert alice(staffed).in_hands_until is None
    says(staffed, f"/to {number}! tables are free", JEAN, 2)
    assert soon(lambda: staffed.read(ALICE)[1:] == ["tables are free"])


@pytest.mark.parametrize("words", ["", "\u200b", "\u200e\u200f ", "\u3164", "\u00a0"])
def test_blank_words_are_sent_to_nobody(staffed: House, words: str) -> None:
    number = taken(staffed)
    said = staffed.read(ALICE)
    assert says(staffed, f"/to {number} {words}", JEAN).startswith("Write */to*")
    assert is_silent(staffed, *said)


PICTURE = "[sent a picture, which can't be opened here]"


def test_a_picture_of_the_staffs_stays_behind_and_they_know(staffed: House) -> None:
    number = taken(staffed)
    assert NO_FILES in says(staffed, f"/to {number} see the menu\n{PICTURE}", JEAN)
    assert soon(lambda: staffed.read(ALICE)[-1] == "see the menu")
    said = staffed.read(ALICE)
    assert says(staffed, f"/to {number}\n{PICTURE}", JEAN) == f"{NO_FILES} {USAGE['to']}"
    assert is_silent(staffed, *said)


def test_who_has_a_diner_and_writes_to_nobody_is_told_so(staffed: House) -> None:
    number = taken(staffed)
    said = staffed.read(ALICE)
    told = says(staffed, "I'll be with you in five minutes", JEAN, 2)
    assert told.startswith("Yes.\n(This went to none of those you have: ")
    assert f"*/to {number}* and your words" in told
    assert is_silent(staffed, *said)
    says(staffed, f"/done {number}", JEAN)
    assert says(staffed, "Do we have soup?", JEAN) == "Yes."


@pytest.mark.parametrize("words", ["z" * 3_000, "z\n" * 1_200, "word " * 700, "z" * 1_590])
def test_long_words_reach_the_staff_whole_and_quoted(staffed: House, words: str) -> None:
    number = taken(staffed)
    before = len(staffed.read(JEAN))
    staffed.hears(words, ALICE)
    title, mark = f"*{number}* (+250***001)", "\n> "

    def told() -> str:
        parts = [each.partition(mark) for each in staffed.read(JEAN)[before:]]
        assert all(first == title and rest for first, _, rest in parts)
        return "".join(rest.replace(mark, "") for *_, rest in parts).replace(" ", "")

    assert soon(lambda: told() == "".join(words.split()))
    assert all(units(each) <= MAX_UNITS for each in staffed.read(JEAN))


def test_what_was_on_its_way_to_one_who_handed_back_is_answered(staffed: House) -> None:
    number = taken(staffed)
    turn = staffed.begins("Anything vegan?", ALICE)
    pending = Forward((Notice(staffed.diners()[0].id, Phrase("> Anything vegan?")),))
    says(staffed, f"/done {number}", JEAN)
    assert staffed.closing.close(turn, held(pending)).is_ours
    assert staffed.sweeps_until(lambda: staffed.read(ALICE)[-1] == "Yes.")
    assert not any("Anything vegan" in each for each in staffed.read(JEAN))


def test_a_colleague_who_is_forgotten_meanwhile_holds_nothing_up(staffed: House) -> None:
    taken(staffed)
    turn = staffed.begins("Anything vegan?", ALICE)
    gone = Notice(max(each.id for each in staffed.diners()) + 1, Phrase("> Anything vegan?"))
    marie = next(each.id for each in staffed.diners() if each.address == MARIE)
    told = Forward((gone, Notice(marie, Phrase(Phrase("> Anything vegan?")))))
    assert staffed.closing.close(turn, held(told)).others == (gone.diner_id, marie)
    assert staffed.sweeps_until(lambda: staffed.read(MARIE)[-1] == Phrase("> Anything vegan?"))


def test_two_who_take_each_other_over_at_once_do_not_wait_for_each_other(staffed: House) -> None:
    other = staffed.beside()
    by_address = {each.address: each.id for each in staffed.diners()}
    turns = [(house, house.begins("Hi", who)) for house, who in ((staffed, JEAN), (other, MARIE))]
    others = (by_address[MARIE], by_address[JEAN])
    endings = [
        Ending(said(Phrase("Taken.")), None, effects=(TakeOver(diner_id, (), who, ()),))
        for diner_id, who in zip(others, (JEAN, MARIE), strict=True)
    ]
    with ThreadPoolExecutor() as threads:
        closing = [
            threads.submit(house.closing.close, turn, ending)
            for (house, turn), ending in zip(turns, endings, strict=True)
        ]
    assert sorted(each.result().is_ours for each in closing) == [False, True]


@pytest.mark.parametrize("is_told_later", [False, True])
def test_who_wrote_what_whatsapp_refuses_is_told(staffed: House, *, is_told_later: bool) -> None:
    number = taken(staffed)
    now = staffed.clock.now()
    with staffed.eye.connection() as connection:
        ready = [Bubble("Your table is ready")]
        hands.take(connection, number, ready, by=JEAN, now=now, until=now + HANDS_LAST)
    if not is_told_later:
        staffed.twilio.will_fail(refused(63016))
    staffed.delivery.go_on(number)
    assert soon(lambda: staffed.parts()[-1].state in ("sent", "failed"))
    if is_told_later:
        part = staffed.parts()[-1]
        assert part.sid is not None
        staffed.receipts.note(status(part.sid, "undelivered", 63016), part.id)
    assert soon(lambda: "did not get this" in staffed.read(JEAN)[-1])
    assert staffed.read(JEAN)[-1].endswith("> Your table is ready")
    assert "(63016)" in staffed.read(JEAN)[-1]
