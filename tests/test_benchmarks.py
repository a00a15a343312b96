"""What the benchmarks measure with: true stand-ins, and arithmetic that is right."""

import asyncio
import json
import math
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import pytest
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter
from twilio.request_validator import RequestValidator
from websockets.asyncio.client import connect

from models.bubbles import Bubble
from tests.benchmarks import aged
from tests.benchmarks.contenders import DINERS, twilio_form
from tests.benchmarks.crowd import Crowd, lost, twice
from tests.benchmarks.figures import medians, number, percentile, ratio, table
from tests.benchmarks.model import DELTAS, MODEL, Asked, Model, Socket
from tests.benchmarks.rest import Rest, digits
from tests.benchmarks.wire import Answered, HttpConnection, Webhooks
from tests.scenarios.promise import UNFINISHED, rows
from tests.scenarios.world import ACCOUNT_SID, AUTH_TOKEN, KIGALI
from whatsapp.outbound import TwilioDoor

ALICE, BOB = DINERS[:2]
WORD = "w00000007"
SERVER_EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)
APART = {
    "conversation": "none",
    "metadata": {"turn": "1"},
    "input": [
        {
            "type": "message",
            "role": "user",
            "content": [{"type": "input_text", "text": f"What goes with {WORD}?"}],
        }
    ],
}


@pytest.mark.parametrize("is_apart", [True, False], ids=["out of band", "in the conversation"])
def test_the_model_speaks_openais_events(is_apart: bool) -> None:
    item = {"type": "conversation.item.create", "item": APART["input"][0]}  # type: ignore[index]
    ended: list[Asked] = []
    asked = [item, {"type": "response.create"}]
    if is_apart:
        asked = [{"type": "response.create", "response": APART}]
    events = asyncio.run(_played(Model(ended.append), asked))
    for event in events:
        SERVER_EVENT.validate_python(event)
    kinds = [event["type"] for event in events]
    assert kinds.count("response.output_text.delta") == DELTAS
    assert ("conversation.item.done" in kinds) is not is_apart
    said = "".join(
        event["delta"] for event in events if event["type"] == "response.output_text.delta"
    )
    response = events[-1]["response"]
    assert said == response["output"][0]["content"][0]["text"]
    assert WORD in said
    assert response["metadata"] == (APART["metadata"] if is_apart else None)
    assert [each.word for each in ended] == [WORD]


def test_a_response_takes_the_models_time() -> None:
    ended: list[Asked] = []
    asyncio.run(_played(Model(ended.append), [{"type": "response.create", "response": APART}]))
    assert 0.05 <= ended[0].ended_at - ended[0].at < 0.5


def test_a_webhook_carries_twilios_signature() -> None:
    url = "http://127.0.0.1:9"
    head, _, body = twilio_form(url)(ALICE, "Muraho", 1).partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    form = dict(parse_qsl(body.decode()))
    assert RequestValidator(AUTH_TOKEN).validate(
        f"{url}/whatsapp", form, headers["X-Twilio-Signature"]
    )
    assert (form["From"], form["Body"], int(headers["Content-Length"])) == (
        ALICE,
        "Muraho",
        len(body),
    )


def test_our_door_to_twilio_meets_what_it_knows() -> None:
    heard: list[tuple[str, str]] = []
    rest = Rest(ACCOUNT_SID, lambda to, text: heard.append((to, text)))

    def call(door: TwilioDoor) -> None:
        sid = door.send(
            to=ALICE,
            from_=KIGALI,
            bubble=Bubble("Muraho"),
            status_callback="http://127.0.0.1:9/status",
        )
        find = partial(door.find_sent, from_=KIGALI, bubble=Bubble("Muraho"))
        assert find(to=ALICE, age=timedelta(minutes=1)) == [sid]
        assert find(to=BOB, age=timedelta(minutes=1)) == []
        door.show_typing(sid)

    asyncio.run(_called(rest, call))
    assert heard == [(digits(ALICE), "Muraho")]
    assert rest.typing == 1


def test_the_crowd_counts_what_is_lost_repeated_and_mixed_up() -> None:
    asyncio.run(_wrote())


async def _wrote() -> None:
    crowd = Crowd(DINERS, lambda diner, text, number: b"", _Acknowledging(0))
    lost_one, twice_one, for_another = (crowd.write(diner) for diner in DINERS[:3])
    for _ in range(2):
        crowd.on_reply(digits(twice_one.diner), f"For {twice_one.word} I would take the goat.")
    crowd.on_reply(digits(ALICE), f"For {for_another.word} I would take the goat.")
    crowd.on_ended(Asked(twice_one.word, 1.0, 1.5))
    written = crowd.written.values()
    assert (lost(written), twice(written), crowd.mixed_up) == (1, 1, 1)
    assert crowd.unanswered() == [lost_one]
    assert math.isclose(twice_one.added_s, twice_one.answered_at - twice_one.sent_at - 0.5)


def test_a_years_database_has_nothing_left_to_do(database_url: str) -> None:
    aged.fill(database_url, DINERS[:10], rows=300)
    counts = rows(
        database_url,
        "SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM turns),"
        " (SELECT count(*) FROM outbox)",
    )
    assert tuple(counts[0]) == (100, 100, 100)
    assert rows(database_url, UNFINISHED)[0][0] == 0


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(each) for each in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.5, 0.99, 1.0)] == [50, 99, 100]
    assert percentile([3.0], 0.5) == 3
    assert math.isnan(percentile([], 0.5))


def test_a_median_is_of_the_runs_that_have_the_figure() -> None:
    assert medians([{"a": 1.0}, {"a": 9.0, "b": 4.0}, {"a": 2.0}]) == {"a": 2.0, "b": 4.0}


def test_a_table_lines_up_and_says_what_is_missing() -> None:
    lines = table(["", "p50"], [["floor", number(1234.5)], ["ours", number(None)]]).splitlines()
    assert lines == ["         p50", "-----  -----", "floor  1,234", "ours       –"]
    assert (number(12.345), number(1.234), ratio(1.5, 2.0), ratio(1.0, None)) == (
        "12.3",
        "1.23",
        "0.75",
        "–",
    )


class _Acknowledging(Webhooks):
    def post(self, request: bytes, answered: Answered) -> None:
        answered(204)


async def _played(model: Model, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    model.model_s = 0.05
    server = await asyncio.get_running_loop().create_server(lambda: Socket(model), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, connect(f"ws://127.0.0.1:{port}/v1/realtime?model={MODEL}") as client:
        for event in asked:
            await client.send(json.dumps(event))
        events: list[dict[str, Any]] = []
        while not events or events[-1]["type"] != "response.done":
            events.append(json.loads(await client.recv()))
    return events


async def _called(rest: Rest, call: Callable[[TwilioDoor], None]) -> None:
    server = await asyncio.get_running_loop().create_server(
        lambda: HttpConnection(rest.answer), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    async with server:
        with closing(TwilioDoor(ACCOUNT_SID, AUTH_TOKEN, f"http://127.0.0.1:{port}")) as door:
            await asyncio.to_thread(call, door)
