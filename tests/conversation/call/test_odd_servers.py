"""A server that tells things twice, too late, or again and again."""

from conversation.call.actions import Check, Note, RunTool, Said, Spent
from conversation.call.limits import CallLimits
from conversation.call.speaking import MOST_TEXT, Speaking
from models.tokens import Tokens
from realtime.call.events import (
    Refused,
    ResponseBegun,
    ResponseOver,
    Sound,
    Words,
    WordsDone,
)
from realtime.events import FunctionCall
from tests.conversation.call.stage import Stage

SOUND = bytes([7]) * 1_600
MENU = FunctionCall("call_1", "lookup_menu", "{}")


def over(response: str, *calls: FunctionCall) -> ResponseOver:
    return ResponseOver(response, "completed", (), calls, Tokens(10, 0, 20), None)


def answered(stage: Stage, response: str, words: str) -> None:
    stage.model(ResponseBegun(response))
    stage.model(Words(response, f"item_{response}", words))
    stage.model(Sound(response, f"item_{response}", SOUND))
    stage.model(WordsDone(response, f"item_{response}", words))
    stage.model(over(response))


def test_a_response_that_ends_twice_is_paid_once_and_its_tools_run_once() -> None:
    stage = Stage().start().wait(3.0)
    stage.model(ResponseBegun("resp_1"))
    for _ in range(3):
        stage.model(over("resp_1", MENU))
    stage.wait(1.0)
    assert [each.call for each in stage.all(RunTool)] == [MENU]
    assert len(stage.all(Spent)) == 1


def test_a_response_that_nobody_named_may_be_followed_by_another_such() -> None:
    stage = Stage().start().wait(3.0)
    for words in ("We have soup.", "And salad."):
        stage.model(ResponseBegun(""))
        stage.model(Words("", words, words))
        stage.model(Sound("", words, SOUND))
        stage.model(over(""))
        stage.wait(1.0)
    assert stage.said[1:] == ["We have soup.", "And salad."]


def test_what_comes_of_a_response_that_is_over_keeps_nobody_waiting() -> None:
    stage = Stage().start().wait(3.0)
    answered(stage, "resp_1", "We have soup.")
    stage.model(Words("resp_1", "late_1", "And"))
    stage.model(Sound("resp_1", "late_2", SOUND))
    stage.wait(1.0)
    answered(stage, "resp_2", "Anything else?")
    stage.wait(5.0)
    assert [each.text for each in stage.all(Said)][1:] == ["We have soup.", "Anything else?"]


def test_what_a_server_refuses_again_and_again_is_noted_once() -> None:
    stage = Stage().start().wait(3.0)
    for _ in range(1_000):
        stage.model(Refused("invalid_value"))
    stage.model(Refused("server_error"))
    stage.wait(1.0)
    noted = [each.fields["code"] for each in stage.all(Note) if each.event == "call.model_refused"]
    assert noted == ["invalid_value", "server_error"]


def test_words_without_an_end_are_looked_at_as_far_as_anybody_speaks() -> None:
    speaking = Speaking(CallLimits())
    for _ in range(3):
        speaking.words(Words("r1", "i1", "so it is " * 1_000))
    (check,) = speaking.words(WordsDone("r1", "i1", "so it is " * 100_000))
    assert isinstance(check, Check)
    assert len(check.text) <= MOST_TEXT
