"""One socket's conversation with servers that differ from OpenAI's."""

import json

import pytest

from realtime.outcomes import (
    Alive,
    Delta,
    Refused,
    Trouble,
    TurnedAway,
    Unmatched,
)
from realtime.protocol import Protocol
from realtime.request import EXTRAS
from tests.realtime.frames import (
    ACTIVE,
    REQUEST,
    asking,
    created,
    delta,
    done,
    error,
    running,
    text_of,
    told,
)

# Servers that echo no metadata.


def test_without_an_echo_creates_are_matched_in_their_order() -> None:
    protocol = asking("a", "b")
    assert told(protocol, created("resp_1")) == [Alive("a")]
    assert told(protocol, created("resp_2")) == [Alive("b")]
    assert text_of(told(protocol, done("resp_2", "For Bob"))) == "For Bob"
    assert text_of(told(protocol, done("resp_1", "For Alice"))) == "For Alice"


def test_without_an_echo_the_next_create_waits_until_the_last_one_is_matched() -> None:
    protocol = asking("a")
    told(protocol, created("resp_1"))
    assert protocol.has_room(200)
    protocol.ask("b", REQUEST, EXTRAS)
    assert not protocol.has_room(200)
    told(protocol, created("resp_2"))
    assert protocol.has_room(200)


def test_without_an_echo_a_beginning_that_is_told_twice_is_not_taken_for_the_next() -> None:
    protocol = asking("a", "b")
    told(protocol, created("resp_1"))
    assert told(protocol, created("resp_1")) == []
    assert told(protocol, delta("resp_1", "For Alice")) == [Delta("a", "For Alice")]
    assert told(protocol, created("resp_2")) == [Alive("b")]


def test_without_an_echo_a_cancelled_create_keeps_its_place_in_the_order() -> None:
    protocol = asking("a", "b")
    protocol.cancel("a")
    outcomes, (frame,) = protocol.receive(json.dumps(created("resp_1")))
    assert outcomes == []
    assert json.loads(frame)["response_id"] == "resp_1"
    assert told(protocol, created("resp_2")) == [Alive("b")]


def test_where_metadata_comes_back_a_response_without_it_is_not_ours() -> None:
    protocol = running("a")
    protocol.ask("b", REQUEST, EXTRAS)
    _, (frame,) = protocol.receive(json.dumps(created("resp_x")))
    assert json.loads(frame)["response_id"] == "resp_x"
    assert told(protocol, created("resp_b", "b")) == [Alive("b")]


def test_an_error_without_a_name_answers_the_only_create_under_way() -> None:
    protocol = asking("a")
    assert told(protocol, error("invalid_value")) == [Refused("a", "invalid_value", "No.")]


def test_without_an_echo_nothing_is_asked_any_more_after_an_error_without_a_name() -> None:
    protocol = asking("a")
    told(protocol, created("resp_1"))
    protocol.ask("b", REQUEST, EXTRAS)
    told(protocol, error("invalid_value"))
    assert (protocol.occupied_count, protocol.has_room(200)) == (1, False)
    assert text_of(told(protocol, done("resp_1", "For Alice"))) == "For Alice"


def test_an_error_without_a_name_is_trouble_when_it_may_answer_several() -> None:
    protocol = asking("a", "b")
    assert told(protocol, error("invalid_value")) == [Trouble("invalid_value", "No.")]
    assert told(protocol, created("resp_b", "b")) == [Alive("b")]


def test_after_an_error_without_a_name_the_order_of_creates_tells_nothing() -> None:
    protocol = asking("a", "b")
    told(protocol, error("invalid_value"))
    assert told(protocol, created("resp_1")) == [Unmatched()]
    assert protocol.is_spent
    assert not protocol.has_room(200)


def test_an_error_that_names_something_else_is_not_taken_for_the_create() -> None:
    protocol = asking("a")
    assert told(protocol, error("invalid_value", "event_of_the_server")) == [
        Trouble("invalid_value", "No.")
    ]
    assert told(protocol, created("resp_a", "a")) == [Alive("a")]


# Servers that take one response at a time.


@pytest.mark.parametrize("field", ["type", "code"])
@pytest.mark.parametrize("named", [True, False])
def test_a_server_that_takes_one_at_a_time_turns_the_second_away(field: str, named: bool) -> None:
    protocol = running("a")
    assert protocol.has_room(200)
    protocol.ask("b", REQUEST, EXTRAS)
    refusal = {"type": "error", "error": {field: ACTIVE, "event_id": "b" if named else None}}
    assert told(protocol, refusal) == [TurnedAway("b")]
    assert not protocol.has_room(200)
    assert text_of(told(protocol, done("resp_a", "For Alice"))) == "For Alice"
    assert protocol.has_room(200)


def test_turned_away_without_a_name_or_an_echo_it_may_be_any_create_under_way() -> None:
    protocol = asking("a", "b")
    assert told(protocol, {"type": "error", "error": {"type": ACTIVE}}) == [Unmatched()]


def test_turned_away_without_a_name_all_are_asked_again_and_an_echo_tells_who_began() -> None:
    protocol = running("a")
    protocol.ask("b", REQUEST, EXTRAS)
    protocol.ask("c", REQUEST, EXTRAS)
    assert told(protocol, {"type": "error", "error": {"type": ACTIVE}}) == [
        TurnedAway("b"),
        TurnedAway("c"),
    ]
    outcomes, frames = protocol.receive(json.dumps(created("resp_c", "c")))
    assert (outcomes, [json.loads(each)["type"] for each in frames]) == ([], ["response.cancel"])


def test_where_creates_can_not_be_told_apart_they_go_out_one_by_one_until_metadata_is_back() -> (
    None
):
    protocol = Protocol(one_by_one=True)
    protocol.ask("a", REQUEST, EXTRAS)
    assert not protocol.has_room(200)
    told(protocol, created("resp_a", "a"))
    protocol.ask("b", REQUEST, EXTRAS)
    assert protocol.has_room(200)


def test_turned_away_with_nothing_asked_is_nothing() -> None:
    assert told(Protocol(), error(ACTIVE)) == []


def test_one_that_nobody_wants_is_turned_away_without_a_word() -> None:
    protocol = running("a")
    protocol.ask("b", REQUEST, EXTRAS)
    protocol.cancel("b")
    assert told(protocol, error(ACTIVE, "b")) == []
    assert protocol.occupied_count == 1
