"""The shell of a call: what it does between its two ends, and what it keeps."""

import threading
from base64 import b64decode
from typing import Any

import pytest
from structlog.testing import capture_logs

from knowledge.call_sounds import packaged
from knowledge.notes import UNCLEAR
from models import diets
from models.database.engine import Database
from models.diets import Diet, KeptDiet
from personas.effects import RememberDiet, SwitchTo
from tests.conversation.call.ends import WAIT_S, Telephone, until
from tests.conversation.call.world import Call, called
from whatsapp.host import SendError


def allergens(effects: tuple[object, ...]) -> frozenset[str]:
    kept = [each.added.own for each in effects if isinstance(each, RememberDiet)]
    return frozenset().union(*(each.allergens for each in kept))


def excluded(told: dict[str, Any]) -> list[str]:
    """What a look-up kept out."""
    allergens: list[str] = told["understood"]["excluded_allergens"]
    return allergens


def test_what_was_said_is_kept_as_an_exchange(database: Database) -> None:
    with called(database) as call:
        call.say("u1", "What coffee do you have?")
        call.answer("r1", "Bourbon from the hills of Huye.")
        (first,) = until(lambda: call.kept.exchanges)
        assert (first.texts, first.reply) == (
            ("What coffee do you have?",),
            "Bourbon from the hills of Huye.",
        )
        assert (first.persona, first.tokens.input) == ("waiter", 10)
        call.say("u2", "Thank you.")
    assert call.kept.exchanges[1].texts == ("Thank you.",)
    assert [each.why for each in call.kept.over] == ["hung_up"]
    assert call.kept.over[0].first_sound_s is not None


def test_what_is_spoken_is_told_where_nothing_was_known_of_it(database: Database) -> None:
    with called(database, language=None) as call:
        call.say("u1", "Bonjour, qu'est-ce que vous avez comme poisson aujourd'hui ?")
        call.answer("r1", "Du tilapia.")
        call.say("u2", "Et combien ça coûte, s'il vous plaît ?")
    assert [each.language for each in call.kept.exchanges] == ["fr", None]
    with called(database, language="en") as call:
        call.say("u1", "Bonjour, qu'est-ce que vous avez comme poisson aujourd'hui ?")
    assert call.kept.exchanges[0].language is None


def test_a_session_is_told_who_answers_and_how_it_sounds(database: Database) -> None:
    with called(database) as call:
        (update,) = until(lambda: call.line.of("session.update"))
        session = update["session"]
        assert "telephone call" in session["instructions"]
        assert session["audio"]["output"] == {"format": {"type": "audio/pcmu"}, "voice": "marin"}
        tools = {each["name"] for each in session["tools"]}
        assert {"lookup_menu", "hand_over", "send_on_whatsapp"} <= tools
        assert "offer_choices" not in tools
        first = call.line.of("conversation.item.create")[0]["item"]
        assert first["role"] == "system"
        assert "Today is Sunday, 22 November 2026" in first["content"][0]["text"]


def test_what_a_diner_reads_is_no_hint_of_what_they_speak(database: Database) -> None:
    with called(database, language="fr", has_chosen_language=True) as call:
        (update,) = until(lambda: call.line.of("session.update"))
    assert update["session"]["audio"]["input"]["transcription"] == {"model": "gpt-transcribe"}


def test_a_tools_answer_goes_back_to_the_model(database: Database) -> None:
    with called(database) as call:
        call.say("u1", "What goat do you have?")
        call.line.call("r1", "lookup_menu", query="goat brochette")
        (told,) = until(call.line.outputs)
        assert "RWF" in str(told)
        call.answer("r2", "A goat brochette.")
    (kept,) = call.kept.exchanges
    assert [each.tool for each in kept.calls] == ["lookup_menu"]
    assert kept.began_at is not None


def test_a_tool_knows_of_an_allergy_that_was_just_said(database: Database) -> None:
    """Its words come after the call that answers it."""
    with called(database) as call:
        call.say("u1", None)
        call.line.call("r1", "lookup_menu", query="isombe")
        threading.Event().wait(0.05)  # longer than a look-up takes
        call.line.transcribe("u1", "I'm allergic to peanuts. Is there isombe?")
        (told,) = until(call.line.outputs)
        assert excluded(told) == ["peanuts"]
    assert allergens(call.kept.exchanges[0].effects) == {"peanuts"}


def test_an_allergy_that_was_said_holds_in_what_follows(database: Database) -> None:
    with called(database) as call:
        call.say("u1", "I'm allergic to peanuts.")
        call.answer("r1", "I'll keep it in mind.")
        call.say("u2", "What sauces are there?")
        call.line.call("r2", "lookup_menu", query="sauce")
        (told,) = until(call.line.outputs)
        assert excluded(told) == ["peanuts"]
    first, second = call.kept.exchanges
    assert allergens(first.effects) == {"peanuts"}
    assert not allergens(second.effects)


def test_an_allergy_is_told_once_its_words_are_there_and_not_when_its_answer_is_over(
    database: Database,
) -> None:
    with called(database) as call:
        call.say("u1", "I'm allergic to peanuts.")
        call.begin_to_say("r1", "I'll keep it in mind, and much more.")
        assert allergens(tuple(call.kept.health)) == {"peanuts"}
        assert call.kept.exchanges == []
        call.say("u2", "What sauces are there?")
    assert len(call.kept.health) == 1
    assert allergens(call.kept.exchanges[0].effects) == {"peanuts"}


def test_what_a_tool_is_to_remember_is_told_at_once_too(database: Database) -> None:
    with called(database) as call:
        call.say("u1", "Those give me a rash.")
        call.line.call("r1", "remember_diet", allergens=["peanuts"])
        until(lambda: call.kept.health)
        assert call.kept.exchanges == []
    assert [allergens((each,)) for each in call.kept.health] == [{"peanuts"}]


@pytest.mark.parametrize("is_whatsapp", [True, False])
def test_what_is_kept_is_taken_back_by_nobody_whose_number_may_be_made_up(
    database: Database, *, is_whatsapp: bool
) -> None:
    kept = diets.written(KeptDiet(Diet(diets=frozenset({"vegan"}))))
    with called(database, is_whatsapp=is_whatsapp, diet=kept) as call:
        call.say("u1", "I'm not vegan any more.")
        call.answer("r1", "I see.")
    (said,) = call.kept.exchanges
    taken_back = [each for each in said.effects if isinstance(each, RememberDiet)]
    assert bool(taken_back) is is_whatsapp


def test_it_holds_too_where_words_of_before_are_still_to_come(database: Database) -> None:
    with called(database) as call:
        call.say("u1", None)
        call.answer("r1", "Pardon?")
        call.say("u2", "I'm allergic to peanuts.")
        call.answer("r2", "I'll keep it in mind.")
        call.say("u3", "What sauces are there?")
        call.line.call("r3", "lookup_menu", query="sauce")
        (told,) = until(call.line.outputs)
        assert excluded(told) == ["peanuts"]


def test_who_answered_is_told_though_the_caller_was_handed_over_since(database: Database) -> None:
    with called(database) as call:
        call.say("u1", None)
        call.answer("r1", "We have goat.")
        call.say("u2", "What is the VAT on meals?")
        call.line.call("r2", "hand_over", persona="cfo")
        until(lambda: len(call.lines) > 1)
    assert [each.persona for each in call.kept.exchanges] == ["waiter", "cfo"]


def test_words_that_come_as_the_caller_hangs_up_are_kept(database: Database) -> None:
    call = Call(database)
    call.begin()
    call.say("u1", None)
    call.telephone.hang_up()
    until(lambda: call.telephone.is_closed)
    assert not call.line.is_closed
    call.line.transcribe("u1", "I'm allergic to peanuts.")
    assert call.over() == "hung_up"
    (kept,) = call.kept.exchanges
    assert (kept.texts, kept.reply) == (("I'm allergic to peanuts.",), "")
    assert allergens(kept.effects) == {"peanuts"}


def test_a_socket_that_is_cut_ends_the_models_at_once(database: Database) -> None:
    call = Call(database)
    call.begin()
    call.line.respond("r1")
    call.telephone.cut()
    until(lambda: call.line.is_closed)
    assert call.line.sent[-1] == {"type": "response.cancel", "response_id": "r1"}
    assert call.over() == "hung_up"


def test_what_the_caller_did_not_hear_is_not_kept_as_said(database: Database) -> None:
    with called(database) as call:
        call.say("u1", "What coffee do you have?")
        call.begin_to_say("r1", "Bourbon from the hills of Huye, and much more.")
        call.line.hear("u2", "Stop, how much is it?")
        until(lambda: call.telephone.events("clear"))
    (kept,) = call.kept.exchanges
    assert kept.texts == ("What coffee do you have?", "Stop, how much is it?")
    assert "more" not in kept.reply
    assert call.kept.over[0].barge_ins == 1


def test_a_line_that_is_cut_is_opened_anew_with_what_was_said(database: Database) -> None:
    with called(database) as call:
        call.say("u1", "Do you have goat?")
        call.answer("r1", "We do.")
        first = call.line
        first.end()
        until(lambda: len(call.lines) > 1)
        call.line.begin()
        told = until(lambda: str(call.line.of("conversation.item.create")))
        assert "Do you have goat?" in told
        first.hear("u9", "What the line that is gone has heard")
        call.say("u2", "How much is it?")
    assert call.kept.over[0].reopened == 1
    assert [each.texts for each in call.kept.exchanges][1:] == [("How much is it?",)]


def test_a_handed_over_caller_hears_another_voice(database: Database) -> None:
    with called(database) as call:
        call.say("u1", "What is the VAT on meals?")
        call.line.call("r1", "hand_over", persona="cfo")
        until(lambda: len(call.lines) > 1)
        before = call.lines[0]
        assert before.is_closed
        call.line.begin()
        (update,) = until(lambda: call.line.of("session.update"))
        assert update["session"]["audio"]["output"]["voice"] == "cedar"
        assert update["session"]["instructions"].startswith("You are the CFO")
        assert {"hand_over", "check_tax_rule"} <= {e["name"] for e in update["session"]["tools"]}
        assert "has just handed this caller over" in str(call.line.outputs())
        call.answer("r2", "The CFO here. It is eighteen percent.")
        call.say("u2", "Thank you.")
    kept, after = call.kept.exchanges
    assert (kept.persona, kept.effects) == ("cfo", (SwitchTo("cfo"),))
    assert (after.persona, after.effects) == ("cfo", ())
    assert call.kept.over[0].reopened == 0  # no socket was cut


def test_what_the_caller_wants_in_writing_is_told_with_the_end(database: Database) -> None:
    with called(database) as call:
        call.say("u1", "Send me the address and the price, please.")
        call.line.call("r1", "send_on_whatsapp", text="KG 9 Avenue")
        until(call.line.outputs)
        call.line.call("r2", "send_on_whatsapp", text="Goat: 6,500 RWF")
        until(lambda: len(call.line.outputs()) > 1)
    assert call.kept.over[0].after == "KG 9 Avenue\n\nGoat: 6,500 RWF"
    assert call.kept.exchanges[0].effects == ()


def test_who_asks_for_a_person_is_put_through(database: Database) -> None:
    put_through = threading.Event()
    call = Call(database, transfer=put_through.set)
    call.begin()
    call.say("u1", "I want to talk to a person.")
    call.line.call("r1", "call_staff", reason="a person")
    assert put_through.wait(30)
    call.telephone.hang_up()
    assert call.over() == "transferred"


def test_who_can_not_be_put_through_goes_on_with_the_model(database: Database) -> None:
    def is_away() -> None:
        raise SendError("Twilio is away")

    with capture_logs() as logged, called(database, transfer=is_away) as call:
        call.say("u1", "I want to talk to a person.")
        call.line.call("r1", "call_staff", reason="a person")
        until(lambda: "could not be put through" in str(call.line.of("conversation.item.create")))
        until(lambda: call.line.of("response.create"))
    (told,) = (each for each in logged if each["log_level"] != "info")
    assert (told["event"], told["why"]) == ("call.not_put_through", "Twilio is away")


def test_a_0_reaches_the_staff_too(database: Database) -> None:
    put_through = threading.Event()
    call = Call(database, transfer=put_through.set)
    call.begin()
    call.telephone.press("0")
    assert put_through.wait(30)
    call.telephone.hang_up()
    assert call.over() == "transferred"
    assert call.kept.exchanges[0].texts == ("[pressed 0 to reach a person]",)


def test_a_promise_is_taken_back_and_said_anew(database: Database) -> None:
    with called(database) as call:
        call.say("u1", "Are there peanuts in the isombe?")
        call.line.respond("r1")
        call.line.speak("r1", "i1", "The isombe is free of peanuts. ")
        until(lambda: call.line.of("response.cancel"))
        call.line.finish("r1")
        until(lambda: call.line.of("response.create"))
        assert "free of peanuts" in str(call.line.of("conversation.item.create")[-1])
        call.line.respond("r2")
        call.line.speak("r2", "i2", "The isombe is free of peanuts. ")
        until(lambda: len(call.line.of("response.cancel")) > 1)
        call.line.finish("r2")
        until(lambda: len(call.line.of("response.create")) > 1)
        told = call.line.of("response.create")[1]["response"]["instructions"]
        assert "kitchen" in told
        assert "The isombe" not in told


def test_frames_that_are_none_end_the_call_after_a_few(database: Database) -> None:
    call = Call(database)
    call.begin()
    for _ in range(9):
        call.telephone.say("{")
    assert call.over() == "broken"


class Falling(Telephone):
    """A socket that falls over, as none should."""

    def receive(self, timeout_s: float) -> str | None:
        raise ArithmeticError("fallen over")


def test_a_call_that_falls_over_leaves_nothing_open(database: Database) -> None:
    call = Call(database)
    call.live.open()
    call.line.begin()

    def end() -> None:
        until(lambda: call.line.is_closed)
        call.line.end()

    ends = threading.Thread(target=end)
    ends.start()
    with pytest.raises(ArithmeticError):
        call.live.run(Falling(), "MZ1")
    ends.join()
    assert [each.why for each in call.kept.over] == ["broken"]


def test_whoever_rings_learns_whether_the_model_answers(database: Database) -> None:
    call = Call(database)
    call.live.open()
    assert call.live.is_reached(0)  # for all that is known
    call.line.end("refused")
    until(lambda: len(call.lines) == 2)
    assert call.live.is_reached(0)
    call.line.end("refused")
    assert not call.live.is_reached(WAIT_S)


def test_a_key_that_is_refused_is_so_at_once(database: Database) -> None:
    call = Call(database)
    call.live.open()
    call.line.end("401", "invalid_api_key")
    assert not call.live.is_reached(WAIT_S)


def test_a_model_that_answered_was_reached(database: Database) -> None:
    call = Call(database)
    call.live.open()
    call.line.begin()
    assert call.live.is_reached(WAIT_S)


def test_nobody_hears_of_a_call_that_is_abandoned(database: Database) -> None:
    call = Call(database)
    call.live.open()
    call.live.abandon()
    assert call.line.is_closed
    telephone = Telephone()
    call.line.end("closed")
    assert call.live.run(telephone, "MZ1") == "stopping"
    assert telephone.is_closed
    assert (call.kept.exchanges, call.kept.over) == ([], [])


def test_what_is_under_way_as_a_call_is_abandoned_is_kept(database: Database) -> None:
    """The grace time is over, or its thread is killed: nothing waits any more."""
    call = Call(database)
    call.begin()
    call.say("u1", "I'm allergic to peanuts. What coffee do you have?")
    call.line.call("r1", "send_on_whatsapp", text="KG 9 Avenue")
    until(call.line.outputs)
    call.begin_to_say("r2", "Bourbon from the hills of Huye, and much more.")
    call.live.abandon()
    (kept,) = call.kept.exchanges
    assert kept.texts == ("I'm allergic to peanuts. What coffee do you have?",)
    assert allergens(kept.effects) == {"peanuts"}
    assert [(each.why, each.after) for each in call.kept.over] == [("stopping", "KG 9 Avenue")]
    assert call.over() == "stopping"
    assert len(call.kept.over) == 1


class Killed(BaseException):
    """As gevent ends what takes too long."""


class Killing(Telephone):
    """Whoever listens to it is killed."""

    def receive(self, timeout_s: float) -> str | None:
        raise Killed


def test_a_call_that_is_killed_waits_for_no_words_to_tell_what_was_said(database: Database) -> None:
    call = Call(database, limits={"last_words_in_s": 600.0})
    call.live.open()
    call.line.begin()
    call.line.hear("u1", "I'm allergic to peanuts.")
    call.line.hear("u2", None)
    with pytest.raises(Killed):
        call.live.run(Killing(), "MZ1")
    assert [each.texts for each in call.kept.exchanges] == [("I'm allergic to peanuts.", UNCLEAR)]
    assert len(call.kept.over) == 1
    assert call.line.is_closed


def test_who_stops_says_goodbye_first(database: Database) -> None:
    call = Call(database)
    call.begin()
    call.telephone.play()
    before = len(call.telephone.events("media"))
    call.live.stop()
    until(lambda: len(call.telephone.events("media")) > before)
    call.telephone.play()
    assert call.over() == "stopping"


def test_no_thread_outlives_a_call(database: Database) -> None:
    before = threading.active_count()
    with called(database) as call:
        call.say("u1", "Goat?")
        call.line.call("r1", "lookup_menu", query="goat")
        until(call.line.outputs)
        call.answer("r2", "A brochette. It is very good. And there is more.")
    until(lambda: threading.active_count() <= before)


def test_the_fixed_sentences_are_in_the_language_that_the_caller_came_to_speak(
    database: Database,
) -> None:
    with called(database, language="en") as call:
        call.say("u1", "Bonjour, qu'est-ce que vous avez comme poisson aujourd'hui ?")
        call.answer("r1", "Du tilapia.")
        until(lambda: call.kept.exchanges)
        call.say("u2", "Tilapia?")  # of no language
        call.answer("r2", "Oui.")
        until(lambda: len(call.kept.exchanges) > 1)
        until(lambda: "call-work" not in {each.name for each in threading.enumerate()})
        call.live.stop()
        assert until(lambda: packaged("goodbye", "fr")[8_000:9_000] in sound_of(call))
        assert packaged("goodbye", "en")[8_000:9_000] not in sound_of(call)


def sound_of(call: Call) -> bytes:
    """All that the caller was sent."""
    sent = call.telephone.events("media")
    return b"".join(b64decode(each["media"]["payload"]) for each in sent)
