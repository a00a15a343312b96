"""What nobody caught, wherever in the process it was: told to the log, never with its words.

Python, its libraries and gevent print such errors whole, past every log; and an error's message may
hold what a diner wrote, a row or a key.
"""

import logging
import sys
import threading
import warnings
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, TextIO


class Tell(Protocol):
    def __call__(self, error: BaseException, **fields: object) -> None: ...


def tell_uncaught(tell: Tell, warn: Callable[[type[Warning], str], None]) -> None:
    """From now on, of this process: to be called in each, after a fork.

    `tell` hears of every error, with fields that say of what it was; `warn` of every warning, by
    its class and its place.
    """

    def ended(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):  # whoever pressed it knows
            tell(error)

    def thread_ended(crash: threading.ExceptHookArgs) -> None:
        if crash.exc_value is not None and crash.exc_type is not SystemExit:
            tell(crash.exc_value, thread=crash.thread.name if crash.thread else "")

    def unraisable(ignored: "sys.UnraisableHookArgs") -> None:
        if ignored.exc_value is not None:
            tell(ignored.exc_value, ignored_in=_named(ignored.object))

    def greenlet_ended(
        _hub: object,
        context: object,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            error = sys.exc_info()[1]
        if error is not None:
            told = error if error.__traceback__ else error.with_traceback(trace)
            tell(told, greenlet=_named(context))

    def unwritten(_handler: logging.Handler, record: logging.LogRecord) -> None:
        if (error := sys.exc_info()[1]) is not None:
            tell(error, line_of=f"{record.pathname}:{record.lineno}")

    def shown(
        _message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        _file: TextIO | None = None,
        _line: str | None = None,
    ) -> None:
        warn(category, f"{filename}:{lineno}")

    sys.excepthook = ended
    sys.unraisablehook = unraisable
    threading.excepthook = thread_ended
    warnings.showwarning = shown  # type: ignore[assignment] # its arguments come by their place
    # Of whichever handler: gunicorn has its own.
    logging.Handler.handleError = unwritten  # type: ignore[assignment, method-assign]
    if gevent := sys.modules.get("gevent.hub"):
        gevent.Hub.print_exception = greenlet_ended  # of every thread's hub


def _named(what: Any) -> str:
    """By its name in the code: what it holds stays out."""
    return str(getattr(what, "__qualname__", type(what).__qualname__))
