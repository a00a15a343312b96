"""Traces on their way out: to a collector that is there, that is away, that hangs, that refuses."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from telemetry.otlp import Murmur, opened
from telemetry.tracing import OFF, tracing
from tests.collector import Collector, collecting
from tests.ports import free_port
from tests.test_settings import KEYS

ROOT = Path(__file__).parents[1]
SITE_PACKAGES = Path(structlog.__file__).parents[1]
STOPS_WITHIN_S = 5.0
SAMPLED = 1  # the bit of a traceparent's last field that says so
SMALL = {"OTEL_BSP_MAX_QUEUE_SIZE": "10", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "5"}


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """What OpenTelemetry reads, as it was."""
    before = dict(os.environ)
    yield
    tracing.stop(0)
    # What still ends closes its connection, before another test finds it open.
    for thread in threading.enumerate():
        if thread.name == "tracing-stop":
            thread.join(2)
    os.environ.clear()
    os.environ.update(before)
    # A thread that hangs may have something to say yet.
    logging.getLogger("opentelemetry").handlers[:] = [logging.NullHandler()]


def trace_to(url: str, **variables: str) -> None:
    tracing.start(opened(url, variables, takes_words=False))


def test_a_stop_sends_what_is_left(collector: Collector) -> None:
    trace_to(collector.url)
    with tracing.begin("turn"):
        pass
    tracing.stop(10)
    (span,) = collector.all()
    assert (span.name, span.process["service.name"]) == ("turn", "tableside")


def test_what_the_env_file_has_for_the_sdk_is_heeded(collector: Collector) -> None:
    trace_to(
        collector.url,
        OTEL_SERVICE_NAME="inzozi",
        OTEL_EXPORTER_OTLP_HEADERS="authorization=Basic%20abc",
        OTEL_EXPORTER_OTLP_COMPRESSION="gzip",
    )
    with tracing.begin("turn"):
        pass
    tracing.stop(10)
    assert collector.all()[0].process["service.name"] == "inzozi"
    assert collector.headers["authorization"] == "Basic abc"


def test_a_sampler_of_the_environment_is_heeded(collector: Collector) -> None:
    trace_to(collector.url, OTEL_TRACES_SAMPLER="always_off")
    with tracing.begin("turn") as span:
        assert not span.is_recorded
        assert span.traceparent is not None
        assert int(span.traceparent[-2:], 16) & SAMPLED == 0
    tracing.stop(10)
    assert collector.all() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_BSP_MAX_QUEUE_SIZE", "1"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
    ],
)
def test_what_the_sdk_can_make_nothing_of_leaves_the_service_untraced(
    collector: Collector, name: str, value: str
) -> None:
    with capture_logs() as lines:
        trace_to(collector.url, **{name: value})
    assert [each["event"] for each in lines] == ["tracing.not_started"]
    assert tracing.begin("turn") is OFF


def test_spans_nest_and_end_with_their_block(collector: Collector) -> None:
    trace_to(collector.url)
    with tracing.begin("turn") as turn:
        with tracing.span("execute_tool", "lookup_menu") as tool:
            assert tracing.current() is tool
        assert tracing.current() is turn
    assert tracing.current() is OFF
    tracing.stop(10)
    child, parent = collector.all()
    assert (child.name, child.parent) == ("execute_tool lookup_menu", parent.id)


def test_what_breaks_a_span_off_is_told_by_its_class_alone(collector: Collector) -> None:
    trace_to(collector.url)
    with pytest.raises(LookupError), tracing.begin("turn"):
        raise LookupError("Alice's words")
    tracing.stop(10)
    (span,) = collector.all()
    assert (span.is_failed, span.attributes["error.type"]) == (True, "LookupError")
    assert b"Alice" not in collector.raw


@pytest.mark.parametrize("kind", ["away", "hangs", "refuses"])
def test_a_collector_that_is_no_help_holds_up_neither_spans_nor_a_stop(
    collector: Collector, kind: str
) -> None:
    url = f"http://127.0.0.1:{free_port()}" if kind == "away" else collector.url
    if kind == "hangs":
        collector.holds()
    if kind == "refuses":
        collector.answers = 503
    with capture_logs() as lines:
        trace_to(url, OTEL_BSP_SCHEDULE_DELAY="1", **SMALL)
        began = time.monotonic()
        for _ in range(500):
            with tracing.begin("turn"):
                pass
        took_s = time.monotonic() - began
        tracing.stop(0)
    assert took_s < 1.0
    assert time.monotonic() - began < STOPS_WITHIN_S
    assert [each["event"] for each in lines].count("tracing.trouble") < 5


def test_the_sdks_own_log_is_a_line_now_and_then_without_its_words() -> None:
    now = 0.0
    murmur = Murmur(lambda: now)
    logger = logging.getLogger("opentelemetry.trial")
    logger.addHandler(murmur)
    logger.propagate = False

    def say() -> str:
        with capture_logs() as lines:
            logger.error("Header %s, code %s", "authorization=s3cret", 401)
        return "".join(map(str, lines))

    try:
        first = say()
        assert "tracing.trouble" in first
        assert "401" in first
        assert "s3cret" not in first
        assert say() == say() == ""
        now = 60.0
        assert "'since_then': 2" in say()
    finally:
        logger.removeHandler(murmur)


def test_without_the_extra_the_start_ends_with_the_line_that_installs_it(tmp_path: Path) -> None:
    for each in SITE_PACKAGES.iterdir():
        if not each.name.startswith("opentelemetry"):
            (tmp_path / each.name).symlink_to(each)
    done = subprocess.run(
        [sys.executable, "-S", "-m", "handlers.startup"],
        cwd=ROOT,
        env=KEYS
        | {
            "PYTHONPATH": str(tmp_path),
            "DOTENV": os.devnull,
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "OTEL_EXPORTER_OTLP_ENDPOINT: " in done.stderr
    assert "pip install -r requirements-tracing.txt" in done.stderr
