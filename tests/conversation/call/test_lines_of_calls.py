"""The Realtime socket of a call is lost, refused, silent or about to expire."""

import json

from conversation.call.actions import Opening, Said, Sentence, WordsLost
from conversation.call.limits import CallLimits
from conversation.call.session import CUT_OFF
from conversation.call.so_far import UNHEARD
from models.tokens import NO_TOKENS
from realtime.call.events import Ready, Refused, ResponseOver, Transcribed
from tests.conversation.call.stage import GREETING, SENTENCES, SETUP, Answer, Stage


def talking(answer: Answer | None = None) -> Stage:
    stage = Stage().start().wait(3.0)
    if answer is not None:
        stage.server.answers.insert(0, answer)
        stage.say("Soup?", "u1")
    return stage


def test_who_was_not_answered_is_answered_by_the_next_session() -> None:
    stage = Stage().start().wait(3.0)
    stage.server.faster = 1.0
    stage.server.answers = [Answer([("We have soup.", 4.0)]), Answer([("As I said.", 1.0)])]
    stage.say("Soup?", "u1").wait(1.0)
    stage.cut()
    stage.wait(6.0)
    assert stage.items()[2:] == [
        ("user", "Soup?"),
        ("assistant", "We have soup."),
        ("system", CUT_OFF),
    ]
    assert stage.said[1:] == ["We have soup.", "As I said."]
    assert stage.server.refused == []


def test_what_the_caller_was_saying_as_the_line_broke_is_asked_for_once() -> None:
    stage = talking()
    stage.server.speech("u1")
    stage.wait(0.5)
    stage.cut()
    stage.wait(4.0)
    assert stage.said[1:] == ["Could you say that again?"]
    assert stage.sent("response.create") == []
    assert stage.items()[-1] == ("assistant", "Could you say that again?")


def test_what_nobody_wrote_down_as_the_line_broke_is_asked_for_too() -> None:
    stage = talking()
    stage.server.speech("u1")
    stage.wait(0.5)
    stage.server.silence("u1", "Soup?", transcribed_after=9.0)
    stage.wait(0.06)
    stage.cut()
    stage.wait(4.0)
    assert stage.said[-1] == "Could you say that again?"


def test_words_that_are_late_reach_the_session_that_is_there_by_then() -> None:
    stage = Stage(limits=CallLimits(renewal_s=5.0)).start().wait(3.0)
    stage.server.speech("u1")
    stage.wait(0.5)
    stage.server.silence("u1", "Soup?", transcribed_after=900.0)
    stage.wait_for(lambda: stage.lines == 2).wait(1.0)
    assert ("user", "Soup?") not in stage.items()
    stage.model(Transcribed("u1", "Soup?"))
    stage.wait(1.0)
    assert stage.items()[-1] == ("user", "Soup?")
    stage.wait(20.0)
    assert "Could you say that again?" not in stage.said


def test_words_that_never_reach_it_are_asked_for() -> None:
    stage = Stage(limits=CallLimits(renewal_s=5.0)).start().wait(3.0)
    stage.server.speech("u1")
    stage.wait(0.5)
    stage.server.silence("u1", "Soup?", transcribed_after=900.0)
    stage.wait_for(lambda: stage.lines == 2).wait(12.0)
    assert stage.all(WordsLost) == [WordsLost(frozenset({"u1"}))]
    assert ("system", UNHEARD) in stage.items()
    assert stage.said[-1] == "Could you say that again?"


def test_a_broken_line_is_tried_four_times_then_the_call_ends_with_a_word() -> None:
    stage = talking()
    stage.fails_to_open = 9
    stage.cut()
    stage.wait_for(lambda: stage.ended is not None, most_s=6.0)
    assert stage.lines == 5
    assert stage.ended == "model_away"
    assert stage.said[1:] == ["I am sorry, please call again."]


def test_a_line_that_opens_at_the_third_try_is_as_good() -> None:
    stage = talking()
    stage.fails_to_open = 2
    stage.cut()
    stage.wait(2.0)
    stage.say("Soup?", "u1").wait(3.0)
    assert stage.said[1:] == ["Certainly."]


def test_a_key_that_is_refused_is_not_tried_again() -> None:
    stage = Stage()
    stage.stream_starts()
    stage.line_ends("refused", "invalid_api_key")
    stage.wait_for(lambda: stage.ended is not None, most_s=8.0)
    assert stage.lines == 0
    assert stage.ended == "model_away"


def test_where_the_model_is_away_from_the_first_the_caller_is_told_so_and_not_greeted() -> None:
    stage = Stage()
    stage.line_ends("refused", "insufficient_quota")
    stage.wait(1.0)
    stage.stream_starts()
    stage.wait(4.0)
    assert stage.said == ["I am sorry, please call again."]
    assert stage.ended == "model_away"


def test_what_plays_as_a_session_ends_is_none_of_the_next_ones_to_cut() -> None:
    stage = talking(Answer([("We have soup, and salad too.", 6.0)]))
    stage.wait(2.0)
    stage.cut()
    stage.wait(0.5)
    stage.say("Salad!", "u2").wait(3.0)
    assert stage.sent("conversation.item.truncate") == []
    assert stage.server.refused == []
    assert [each.is_whole for each in stage.all(Said)][1:] == [False, True]


def test_a_line_that_breaks_again_and_again_is_as_good_as_long_as_it_answers() -> None:
    stage = talking()
    for number in range(8):
        stage.say("And?", f"u{number}").wait(3.0)
        stage.cut()
        stage.wait(1.0)
    assert stage.ended is None
    assert stage.lines == 9


def test_an_account_without_credit_is_not_asked_again() -> None:
    stage = talking()
    stage.model(ResponseOver("resp_1", "failed", (), (), NO_TOKENS, "insufficient_quota"))
    stage.wait_for(lambda: stage.ended == "model_away", most_s=3.0)
    assert stage.sent("response.create") == []


def test_an_expired_session_is_followed_by_the_next() -> None:
    stage = talking()
    stage.model(Refused("session_expired"))
    stage.wait(1.0)
    assert stage.lines == 2
    stage.say("Soup?", "u1").wait(3.0)
    assert stage.said[1:] == ["Certainly."]


def test_a_session_is_renewed_before_its_end_when_nobody_speaks() -> None:
    stage = Stage()
    stage.model(Ready(expires_in_s=20.0))
    stage.start().wait(9.0)
    stage.server.answers = [Answer([("A long story.", 8.0)])]
    stage.say("Tell me!", "u1").wait(6.0)
    assert stage.lines == 1
    stage.wait(5.0)
    assert stage.lines == 2
    assert stage.said[1:] == ["A long story."]
    assert stage.items()[2:] == [("user", "Tell me!"), ("assistant", "A long story.")]


def test_a_tool_that_outlives_its_session_is_told_with_its_call() -> None:
    stage = Stage()
    stage.tool_takes_s = 2.0
    stage.start().wait(3.0)
    stage.server.answers = [Answer(calls=["lookup_menu"]), Answer([("Two soups.", 1.0)])]
    stage.say("Soup?", "u1").wait(0.5)
    stage.cut()
    stage.wait(6.0)
    kinds = [kind for kind, _ in stage.items()][2:]
    assert kinds == ["user", "function_call", "function_call_output"]
    assert stage.server.refused == []
    assert stage.said[-1] == "Two soups."


def test_a_tool_that_ends_while_there_is_no_session_is_answered_by_the_next() -> None:
    stage = Stage()
    stage.tool_takes_s = 1.0
    stage.start().wait(3.0)
    stage.opens_in_s = 1.5
    stage.server.answers = [Answer(calls=["lookup_menu"]), Answer([("Two soups.", 1.0)])]
    stage.say("Soup?", "u1").wait(0.5)
    stage.cut()
    stage.wait(6.0)
    assert stage.server.refused == []
    assert stage.said[-1] == "Two soups."
    assert len(stage.sent("response.create")) == 1


def test_a_response_of_which_nothing_comes_any_more_is_a_lost_line() -> None:
    stage = talking()
    stage.server.answers = [Answer([("We have soup.", 1.0)])]
    stage.server.faster = 0.001
    stage.say("Soup?", "u1").wait(2.0)
    stage.server.faster = 4.0
    stage.wait_for(lambda: stage.lines == 2, most_s=20.0)
    stage.wait(3.0)
    assert stage.said[-1] == "Certainly."


def test_a_socket_that_has_no_session_is_a_lost_one() -> None:
    stage = talking()
    stage.never_opens = True
    stage.cut()
    stage.wait(1.0)
    stage.never_opens = False
    stage.wait_for(lambda: stage.lines == 3, most_s=4.5)
    stage.wait(1.0)
    stage.say("Soup?", "u1").wait(3.0)
    assert stage.said[1:] == ["Certainly."]


def test_a_session_that_refuses_who_is_to_answer_answers_nobody() -> None:
    stage = talking()
    [update] = stage.sent("session.update")
    stage.model(Refused("invalid_value", update["event_id"]))
    stage.wait_for(lambda: stage.ended == "model_away", most_s=8.0)


def test_a_failed_response_is_asked_for_again_and_in_the_end_is_an_apology() -> None:
    stage = talking()
    stage.server.answers = [Answer(status="failed"), Answer([("We have soup.", 1.0)])]
    stage.say("Soup?", "u1").wait(4.0)
    assert stage.said[1:] == ["We have soup."]
    stage.server.answers = [Answer(status="failed")] * 3
    stage.say("Salad?", "u2")
    stage.wait_for(lambda: stage.ended is not None, most_s=8.0)
    assert stage.said[-1] == "I am sorry, please call again."
    assert stage.ended == "model_away"


def test_an_answer_that_says_nothing_is_asked_for_again_but_not_for_ever() -> None:
    stage = talking(Answer())
    stage.server.answers = [Answer([("We have soup.", 1.0)])]
    stage.wait(3.0)
    assert stage.said[1:] == ["We have soup."]
    stage.server.answers = [Answer()] * 9
    stage.say("Salad?", "u2").wait(9.0)
    assert len(stage.sent("response.create")) == 3
    assert stage.ended is None


def test_a_caller_whom_the_server_does_not_answer_is_answered_on_request() -> None:
    stage = talking()
    stage.server.answers_by_itself = False
    stage.say("Soup?", "u1").wait(2.0)
    assert stage.sent("response.create") == []
    stage.wait(4.0)
    assert stage.said[1:] == ["Certainly."]
    assert len(stage.sent("response.create")) == 1


def test_a_greeting_that_nobody_made_is_spoken_by_the_model() -> None:
    stage = Stage(Opening(SETUP, Sentence("Welcome, Alice!", b""), SENTENCES)).start().wait(3.0)
    [create] = stage.sent("response.create")
    assert "Welcome, Alice!" in json.dumps(create)
    assert stage.said == ["Certainly."]


def test_the_caller_is_heard_again_after_an_outage() -> None:
    stage = talking()
    stage.media(6)
    stage.wait(0.1)
    stage.cut()
    stage.media(7, frames=4)
    stage.wait(1.0)
    assert stage.server.appended.endswith(bytes([6]) * 160 + bytes([7]) * 160 * 4)


def test_a_long_call_lasts_beyond_its_first_session() -> None:
    stage = Stage(limits=CallLimits(renewal_s=40.0)).start().wait(3.0)
    for number in range(10):
        stage.say("And?", f"u{number}").wait(9.0)
    assert stage.lines == 3
    assert stage.said == [GREETING.text] + ["Certainly."] * 10
