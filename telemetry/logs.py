"""Log events with dotted names and fields: what there is, and where a line ends."""

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

import orjson
import structlog

from telemetry.net import netting, told
from telemetry.ration import Ration
from telemetry.tracing import tracing
from telemetry.uncaught import tell_uncaught

# What our own lines are named by, and where their level is looked up.
_tableside = logging.getLogger("tableside")
_LEVEL_OF = {name.lower(): level for name, level in logging.getLevelNamesMapping().items()}

# What libraries would tell of each request to others: its address, its headers, its form.
TALKATIVE = ("alembic", "requests", "twilio", "urllib3", "websocket")
_about: ContextVar[Mapping[str, object]] = ContextVar("about", default=MappingProxyType({}))

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def log_defect(event: str, error: BaseException, **fields: object) -> None:
    """Log a fault of ours by its class and where it happened, for whoever mends it.

    Never by its message: a driver's, for one, quotes the row with a diner's words.
    """
    log.error(event, error=type(error).__name__, exc_info=error, **fields)


def log_rationed(
    event: str, ration: Ration, apart: str = "", /, *, is_news: bool = False, **fields: object
) -> None:
    """Log what strangers cause, so many times a minute; `left_out` says how many were not.

    `apart`: what has a ration of its own, by a name of ours. `is_news`: at INFO, nobody need act.
    """
    left_out = ration.left_out(f"{event} {apart}")
    if left_out:
        fields["left_out"] = left_out
    if left_out is not None:
        (log.info if is_news else log.warning)(event, **fields)


def configure_logging(level: str, *, as_json: bool, secrets: Iterable[str] = ()) -> None:
    """Log to standard error: a line a person reads, or one JSON object a line.

    Our own lines go there straight, at a quarter of what the standard library's way costs; what
    libraries log looks the same, and so does what nobody caught. In each line, `secrets`, numbers
    and the like are masked.
    """
    shared: list[structlog.typing.Processor] = [
        _of_the_work,
        _of_a_trace,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_exception),
    ]
    rendered = _json_line if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    net = netting(secrets)

    def renderer(logger: Any, method: str, event: structlog.typing.EventDict) -> str:
        return net(str(rendered(logger, method, event)))

    structlog.configure(
        processors=[_enabled, *shared, renderer],
        logger_factory=_StandardError,
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared)
    handler.setFormatter(formatter)
    if logging.lastResort:  # for a logger that has no handler, nor a parent's
        logging.lastResort.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    tell_uncaught(_crashed, _warned)


@contextmanager
def about(**fields: object) -> Iterator[None]:
    """All lines of this thread have these fields too, until the block ends."""
    before = _about.set({**_about.get(), **fields})
    try:
        yield
    finally:
        _about.reset(before)


def work_of_this_thread() -> Mapping[str, object]:
    """What stands in its lines, for those of others that are about the same work."""
    work = _about.get()
    trace_id = tracing.trace_id() if work else None
    return work if trace_id is None else {**work, "trace_id": trace_id}


def _of_the_work(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {**work, **event} if (work := _about.get()) else event


def _exception(exc_info: structlog.typing.ExcInfo) -> str:
    return told(exc_info[1])


def _crashed(error: BaseException, **fields: object) -> None:
    log_defect("crashed", error, **fields)


def _warned(category: type[Warning], where: str) -> None:
    log.warning("warned", warning=category.__name__, where=where)


def _enabled(
    _logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Asked for each line, since a command raises the level while it talks."""
    if not _tableside.isEnabledFor(_LEVEL_OF[method]):
        raise structlog.DropEvent
    return event


def _of_a_trace(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if (trace_id := tracing.trace_id()) is not None:
        event.setdefault("trace_id", trace_id)
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
        return json.dumps({_shown(key): _shown(value) for key, value in event.items()})


def _shown(value: object) -> str:
    try:
        return value if isinstance(value, str) else repr(value)
    except Exception:  # noqa: BLE001 (whatever it is, the line must come)
        return f"<{type(value).__name__}>"
