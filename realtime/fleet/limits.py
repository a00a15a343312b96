"""What the shared connection may take, how long it waits, and what keeps it polite.

That is four small rules: backoff, circuit, brake, fair queue.
Pure: time and chance come as arguments.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar, get_args

from realtime.fleet.codes import FATAL_CODES


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers of one process's share of the Realtime API; times in seconds."""

    sockets: int = 4  # open at once; the next one opens only when the others are full
    in_flight: int = 200  # responses on one socket
    open_within_s: float = 30.0  # from the first try of a handshake to its end
    first_event_s: float = 15.0
    stall_s: float = 20.0  # between two events of one response
    tries: int = 3  # of a response that failed, came empty or stayed silent
    cuts: int = 10  # sockets lost under one response before it is given up
    rotate_after_s: float = 3_000.0  # a session lives 3,600 s at most
    rotate_jitter: float = 0.1  # earlier by up to this share, so that not all rotate together
    ping_every_s: float = 20.0
    pong_within_s: float = 20.0
    backoff_base_s: float = 0.5
    backoff_cap_s: float = 30.0
    server_errors: int = 3  # in a row on one socket, before it is replaced
    probe_base_s: float = 15.0
    probe_cap_s: float = 300.0
    limited_s: float = 2.0  # how long to slow down when the server does not say
    limited_cap_s: float = 5.0  # and at most, whatever it says: then one turn tries


class Backoff:
    """Full-jitter exponential backoff: pauses anywhere between nothing and a doubling ceiling."""

    def __init__(self, base_s: float, cap_s: float, random: Callable[[], float]) -> None:
        self._base_s = base_s
        self._cap_s = cap_s
        self._random = random
        self.attempts = 0

    def take_next(self) -> float:
        """The next pause, in seconds; the one after it has a higher ceiling."""
        ceiling = min(self._cap_s, self._base_s * 2.0 ** min(self.attempts, 30))
        self.attempts += 1
        return ceiling * self._random()

    def reset(self) -> None:
        self.attempts = 0


CircuitState = Literal["closed", "half_open", "open"]
CIRCUIT_STATES: tuple[CircuitState, ...] = get_args(CircuitState)


class Circuit:
    """Whether to ask at all: open after a fatal error, then one probe after growing pauses."""

    def __init__(self, base_s: float, cap_s: float) -> None:
        self._base_s = base_s
        self._cap_s = cap_s
        self._trips = 0
        self.code: str | None = None  # why it is open, or was when it went half open
        self.probe_at: float | None = None  # set while open; None when closed or half open

    @property
    def state(self) -> CircuitState:
        if self.is_open:
            return "open"
        return "half_open" if self.is_probing else "closed"

    @property
    def is_closed(self) -> bool:
        return self.code is None

    @property
    def is_open(self) -> bool:
        return self.probe_at is not None

    @property
    def is_probing(self) -> bool:
        return self.code is not None and self.probe_at is None

    @property
    def remedy(self) -> str:
        """What to do about it, as a sentence for the log and `/readyz`."""
        return FATAL_CODES.get(self.code or "", self.code or "")

    def trip(self, code: str, now: float) -> bool:
        """Open it; True when this is news (another cause than it was open for)."""
        is_news = code != self.code
        self.code = code
        self.probe_at = now + min(self._cap_s, self._base_s * 2.0 ** min(self._trips, 30))
        self._trips += 1
        return is_news

    def probe(self) -> None:
        self.probe_at = None

    def close(self) -> None:
        self.code = None
        self.probe_at = None
        self._trips = 0


class Brake:
    """The server's own limits: after a pause one turn goes alone, and its outcome decides.

    `rate_limits.updated` tells when a window is over, not when a single turn fits again, and some
    servers count an hour and answer all the same.
    """

    def __init__(self) -> None:
        self.is_on = False
        self.resume_at = 0.0
        self.probe = ""  # the key of the try that went alone
        self._is_believed = True  # False since a probe was answered in spite of what was told

    def told(self, until: float) -> bool:
        """The server says that nothing is left; True when that holds longer than known."""
        return self._is_believed and self._hold(until)

    def refused(self, now: float, wait_s: float) -> bool:
        """A response was refused over the limits; True when that is news."""
        self._is_believed = True
        return now >= self.resume_at and self._hold(now + wait_s)

    def release(self) -> None:
        """The probe is being answered: all may go."""
        self.is_on = False
        self.resume_at = 0.0
        self._is_believed = False

    def _hold(self, until: float) -> bool:
        self.is_on = True
        if until <= self.resume_at:
            return False
        self.resume_at = until
        return True


class HasDiner(Protocol):
    @property
    def diner(self) -> Hashable: ...


T = TypeVar("T", bound=HasDiner)


class FairQueue(Generic[T]):
    """What waits, one of each diner in turn."""

    def __init__(self) -> None:
        self._lines: OrderedDict[Hashable, deque[T]] = OrderedDict()

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def __bool__(self) -> bool:
        return bool(self._lines)

    def __iter__(self) -> Iterator[T]:
        return iter([each for line in self._lines.values() for each in line])

    def push(self, each: T) -> None:
        self._lines.setdefault(each.diner, deque()).append(each)

    def push_first(self, each: T) -> None:
        """For what was already under way: it goes before all others."""
        self._lines.setdefault(each.diner, deque()).appendleft(each)
        self._lines.move_to_end(each.diner, last=False)

    def pop(self) -> T:
        """The next one; its diner goes to the end of the row.

        Raises StopIteration when nothing waits.
        """
        diner, line = next(iter(self._lines.items()))
        each = line.popleft()
        if line:
            self._lines.move_to_end(diner)
        else:
            del self._lines[diner]
        return each

    def remove(self, each: T) -> bool:
        """Take one out; False when it does not wait here."""
        line = self._lines.get(each.diner)
        if line is None or each not in line:
            return False
        line.remove(each)
        if not line:
            del self._lines[each.diner]
        return True
