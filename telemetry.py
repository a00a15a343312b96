"""What the service tells of itself: log events with dotted names, and metrics. Never words, secrets or phone numbers."""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

VISIBLE_END = 3
# A number's country code: https://www.itu.int/rec/T-REC-E.164. Three digits where it is not one of these.
_COUNTRY_CODE = re.compile(r"\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})")

log = structlog.stdlib.get_logger("tableside")


def configure_logging(level: str, *, as_json: bool) -> None:
    """Log to standard error: a line a person reads, or one JSON object a line."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def masked(address: str) -> str:
    """An address that tells diners apart in a log without being one: `whatsapp:+250***001`."""
    scheme, colon, number = address.partition(":")
    if not (colon and scheme.isalpha()):
        scheme, colon, number = "", "", address
    code = _COUNTRY_CODE.match(number)
    shown = code[0] if code else number[:2]
    if len(number) <= len(shown) + VISIBLE_END:
        return f"{scheme}{colon}***"
    return f"{scheme}{colon}{shown}***{number[-VISIBLE_END:]}"


class Metrics:
    """The numbers of `/metrics`, in Prometheus' text format. Every process has its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = Counter("tableside_messages", "Messages taken in", ["channel", "outcome"], registry=self.registry)
        self.turns = Counter("tableside_turns", "Turns ended", ["state", "persona"], registry=self.registry)
        self.turn_seconds = Histogram("tableside_turn_seconds", "From the claim to the reply", registry=self.registry)
        self.tools = Counter("tableside_tool_calls", "Tools run", ["tool"], registry=self.registry)
        self.sends = Counter("tableside_sends", "Tries to send a part", ["outcome"], registry=self.registry)
        self.realtime_events = Counter(
            "tableside_realtime_events", "What the shared connection went through", ["event", "cause"], registry=self.registry
        )
        self.realtime_seconds = Histogram(
            "tableside_realtime_seconds", "Waiting, first delta, whole response", ["phase"], registry=self.registry
        )
        self.tokens = Counter("tableside_tokens", "Tokens of the model", ["kind"], registry=self.registry)
        self.realtime_now = Gauge(
            "tableside_realtime_now", "Sockets open, responses in flight, waiting", ["what"], registry=self.registry
        )

    def render(self) -> bytes:
        return generate_latest(self.registry)


# One each turn, and counted: a line each would drown the rest.
_UNLOGGED = frozenset({"realtime.first_delta", "realtime.answered", "realtime.failed", "realtime.withdrawn"})
_LEVELS = {"realtime.stopped": "error", "realtime.cut": "warning", "realtime.refused": "warning", "realtime.error": "warning"}


class RealtimeObserver:
    """Turns the shared connection's notes into log events and metrics."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def __call__(self, event: str, fields: Mapping[str, Any]) -> None:
        cause = str(fields.get("cause") or fields.get("code") or fields.get("kind") or "")
        self._metrics.realtime_events.labels(event.removeprefix("realtime."), cause).inc()
        if event == "realtime.first_delta":
            self._metrics.realtime_seconds.labels("first_delta").observe(fields["seconds"])
        elif event == "realtime.answered":
            self._answered(fields)
        if event not in _UNLOGGED:
            getattr(log, _LEVELS.get(event, "info"))(event, **fields)

    def _answered(self, fields: Mapping[str, Any]) -> None:
        self._metrics.realtime_seconds.labels("queue").observe(fields["queue_seconds"])
        self._metrics.realtime_seconds.labels("response").observe(fields["response_seconds"])
        for kind in ("input", "cached", "output"):
            self._metrics.tokens.labels(kind).inc(fields[f"{kind}_tokens"])
