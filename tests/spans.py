"""Spans as a test reads them: kept in memory, as the service's own are that a collector gets."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased, Sampler

from telemetry.otlp import Otlp
from telemetry.tracing import tracing
from tests.engine.clock import soon

# As a proxy passes them on: the second is of a trace that nobody keeps.
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
PASSED_ON = f"00-{TRACE_ID}-00f067aa0ba902b7-01"
UNSAMPLED = f"00-{TRACE_ID}-00f067aa0ba902b7-00"


@dataclass(frozen=True)
class Seen:
    """A span that has ended. Its ids are of a trace, of itself, and of the one that it is of.

    `process`: what its process tells of itself, where a collector got it.
    """

    name: str
    kind: str
    trace: str
    id: str
    parent: str | None
    attributes: dict[str, Any]
    links: list[str]  # ids of the spans
    is_failed: bool
    process: dict[str, Any] = field(default_factory=dict)
    took_s: float = 0.0


class Spans:
    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    def all(self) -> list[Seen]:
        return [_seen(each) for each in self._exporter.get_finished_spans()]

    def named(self, *names: str) -> list[Seen]:
        """One of each of these, as soon as all of them have ended."""
        assert soon(lambda: set(names) <= {each.name for each in self.all()}), self.all()
        found = {each.name: each for each in self.all()}
        return [found[name] for name in names]

    def text(self) -> str:
        """All that they tell."""
        return repr(self.all())


def _seen(span: ReadableSpan) -> Seen:
    place = span.get_span_context()
    assert place is not None
    return Seen(
        span.name,
        span.kind.name,
        f"{place.trace_id:032x}",
        f"{place.span_id:016x}",
        f"{span.parent.span_id:016x}" if span.parent else None,
        dict(span.attributes or {}),
        [f"{each.context.span_id:016x}" for each in span.links],
        not span.status.is_ok,
    )


@contextmanager
def collected(*, takes_words: bool = False, sampler: Sampler | None = None) -> Iterator[Spans]:
    """For as long as the block lasts, traces are on. `sampler`: None: it keeps all of them."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler or ParentBased(ALWAYS_ON), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.start(Otlp(provider, takes_words=takes_words))
    try:
        yield Spans(exporter)
    finally:
        tracing.stop(0)


def trace_ids(spans: Sequence[Seen]) -> set[str]:
    return {each.trace for each in spans}
