"""OpenTelemetry's one door: spans made by its SDK, and sent to a collector over OTLP.

Imported where OTEL_EXPORTER_OTLP_ENDPOINT is set. The SDK reads its other variables by itself
(https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
"""

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from threading import Thread
from uuid import uuid4

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_INSTANCE_ID, SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from telemetry.logs import log
from telemetry.tracing import Kind, Open, Span, Traced, Value

_KINDS = {
    Kind.INTERNAL: trace.SpanKind.INTERNAL,
    Kind.SERVER: trace.SpanKind.SERVER,
    Kind.CLIENT: trace.SpanKind.CLIENT,
}
_W3C = TraceContextTextMapPropagator()
_NOWHERE = Context()
PROTOCOL = "http/protobuf"
SAID_EVERY_S = 60.0
# Where nobody chose. To encode the SDK's own 512 spans at once would hold up a process's diners for
# 20 to 50 ms, these for 5.
OURS = {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "128"}
# What a stop waits for the last spans, if there is time left, and if there is none.
FLUSH_S, LEAST_FLUSH_S = 5.0, 1.0


class Otlp:
    """`takes_words`: whether spans may hold what was said."""

    def __init__(self, provider: TracerProvider, *, takes_words: bool) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("tableside")
        self._takes_words = takes_words

    def begin(
        self,
        operation: str,
        subject: str,
        kind: Kind,
        parent: str | None,
        others: Iterable[Traced],
        began_at: int | None,
    ) -> Span:
        links = {each.traceparent for each in others} - {parent, None}
        span = self._tracer.start_span(
            _name(operation, subject),
            _context_of(parent),
            _KINDS[kind],
            links=[trace.Link(_place_of(each)) for each in sorted(filter(None, links))],
            start_time=began_at,
        )
        return Recorded(self._tracer, span, takes_words=self._takes_words)

    def stop(self, left_s: float) -> None:
        # The SDK itself would wait for as long as a collector hangs.
        last = Thread(target=self._provider.shutdown, name="tracing-stop", daemon=True)
        last.start()
        last.join(min(FLUSH_S, max(left_s, LEAST_FLUSH_S)))


class Recorded(Open):
    """A span of the SDK's; one that its sampler left out is no less of its trace."""

    __slots__ = ("_is_recorded", "_span", "_takes_words", "_tracer")

    def __init__(self, tracer: trace.Tracer, span: trace.Span, *, takes_words: bool) -> None:
        self._tracer = tracer
        self._span = span
        self._is_recorded = span.is_recording()
        self._takes_words = takes_words

    @property
    def is_recorded(self) -> bool:
        return self._is_recorded

    @property
    def takes_words(self) -> bool:
        return self._takes_words and self._is_recorded

    @property
    def traceparent(self) -> str:
        place = self._span.get_span_context()
        return f"00-{place.trace_id:032x}-{place.span_id:016x}-{place.trace_flags:02x}"

    @property
    def trace_id(self) -> str:
        return f"{self._span.get_span_context().trace_id:032x}"

    def child(self, operation: str, subject: str = "", kind: Kind = Kind.INTERNAL) -> Span:
        context = trace.set_span_in_context(self._span, _NOWHERE)
        span = self._tracer.start_span(_name(operation, subject), context, _KINDS[kind])
        return Recorded(self._tracer, span, takes_words=self._takes_words)

    def note(self, name: str, value: Value | None) -> None:
        if value is not None:
            self._span.set_attribute(name, value)

    def rename(self, operation: str, subject: str = "") -> None:
        self._span.update_name(_name(operation, subject))

    def link(self, traceparent: str | None) -> None:
        if traceparent is not None:
            self._span.add_link(_place_of(traceparent))

    def fail(self, error_type: str) -> None:
        self._span.set_attribute("error.type", error_type)
        self._span.set_status(trace.StatusCode.ERROR)

    def end(self) -> None:
        self._span.end()


def opened(endpoint: str, environment: Mapping[str, str], *, takes_words: bool) -> Otlp | None:
    """To be called in the process whose spans it sends: it begins a thread.

    `environment`: what the SDK is to find there, besides what it finds. None where it can't make
    anything of it: diners are answered all the same.
    """
    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
    for name, value in {**OURS, **environment}.items():
        os.environ.setdefault(name, value)
    ours = logging.getLogger("opentelemetry")
    ours.handlers[:] = [Murmur()]
    ours.propagate = False
    try:
        _check_protocol()
        provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    except (ValueError, RuntimeError) as error:
        log.error("tracing.not_started", why=str(error), change="the variables OTEL_...")
        return None
    return Otlp(provider, takes_words=takes_words)


def _check_protocol() -> None:
    """Raises ValueError: the exporter speaks one alone, and would pass over another."""
    for name in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if os.environ.get(name, "").strip() not in ("", PROTOCOL):
            raise ValueError(f"{name}: {PROTOCOL} alone is spoken here")


class Murmur(logging.Handler):
    """What the SDK has to say: each thing once a minute at most, however long it lasts.

    Without its words: they quote headers, which are secrets.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.WARNING)
        self._monotonic = monotonic
        self._said: dict[str, float] = {}
        self._unsaid: dict[str, int] = {}

    def emit(self, record: logging.LogRecord) -> None:
        what, now = str(record.msg), self._monotonic()
        if now - self._said.get(what, -SAID_EVERY_S) < SAID_EVERY_S:
            self._unsaid[what] = self._unsaid.get(what, 0) + 1
            return
        self._said[what] = now
        told = [_shown(each) for each in record.args] if isinstance(record.args, tuple) else []
        unsaid = self._unsaid.pop(what, 0)
        log.warning("tracing.trouble", what=what, of=told, since_then=unsaid)


def _shown(argument: object) -> int | str:
    return argument if isinstance(argument, int) else type(argument).__name__


def _resource() -> Resource:
    """Of the environment, and what tells this process from others."""
    named = Resource.create({SERVICE_INSTANCE_ID: str(uuid4())})
    if str(named.attributes[SERVICE_NAME]).startswith("unknown_service"):
        return named.merge(Resource({SERVICE_NAME: "tableside"}))
    return named


def _name(operation: str, subject: str) -> str:
    return f"{operation} {subject}" if subject else operation


def _context_of(traceparent: str | None) -> Context:
    """Nowhere for one that is none."""
    if traceparent is None:
        return _NOWHERE
    return _W3C.extract({"traceparent": traceparent}, _NOWHERE)


def _place_of(traceparent: str) -> trace.SpanContext:
    return trace.get_current_span(_context_of(traceparent)).get_span_context()
