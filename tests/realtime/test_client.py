"""The real shell: real sockets, the real clock, native threads, against the stand-in."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import closing
from typing import Any

import pytest
from structlog.testing import capture_logs

from models.tokens import Tokens
from realtime.client import RESTING_TICK_S, TICK_S, Delta, Pending, RealtimeClient, RealtimeError
from realtime.connection import Connection
from realtime.fleet.limits import Limits
from realtime.outcomes import Reply
from realtime.request import EXTRAS, Extras, Request, function_tool, said_by_diner
from sandbox.realtime.server import RealtimeServer
from tests.ports import free_port
from tests.realtime.conftest import KEY

MODEL = "gpt-realtime-2.1-mini"
WAIT_S = 10
QUICK = Limits(backoff_base_s=0.02, backoff_cap_s=0.1, cuts=1_000)


def asking_for(words: str) -> Request:
    return Request("", (), (said_by_diner(f"say exactly: {words}"),), 600, effort="low")


class House:
    """A client with its server, and what it noted."""

    def __init__(
        self,
        server: RealtimeServer,
        limits: Limits = QUICK,
        key: str = KEY,
        left_out: Extras = EXTRAS,
    ) -> None:
        self.server = server
        self.behaviour = server.behaviour
        self.notes: list[tuple[str, Mapping[str, Any]]] = []
        connect = lambda: Connection(server.url, MODEL, key)  # noqa: E731
        self.client = RealtimeClient(connect, self._note, limits, left_out)

    def _note(self, event: str, fields: Mapping[str, Any]) -> None:
        self.notes.append((event, fields))

    def ask(
        self,
        words: str = "Murakoze",
        on_delta: Callable[[Delta], None] | None = None,
        timeout_s: float = WAIT_S,
    ) -> Pending:
        return self.client.ask(
            asking_for(words), diner=words, timeout_s=timeout_s, on_delta=on_delta
        )

    def noted(self, event: str) -> list[Mapping[str, Any]]:
        return [fields for name, fields in self.notes if name == event]


@pytest.fixture
def open_house(server: RealtimeServer) -> Iterator[Callable[..., House]]:
    """Houses that are closed at the end, with every thread of theirs."""
    houses: list[House] = []

    def open_one(**settings: Any) -> House:
        houses.append(House(server, **settings))
        return houses[-1]

    yield open_one
    for house in houses:
        house.client.close()
    until(lambda: not threads())


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    return open_house()


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    with capture_logs() as lines:
        yield lines


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("realtime-")]


def until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + WAIT_S
    never = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that in time"
        never.wait(0.005)


def kind_of(pending: Pending) -> str:
    with pytest.raises(RealtimeError) as caught:
        pending.result()
    return caught.value.kind


def test_an_answer_comes_in_pieces_and_then_whole(house: House) -> None:
    pieces: list[Delta] = []
    reply = house.ask("Good evening, Alice!", pieces.append).result()
    assert reply.text == "Good evening, Alice!"
    assert [piece.text for piece in pieces] == ["Good ", "evening, ", "Alice!"]
    assert reply.usage.output == 3


def test_many_diners_share_one_socket_and_each_reads_their_own(house: House) -> None:
    house.behaviour.delta_delay_s = 0.05
    asked = {f"Table {number}, dinner is served": None for number in range(100)}
    pending = {words: house.ask(words) for words in asked}
    assert {words: each.result().text for words, each in pending.items()} == {
        words: words for words in asked
    }
    stats = house.server.stats()
    assert stats["connections_opened"] == 1
    assert stats["responses_in_flight_max"] > 50


def test_no_socket_opens_before_somebody_asks(house: House) -> None:
    assert house.client.state().startswith("idle")
    assert house.client.is_ready
    assert house.server.stats()["connections_opened"] == 0


def test_the_state_and_the_counts_tell_what_is_going_on(house: House) -> None:
    house.ask().result()
    assert house.client.state() == "connected: 1 open, 0 in flight, 0 waiting"
    assert house.client.counts() == {"sockets": 1, "in_flight": 0, "waiting": 0}
    assert [name for name, _ in house.notes] == [
        "realtime.opened",
        "realtime.first_delta",
        "realtime.answered",
    ]


def test_every_create_has_its_own_input_and_none_writes_to_the_conversation(house: House) -> None:
    house.ask("Muraho").result()
    (request,) = house.server.requests
    response = request["event"]["response"]
    assert response["conversation"] == "none"
    assert "Muraho" in json.dumps(response["input"])


def test_close_ends_everyone_who_waits_and_every_thread(house: House) -> None:
    house.behaviour.silent = 1
    pending = house.ask()
    until(lambda: house.client.counts()["in_flight"])
    house.client.close()
    assert kind_of(pending) == "closed"
    until(lambda: not threads())
    until(lambda: house.server.stats()["connections_open"] == 0)


def test_after_close_every_ask_ends_at_once(house: House) -> None:
    house.client.close()
    assert kind_of(house.ask()) == "closed"
    assert house.server.stats()["connections_opened"] == 0


def test_close_may_come_while_a_socket_opens(house: House) -> None:
    pending = house.ask()
    house.client.close()
    assert kind_of(pending) == "closed"
    until(lambda: not threads())


def test_a_bad_key_is_told_at_once_and_tried_once(open_house: Callable[..., House]) -> None:
    house = open_house(key="sk-wrong")
    assert [kind_of(pending) for pending in (house.ask("a"), house.ask("b"))] == [
        "unavailable",
        "unavailable",
    ]
    assert kind_of(house.ask("c")) == "unavailable"
    assert house.server.stats()["connections_refused"] == 1
    assert "OPENAI_API_KEY" in house.client.state()
    assert not house.client.is_ready


def test_an_unknown_model_is_told_at_once(house: House) -> None:
    house.behaviour.unknown_models = [MODEL]
    assert kind_of(house.ask()) == "unavailable"
    assert "OPENAI_REALTIME_MODEL" in house.client.state()


@pytest.mark.parametrize(
    ("behaviour", "remedy"),
    [
        ({"close_with": "3000 invalid_request_error.invalid_api_key"}, "OPENAI_API_KEY"),
        ({"close_with": "1008 Incorrect API key provided."}, "OPENAI_API_KEY"),
        ({"refuse_with": "403 unsupported_country_region_territory"}, "country"),
        ({"refuse_with": "403 nobody knows this"}, "a proxy or a firewall"),
    ],
)
def test_a_server_that_says_why_it_lets_nobody_in_is_not_asked_again(
    house: House, behaviour: dict[str, str], remedy: str
) -> None:
    house.behaviour.apply(behaviour)
    assert kind_of(house.ask()) == "unavailable"
    assert kind_of(house.ask()) == "unavailable"
    assert remedy in house.client.state()
    counted = house.server.stats()
    assert counted["connections_opened"] + counted["connections_refused"] == 1


def test_why_a_server_hung_up_is_told_whatever_it_is(house: House) -> None:
    house.behaviour.close_with = "1008 come back on Monday"
    house.ask()
    until(lambda: "closed 1008: come back on Monday" in house.client.state())


def test_events_in_binary_frames_are_read_and_noise_is_told_once(house: House) -> None:
    house.behaviour.apply({"binary_frames": True, "binary_noise": True})
    assert house.ask("Muraho").result().text == "Muraho"
    assert len(house.noted("realtime.unread_binary")) == 1
    assert len(house.noted("realtime.binary_frame")) > 1
    assert not house.noted("realtime.cut")


def test_a_server_that_counts_an_hour_is_asked_again_soon(open_house: Callable[..., House]) -> None:
    house = open_house(limits=Limits(limited_cap_s=0.1))
    house.behaviour.apply({"rate_limit": 2, "rate_limit_reset_s": 3_600})
    asked = [house.ask(words) for words in ("one", "two", "three")]
    assert [each.result().text for each in asked] == ["one", "two", "three"]
    assert house.noted("realtime.slowed")[0] == {"seconds": 0.1}


def test_a_probe_finds_out_when_the_key_is_good_again(open_house: Callable[..., House]) -> None:
    house = open_house(limits=Limits(probe_base_s=0.05, probe_cap_s=0.1))
    house.behaviour.bad_key = True
    assert kind_of(house.ask()) == "unavailable"
    house.behaviour.bad_key = False
    until(lambda: house.client.is_ready)
    assert house.ask("Welcome back").result().text == "Welcome back"


@pytest.mark.parametrize(
    "faults",
    [
        {"deltas": "doubled"},
        {"deltas": "cumulative", "empty_output": True},
        {"deltas": "lost", "optional_events": False},
        {"deltas": "none", "empty_output": True},
        {"early_deltas": True},
        {"early_deltas": True, "optional_events": False, "echo_metadata": False},
        {"transcripts": True, "deltas": "doubled"},
        {"repeat_messages": True},
        {"preamble": "Let me look that up for you.", "phases": True},
        {"huge_counts": True, "unknown_events": True},
        {"reasons": True},
        {"reasons": True, "preamble": "Let me look that up for you.", "phases": True},
        {"reasons": True, "empty_output": True},
    ],
    ids=str,
)
def test_however_a_server_tells_it_each_reads_what_was_meant(
    house: House, faults: dict[str, Any]
) -> None:
    house.behaviour.apply(faults)
    asked = [f"Table {number} is free, and has no nuts" for number in range(5)]
    pending = [house.ask(words) for words in asked]
    assert [each.result().text for each in pending] == asked


def test_messages_without_a_phase_stand_apart(house: House) -> None:
    house.behaviour.preamble = "Let me look that up for you."
    text = "Let me look that up for you.\n\nThe cappuccino is RWF 3,000."
    assert house.ask("The cappuccino is RWF 3,000.").result().text == text


def test_a_model_that_does_not_reason_is_asked_without_that_for_ever_after(
    open_house: Callable[..., House],
) -> None:
    house = open_house(left_out=frozenset())
    house.behaviour.older_model = True
    for _ in range(2):
        assert house.ask().result().text == "Murakoze"
    asked = [each["event"]["response"].get("reasoning") for each in house.server.requests]
    assert asked == [{"effort": "low"}, None, None]
    assert house.noted("realtime.parameter_refused") == [{"parameter": "reasoning"}]


def test_a_model_that_sees_nothing_is_told_of_pictures_for_ever_after(
    open_house: Callable[..., House],
) -> None:
    house = open_house(left_out=frozenset())
    house.behaviour.blind_model = True
    asked = Request("", (), (said_by_diner("What is this?", [b"\xff\xd8\xff"]),), 600)
    for _ in range(2):
        assert house.client.ask(asked, diner="Alice", timeout_s=WAIT_S).result().text
    sent = [each["event"]["response"]["input"][0]["content"][1] for each in house.server.requests]
    assert [each["type"] for each in sent] == ["input_image", "input_text", "input_text"]
    assert house.noted("realtime.parameter_refused") == [{"parameter": "input_image"}]


def test_a_model_may_call_for_several_things_in_one_response(
    open_house: Callable[..., House],
) -> None:
    house = open_house(left_out=frozenset())
    house.behaviour.apply({"reasons": True, "preamble": "Let me look.", "phases": True})
    rules = function_tool("check_tax_rule", "Rules", {"type": "object", "properties": {}})
    asked = Request("", (rules,), (said_by_diner("VAT: Malta or the UK?"),), 600, effort="medium")
    reply = house.client.ask(asked, diner="Alice", timeout_s=WAIT_S).result()
    assert [json.loads(call.arguments)["jurisdiction"] for call in reply.calls] == ["Malta", "UK"]
    assert not reply.has_broken_call


@pytest.mark.parametrize(
    "text", ["", " \n", "\u200b", "**", "---", "\ufeff> \n\n```\n```", "* * *"]
)
def test_what_shows_no_word_is_no_answer(text: str) -> None:
    assert not Reply(text, (), Tokens(1, 0, 1), "completed").is_something


@pytest.mark.parametrize("text", ["No", "2", "👍", "*-*?", "…", "€"])
def test_a_sign_is_one(text: str) -> None:
    assert Reply(text, (), Tokens(1, 0, 1), "completed").is_something


def test_what_is_cut_off_is_told_as_such(house: House) -> None:
    house.behaviour.cut_off = 1
    reply = house.ask("Espresso – RWF 2,000").result()
    assert (reply.text, reply.is_cut_off, reply.is_filtered) == ("Espresso – ", True, False)
    house.behaviour.content_filter = 1
    reply = house.ask("Espresso – RWF 2,000").result()
    assert (reply.is_cut_off, reply.is_filtered) == (False, True)


def test_a_server_that_is_not_there_is_out_of_reach() -> None:
    url = f"ws://127.0.0.1:{free_port()}"
    client = RealtimeClient(lambda: Connection(url, MODEL, KEY), lambda event, fields: None, QUICK)
    with closing(client):
        pending = client.ask(asking_for("Yes."), diner="Alice", timeout_s=0.3)
        assert kind_of(pending) == "unreachable"


def test_a_turn_that_is_cut_off_is_asked_again_and_its_pieces_are_void(house: House) -> None:
    house.behaviour.cut_after_deltas = 1
    pieces: list[Delta] = []
    text = house.ask("one two three four five six", pieces.append).result().text
    assert text == "one two three four five six"
    last_void = max(index for index, piece in enumerate(pieces) if piece.again)
    assert "".join(piece.text for piece in pieces[last_void:]) == text
    assert house.server.stats()["connections_cut"] == 1


def test_all_are_answered_once_while_sockets_are_cut_and_handshakes_refused(house: House) -> None:
    house.behaviour.cut_every_s = 0.2
    house.behaviour.refuse_pattern = [1, 1, 0]
    house.behaviour.delta_delay_s = 0.005
    asked = [f"Table {number} is free" for number in range(50)]
    pending = [house.ask(words) for words in asked]
    until(lambda: house.noted("realtime.cut"))
    # On a slow machine nobody would ever get through.
    house.behaviour.apply({"cut_every_s": 0, "refuse_pattern": []})
    assert [each.result().text for each in pending] == asked


def test_sessions_that_expire_lose_nobody(house: House) -> None:
    house.behaviour.session_s = 0.3
    house.behaviour.delta_delay_s = 0.005
    for number in range(20):
        asked = [f"Round {number}, table {table}" for table in range(5)]
        assert [each.result().text for each in [house.ask(words) for words in asked]] == asked
        if house.server.stats()["sessions_expired"] >= 2:
            return
        house.behaviour.first_event_delay_s = 0.1
    pytest.fail("no session expired")


def test_sockets_rotate_and_no_turn_is_asked_twice(open_house: Callable[..., House]) -> None:
    house = open_house(limits=Limits(rotate_after_s=0.2, rotate_jitter=0.0))
    house.behaviour.delta_delay_s = 0.02
    asked = [f"Table {number} has ordered fish and rice" for number in range(40)]
    for words in asked:
        assert house.ask(words).result().text == words
        # A spare one may be left unused, where the machine is busy.
        causes = [fields["cause"] for fields in house.noted("realtime.retiring")]
        if causes.count("rotated") >= 2:
            break
    assert causes.count("rotated") >= 2
    assert house.noted("realtime.cut") == []
    assert house.server.stats()["responses_created"] == len(house.noted("realtime.answered"))


def test_a_server_without_pongs_is_replaced(open_house: Callable[..., House]) -> None:
    house = open_house(limits=Limits(ping_every_s=0.1, pong_within_s=0.1))
    house.ask().result()
    house.behaviour.no_pong = True
    until(lambda: house.noted("realtime.cut"))
    assert house.noted("realtime.cut")[0]["cause"] == "no pong"


def test_pongs_keep_a_quiet_socket(open_house: Callable[..., House]) -> None:
    house = open_house(
        limits=Limits(ping_every_s=0.05, pong_within_s=0.5, rotate_after_s=1.0, rotate_jitter=0.0)
    )
    house.ask().result()
    until(lambda: house.noted("realtime.retiring"))
    assert house.noted("realtime.cut") == []


def test_withdrawn_before_its_first_delta_it_is_superseded_and_cancelled(house: House) -> None:
    house.ask("Welcome").result()
    house.behaviour.delta_delay_s = 5
    pending = house.ask("never")
    until(lambda: house.server.stats()["responses_in_flight"])
    assert pending.withdraw()
    assert kind_of(pending) == "superseded"
    until(lambda: house.server.stats()["responses_cancelled"] == 1)


def test_once_deltas_flow_it_is_too_late_to_withdraw(house: House) -> None:
    house.behaviour.delta_delay_s = 0.01
    heard = threading.Event()
    pending = house.ask("one two three four five", lambda _: heard.set())
    assert heard.wait(WAIT_S)
    assert not pending.withdraw()
    assert pending.result().text == "one two three four five"


def test_a_turn_past_its_deadline_is_cancelled(house: House) -> None:
    house.ask().result()  # its socket is open
    house.behaviour.delta_delay_s = 5
    assert kind_of(house.ask(timeout_s=0.3)) == "timeout"
    until(lambda: house.server.stats()["responses_cancelled"] == 1)


def test_a_clock_that_rests_is_woken_by_an_ask(house: House) -> None:
    house.ask().result()
    house.behaviour.first_event_delay_s = 5

    def ends_in_s() -> float:
        threading.Event().wait(2 * TICK_S)  # by then it knows that nobody waits
        began = time.monotonic()
        assert kind_of(house.ask(timeout_s=0.1)) == "timeout"
        return time.monotonic() - began

    assert any(ends_in_s() < RESTING_TICK_S / 2 for _ in range(5)), "it slept on"


def test_a_frame_of_four_megabytes_arrives_whole_both_ways(house: House) -> None:
    words = "ħobż🍞" * 400_000
    assert house.ask(words).result().text == words


def test_half_a_character_ends_no_socket(house: House) -> None:
    assert house.ask("bread \ud83c").result().text == "bread ?"
    assert house.server.stats()["connections_opened"] == 1


def test_a_callback_that_fails_hurts_no_other_turn(
    house: House, logged: list[MutableMapping[str, Any]]
) -> None:
    def fail(_: Delta) -> None:
        raise RuntimeError("a diner's callback")

    failing, other = house.ask("For Alice", fail), house.ask("For Bob")
    assert (failing.result().text, other.result().text) == ("For Alice", "For Bob")
    assert house.server.stats()["connections_opened"] == 1
    assert {line["event"] for line in logged} == {"realtime.action_failed"}


def test_a_log_that_fails_hurts_no_turn(
    server: RealtimeServer, logged: list[MutableMapping[str, Any]]
) -> None:
    def fail(event: str, fields: Mapping[str, Any]) -> None:
        raise OSError("no space left on device")

    with closing(RealtimeClient(lambda: Connection(server.url, MODEL, KEY), fail, QUICK)) as client:
        reply = client.ask(asking_for("Yes."), diner="Alice", timeout_s=WAIT_S).result()
    assert reply.text == "Yes."
    assert {line["event"] for line in logged} == {"realtime.action_failed"}


def test_a_connection_that_fails_in_a_way_of_its_own_is_tried_again(
    server: RealtimeServer, logged: list[MutableMapping[str, Any]]
) -> None:
    tries: list[int] = []

    def connect() -> Connection:
        tries.append(1)
        if len(tries) == 1:
            raise IndexError("a defect of a library")
        return Connection(server.url, MODEL, KEY)

    with closing(RealtimeClient(connect, lambda event, fields: None, QUICK)) as client:
        reply = client.ask(asking_for("Yes."), diner="Alice", timeout_s=WAIT_S).result()
    assert reply.text == "Yes."
    assert {line["event"] for line in logged} == {"realtime.socket_failed"}
