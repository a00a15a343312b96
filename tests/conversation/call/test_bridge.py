"""A call's bridge, between a model of Twilio's playback and one of the Realtime server."""

from conversation.call.actions import Note, RunTool, Said
from models.tokens import NO_TOKENS
from realtime.call.events import Committed, ResponseBegun, ResponseOver, Sound, SpeechStarted, Words
from tests.conversation.call.server import Item
from tests.conversation.call.stage import GREETING, OPENING, Answer, Stage


def test_the_greeting_sounds_at_once_and_the_model_knows_it() -> None:
    stage = Stage(delay=lambda: 0.0).start()
    stage.wait(0.05)
    assert stage.twilio.heard(200) > 0.04  # though the socket is not open yet
    stage.wait(3.0)
    assert stage.items() == [("user", "Hello on WhatsApp"), ("assistant", GREETING.text)]
    assert stage.said == [GREETING.text]
    assert stage.sent("response.create") == []  # it does not greet again


def test_what_the_caller_said_before_the_session_is_heard_by_it() -> None:
    stage = Stage().start()
    stage.media(1, frames=900)
    stage.media(2, frames=100)
    stage.wait(1.0)
    assert stage.server.appended == bytes([1]) * 160 * 650 + bytes([2]) * 160 * 100


def test_an_answer_is_played_whole_in_frames_and_told_once() -> None:
    stage = Stage().start().wait(3.0)
    stage.server.answers = [Answer([("We have brochettes today.", 1.234)])]
    stage.say("What is there?", "u1").wait(4.0)
    byte = stage.server.items["item_resp_1_0"].byte
    assert round(stage.twilio.heard(byte), 3) == 1.234
    assert stage.said[1:] == ["We have brochettes today."]


def test_a_barge_in_silences_the_line_and_tells_the_model_how_much_was_heard() -> None:
    stage = Stage().start().wait(3.0)
    stage.server.answers = [Answer([("one two three four five six seven eight nine ten", 10.0)])]
    stage.say("Count!", "u1")
    byte = 1
    stage.wait_for(lambda: stage.twilio.heard(byte) >= 5.0)
    stage.server.speech("u2")
    stage.wait(0.2)
    assert stage.twilio.is_silent()
    [cut] = stage.sent("conversation.item.truncate")
    assert abs(cut["audio_end_ms"] - 1000 * stage.twilio.heard(byte)) <= 20
    assert stage.server.refused == []
    stage.wait(1.0)
    assert stage.said[-1] == "one two three four five"
    assert not stage.all(Said)[-1].is_whole


def test_an_item_of_which_words_came_and_no_sound_is_cut_once_it_has_one() -> None:
    stage = Stage().start().wait(3.0)
    stage.server.running = "resp_9"
    stage.server.items["item_9"] = Item(9, "Well")
    stage.model(ResponseBegun("resp_9"))
    stage.model(Words("resp_9", "item_9", "Well "))
    stage.wait(0.2)
    stage.model(SpeechStarted("u1"))
    stage.wait(0.2)
    assert stage.sent("conversation.item.truncate") == []  # it would be refused
    stage.server.items["item_9"].sent = 800
    stage.model(Sound("resp_9", "item_9", bytes([9]) * 800))
    stage.model(ResponseOver("resp_9", "cancelled", ("item_9",), (), NO_TOKENS))
    stage.wait(0.3)
    assert [each["audio_end_ms"] for each in stage.sent("conversation.item.truncate")] == [0]
    assert stage.twilio.heard(9) == 0.0
    assert stage.server.refused == []


def test_the_first_chunks_of_an_answer_wait_for_each_other_but_not_for_long() -> None:
    stage = Stage(delay=lambda: 0.0).start().wait(3.0)
    for heard in (False, False, True):
        stage.model(Sound("resp_1", "item_1", bytes([1]) * 160))
        stage.wait(0.01)
        assert (stage.twilio.heard(1) > 0.0) == heard
    stage.wait(1.0)
    stage.model(Sound("resp_2", "item_2", bytes([2]) * 160))
    stage.wait(0.14)
    assert stage.twilio.heard(2) == 0.0
    stage.wait(0.1)
    assert stage.twilio.heard(2) > 0.0


def test_a_mark_stands_behind_each_second_and_each_item() -> None:
    stage = Stage().start().wait(3.0)
    before = stage.marks()
    stage.server.answers = [Answer([("We have soup.", 5.5), ("Or salad.", 0.3)])]
    stage.say("What is there?", "u1").wait(8.0)
    assert 6 <= stage.marks() - before <= 8


def test_who_is_understood_speaks_no_more_though_no_stop_was_told() -> None:
    stage = Stage().start().wait(3.0)
    stage.model(SpeechStarted("u1"))
    stage.model(Committed("u1"))
    stage.wait(0.2)
    stage.server.respond()
    stage.wait(3.0)
    assert stage.said[1:] == ["Certainly."]


def test_a_barge_in_into_the_greeting_truncates_nothing() -> None:
    stage = Stage().start().wait(1.0)
    stage.say("I know!", "u1").wait(3.0)
    assert 0.9 < stage.twilio.heard(200) < 1.1
    assert stage.sent("conversation.item.truncate") == []
    assert stage.said[0] == "Welcome"


def test_a_tool_is_run_and_answered_once() -> None:
    stage = Stage().start().wait(3.0)
    stage.server.answers = [
        Answer([("Let me see.", 1.0)], ["lookup_menu", "lookup_menu"]),
        Answer([("We have two soups.", 2.0)]),
    ]
    stage.say("Soup?", "u1").wait(5.0)
    assert [each.heard for each in stage.all(RunTool)] == ["u1", "u1"]
    assert len(stage.server.outputs) == 2
    assert len(stage.sent("response.create")) == 1
    assert stage.said[1:] == ["Let me see.", "We have two soups."]


def test_a_slow_tool_is_bridged_by_a_word() -> None:
    stage = Stage().start().wait(3.0)
    stage.tool_takes_s = 4.0
    stage.server.answers = [Answer(calls=["lookup_menu"]), Answer([("Two soups.", 1.0)])]
    stage.say("Soup?", "u1").wait(8.0)
    assert stage.said[1:] == ["One moment, please.", "Two soups."]


def test_the_caller_hangs_up_and_all_that_was_heard_is_told() -> None:
    stage = Stage().start().wait(1.0)
    stage.hang_up()
    stage.wait(1.0)
    assert stage.ended == "hung_up"
    assert stage.said == ["Welcome"]


def test_a_lost_line_is_opened_anew_with_all_that_was_said() -> None:
    stage = Stage().start().wait(3.0)
    stage.server.answers = [Answer([("We have soup.", 1.0)])]
    stage.say("What is there?", "u1").wait(3.0)
    stage.cut()
    stage.wait(1.0)
    assert stage.lines == 2
    assert stage.items() == [
        ("user", "Hello on WhatsApp"),
        ("assistant", GREETING.text),
        ("user", "What is there?"),
        ("assistant", "We have soup."),
    ]
    assert stage.said[1:] == ["We have soup."]  # nothing of it is heard


def test_nobody_speaks_and_the_call_ends_with_a_goodbye() -> None:
    stage = Stage(OPENING).start()
    stage.wait_for(lambda: stage.ended is not None)
    assert stage.ended == "silence"
    assert stage.said == [GREETING.text, "Are you still there?", "Goodbye!"]
    assert 148.0 < stage.clock.now < 151.0
    assert not [each for each in stage.all(Note) if "refused" in each.event]
