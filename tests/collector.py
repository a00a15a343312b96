"""A collector of traces: an HTTP server of its own that takes what OTLP sends, and may hang."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.spans import Seen

HOLD_S = 60.0


class Collector:
    """`answers`: the status of each request to come."""

    def __init__(self) -> None:
        self.answers = 200
        self.requests = 0
        self.headers: dict[str, str] = {}
        self.raw = b""  # all that came
        self._spans: list[Seen] = []
        self._lock = Lock()
        self._gate = Event()
        self._gate.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def holds(self) -> Event:
        """What is asked from now on is answered when the test sets this."""
        self._gate = Event()
        return self._gate

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        self.requests += 1
        assert self._gate.wait(HOLD_S), "held for too long"
        if self.answers != 200:
            return self.answers
        assert path == "/v1/traces", path
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        request = ExportTraceServiceRequest()
        request.ParseFromString(body)
        with self._lock:
            self.headers = headers
            self.raw += body
            self._spans.extend(_seen(request))
        return 200

    def all(self) -> list[Seen]:
        with self._lock:
            return list(self._spans)

    def close(self) -> None:
        self._gate.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()
    try:
        yield collector
    finally:
        collector.close()


def _handler(collector: Collector) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = collector.take(self.path, headers, body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            with suppress(OSError):  # who asked has gone meanwhile
                self.end_headers()
                self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def _seen(request: ExportTraceServiceRequest) -> Iterator[Seen]:
    for resource in request.resource_spans:
        process = _attributes(resource.resource.attributes)
        for scope in resource.scope_spans:
            for each in scope.spans:
                yield Seen(
                    each.name,
                    Span.SpanKind.Name(each.kind).removeprefix("SPAN_KIND_"),
                    each.trace_id.hex(),
                    each.span_id.hex(),
                    each.parent_span_id.hex() or None,
                    _attributes(each.attributes),
                    [link.span_id.hex() for link in each.links],
                    each.status.code == Status.STATUS_CODE_ERROR,
                    process=process,
                    took_s=(each.end_time_unix_nano - each.start_time_unix_nano) / 1e9,
                )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: _value(pair) for pair in pairs}


def _value(pair: KeyValue) -> Any:
    value: AnyValue = pair.value
    kind = value.WhichOneof("value")
    assert kind is not None, pair.key
    if kind == "array_value":
        return tuple(each.string_value for each in value.array_value.values)
    return getattr(value, kind)
