"""What the caller says is in words late, or never: none of it is lost, above all no allergy."""

from typing import Any

import pytest

from conversation.call.so_far import UNHEARD
from knowledge.notes import UNCLEAR
from models.database.engine import Database
from personas.effects import RememberDiet
from personas.tools.menu_notes import UNKNOWN_WORDS
from tests.conversation.call.ends import ModelsLine, until
from tests.conversation.call.world import Call, called

PEANUTS = "I'm allergic to peanuts."


def excluded(line: ModelsLine) -> list[str]:
    """What its first look-up kept out."""
    told: dict[str, Any] = until(line.outputs)[-1]
    allergens: list[str] = told["understood"]["excluded_allergens"]
    return allergens


def remembered(call: Call) -> list[frozenset[str]]:
    """The allergens that each exchange has remembered."""
    effects = [each.effects for each in call.kept.exchanges]
    return [
        frozenset().union(*(e.added.own.allergens for e in each if isinstance(e, RememberDiet)))
        for each in effects
    ]


def test_words_that_come_after_their_exchange_was_kept_hold_from_then_on(
    database: Database,
) -> None:
    with called(database, limits={"words_s": 0.05, "words_before_tool_s": 0.05}) as call:
        call.say("u1", None)
        call.answer("r1", "I'll keep it in mind.")
        until(lambda: call.kept.exchanges)
        call.line.transcribe("u1", PEANUTS)
        call.say("u2", "What sauces are there?")
        call.line.call("r2", "lookup_menu", query="sauce")
        assert excluded(call.line) == ["peanuts"]
    assert [each.texts for each in call.kept.exchanges] == [
        (UNCLEAR,),
        (PEANUTS, "What sauces are there?"),
    ]
    assert remembered(call) == [frozenset(), {"peanuts"}]


def test_words_that_nothing_follows_are_kept_too(database: Database) -> None:
    with called(database, limits={"words_s": 0.05}) as call:
        call.say("u1", None)
        call.answer("r1", "I'll keep it in mind.")
        until(lambda: call.kept.exchanges)
        call.line.transcribe("u1", PEANUTS)
    assert remembered(call) == [frozenset(), {"peanuts"}]


def test_a_line_that_is_replaced_is_read_until_all_that_was_said_is_in_words(
    database: Database,
) -> None:
    with called(database, limits={"hand_over_s": 0.05, "words_before_tool_s": 0.05}) as call:
        call.say("u1", None)
        call.line.call("r1", "hand_over", persona="cfo")
        until(lambda: len(call.lines) > 1)
        before, now = call.lines
        now.begin()
        assert not before.is_closed
        before.answer("r9", "Nobody hears this any more.")
        before.transcribe("u1", PEANUTS)
        assert PEANUTS in str(now.of("conversation.item.create")[-1])
        until(lambda: before.is_closed)
        now.hear("u2", "What did we sell?")
    assert call.kept.exchanges[0].texts == (PEANUTS, "What did we sell?")
    assert remembered(call)[0] == {"peanuts"}
    assert "Nobody" not in "".join(each.reply for each in call.kept.exchanges)


@pytest.mark.parametrize("is_answered", [True, False])
def test_what_went_with_a_line_that_was_cut_is_asked_for_and_said_to_be_unclear(
    database: Database, *, is_answered: bool
) -> None:
    with called(database) as call:
        call.say("u1", None)
        if is_answered:
            call.answer("r1", "I see.")
        call.line.end()
        until(lambda: len(call.lines) > 1)
        call.line.begin()
        told = [
            each["item"]["content"][0]["text"] for each in call.line.of("conversation.item.create")
        ]
        assert UNHEARD in told
        assert "say that again" in told[-1]
        call.say("u2", PEANUTS)
    assert UNCLEAR in [text for each in call.kept.exchanges for text in each.texts]
    assert {"peanuts"} in remembered(call)


def test_what_the_caller_was_saying_as_the_line_was_cut_is_said_to_be_unclear(
    database: Database,
) -> None:
    with called(database) as call:
        call.line.say("input_audio_buffer.speech_started", item_id="u1", audio_start_ms=0)
        call.line.end()
    assert [each.texts for each in call.kept.exchanges] == [(UNCLEAR,)]


def test_what_nobody_could_make_out_is_told_to_the_session_that_comes_next(
    database: Database,
) -> None:
    with called(database) as call:
        call.say("u1", None)
        kind = "conversation.item.input_audio_transcription.failed"
        call.line.say(kind, item_id="u1", content_index=0, error={"type": "server_error"})
        call.answer("r1", "I see.")
        call.line.end()
        until(lambda: len(call.lines) > 1)
        call.line.begin()
        assert UNHEARD in str(call.line.of("conversation.item.create"))
    assert call.kept.exchanges[0].texts == (UNCLEAR,)


def test_who_hangs_up_as_they_speak_is_heard_to_their_last_word(database: Database) -> None:
    call = Call(database)
    call.begin()
    call.line.say("input_audio_buffer.speech_started", item_id="u1", audio_start_ms=0)
    call.telephone.hang_up()
    until(lambda: call.line.of("input_audio_buffer.commit"))
    assert not call.line.is_closed
    call.line.say("input_audio_buffer.committed", item_id="u2", previous_item_id=None)
    call.line.transcribe("u2", PEANUTS)
    assert call.over() == "hung_up"
    assert [each.texts for each in call.kept.exchanges] == [(PEANUTS,)]


def test_nobody_waits_where_nothing_is_left_to_be_written_down(database: Database) -> None:
    call = Call(database, limits={"last_words_in_s": 600.0})
    call.begin()
    call.line.say("input_audio_buffer.speech_started", item_id="u1", audio_start_ms=0)
    call.telephone.hang_up()
    until(lambda: call.line.of("input_audio_buffer.commit"))
    error = {"type": "invalid_request_error", "code": "input_audio_buffer_commit_empty"}
    call.line.say("error", error={**error, "message": "Too small."})
    assert call.over() == "hung_up"
    assert call.kept.exchanges == []


def test_a_tool_is_told_that_words_are_unknown_and_no_more_once_they_are_there(
    database: Database,
) -> None:
    with called(database, limits={"words_before_tool_s": 0.05}) as call:
        call.say("u1", None)
        call.line.call("r1", "lookup_menu", query="sauce")
        told = until(call.line.outputs)[0]
        assert UNKNOWN_WORDS in told["note"]
        call.line.call("r2", "recommend_pairing", item_id=told["items"][0]["item_id"])
        assert UNKNOWN_WORDS in until(lambda: call.line.outputs()[1:])[0]["note"]
        call.line.transcribe("u1", "Sauces?")
        call.line.call("r3", "lookup_menu", query="sauce")
        told = until(lambda: call.line.outputs()[2:])[0]
        assert UNKNOWN_WORDS not in told.get("note", "")


def test_nothing_is_called_safe_for_whom_may_have_named_an_allergy(database: Database) -> None:
    with called(database, limits={"words_before_tool_s": 0.05}) as call:
        call.say("u1", None)
        call.line.respond("r1")
        call.line.speak("r1", "i1", "Yes, the isombe is safe for you. ")
        until(lambda: call.line.of("response.cancel"))


@pytest.mark.parametrize("after_s", [0.0, 0.05])
def test_what_is_said_is_checked_by_words_that_come_after_it(
    database: Database, after_s: float
) -> None:
    with called(database, limits={"words_before_tool_s": 600.0}, after_s=after_s) as call:
        call.say("u1", None)
        call.line.respond("r1")
        call.line.speak("r1", "i1", "Yes, the isombe is safe for you. ")
        call.line.transcribe("u1", "Is the isombe fine? I'm allergic to peanuts.")
        until(lambda: call.line.of("response.cancel"))
        assert "peanuts, or safe" in str(call.line.of("conversation.item.create")[-1])


def test_a_call_that_is_over_leaves_no_socket_open_for_words_that_never_come(
    database: Database,
) -> None:
    call = Call(database, limits={"words_s": 600.0, "last_words_in_s": 0.05})
    call.begin()
    call.line.hear("u1", None)
    call.telephone.hang_up()
    assert call.over() == "hung_up"
    assert call.line.is_closed
    assert [each.texts for each in call.kept.exchanges] == [(UNCLEAR,)]
