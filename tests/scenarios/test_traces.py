"""One message's trace, as a collector gets it of two processes: one takes in, the other answers."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.collector import Collector, collecting
from tests.conftest import SEEDED
from tests.postgres import Cluster
from tests.scenarios.world import ROOT, House, Outside, end, procfile, running_world, until
from tests.spans import PASSED_ON, TRACE_ID, Seen

ALICE, WRITES = "whatsapp:+250788000771", "How much is the goat brochette?"
BOB = "whatsapp:+250788000772"
STOPS_WITHIN_S = 15.0


@dataclass
class World:
    outside: Outside
    web: House
    worker: "subprocess.Popen[bytes]"
    collector: Collector
    log: Path

    def lines(self, event: str) -> list[dict[str, Any]]:
        """What both processes have logged of it."""
        lines = self.log.read_text().splitlines()
        told = [json.loads(line) for line in lines if line.startswith("{")]
        return [each for each in told if each["event"] == event]

    def spans_of(self, trace: str, *names: str) -> dict[str, Seen]:
        """Of each of these the last one, as soon as all of them have come."""

        def found() -> dict[str, Seen] | None:
            spans = {each.name: each for each in self.collector.all() if each.trace == trace}
            return spans if set(names) <= spans.keys() else None

        return dict(until(found))


@pytest.fixture(scope="module")
def traced(
    seeded_postgres: Cluster,
    database_names: Iterator[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Web and worker, which log as in production, and a collector for both."""
    name = next(database_names)
    url = seeded_postgres.create_database(name, template=SEEDED)
    log = tmp_path_factory.mktemp("traces") / "log"
    with (
        collecting() as collector,
        running_world(
            url,
            command=f"{procfile()['web']} 2>>{log}",
            WEB_RUNS_TURNS="false",
            LOG_LEVEL="DEBUG",
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
            OTEL_EXPORTER_OTLP_HEADERS="x-key=s3cret",
            OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=trial",
            OTEL_BSP_SCHEDULE_DELAY="50",
        ) as (outside, web),
    ):
        worker = subprocess.Popen(
            f"{procfile()['worker']} 2>>{log}",
            shell=True,
            cwd=ROOT,
            env=web.environment,
        )
        try:
            yield World(outside, web, worker, collector, log)
        finally:
            end(worker)
    seeded_postgres.drop_database(name)


def test_a_collector_gets_one_message_as_one_trace_of_two_processes(traced: World) -> None:
    traced.outside.write(ALICE, WRITES)
    answer = traced.outside.reply(ALICE)
    (received,) = until(lambda: traced.lines("message.received"))
    trace = received["trace_id"]
    way = traced.spans_of(
        trace,
        "POST /whatsapp",
        "invoke_agent waiter",
        "realtime_inference gpt-realtime-2.1-mini",
        "execute_tool lookup_menu",
        "send whatsapp",
        "status delivered",
    )
    webhook, turn, status = (
        way[name] for name in ("POST /whatsapp", "invoke_agent waiter", "status delivered")
    )
    model, tool, send = (
        way[name]
        for name in (
            "realtime_inference gpt-realtime-2.1-mini",
            "execute_tool lookup_menu",
            "send whatsapp",
        )
    )
    assert (webhook.parent, turn.parent) == (None, webhook.id)
    assert {each.parent for each in (model, tool, send, status)} == {turn.id}
    (reply,) = traced.outside.replies(ALICE)
    assert {each.attributes["messaging.message.id"] for each in (send, status)} == {reply["sid"]}
    _is_of_two_processes([webhook, status], [turn, model, tool, send])
    _is_as_the_conventions_have_it(model)
    (ended,) = until(lambda: traced.lines("turn.ended"))
    assert ended["trace_id"] == trace
    assert traced.collector.headers["x-key"] == "s3cret"
    for words in (WRITES, answer, "goat", ALICE.removeprefix("whatsapp:+"), "s3cret"):
        assert words.encode() not in traced.collector.raw


def _is_of_two_processes(web: list[Seen], worker: list[Seen]) -> None:
    one, other = ({each.process["service.instance.id"] for each in of} for of in (web, worker))
    assert (len(one), len(other), len(one | other)) == (1, 1, 2)
    for each in (*web, *worker):
        assert each.process["service.name"] == "tableside"
        assert each.process["deployment.environment.name"] == "trial"


def _is_as_the_conventions_have_it(model: Seen) -> None:
    told = model.attributes
    assert model.kind == "CLIENT"
    assert told["gen_ai.operation.name"] == "realtime_inference"
    assert told["gen_ai.provider.name"] == "openai"
    assert told["gen_ai.request.model"] == "gpt-realtime-2.1-mini"
    assert told["gen_ai.response.id"].startswith("resp_")
    assert told["gen_ai.response.finish_reasons"] == ("completed",)
    assert told["gen_ai.usage.input_tokens"] > 0
    assert told["gen_ai.usage.output_tokens"] > 0
    assert told["server.address"] == "127.0.0.1"


def test_what_is_said_over_http_goes_on_with_its_callers_trace(traced: World) -> None:
    said = traced.web.post("/ai/say", {"text": "Hello"}, headers={"traceparent": PASSED_ON})
    assert said.ok
    way = traced.spans_of(TRACE_ID, "POST /ai/say", "invoke_agent waiter")
    assert way["POST /ai/say"].parent == PASSED_ON.split("-")[2]
    assert way["invoke_agent waiter"].parent == way["POST /ai/say"].id
    assert way["POST /ai/say"].attributes["http.response.status_code"] == 200


def test_a_collector_that_hangs_costs_diners_nothing_and_no_stop(traced: World) -> None:
    gate = traced.collector.holds()
    asked = traced.collector.requests
    traced.outside.write(BOB, "say exactly: here")
    until(lambda: traced.collector.requests > asked)  # and hangs
    traced.outside.write(BOB, "say exactly: and here")
    assert traced.outside.reply(BOB, 2) == "and here"
    began = time.monotonic()
    traced.worker.send_signal(signal.SIGTERM)
    assert traced.web.stop() == 0
    assert traced.worker.wait(STOPS_WITHIN_S) == 0
    assert time.monotonic() - began < STOPS_WITHIN_S
    gate.set()
    assert len(traced.lines("tracing.trouble")) <= 4
