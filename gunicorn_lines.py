"""gunicorn's own lines in the form of the service's: one JSON object a line, or words for a person.

Nothing of a request stands in them but its method and its path. It imports nothing of the service
but the net of its log and its ration: gunicorn's master has it, and stays small.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from gunicorn.glogging import Logger

from telemetry.net import netting, told
from telemetry.ration import Ration

_QUOTED = re.compile(r":? ?b?['\"].*", re.DOTALL)
_QUOTING = ("Invalid request", "Ignored premature client disconnection", "Closing connection")
_TRACE = "Exception during worker exit:"
_CAUSE = re.compile("[A-Za-z ]*")  # of a line, what comes before anything of a request


def without_quotes(message: str) -> str:
    """gunicorn quotes what it could not read of a request, and an error with all its words."""
    if message.startswith(_QUOTING):
        return _QUOTED.sub("", message)
    if message.startswith("Error handling request"):
        return message.partition("?")[0]
    if message.startswith(_TRACE):
        return f"{_TRACE}\n{told(sys.exc_info()[1])}"
    return message


class Lines(logging.Formatter):
    """As gunicorn has them for a terminal. `secrets`: the settings', which a path may hold."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(Logger.error_fmt, Logger.datefmt)
        self._net = netting(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return self._net(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        record.message = without_quotes(record.message)
        if left_out := getattr(record, "left_out", 0):
            record.message += f" ({left_out} like it were left out)"
        return super().formatMessage(record)

    def formatException(  # noqa: N802 (logging's name)
        self, ei: Any
    ) -> str:
        return told(ei[1])


class JsonLines(Lines):
    """As telemetry/logs.py renders an event."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, str | int] = {
            "event": without_quotes(record.getMessage()),
            "level": record.levelname.lower(),
            "logger": record.name,
            "timestamp": moment.isoformat().replace("+00:00", "Z"),
        }
        if left_out := getattr(record, "left_out", 0):
            line["left_out"] = left_out
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return self._net(json.dumps(line))


class Rationed(logging.Filter):
    """Of what strangers send, so many lines a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._ration = Ration()

    def filter(self, record: logging.LogRecord) -> bool:
        cause = _CAUSE.match(str(record.msg))
        left_out = self._ration.left_out(cause[0] if cause else "")
        if left_out:
            record.left_out = left_out
        return left_out is not None


class PlainLogger(Logger):  # type: ignore[misc] # gunicorn ships no types
    lines: type[Lines] = Lines

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.mask(())
        self.error_log.filters[:] = [Rationed()]

    def mask(self, secrets: Iterable[str]) -> None:
        """From now on, in each line of this process."""
        for handler in self.error_log.handlers:
            handler.setFormatter(self.lines(secrets))


class JsonLogger(PlainLogger):
    lines = JsonLines
