"""Whatever comes from both sides, in whatever order: the bridge goes on, or ends once."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.call.actions import End, RunTool, SessionSetup, ToCaller, ToModel, ToolOutcome
from conversation.call.bridge import Bridge
from models.tokens import NO_TOKENS
from realtime.call import events
from realtime.events import FunctionCall
from tests.conversation.call.stage import OPENING, OTHER, SETUP
from tests.conversation.call.twilio import STREAM
from whatsapp.streams import Connected, Digit, Marked, Media, Started, Stopped

ITEMS = st.sampled_from(["item_1", "item_2", "item_3", ""])
RESPONSES = st.sampled_from(["resp_1", "resp_2", ""])
CALLS = st.sampled_from(["call_1", "call_2", "key-1"])
TEXTS = st.sampled_from(["", " ", "Yes. ", "We have soup. And", "…", "no"])
SOUNDS = st.integers(1, 3_000).map(lambda size: b"\x01" * size)
STATUSES = st.sampled_from(["completed", "cancelled", "failed", "incomplete"])
CODES = st.sampled_from(
    ["conversation_already_has_active_response", "response_cancel_not_active", "invalid_value"]
)
EVENT_IDS = st.sampled_from([None, "ask-1", "ask-2", "cut-1", "setup-9"])
TOOLS = st.lists(st.builds(FunctionCall, CALLS, st.just("lookup_menu"), st.just("{}")), max_size=2)
OF_MODEL = st.one_of(
    st.builds(events.Ready, st.sampled_from([None, 0.0, 30.0])),
    st.builds(events.OutputTaken, CALLS),
    st.builds(events.SpeechStarted, ITEMS),
    st.builds(events.SpeechStopped),
    st.builds(events.Committed, ITEMS),
    st.builds(events.Transcribed, ITEMS, TEXTS, st.booleans()),
    st.builds(events.ResponseBegun, RESPONSES),
    st.builds(events.Sound, RESPONSES, ITEMS, SOUNDS),
    st.builds(events.Words, RESPONSES, ITEMS, TEXTS),
    st.builds(events.WordsDone, RESPONSES, ITEMS, TEXTS),
    st.builds(
        events.ResponseOver,
        RESPONSES,
        STATUSES,
        st.just(()),
        TOOLS.map(tuple),
        st.just(NO_TOKENS),
        st.none(),
    ),
    st.builds(events.Refused, CODES, EVENT_IDS),
    st.builds(events.Passed, st.just("rate_limits.updated")),
)
OF_STREAM = st.one_of(
    st.builds(Connected),
    st.builds(Started, st.just(STREAM), st.just("CA1"), st.just({})),
    st.builds(Media, st.just(0), st.just(b"\x02" * 160)),
    st.builds(Digit, st.sampled_from("037#")),
    st.builds(Marked, st.sampled_from(["m1", "m2", "m3", "m9", ""])),
)
SETUPS = st.sampled_from([None, None, OTHER, replace(SETUP, instructions="You are the host.")])
STEPS = st.lists(
    st.tuples(
        st.one_of(
            OF_MODEL,
            OF_STREAM,
            st.tuples(st.just("tool"), CALLS, SETUPS, st.booleans()),
            st.tuples(st.sampled_from(["end", "open", "tick", "stop", "not put"])),
            st.tuples(st.just("objection"), ITEMS),
        ),
        st.sampled_from([0.0, 0.0, 0.02, 0.3, 2.0, 20.0]),
    ),
    max_size=60,
)


def step(bridge: Bridge, what: object, now: float) -> list[object]:
    match what:
        case ("tool", str(call_id), setup, bool(transfers)):
            assert setup is None or isinstance(setup, SessionSetup)
            return [*bridge.on_tool(ToolOutcome(call_id, "{}", setup, transfers), now)]
        case ("end",):
            return [*bridge.on_line_end("cut", None, now)]
        case ("open",):
            return [*bridge.on_model(events.Ready(), now)]
        case ("tick",):
            return [*bridge.on_tick(now)]
        case ("stop",):
            return [*bridge.stop(now)]
        case ("not put",):
            return [*bridge.on_not_put_through(now)]
        case ("objection", str(item)):
            return [*bridge.on_objection(item, "Not so.", now)]
        case Connected() | Started() | Media() | Digit() | Marked() | Stopped():
            return [*bridge.on_stream(what, now)]
        case _:
            return [*bridge.on_model(what, now)]  # type: ignore[arg-type] # all others are events


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_nothing_is_raised_and_nothing_follows_the_end(steps: list[tuple[object, float]]) -> None:
    bridge = Bridge(OPENING, 100.0)
    now, is_over, calls = 100.0, False, 0
    for what, later in steps:
        now += later
        for action in step(bridge, what, now):
            assert not is_over
            is_over = isinstance(action, End)
            calls += isinstance(action, RunTool)
            if isinstance(action, ToCaller):
                assert json.loads(action.frame)["streamSid"] == STREAM
            if isinstance(action, ToModel):
                assert json.loads(action.frame)["type"]
        assert is_over or bridge.next_tick(now) > now
    if not is_over:
        assert isinstance(bridge.on_stream(Stopped(), now)[-1], End)
    assert bridge.on_tick(now + 1) == []


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_left_alone_a_call_always_ends(steps: list[tuple[object, float]]) -> None:
    """Ticks are all that comes any more: no state waits for ever."""
    bridge = Bridge(OPENING, 100.0)
    now = 100.0
    ended = False
    for what, later in [(Started(STREAM, "CA1", {}), 0.0), *steps]:
        now += later
        ended = ended or any(isinstance(each, End) for each in step(bridge, what, now))
    for _ in range(5_000):
        if ended:
            return
        now = max(bridge.next_tick(now), now + 1.0)
        ended = any(isinstance(each, End) for each in bridge.on_tick(now))
    raise AssertionError("it goes on and on")
