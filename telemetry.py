"""What the service tells of itself: log events with dotted names, and metrics.

Never words, secrets or phone numbers.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

VISIBLE_END = 3
# A number's country code: https://www.itu.int/rec/T-REC-E.164. Three digits where it is not one of
# these.
_COUNTRY_CODE = re.compile(
    r"\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})"
)

# What our own lines are named by, and where their level is looked up.
_tableside = logging.getLogger("tableside")
_LEVEL_OF = {name.lower(): level for name, level in logging.getLevelNamesMapping().items()}

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def configure_logging(level: str, *, as_json: bool) -> None:
    """Log to standard error: a line a person reads, or one JSON object a line.

    Our own lines go there straight, at a quarter of what the standard library's way costs; what
    libraries log looks the same.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer = _json_line if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[_enabled, *shared, renderer],
        logger_factory=_StandardError,
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared)
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _enabled(
    _logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Asked for each line, since a command raises the level while it talks."""
    if not _tableside.isEnabledFor(_LEVEL_OF[method]):
        raise structlog.DropEvent
    return event


class _StandardError:
    """Where our own lines end.

    Like the standard library's handlers, it never raises: a full disk must not end a turn.
    """

    name = _tableside.name

    def write(self, line: str) -> None:
        with suppress(OSError, ValueError):  # ValueError: it is closed
            sys.stderr.write(line + "\n")

    debug = info = warning = error = critical = write


def _json_line(_logger: object, _method: str, event: structlog.typing.EventDict) -> str:
    """Always a line, of ASCII alone: a log whose encoding nobody knows can be read too."""
    try:
        line = orjson.dumps(event, default=_shown)
        if line.isascii():
            return line.decode()
    except TypeError:
        pass  # half a character, a number of more than 64 bits, a key that is no text
    try:
        return json.dumps(event, default=_shown)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(
            {
                _shown(key): value if isinstance(value, str) else _shown(value)
                for key, value in event.items()
            }
        )


def _shown(value: object) -> str:
    try:
        return value if isinstance(value, str) else repr(value)
    except Exception:  # noqa: BLE001 (whatever it is, the line must come)
        return f"<{type(value).__name__}>"


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
        self.messages = Counter(
            "tableside_messages",
            "Messages taken in",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.turns = Counter(
            "tableside_turns", "Turns ended", ["state", "persona"], registry=self.registry
        )
        self.turn_seconds = Histogram(
            "tableside_turn_seconds", "From the claim to the reply", registry=self.registry
        )
        self.tools = Counter("tableside_tool_calls", "Tools run", ["tool"], registry=self.registry)
        self.sends = Counter(
            "tableside_sends", "Tries to send a part", ["outcome"], registry=self.registry
        )
        self.realtime_events = Counter(
            "tableside_realtime_events",
            "What the shared connection went through",
            ["event", "cause"],
            registry=self.registry,
        )
        self.realtime_seconds = Histogram(
            "tableside_realtime_seconds",
            "Waiting, first delta, whole response",
            ["phase"],
            registry=self.registry,
        )
        self.tokens = Counter(
            "tableside_tokens", "Tokens of the model", ["kind"], registry=self.registry
        )
        self.realtime_now = Gauge(
            "tableside_realtime_now",
            "Sockets open, responses in flight, waiting",
            ["what"],
            registry=self.registry,
        )

    def render(self) -> bytes:
        return generate_latest(self.registry)


# One each turn, and counted: a line each would drown the rest.
_UNLOGGED = frozenset(
    {"realtime.first_delta", "realtime.answered", "realtime.failed", "realtime.withdrawn"}
)
_LEVELS = {
    "realtime.stopped": "error",
    "realtime.cut": "warning",
    "realtime.refused": "warning",
    "realtime.error": "warning",
}


class RealtimeObserver:
    """Turns the shared connection's notes into log events and metrics."""

    def __init__(self, metrics: Metrics) -> None:
        # Kept, since looking one up costs more than counting.
        self._events = cache(metrics.realtime_events.labels)
        self._seconds = cache(metrics.realtime_seconds.labels)
        self._tokens = cache(metrics.tokens.labels)

    def __call__(self, event: str, fields: Mapping[str, Any]) -> None:
        cause = str(fields.get("cause") or fields.get("code") or fields.get("kind") or "")
        self._events(event.removeprefix("realtime."), cause).inc()
        if event == "realtime.first_delta":
            self._seconds("first_delta").observe(fields["seconds"])
        elif event == "realtime.answered":
            self._answered(fields)
        if event not in _UNLOGGED:
            getattr(log, _LEVELS.get(event, "info"))(event, **fields)

    def _answered(self, fields: Mapping[str, Any]) -> None:
        self._seconds("queue").observe(fields["queue_seconds"])
        self._seconds("response").observe(fields["response_seconds"])
        for kind in ("input", "cached", "output"):
            self._tokens(kind).inc(fields[f"{kind}_tokens"])
