"""The Realtime client, and the whole service, against a server that nobody here wrote.

`make test-foreign` runs these.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from realtime.client import Delta, Pending, RealtimeClient, RealtimeError
from realtime.connection import Connection
from realtime.events import FunctionCall
from realtime.fleet.limits import Limits
from realtime.request import Item, Request, call_answered, call_made, said_by_diner
from tests.conftest import load_samples
from tests.foreign.aimock import calls, fails, has_node, install, running_aimock, says
from tests.scenarios.world import diners, running_world

pytestmark = pytest.mark.foreign

ANSWER_S = 20
COFFEE = "Our *Bourbon* ☕ costs RWF 2,500. 🇷🇼 Muryoherwe! 🫘🫘🫘"
# What aimock sends and this client has no use for.
NEWS = {"realtime.opened", "realtime.first_delta", "realtime.answered", "realtime.unknown_event"}

StartAimock = Callable[..., str]


class Client:
    """A RealtimeClient, and what it noted."""

    def __init__(self, endpoint: str, api_key: str, limits: Limits) -> None:
        self.notes: list[str] = []
        self._client = RealtimeClient(
            lambda: Connection(endpoint, "gpt-realtime", api_key),
            lambda event, _: self.notes.append(event),
            limits,
        )
        self.close = self._client.close

    def ask(
        self,
        instructions: str,
        on_delta: Callable[[Delta], None] | None = None,
        items: tuple[Item, ...] = (said_by_diner("Muraho"),),
    ) -> Pending:
        request = Request(instructions, (), items, 600)
        return self._client.ask(request, diner=instructions, timeout_s=ANSWER_S, on_delta=on_delta)


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    if not has_node():
        pytest.skip("aimock needs node and npm")
    install()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartAimock]:
    with ExitStack() as stack:
        yield lambda *fixtures, **more: stack.enter_context(
            running_aimock(tmp_path, fixtures, **more)
        )


@contextmanager
def client_of(endpoint: str, api_key: str = "any", **limits: Any) -> Iterator[Client]:
    with closing(Client(endpoint, api_key, Limits(**limits))) as client:
        yield client


def test_an_answer_comes_in_pieces_and_whole(start: StartAimock) -> None:
    heard: list[Delta] = []
    with client_of(start(says("the waiter", COFFEE))) as client:
        reply = client.ask("You are the waiter.", heard.append).result()
    assert (reply.text, reply.status) == (COFFEE, "completed")
    assert "".join(each.text for each in heard) == COFFEE
    assert len(heard) > 5
    assert set(client.notes) <= NEWS


def test_forty_diners_at_once_get_each_their_own(start: StartAimock) -> None:
    tables = [f"table {number:03}" for number in range(40)]
    with client_of(start(*(says(table, f"For {table}.", latency=2) for table in tables))) as client:
        asked = [client.ask(f"You serve {table}.") for table in tables]
        assert [each.result().text for each in asked] == [f"For {table}." for table in tables]
    assert set(client.notes) <= NEWS
    assert client.notes.count("realtime.opened") <= 4


def test_a_tool_round_is_one_call_and_then_an_answer(start: StartAimock) -> None:
    wish = {"query": "coffee 🫘"}
    endpoint = start(
        calls("the waiter", "lookup_menu", wish, number=0), says("the waiter", COFFEE, number=1)
    )
    with client_of(endpoint) as client:
        (call,) = client.ask("You are the waiter.").result().calls
        assert call == FunctionCall(call.call_id, "lookup_menu", '{"query":"coffee 🫘"}')
        items = (call_made(call), call_answered(call.call_id, "{}"))
        assert client.ask("You are the waiter.", items=items).result().text == COFFEE


def test_a_socket_that_dies_in_the_middle_is_no_end(start: StartAimock) -> None:
    heard: list[Delta] = []
    fixtures = (
        says("the waiter", COFFEE, number=0, truncateAfterChunks=3),
        says("the waiter", COFFEE, number=1),
    )
    with client_of(start(*fixtures)) as client:
        assert client.ask("You are the waiter.", heard.append).result().text == COFFEE
    void = max(place for place, each in enumerate(heard) if each.again)
    assert "".join(each.text for each in heard[void:]) == COFFEE
    assert client.notes.count("realtime.cut") == 1


def test_an_answer_that_was_withdrawn_reaches_nobody(start: StartAimock) -> None:
    heard: list[Delta] = []
    fixtures = says("table 1", "For table 1.", latency=100), says("table 2", "For table 2.")
    with client_of(start(*fixtures), sockets=1) as client:
        client.ask("You serve table 2.").result()  # the socket is open
        first = client.ask("You serve table 1.", heard.append)
        second = client.ask("You serve table 2.")
        assert first.withdraw()
        assert second.result().text == "For table 2."
    assert heard == []
    assert set(client.notes) <= NEWS | {"realtime.withdrawn"}


def test_a_response_that_fails_is_asked_again(start: StartAimock) -> None:
    fixtures = fails("the waiter", "server_error", number=0), says("the waiter", COFFEE, number=1)
    with client_of(start(*fixtures)) as client:
        assert client.ask("You are the waiter.").result().text == COFFEE
    assert client.notes.count("realtime.retried") == 1


def test_an_empty_account_stops_the_asking(start: StartAimock) -> None:
    with client_of(start(fails("the waiter", "insufficient_quota"))) as client:
        assert kind_of(client.ask("You are the waiter.")) == "unavailable"
        assert kind_of(client.ask("You are the waiter.")) == "unavailable"
    assert client.notes.count("realtime.opened") == 1


def test_a_wrong_key_stops_the_asking_and_the_right_one_is_taken(start: StartAimock) -> None:
    endpoint = start(says("the waiter", COFFEE), api_key="the-right-one")
    with client_of(endpoint, "a-wrong-one") as client:
        assert kind_of(client.ask("You are the waiter.")) == "unavailable"
    with client_of(endpoint, "the-right-one") as client:
        assert client.ask("You are the waiter.").result().text == COFFEE


def test_the_whole_service_answers_over_it(start: StartAimock, sqlite_url: str) -> None:
    load_samples(sqlite_url)
    waiter, cfo = "You are the waiter of Inzozi Kitchen", "You are the CFO of Inzozi Kitchen"
    endpoint = start(
        calls(waiter, "lookup_menu", {"query": "coffee"}, number=0),
        says(waiter, COFFEE, number=1),
        says(waiter, "Anything else?", latency=10),
        says(cfo, "VAT is 18%."),
    )
    first, *others = diners(21)
    settings = {
        "OPENAI_REALTIME_ENDPOINT": endpoint,
        "OPENAI_API_KEY": "any",
        "OPENAI_REALTIME_MODEL": "gpt-realtime",
    }
    with running_world(sqlite_url, **settings) as (outside, house):
        outside.write(first, "what coffee do you have?")
        assert outside.reply(first) == COFFEE.replace("RWF ", "RWF\u00a0")  # a price is kept whole
        with ThreadPoolExecutor(10) as pool:
            list(pool.map(lambda diner: outside.write(diner, "and now?"), others))
        assert {outside.reply(diner) for diner in others} == {"Anything else?"}
        outside.write(first, "/cfo")
        outside.write(first, "what is the VAT rate?")
        assert outside.reply(first, 3) == "VAT is 18%."
        assert {len(outside.bodies(diner)) for diner in others} == {1}
        assert "connected" in house.get("/readyz").json()["realtime"]
        assert outside.requests() == []


def kind_of(pending: Pending) -> str:
    with pytest.raises(RealtimeError) as raised:
        pending.result()
    return raised.value.kind
