"""One socket's conversation: whose each frame is."""

import json

from hypothesis import given
from hypothesis import strategies as st

from models.tokens import Tokens
from realtime.events import FunctionCall
from realtime.outcomes import (
    Alive,
    Delta,
    Finished,
    Limited,
    Refused,
    Trouble,
    Unread,
)
from realtime.protocol import REMEMBERED_RESPONSES, REMEMBERED_TYPES, Protocol
from realtime.request import EXTRAS
from sandbox.realtime import events as server
from tests.realtime.frames import (
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


def test_two_responses_that_come_mixed_get_each_its_own_text() -> None:
    protocol = running("a", "b")
    assert told(protocol, delta("resp_b", "For Bob")) == [Delta("b", "For Bob")]
    assert told(protocol, delta("resp_a", "For Alice")) == [Delta("a", "For Alice")]
    assert text_of(told(protocol, done("resp_a"))) == "For Alice"
    assert text_of(told(protocol, done("resp_b"))) == "For Bob"


def test_a_whole_response_tells_text_calls_and_tokens() -> None:
    protocol = running("a")
    call = server.function_call("item_2", "call_1", "search_menu", "{}", "completed")
    assert told(protocol, server.output_item_done("resp_a", call)) == [Alive("a")]
    assert told(protocol, server.arguments_done("resp_a", call, "{}")) == [Alive("a")]
    usage = server.usage(input_tokens=7, cached_tokens=3, output_tokens=2)
    (outcome,) = told(protocol, done("resp_a", output=[call], usage=usage))
    assert isinstance(outcome, Finished)
    assert outcome.reply.calls == (FunctionCall("call_1", "search_menu", "{}"),)
    assert outcome.reply.usage == Tokens(7, 3, 2)


def test_a_call_that_only_its_own_event_told_is_kept() -> None:
    protocol = running("a")
    call = server.function_call("item_2", "call_1", "search_menu", "{}", "completed")
    told(protocol, server.output_item_done("resp_a", call))
    (outcome,) = told(protocol, done("resp_a"))
    assert isinstance(outcome, Finished)
    assert [each.call_id for each in outcome.reply.calls] == ["call_1"]


def test_without_deltas_the_text_comes_from_the_end_or_from_its_part() -> None:
    protocol = running("a", "b")
    assert text_of(told(protocol, done("resp_a", "For Alice"))) == "For Alice"
    assert told(protocol, server.text_done("resp_b", "item_1", "For Bob")) == [Alive("b")]
    assert text_of(told(protocol, done("resp_b"))) == "For Bob"


def test_a_character_in_two_halves_is_passed_on_whole() -> None:
    protocol = running("a")
    assert told(protocol, delta("resp_a", "Bread \ud83c")) == [Delta("a", "Bread ")]
    assert told(protocol, delta("resp_a", "\udf5e!")) == [Delta("a", "🍞!")]
    assert text_of(told(protocol, done("resp_a"))) == "Bread 🍞!"


def test_half_a_character_alone_shows_that_the_response_lives() -> None:
    protocol = running("a")
    assert told(protocol, delta("resp_a", "\ud83c")) == [Alive("a")]
    assert told(protocol, delta("resp_a", "")) == [Alive("a")]


def test_a_refused_create_is_told_by_the_event_that_it_was() -> None:
    protocol = asking("a", "b")
    assert told(protocol, error("invalid_value", "b")) == [Refused("b", "invalid_value", "No.")]
    assert told(protocol, created("resp_a", "a")) == [Alive("a")]
    assert protocol.occupied_count == 1


def test_an_error_names_a_response_that_runs() -> None:
    protocol = running("a")
    assert told(protocol, error("server_error", "a")) == [Refused("a", "server_error", "No.")]
    assert told(protocol, delta("resp_a", "late")) == []
    assert told(protocol, done("resp_a", "late")) == []
    assert protocol.occupied_count == 0


def test_a_response_that_ends_without_having_begun_is_told_by_its_metadata() -> None:
    protocol = asking("a")
    (outcome,) = told(protocol, done("resp_a", status="failed", metadata={"event_id": "a"}))
    assert isinstance(outcome, Finished)
    assert (outcome.key, outcome.reply.status) == ("a", "failed")


def test_an_error_of_nobodys_is_trouble() -> None:
    assert told(running("a"), error("session_expired")) == [Trouble("session_expired", "No.")]


# Cancel.


def test_a_running_response_is_cancelled_by_its_id_and_heard_no_more() -> None:
    protocol = running("a")
    (frame,) = protocol.cancel("a")
    assert json.loads(frame) == {"type": "response.cancel", "response_id": "resp_a"}
    assert told(protocol, delta("resp_a", "late")) == []
    assert told(protocol, server.text_done("resp_a", "item_1", "late")) == []
    assert told(protocol, done("resp_a", "late", "cancelled")) == []


def test_one_that_has_not_begun_is_cancelled_when_it_appears() -> None:
    protocol = asking("a")
    assert protocol.cancel("a") == []
    outcomes, (frame,) = protocol.receive(json.dumps(created("resp_a", "a")))
    assert outcomes == []
    assert json.loads(frame)["response_id"] == "resp_a"


def test_a_cancelled_response_occupies_the_server_until_it_ends() -> None:
    protocol = running("a")
    protocol.cancel("a")
    assert (protocol.occupied_count, protocol.wanted_count) == (1, 0)
    told(protocol, {"type": "response.cancelled", "response_id": "resp_a"})
    assert protocol.occupied_count == 0


def test_a_second_cancel_sends_nothing() -> None:
    protocol = running("a")
    protocol.cancel("a")
    assert protocol.cancel("a") == []
    assert protocol.cancel("unheard of") == []


def test_a_cancel_that_came_too_late_is_harmless() -> None:
    protocol = running("a")
    assert told(protocol, error("response_cancel_not_active")) == []
    assert text_of(told(protocol, done("resp_a", "For Alice"))) == "For Alice"


def test_a_refusal_of_what_nobody_wants_any_more_is_trouble_and_no_more() -> None:
    protocol = asking("a")
    protocol.cancel("a")
    assert told(protocol, error("insufficient_quota", "a")) == [
        Trouble("insufficient_quota", "No.")
    ]
    assert protocol.occupied_count == 0


def test_a_response_that_nobody_asked_for_is_cancelled() -> None:
    protocol = running("a")
    outcomes, (frame,) = protocol.receive(json.dumps(created("resp_x", "refused before")))
    assert outcomes == []
    assert json.loads(frame)["response_id"] == "resp_x"
    assert told(protocol, delta("resp_x", "whose?")) == []


def test_events_of_a_response_that_has_ended_reach_nobody() -> None:
    protocol = running("a")
    told(protocol, done("resp_a", "For Alice"))
    for late in (delta("resp_a", "late"), done("resp_a", "late"), created("resp_a", "a")):
        assert told(protocol, late) == []


def test_only_so_many_ended_responses_are_remembered() -> None:
    protocol = Protocol()
    for number in range(REMEMBERED_RESPONSES + 2):
        protocol.ask(f"{number}", REQUEST, EXTRAS)
        told(protocol, created(f"resp_{number}", f"{number}"))
        told(protocol, done(f"resp_{number}", "Yes."))
    protocol.ask("again", REQUEST, EXTRAS)
    assert told(protocol, created(f"resp_{number}", "again")) == []
    assert told(protocol, created("resp_0", "again")) == [Alive("again")]


# The rest.


def test_an_unknown_event_is_told_once_and_keeps_its_response_alive() -> None:
    protocol = running("a")
    event = {"type": "response.reasoning.delta", "response_id": "resp_a"}
    assert told(protocol, event) == [Unread("response.reasoning.delta"), Alive("a")]
    assert told(protocol, event) == [Alive("a")]
    assert told(protocol, {"type": "sandbox.weather.updated"}) == [
        Unread("sandbox.weather.updated")
    ]


def test_a_server_that_invents_types_for_ever_is_told_of_for_a_while() -> None:
    protocol = running("a")
    events = ({"type": f"response.x{n}", "response_id": "resp_a"} for n in range(1_000))
    told_of = [outcome for event in events for outcome in told(protocol, event)]
    assert told_of.count(Alive("a")) == 1_000
    assert len(told_of) == 1_000 + REMEMBERED_TYPES


def test_used_up_limits_are_told() -> None:
    protocol = Protocol()
    assert told(protocol, server.rate_limits_updated(remaining=0, reset_s=1.5)) == [Limited(1.5)]
    assert told(protocol, server.rate_limits_updated(remaining=9, reset_s=1.5)) == []


def test_the_session_and_what_is_not_ours_mean_nothing() -> None:
    protocol = Protocol()
    assert told(protocol, {"type": "session.created", "session": {}}) == []
    assert told(protocol, delta("resp_x", "whose?")) == []
    assert told(protocol, done("resp_x", "whose?")) == []
    assert told(protocol, {"type": "response.created", "response": {}}) == []


KEYS = ["alice", "bob", "carol", "dan", "eve"]


@given(st.data(), st.booleans(), st.lists(st.sampled_from(KEYS), unique=True, min_size=1))
def test_however_events_are_mixed_each_response_gets_its_own_text(
    data: st.DataObject, echoes: bool, keys: list[str]
) -> None:
    """Scripts, one a response, drawn from in any order; without an echo, beginnings keep theirs."""
    pieces = {key: data.draw(st.lists(st.text(min_size=1), max_size=6), label=key) for key in keys}
    begins = [created(f"resp_{key}", key if echoes else None) for key in keys]
    scripts = {
        key: [*(delta(f"resp_{key}", each) for each in pieces[key]), done(f"resp_{key}")]
        for key in keys
    }
    protocol = asking(*keys)
    texts = dict.fromkeys(keys, "")
    left = list(keys)
    begun: list[str] = []
    if echoes:
        begins = data.draw(st.permutations(begins))
    ended: dict[str, str] = {}
    while left:
        ready = [key for key in begun if key in left]
        if begins and (not ready or data.draw(st.booleans())):
            event = begins.pop(0)
            begun.append(event["response"]["id"].removeprefix("resp_"))
        else:
            key = data.draw(st.sampled_from(ready))
            event = scripts[key].pop(0)
            if not scripts[key]:
                left.remove(key)
        for outcome in told(protocol, event):
            if isinstance(outcome, Delta):
                texts[outcome.key] += outcome.text
            elif isinstance(outcome, Finished):
                ended[outcome.key] = outcome.reply.text
    whole = {key: "".join(pieces[key]) for key in keys}
    assert texts == whole
    assert ended == {key: text if text.strip() else "" for key, text in whole.items()}
    assert protocol.occupied_count == 0
