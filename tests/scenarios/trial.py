"""A trial: a crowd writes while the Realtime API's stand-in misbehaves, and both sides count."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from prometheus_client.parser import text_string_to_metric_families

from tests.scenarios.world import House, Outside, until

SETTLED_S = 40  # longer than a client pauses before it tries again
WRITERS = 10
CUT_AT_ONCE_S = 0.001


class Trial:
    """Diners of its own, told apart by `block`: each writes and expects their own words back."""

    def __init__(self, outside: Outside, house: House, block: int) -> None:
        self.outside = outside
        self.house = house
        self._block = block
        self._next = 1
        self._sent = 0
        self._expected: dict[str, tuple[str, ...]] = {}  # by diner: the replies
        self._before = self._totals()

    def ask(self, count: int, *, over_s: float = 0.0, expect: str | None = None) -> None:
        """So many more diners write, spread over a time.

        `expect` is what they should read instead of their own words.
        """
        crowd = [f"{self._block:02}{number:04}" for number in range(self._next, self._next + count)]
        self._next += count
        began = time.monotonic()

        def write(place: int) -> None:
            # People don't write all at once: a fault should meet turns at every stage.
            time.sleep(max(0.0, began + over_s * place / count - time.monotonic()))
            said = f"table {crowd[place]} for two, please"
            self._expected[_diner(crowd[place])] = (expect or said,)
            self.outside.write(_diner(crowd[place]), f"say exactly: {said}")

        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(write, range(count)))
        self._sent += count

    def rush(self, count: int, over_s: float, *, until: dict[str, int]) -> None:
        """As `ask`; and on and on, until the fault has struck so often. Then the other side calms.

        How fast answers come is the machine's: on a slow one, none would ever get through.
        """
        self.ask(count, over_s=over_s)
        while any(self.counts()[name] < least for name, least in until.items()):
            self.ask(WRITERS, over_s=1.0)
        self.outside.calm()

    def write(self, words: str) -> None:
        """This trial's one diner who writes more than once."""
        self.outside.write(
            _diner(f"{self._block:02}0000"), f"say exactly: table {self._block:02} {words}"
        )
        self._sent += 1

    def expect(self, *replies: str) -> None:
        """What that diner should read; `&` stands between messages that one reply answers."""
        self._expected[_diner(f"{self._block:02}0000")] = tuple(
            "\n\n".join(f"table {self._block:02} {words}" for words in reply.split(" & "))
            for reply in replies
        )

    def settle(self) -> dict[str, int]:
        """Wait until all have a reply and nothing can bring a second; the figures, printed too."""
        for diner, replies in self._expected.items():
            until(partial(self._has_read, diner, len(replies)), SETTLED_S)
        until(lambda: not self.metric("tableside_realtime_now", what="in_flight"))
        got = [
            (replies, tuple(self.outside.bodies(diner)))
            for diner, replies in self._expected.items()
        ]
        right = sum(bodies == replies for replies, bodies in got)
        twice = sum(len(bodies) > len(replies) for replies, bodies in got)
        figures = {"sent": self._sent, "answered": right, "twice": twice} | self.counts()
        print("  ".join(f"{name} {count}" for name, count in figures.items()))
        return figures

    def counts(self) -> dict[str, int]:
        """Since this trial began."""
        return {name: total - self._before[name] for name, total in self._totals().items()}

    @property
    def realtime(self) -> str:
        """The shared connection's state, in /readyz' words."""
        return str(self.house.get("/readyz").json()["realtime"])

    def noted(self, event: str, **labels: str) -> int:
        """How often the service's metrics tell of this event of the shared connection."""
        return self.metric("tableside_realtime_events_total", event=event, **labels)

    def metric(self, name: str, **labels: str) -> int:
        """The sum of a metric's samples that carry these labels."""
        families = text_string_to_metric_families(self.house.get("/metrics").text)
        samples = [sample for family in families for sample in family.samples]
        named = [sample for sample in samples if sample.name == name]
        wanted = [sample for sample in named if labels.items() <= sample.labels.items()]
        return int(sum(sample.value for sample in wanted))

    def asked_at(self) -> list[float]:
        """When each create of this trial's diners came in at the Realtime API."""
        mark = f"table {self._block:02}"
        return [
            each["at"]
            for each in self.outside.requests()
            if mark in str(each["event"]["response"]["input"])
        ]

    def _has_read(self, diner: str, replies: int) -> bool:
        return len(self.outside.bodies(diner)) >= replies

    def _totals(self) -> dict[str, int]:
        stats = self.outside.realtime_stats()
        told = {name: stats[f"connections_{name}"] for name in ("opened", "refused", "cut")}
        told |= {"expired": stats["sessions_expired"], "lost": stats["responses_lost"]}
        return told | {
            name: self.noted(name) for name in ("retried", "slowed", "probing", "failed")
        }


@contextmanager
def trial(world: tuple[Outside, House], block: int, **behaviour: object) -> Iterator[Trial]:
    """The stand-in behaves so while the block lasts, on sockets that knew it in no other way."""
    outside, house = world
    until(lambda: house.get("/readyz").ok, SETTLED_S)
    outside.behave(cut_every_s=CUT_AT_ONCE_S)
    until(lambda: not outside.realtime_stats()["connections_open"])
    outside.calm()
    begun = Trial(outside, house, block)
    outside.behave(**behaviour)
    try:
        yield begun
    finally:
        outside.calm()


def _diner(number: str) -> str:
    return f"whatsapp:+250789{number}"
