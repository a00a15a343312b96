"""The behaviour, the counts and the creates: by name and over HTTP."""

import flask
import pytest

from sandbox.realtime.behaviour import Behaviour, BehaviourError
from sandbox.realtime.control import create_realtime_control
from sandbox.realtime.server import RealtimeServer
from tests.sandbox.realtime.caller import calling
from tests.sandbox.realtime.client import Client, Json
from tests.scenarios.world import until


@pytest.mark.parametrize(
    "changes",
    [
        {"first_delay": 1},
        {"delta_delay_s": -1},
        {"bad_key": 1},
        {"empty": True},
        {"refuse_handshakes": 2},
        {"unknown_models": "x"},
        {"deltas": "odd"},
    ],
)
def test_a_wrong_name_or_value_changes_nothing(changes: Json) -> None:
    behaviour = Behaviour()
    with pytest.raises(BehaviourError, match=next(iter(changes))):
        behaviour.apply({"silent": 3, **changes})
    assert behaviour.as_dict() == Behaviour().as_dict()


def test_the_behaviour_is_read_and_changed_over_http(server: RealtimeServer) -> None:
    app = flask.Flask(__name__)
    app.register_blueprint(create_realtime_control(server))
    http = app.test_client()
    assert http.post("/sandbox/realtime/behaviour", json={"silent": 2}).get_json()["silent"] == 2
    assert server.behaviour.silent == 2
    refused = http.post("/sandbox/realtime/behaviour", json={"silence": 2})
    assert (refused.status_code, "silence" in refused.get_json()["error"]) == (400, True)
    assert http.delete("/sandbox/realtime/behaviour").get_json() == Behaviour().as_dict()


def test_no_page_of_another_site_can_change_it(server: RealtimeServer) -> None:
    """It may post text unasked, and lead its own name here."""
    app = flask.Flask(__name__)
    app.register_blueprint(create_realtime_control(server))
    http = app.test_client()
    as_text = http.post("/sandbox/realtime/behaviour", data='{"silent": 2}')
    by_name = [
        http.get(f"/sandbox/realtime/{page}", headers={"Host": "evil.example:8787"})
        for page in ("behaviour", "stats", "requests")
    ]
    assert (as_text.status_code, server.behaviour.silent) == (400, 0)
    assert [each.status_code for each in by_name] == [403] * 3


def test_stats_and_requests_are_read_over_http(server: RealtimeServer, client: Client) -> None:
    app = flask.Flask(__name__)
    app.register_blueprint(create_realtime_control(server))
    client.create(event_id="turn-9")
    client.done()
    http = app.test_client()
    assert http.get("/sandbox/realtime/stats").get_json()["responses_done"] == 1
    (kept,) = http.get("/sandbox/realtime/requests").get_json()["requests"]
    assert kept["event"]["event_id"] == "turn-9"


def test_what_a_call_was_told_and_what_was_said_in_it_is_read_over_http(
    server: RealtimeServer, client: Client
) -> None:
    app = flask.Flask(__name__)
    app.register_blueprint(create_realtime_control(server))
    http = app.test_client()
    assert http.get("/sandbox/realtime/calls").get_json() == {"calls": []}
    server.behaviour.apply({"chirps": True, "voice_speed": 0})
    caller = calling(client, instructions="You are the waiter of Heaven, Kigali.")
    caller.say("say exactly: Muraho.")
    client.done()
    (call,) = http.get("/sandbox/realtime/calls").get_json()["calls"]
    assert call["session"]["instructions"] == "You are the waiter of Heaven, Kigali."
    assert [item["role"] for item in call["items"]] == ["user", "assistant"]
    assert (call["truncations"], call["is_over"]) == ([], False)
    client.hang_up()
    until(lambda: http.get("/sandbox/realtime/calls").get_json()["calls"][0]["is_over"])
