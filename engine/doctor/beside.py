"""What stands beside the service, and what it does without where that is away: Redis, traces."""

import socket
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from engine.doctor.finding import Finding, ok, warn

WAIT_S = 3.0
PORTS = {"https": 443, "http": 80}


def counts(answers: Callable[[], bool]) -> Iterator[Finding]:
    """`answers`: whether Redis at REDIS_URL does."""
    if answers():
        yield ok("redis", "Redis answers: all processes count calls there together.")
    else:
        yield warn(
            "redis",
            "Redis at REDIS_URL does not answer: each process counts calls by itself.",
            "See that it runs and that its address and password are right, or unset REDIS_URL.",
        )


def collector(endpoint: str) -> Iterator[Finding]:
    """`endpoint`: OTEL_EXPORTER_OTLP_ENDPOINT."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    try:
        port = parts.port or PORTS.get(parts.scheme, 4318)
        socket.create_connection((host, port), WAIT_S).close()
    except (OSError, ValueError) as error:
        yield warn(
            "traces",
            f"Nothing answers at {host}, where traces go ({type(error).__name__}).",
            "See that the collector runs, or unset OTEL_EXPORTER_OTLP_ENDPOINT.",
        )
    else:
        yield ok("traces", f"A collector of traces answers at {host}.")
