"""A call ends: in silence, after an hour, with the service; and what is said may be objected to."""

from conversation.call.actions import Check
from realtime.call.events import Sound, Transcribed, Words, WordsDone
from tests.conversation.call.stage import GREETING, Answer, Stage


def talking(*answers: Answer) -> Stage:
    stage = Stage().start().wait(3.0)
    stage.server.answers = list(answers)
    return stage


def test_a_caller_who_was_silent_is_there_after_all() -> None:
    stage = talking()
    stage.wait_for(lambda: stage.twilio.heard(203) >= 1.0, most_s=40.0).wait(0.5)
    stage.say("Yes!", "u1").wait(20.0)
    assert stage.ended is None
    assert stage.said[1:] == ["Are you still there?", "Certainly."]


def stage_says(stage: Stage, byte: int) -> bool:
    return stage.twilio.heard(byte) > 0.0


def test_even_a_goodbye_is_taken_back() -> None:
    stage = talking()
    stage.wait_for(lambda: stage_says(stage, 204), most_s=60.0)
    stage.say("Wait!", "u1").wait(3.0)
    assert stage.ended is None
    assert stage.said[-1] == "Certainly."


def test_a_line_on_which_nobody_says_a_word_is_left() -> None:
    stage = talking()
    for number in range(6):
        stage.say("", f"u{number}").wait(2.0)
    stage.server.speech("music")
    stage.wait_for(lambda: stage.ended is not None, most_s=10.0)
    assert stage.ended == "silence"
    assert stage.said[-1] == "Goodbye!"


def test_a_word_among_noise_shows_that_somebody_is_there() -> None:
    stage = talking()
    for number in range(18):
        stage.say("Soup?" if number % 5 == 4 else "", f"u{number}").wait(2.0)
    assert stage.ended is None


def test_a_word_behind_noise_takes_the_goodbye_back() -> None:
    stage = talking()
    for number in range(6):
        stage.say("", f"u{number}").wait(0.5)
    stage.model(Transcribed("u6", "Hello?"))
    stage.wait(5.0)
    assert stage.ended is None
    assert stage.said[-1] == "Certainly."


def test_an_hour_is_the_most() -> None:
    stage = talking()
    number = 0
    while stage.ended is None:
        number += 1
        stage.say("And?", f"u{number}").wait(19.0)
    assert stage.ended == "too_long"
    assert 3_595 < stage.clock.now - 100.0 < 3_630
    assert stage.said[-1] == "Goodbye!"


def test_the_service_stops_and_what_it_says_is_finished_first() -> None:
    stage = talking(Answer([("We have two soups.", 2.0)]))
    stage.say("Soup?", "u1").wait(0.5)
    stage.stop()
    stage.wait_for(lambda: stage.ended is not None, most_s=6.0)
    assert stage.ended == "stopping"
    assert stage.said[1:] == ["We have two soups.", "Goodbye!"]


def test_a_caller_who_has_hung_up_is_told_nothing_more() -> None:
    stage = talking(Answer([("once upon a time " * 35, 40.0)]))
    stage.say("Tell me!", "u1").wait(0.5)
    stage.stop("hung_up")
    assert stage.ended == "hung_up"


def test_the_service_stops_and_a_long_story_is_cut() -> None:
    stage = talking(Answer([("once upon a time " * 35, 40.0)]))
    stage.say("Tell me!", "u1").wait(0.5)
    stage.stop()
    stage.wait_for(lambda: stage.ended is not None, most_s=8.0)
    assert stage.said[-1] == "Goodbye!"
    assert stage.said[-2].startswith("once upon a time")
    assert 40 < len(stage.said[-2]) < 80
    assert not stage.server.refused


def test_a_service_that_stops_is_not_held_up_by_who_is_there_after_all() -> None:
    stage = talking()
    stage.wait_for(lambda: stage_says(stage, 204), most_s=60.0)
    stage.stop()
    stage.say("Wait!", "u1").wait(6.0)
    assert stage.ended == "stopping"


def test_nothing_is_heard_after_the_last_words() -> None:
    stage = talking()
    stage.stop()
    stage.wait(0.5)
    stage.model(Sound("resp_1", "item_1", bytes([1]) * 8_001))
    stage.wait_for(lambda: stage.ended is not None, most_s=8.0)
    assert stage.twilio.heard(1) == 0.0
    assert stage.said[1:] == ["Goodbye!"]


def test_a_sound_that_is_no_whole_frame_keeps_nobody_waiting() -> None:
    stage = talking()
    stage.model(Sound("resp_1", "item_1", bytes([1])))
    stage.wait_for(lambda: stage.ended == "silence", most_s=60.0)


def test_who_comes_while_the_service_stops_hears_goodbye() -> None:
    stage = Stage()
    stage.stop()
    stage.start().wait_for(lambda: stage.ended is not None, most_s=6.0)
    assert (stage.ended, stage.said) == ("stopping", ["Goodbye!"])


def test_what_is_said_is_checked_sentence_by_sentence_before_it_is_heard() -> None:
    text = "It is 3.50 euros. It has no nuts! Would you like it?"
    stage = talking(Answer([(text, 4.0)]))
    stage.say("Soup?", "u1").wait(1.0)
    first, *_, last = [each.text for each in stage.all(Check)]
    assert first in ("It is 3.50 euros.", "It is 3.50 euros. It has no nuts!")
    assert last == text


def test_words_that_came_otherwise_than_they_are_are_checked_whole() -> None:
    stage = talking()
    stage.model(Words("resp_1", "item_1", "It has nuts. It has nuts. "))
    stage.model(WordsDone("resp_1", "item_1", "It has no nuts. None."))
    stage.wait(0.5)
    assert [each.text for each in stage.all(Check)][-1] == "It has no nuts. None."


def test_what_may_not_be_said_is_said_anew() -> None:
    stage = talking(Answer([("It has no nuts.", 4.0)]), Answer([("It has peanuts.", 1.0)]))
    stage.objects_to = {"no nuts"}
    stage.say("Nuts?", "u1").wait(4.0)
    assert stage.twilio.heard(stage.server.items["item_resp_1_0"].byte) == 0.0
    assert stage.items()[-1] == ("system", "Not so.")
    assert stage.said[1:] == ["It has peanuts."]
    assert not [each for each in stage.server.refused if "truncate" in each]


def test_nothing_more_is_heard_of_an_answer_that_was_objected_to() -> None:
    wrong = Answer([("It has no nuts.", 4.0), ("Nor milk.", 2.0)])
    stage = talking(wrong, Answer([("It has peanuts.", 1.0)]))
    stage.server.faster = 100.0
    stage.objects_to = {"no nuts"}
    stage.say("Nuts?", "u1").wait(4.0)
    assert len(stage.sent("response.cancel")) == 1
    assert stage.said[1:] == ["It has peanuts."]


def test_an_objection_to_what_the_caller_interrupted_is_told_beside_their_answer() -> None:
    stage = talking(Answer([("It has no nuts. " * 8, 8.0)]))
    stage.say("Nuts?", "u1").wait(2.0)
    stage.server.speech("u2")
    stage.wait(0.5)
    stage.server.silence("u2", "Soup?")
    stage.wait(0.6)
    stage.object_to("item_resp_1_0")
    stage.wait(3.0)
    assert stage.items()[-1] == ("system", "Not so.")
    assert stage.sent("response.create") == []
    assert stage.said[-1] == "Certainly."


def test_the_second_time_the_model_says_what_it_is_given() -> None:
    wrong = Answer([("It has no nuts.", 4.0)])
    stage = talking(wrong, wrong, Answer([("Ask our staff.", 1.0)]))
    stage.objects_to = {"no nuts"}
    stage.say("Nuts?", "u1").wait(5.0)
    assert "Ask our staff." in str(stage.sent("response.create")[-1])
    assert stage.said[1:] == ["Ask our staff."]


def test_the_third_time_the_caller_is_asked_to_say_it_again() -> None:
    stage = talking(*[Answer([("It has no nuts.", 4.0)])] * 3)
    stage.objects_to = {"no nuts"}
    stage.say("Nuts?", "u1").wait(8.0)
    assert stage.said[1:] == ["Could you say that again?"]
    stage.say("Soup?", "u2").wait(4.0)
    assert stage.said[-1] == "Certainly."


def test_marks_that_are_lost_hold_nothing_up() -> None:
    stage = talking()
    stage.twilio.loses_marks = True
    stage.say("Soup?", "u1").wait(6.0)
    assert stage.said == [GREETING.text, "Certainly."]
    stage.stop()
    stage.wait_for(lambda: stage.ended is not None, most_s=6.0)
