"""Tools while talking: run, waited for, and answered once, whatever the caller does meanwhile."""

from conversation.call.actions import CallStaff, Reopen, RunTool, Transfer
from realtime.call.events import Refused
from tests.conversation.call.stage import GREETING, OTHER, SENTENCES, SETUP, Answer, Stage, sentence


def asked(stage: Stage, *answers: Answer) -> Stage:
    """The caller has asked something that is answered like this."""
    stage.start().wait(3.0)
    stage.server.answers = list(answers)
    return stage.say("Soup?", "u1")


def handing_over() -> Stage:
    """To the CFO, while what the caller said is not in words yet."""
    stage = Stage()
    stage.outcomes["hand_over"] = {"setup": OTHER}
    stage.start().wait(3.0)
    stage.server.answers = [Answer(calls=["hand_over"]), Answer([("The CFO here.", 1.0)])]
    stage.server.speech("u1")
    stage.wait(0.5)
    stage.server.silence("u1", "The books!", transcribed_after=2.0)
    stage.wait(1.5)
    return stage


MENU = Answer(calls=["lookup_menu"])
SOUPS = Answer([("We have two soups.", 1.0)])
# The CFO, with a sentence in their own voice.
TAKES_OVER = {
    "setup": OTHER,
    "sentences": {**SENTENCES, "still_there": sentence("Are you there, sir?", 209)},
}


def test_a_word_that_the_model_says_itself_bridges_a_short_wait() -> None:
    stage = Stage()
    stage.tool_takes_s = 1.5
    asked(stage, Answer([("Let me see.", 1.0)], ["lookup_menu"]), SOUPS).wait(6.0)
    assert stage.said[1:] == ["Let me see.", "We have two soups."]


def test_two_slow_tools_have_one_word() -> None:
    stage = Stage()
    stage.tool_takes_s = 5.0
    asked(stage, Answer(calls=["lookup_menu", "lookup_menu"]), SOUPS).wait(10.0)
    assert stage.said[1:] == ["One moment, please.", "We have two soups."]
    assert len(stage.sent("response.create")) == 1


def test_nothing_bridges_a_wait_that_the_caller_fills() -> None:
    stage = Stage()
    stage.tool_takes_s = 3.0
    asked(stage, MENU).wait(0.5)
    stage.server.speech("u2")
    stage.wait(2.0)
    assert stage.said[1:] == []


def test_a_result_that_comes_while_the_caller_speaks_is_seen_by_the_servers_own_answer() -> None:
    stage = Stage()
    stage.tool_takes_s = 1.0
    asked(stage, MENU).wait(0.5)
    stage.say("Or a salad?", "u2", seconds=2.0).wait(6.0)
    assert len(stage.server.outputs) == 1
    assert stage.sent("response.create") == []
    assert stage.said[1:] == ["Certainly."]


def test_a_result_that_comes_too_late_for_an_answer_has_one_of_its_own_once_that_is_over() -> None:
    stage = Stage()
    stage.tool_takes_s = 1.5
    stage.server.faster = 1.0
    asked(stage, MENU, Answer([("Salads too.", 3.0)]), SOUPS).wait(0.3)
    stage.say("Or a salad?", "u2", seconds=0.5).wait(8.0)
    assert stage.said[1:] == ["Salads too.", "We have two soups."]
    assert stage.server.refused == []


def test_a_result_that_crosses_the_beginning_of_an_answer_has_one_of_its_own() -> None:
    stage = Stage(delay=lambda: 0.1)
    stage.tool_takes_s = 1.0
    asked(stage, MENU, Answer([("Salads too.", 1.0)]), SOUPS)
    stage.wait_for(lambda: stage.all(RunTool)).wait(0.5)
    stage.server.speech("u2")
    stage.wait(0.45)
    stage.server.silence("u2", "Or a salad?")  # answered before it has the result
    stage.wait(6.0)
    assert stage.said[1:] == ["Salads too.", "We have two soups."]
    assert stage.server.refused == []


def test_a_key_that_crosses_the_beginning_of_an_answer_has_one_of_its_own() -> None:
    stage = Stage().start().wait(3.0)
    stage.server.answers = [Answer([("Anything else?", 1.0)]), Answer([("Three, yes.", 1.0)])]
    stage.press("3")
    stage.wait_for(lambda: stage.sent("response.create"))
    stage.server.respond()
    stage.wait(6.0)
    assert stage.said[1:] == ["Anything else?", "Three, yes."]


def test_a_create_that_met_the_servers_own_response_is_repeated_after_it() -> None:
    stage = Stage()
    stage.server.tells_outputs = False
    asked(stage, MENU, Answer([("Salads too.", 2.0)]), SOUPS)
    # The result is on its way when the server, for a reason of its own, begins to speak.
    stage.wait_for(lambda: stage.sent("response.create"))
    stage.server.respond()
    stage.wait(8.0)
    assert len([each for each in stage.server.refused if "active_response" in each]) == 1
    assert stage.said[1:] == ["Salads too.", "We have two soups."]


def test_an_active_response_that_nobody_asked_about_breaks_nothing() -> None:
    stage = Stage().start().wait(3.0)
    stage.model(Refused("conversation_already_has_active_response"))
    stage.say("Soup?", "u1").wait(4.0)
    assert stage.said[1:] == ["Certainly."]


def test_a_response_that_the_caller_speaks_over_before_it_begins_is_never_heard() -> None:
    stage = Stage(delay=lambda: 0.14)
    asked(stage, MENU, SOUPS, Answer([("Of course, salad.", 1.0)]))
    stage.wait_for(lambda: stage.sent("response.create"))
    stage.server.speech("u2")
    stage.wait(2.0)
    assert stage.server.begun == 2
    assert len(stage.sent("response.cancel")) == 1
    stage.server.silence("u2", "Salad!")
    stage.wait(4.0)
    assert stage.said[1:] == ["Of course, salad."]
    assert stage.server.running is None


def test_a_call_of_an_answer_that_was_broken_off_is_not_run() -> None:
    stage = asked(Stage(), Answer(calls=["lookup_menu"], status="cancelled")).wait(3.0)
    assert stage.all(RunTool) == []
    [output] = [each for each in stage.items() if each[0] == "function_call_output"]
    assert output[1] in stage.server.outputs


def test_another_voice_takes_over_in_a_session_of_its_own() -> None:
    stage = Stage()
    stage.outcomes["hand_over"] = {"setup": OTHER}
    asked(stage, Answer(calls=["hand_over"]), Answer([("The CFO here.", 1.0)])).wait(1.5)
    assert stage.lines == 2
    stage.wait(4.5)
    first, second = stage.sent("session.update")
    assert first["session"]["audio"]["output"]["voice"] == "marin"
    assert second["session"]["audio"]["output"]["voice"] == "cedar"
    assert second["session"]["audio"]["output"]["format"] == {"type": "audio/pcmu"}
    assert [role for role, _ in stage.items()] == [
        "user",
        "assistant",
        "user",
        "function_call",
        "function_call_output",
    ]
    assert stage.said == [GREETING.text, "One moment, please.", "The CFO here."]


def test_who_hands_over_waits_for_what_the_caller_has_said() -> None:
    stage = handing_over()
    assert stage.lines == 1
    assert stage.sent("response.create") == []
    stage.wait(4.0)
    assert ("user", "The books!") in stage.items()
    assert stage.said[1:] == ["One moment, please.", "The CFO here."]


def test_who_is_handed_over_twice_goes_on_once_in_the_last_ones_session() -> None:
    stage = Stage()
    stage.outcomes["hand_over"] = {"setup": OTHER}
    stage.start().wait(3.0)
    stage.server.answers = [
        Answer(calls=["hand_over", "hand_over"]),
        Answer([("The CFO here.", 1.0)]),
    ]
    stage.server.speech("u1")
    stage.wait(0.5)
    stage.server.silence("u1", "The books!", transcribed_after=2.0)
    stage.wait(6.0)
    updates = stage.sent("session.update")
    assert [each["session"]["audio"]["output"]["voice"] for each in updates] == ["marin", "cedar"]
    assert stage.lines == 2
    assert stage.said[1:] == ["One moment, please.", "The CFO here."]


def test_the_fixed_sentences_are_in_the_voice_of_who_has_taken_over() -> None:
    stage = Stage()
    stage.outcomes["hand_over"] = TAKES_OVER
    asked(stage, Answer(calls=["hand_over"]), Answer([("The CFO here.", 1.0)])).wait(36.0)
    assert stage.said[1:4] == ["One moment, please.", "The CFO here.", "Are you there, sir?"]


def test_who_takes_over_while_the_line_is_opened_anew_says_the_fixed_sentences_too() -> None:
    stage = Stage()
    stage.outcomes["hand_over"] = TAKES_OVER
    asked(stage, Answer(calls=["hand_over"])).wait_for(lambda: stage.all(RunTool))
    stage.server.answers = [Answer([("The CFO here.", 1.0)])]
    stage.opens_in_s = 2.0
    stage.cut()
    stage.wait(36.0)
    assert stage.sent("session.update")[-1]["session"]["audio"]["output"]["voice"] == "cedar"
    assert "Are you there, sir?" in stage.said


def test_a_line_that_is_lost_while_somebody_hands_over_is_opened_anew_once() -> None:
    stage = handing_over()
    stage.cut()
    stage.wait(4.0)
    assert len(stage.all(Reopen)) == 1
    assert stage.said[1:] == ["Could you say that again?"]


def test_the_same_voice_goes_on_in_the_same_session() -> None:
    stage = Stage()
    stage.outcomes["hand_over"] = {"setup": type(SETUP)("You are the host.", (), "marin")}
    asked(stage, Answer(calls=["hand_over"]), Answer([("The host here.", 1.0)])).wait(6.0)
    assert stage.lines == 1
    assert [each["session"]["instructions"] for each in stage.sent("session.update")] == [
        SETUP.instructions,
        "You are the host.",
    ]
    assert stage.said[1:] == ["The host here."]


def test_whoever_is_put_through_hears_the_last_words_first() -> None:
    stage = Stage()
    stage.outcomes["call_staff"] = {"transfers": True}
    words = Answer([("I will put you through to a colleague.", 3.0)], ["call_staff"])
    asked(stage, words).wait_for(lambda: stage.all(Transfer))
    assert stage.said[1:] == ["I will put you through to a colleague."]
    stage.wait(1.0)
    assert stage.ended is None  # the stream is Twilio's to end
    stage.hang_up()
    stage.wait(1.0)
    assert stage.ended == "transferred"


def test_whoever_is_put_through_without_a_word_hears_that_it_takes_a_moment() -> None:
    stage = Stage()
    stage.outcomes["call_staff"] = {"transfers": True}
    asked(stage, Answer(calls=["call_staff"])).wait_for(lambda: stage.all(Transfer))
    assert stage.said[1:] == ["One moment, please."]
    stage.wait_for(lambda: stage.ended == "transferred", most_s=11.0)


def test_who_could_not_be_put_through_is_told_so_and_the_call_goes_on() -> None:
    stage = Stage()
    stage.puts_through = False
    stage.outcomes["call_staff"] = {"transfers": True}
    asked(stage, Answer(calls=["call_staff"]), Answer([("Nobody is there.", 1.0)])).wait(6.0)
    assert stage.said[1:] == ["One moment, please.", "Nobody is there."]
    stage.say("What a pity.", "u2").wait(3.0)
    assert stage.ended is None
    assert stage.said[-1] == "Certainly."


def test_who_is_being_put_through_as_the_service_stops_still_is() -> None:
    stage = Stage()
    stage.outcomes["call_staff"] = {"transfers": True}
    stage.server.faster = 100.0
    asked(stage, Answer([("A colleague will be with you. " * 9, 20.0)], ["call_staff"])).wait(2.0)
    stage.stop()
    stage.wait_for(lambda: stage.all(Transfer), most_s=6.0)
    stage.hang_up()
    stage.wait(1.0)
    assert stage.ended == "transferred"


def test_who_could_not_be_put_through_as_the_service_stops_hears_goodbye() -> None:
    stage = Stage()
    stage.puts_through = False
    stage.outcomes["call_staff"] = {"transfers": True}
    asked(stage, Answer(calls=["call_staff"])).wait_for(lambda: stage.all(Transfer))
    stage.stop()
    stage.wait_for(lambda: stage.ended is not None, most_s=6.0)
    assert stage.ended == "stopping"
    assert stage.said[1:] == ["One moment, please.", "Goodbye!"]


def test_zero_calls_the_staff_and_the_model_is_told_what_came_of_it() -> None:
    stage = Stage().start().wait(3.0)
    stage.outcomes["call_staff"] = {"output": '{"called": true}'}
    stage.server.answers = [Answer([("Somebody will write to you.", 1.0)])]
    stage.press("0")
    stage.press("0")
    stage.wait(4.0)
    assert len(stage.all(CallStaff)) == 1
    [(role, text)] = stage.items()[2:]
    assert role == "system"
    assert '{"called": true}' in text
    assert stage.said[1:] == ["Somebody will write to you."]
    assert stage.server.refused == []  # no output without its call


def test_zero_cuts_short_what_plays() -> None:
    stage = Stage().start().wait(1.0)
    stage.outcomes["call_staff"] = {"transfers": True}
    stage.press("0")
    stage.wait_for(lambda: stage.all(Transfer), most_s=2.0)
    assert stage.said == ["Welcome", "One moment, please."]


def test_another_key_is_told_to_the_model() -> None:
    stage = Stage().start().wait(3.0)
    stage.press("3")
    stage.press("7")
    stage.wait(4.0)
    assert [text for role, text in stage.items() if role == "system"] == [
        "The caller pressed 3 on their telephone.",
        "The caller pressed 7 on their telephone.",
    ]
    assert len(stage.sent("response.create")) == 1
