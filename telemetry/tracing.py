"""The way of a message as one trace: its spans, by hand, in whichever process has it.

Where nobody collects traces, every span is `OFF`, which does nothing and costs nothing. It knows no
library: `telemetry.otlp` does, and is imported by whoever calls `start`. Never words, secrets or
numbers: what a span is told of those, it is told under `takes_words` alone.
"""

from collections.abc import Iterable, Sequence
from contextvars import ContextVar, Token
from enum import Enum, auto
from time import time_ns
from typing import Protocol, Self

Value = str | int | float | bool | Sequence[str]


class Kind(Enum):
    """Whether a span is of ours alone, of a request to us, or of one to others."""

    INTERNAL = auto()
    SERVER = auto()
    CLIENT = auto()


class Traced(Protocol):
    """What was stored with the span that it came from, as W3C writes it; None: with none.

    https://www.w3.org/TR/trace-context/#traceparent-header
    """

    @property
    def traceparent(self) -> str | None: ...


class Span:
    """A piece of a message's way. As a context, it is the current one, and ends with the block.

    This one is of no trace.
    """

    __slots__ = ()

    @property
    def is_recorded(self) -> bool:
        """False: whatever it is told, nobody reads."""
        return False

    @property
    def takes_words(self) -> bool:
        """Whether an operator wants to read there what was said."""
        return False

    @property
    def traceparent(self) -> str | None:
        """To be stored with what goes on elsewhere."""
        return None

    @property
    def trace_id(self) -> str | None:
        return None

    def child(self, _operation: str, _subject: str = "", _kind: Kind = Kind.INTERNAL) -> "Span":
        return self

    def note(self, name: str, value: Value | None) -> None:
        """An attribute; None is none."""

    def rename(self, operation: str, subject: str = "") -> None:
        """What it turned out to be."""

    def link(self, traceparent: str | None) -> None:
        """It is about what came with another trace, too."""

    def fail(self, error_type: str) -> None:
        """It came to nothing, for a reason of a small set."""

    def end(self) -> None:
        """For one that is no context."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        pass


OFF = Span()
_current: ContextVar[Span] = ContextVar("span", default=OFF)


class Open(Span):
    """One that is of a trace, and so may be the current one."""

    __slots__ = ("_token",)
    _token: Token[Span]

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        _current.reset(self._token)
        if error is not None:
            self.fail(type(error).__name__)
        self.end()


class Collector(Protocol):
    """Where traces go."""

    def begin(
        self,
        operation: str,
        subject: str,
        kind: Kind,
        parent: str | None,
        others: Iterable[Traced],
        began_at: int | None,
    ) -> Span: ...

    def stop(self, left_s: float) -> None: ...


class Tracing:
    """Off until it is told who collects."""

    def __init__(self) -> None:
        self._collector: Collector | None = None

    @property
    def is_on(self) -> bool:
        return self._collector is not None

    def start(self, collector: Collector | None) -> None:
        self._collector = collector

    def stop(self, left_s: float) -> None:
        """What is still to be sent goes out, as far as there is time: seconds."""
        collector, self._collector = self._collector, None
        if collector is not None:
            collector.stop(left_s)

    def begin(
        self,
        operation: str,
        subject: str = "",
        kind: Kind = Kind.INTERNAL,
        parent: str | None = None,
        others: Iterable[Traced] = (),
        began_at: int | None = None,
    ) -> Span:
        """A trace begins, or goes on where `parent` was; `others` led here too, of other traces.

        `began_at`: as `now` told it; None: now.
        """
        if self._collector is None:
            return OFF
        return self._collector.begin(operation, subject, kind, parent, others, began_at)

    def now(self) -> int | None:
        """For what turns out only later to be of a trace: nanoseconds since 1970."""
        return None if self._collector is None else time_ns()

    def span(self, operation: str, subject: str = "", kind: Kind = Kind.INTERNAL) -> Span:
        """A piece of the current one; of no trace where there is none."""
        return _current.get().child(operation, subject, kind)

    def current(self) -> Span:
        """The one of this thread."""
        return _current.get()

    def traceparent(self) -> str | None:
        """The current one's."""
        return _current.get().traceparent

    def trace_id(self) -> str | None:
        """Of the current one, for a line of the log."""
        return _current.get().trace_id


tracing = Tracing()
