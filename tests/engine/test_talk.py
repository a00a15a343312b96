"""Conversations without WhatsApp: each sender has one, and waits for its answers."""

from dataclasses import replace
from typing import Any

import pytest

from engine.talk import Said, UnknownPersonaError
from engine.waiting import Answer
from models import kept
from models.database.engine import DatabaseUnavailableError
from personas.catalogue import PERSONAS
from realtime.client import Delta
from tests.engine.clock import WAIT_S, soon
from tests.engine.world import TURN_S, House, opened


def pieces(said: Said) -> list[Delta]:
    """All that come until the end."""
    return list(iter(lambda: said.next_piece(WAIT_S), None))


def answered(said: Said) -> Answer | None:
    pieces(said)
    return said.wait()


def test_what_is_said_is_answered_word_by_word(any_house: House) -> None:
    thinking = any_house.model.holds()
    said = any_house.talk.say("tester", "Hello")
    assert thinking.is_asked.wait(WAIT_S)
    thinking.speaks("Wel")
    thinking.speaks("come.")
    thinking.says("Welcome.")
    assert pieces(said) == [Delta("Wel"), Delta("come.")]
    assert said.wait() == Answer("Welcome.")
    assert any_house.parts() == []


def test_what_is_said_looks_like_no_note_of_ours(house: House) -> None:
    assert answered(house.talk.say("tester", "[reacted 👍]")) == Answer("Yes.")
    assert house.model.asked[-1].words == ["(reacted 👍)"]


def test_a_sender_is_a_conversation_of_its_own(house: House) -> None:
    house.talk.set_persona("dora", "cfo")
    assert [house.talk.persona(sender) for sender in ("dora", "emil")] == ["cfo", "waiter"]
    answered(house.talk.say("dora", "Hello"))
    answered(house.talk.say("emil", "Good evening"))
    assert [asked.words for asked in house.model.asked] == [["Hello"], ["Good evening"]]
    assert [turn.persona for turn in house.turns()] == ["cfo", "waiter"]


def test_keywords_work_here_too(any_house: House) -> None:
    answer = answered(any_house.talk.say("tester", "/cfo"))
    assert answer is not None
    assert (answer.cause, any_house.talk.persona("tester")) == (None, "cfo")


def test_a_persona_that_is_not_there_is_refused_with_those_that_are(house: House) -> None:
    with pytest.raises(UnknownPersonaError, match=rf"^The personas are {', '.join(PERSONAS)}\.$"):
        house.talk.set_persona("tester", "chef")
    assert house.diners() == []


def test_a_persona_that_has_gone_gives_way_to_the_default(house: House) -> None:
    house.talk.set_persona("tester", "cfo")
    (diner,) = house.diners()
    with house.eye.alone() as connection:
        kept.set_persona(connection, diner.id, "chef")
    assert house.talk.persona("tester") == "waiter"


def test_what_postgresql_cannot_hold_is_left_out(any_house: House) -> None:
    answered(any_house.talk.say("tester", "Hel\x00lo"))
    assert [message.text for message in any_house.messages()] == ["Hello"]
    assert any_house.talk.persona("tes\x00ter") == "waiter"


def test_when_no_answer_comes_in_time_there_is_none(sqlite_url: str) -> None:
    with opened(sqlite_url, runs_turns=False) as house:
        said = house.talk.say("tester", "Hello")
        before = said.is_overdue
        assert said.wait() is None
        assert [before, said.is_overdue] == [False, True]
        assert sum(house.clock.pauses) == TURN_S


def test_an_answer_that_another_process_makes_is_found(any_house: House) -> None:
    said = any_house.beside("front", runs_turns=False).talk.say("tester", "Hello")
    any_house.upkeep.sweep()
    assert soon(lambda: [turn.state for turn in any_house.turns()] == ["done"])
    assert said.wait() == Answer("Yes.")


def test_when_nobody_waits_any_more_the_turn_goes_on(house: House) -> None:
    thinking = house.model.holds()
    said = house.talk.say("tester", "Hello")
    said.leave()
    thinking.says("Welcome.")
    assert soon(lambda: [turn.reply for turn in house.turns()] == ["Welcome."])


def test_two_who_said_something_in_one_turn_get_the_same_answer(house: House) -> None:
    first = house.model.holds()
    house.model.will("Both.")
    one = house.talk.say("tester", "One")
    assert first.is_asked.wait(WAIT_S)
    two = house.talk.say("tester", "Two")
    assert [answered(one), answered(two)] == [Answer("Both.")] * 2
    assert len(house.turns()) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda talk: talk.say("tester", "Hello"),
        lambda talk: talk.persona("tester"),
        lambda talk: talk.set_persona("tester", "cfo"),
    ],
)
def test_while_the_database_is_away_its_callers_are_told(house: House, call: Any) -> None:
    house.database.is_away = True
    with pytest.raises(DatabaseUnavailableError):
        call(house.talk)


def test_a_persona_that_a_sender_may_not_talk_to_is_none_to_them(sqlite_url: str) -> None:
    closed = replace(PERSONAS["cfo"], key="bursar", needs="books")
    with opened(sqlite_url, personas={**PERSONAS, "bursar": closed}) as house:
        with pytest.raises(UnknownPersonaError) as refused:
            house.talk.set_persona("tester", "bursar")
        assert "bursar" not in str(refused.value)
        house.talk.set_persona("tester", "cfo")
        (diner,) = house.diners()
        with house.eye.alone() as connection:
            kept.set_persona(connection, diner.id, "bursar")
        assert house.talk.persona("tester") == "waiter"
