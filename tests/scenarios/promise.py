"""Loads in which every message can be told apart, and how the promise was kept.

What was lost, repeated or out of order is counted, and how late it came. It posts Twilio's signed
webhooks itself, so that a test chooses the process that takes a message in. With `-s` it prints its
figures.
"""

import itertools
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from threading import Event, Lock
from typing import Any
from uuid import uuid4

import psycopg
import requests
from prometheus_client.parser import text_string_to_metric_families

from sandbox.twilio.webhooks import inbound_fields, sign
from tests.scenarios.world import ACCOUNT_SID, AUTH_TOKEN, KIGALI, WAIT_S, House, Outside, until

WRITERS = 10
WEBHOOK_TIMEOUT_S = 15  # Twilio's
# Until an unacknowledged message is offered again: Twilio's own pauses are longer.
AGAIN_S = 0.1
SETTLED_S = 60
LOOK_S = 0.1
WORD = re.compile(r"\bw\d{5}\b")

UNFINISHED = """
    SELECT (SELECT count(*) FROM messages WHERE turn_id IS NULL)
         + (SELECT count(*) FROM turns WHERE state = 'running')
         + (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending', 'maybe'))
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said to a webhook; `status` None: no answer came."""

    status: int | None
    seconds: float
    retry_after: str | None = None


@dataclass(slots=True)
class Written:
    """One message of a diner. Its word comes back in the answer, and nowhere else."""

    diner: str
    word: str
    at: float  # epoch seconds
    answers: list[Answer] = field(default_factory=list)

    @property
    def is_acknowledged(self) -> bool:
        return any(answer.status == 204 for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of messages; `out_of_order` counts diners.

    The longest wait is from a message's first try to its answer.
    """

    sent: int
    acknowledged: int
    answered: int
    lost: int  # acknowledged, and never answered
    twice: int
    out_of_order: int
    longest_wait_s: float

    @property
    def are_as_promised(self) -> bool:
        return self.acknowledged > 0 and (self.lost, self.twice, self.out_of_order) == (0, 0, 0)


class Load:
    """Diners who write to `houses` on one database: a message goes to any, as behind a router.

    Like Twilio with its retries switched on, a message is offered again, under its own SID, until
    it is acknowledged.
    """

    # Of all loads: one sandbox may see several.
    _numbers = itertools.count(1)

    def __init__(self, outside: Outside, *houses: House) -> None:
        self.outside = outside
        self.houses = list(houses)
        self.written: list[Written] = []
        self._database_url = houses[0].environment["DATABASE_URL"]
        self._turns = itertools.count()
        self._lock = Lock()

    def write(
        self, diner: str, body: str = "say exactly: {word}", *, over: Event | None = None
    ) -> Written:
        """Returns when it is acknowledged, or when it is `over`."""
        with self._lock:
            written = Written(diner, f"w{next(self._numbers):05}", time.time())
            self.written.append(written)
        form = inbound_fields(
            ACCOUNT_SID,
            f"SM{uuid4().hex}",
            diner,
            KIGALI,
            body.format(word=written.word),
            "Guest",
            (),
        )
        over = over or Event()
        while not over.is_set():
            written.answers.append(post(self.houses[next(self._turns) % len(self.houses)], form))
            if written.is_acknowledged:
                break
            over.wait(AGAIN_S)
        return written

    @contextmanager
    def rush(self, crowd: Sequence[str], *, each: int = 1, every_s: float = 0.0) -> Iterator[None]:
        """All of the crowd write, `each` at least so often, and on while the block lasts.

        It ends when all is acknowledged.
        """
        over, given_up = Event(), Event()

        def write(some: Sequence[str]) -> None:
            for number, diner in enumerate(itertools.cycle(some)):
                if number >= each * len(some) and over.is_set():
                    return
                self.write(diner, over=given_up)
                over.wait(every_s)

        with ThreadPoolExecutor(WRITERS) as pool:
            writing = [
                pool.submit(write, crowd[start::WRITERS])
                for start in range(min(WRITERS, len(crowd)))
            ]
            try:
                yield
                over.set()
                for writer in writing:
                    writer.result(SETTLED_S)
            finally:
                over.set()
                given_up.set()

    @property
    def acknowledged(self) -> int:
        return sum(each.is_acknowledged for each in list(self.written))

    def settle(self, timeout_s: float = SETTLED_S) -> "Load":
        """Wait until nothing is stored that could still become a message to somebody."""
        until(lambda: rows(self._database_url, UNFINISHED)[0][0] == 0, timeout_s, LOOK_S)
        return self

    def figures(self, crowd: Sequence[str] | None = None) -> Figures:
        """What came of all messages, or of this crowd's."""
        wanted = set(crowd) if crowd is not None else {each.diner for each in self.written}
        written = [each for each in self.written if each.diner in wanted]
        heard: dict[str, list[tuple[str, float]]] = {diner: [] for diner in wanted}
        for reply in self.outside.replies():
            if reply["to"] in wanted:
                heard[reply["to"]] += [
                    (word, reply["created"]) for word in WORD.findall(reply["body"])
                ]
        times = Counter(word for words in heard.values() for word, _ in words)
        answered_at = {word: at for words in heard.values() for word, at in reversed(words)}
        waits = [answered_at[each.word] - each.at for each in written if each.word in answered_at]
        return Figures(
            sent=len(written),
            acknowledged=sum(each.is_acknowledged for each in written),
            answered=len(waits),
            lost=sum(each.is_acknowledged and each.word not in answered_at for each in written),
            twice=sum(times[each.word] > 1 for each in written),
            out_of_order=sum(
                words != sorted(words)
                for words in ([word for word, _ in each] for each in heard.values())
            ),
            longest_wait_s=round(max(waits, default=0.0), 2),
        )


def told(what: str, figures: Figures) -> Figures:
    """Print figures, and hand them on."""
    print(
        f"\n{what}:",
        ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in asdict(figures).items()),
    )
    return figures


def post(house: House, form: dict[str, str]) -> Answer:
    """Twilio's webhook: signed for the address that Twilio knows, posted to this very process."""
    headers = {
        "X-Twilio-Signature": sign(AUTH_TOKEN, f"{house.environment['PUBLIC_URL']}/whatsapp", form)
    }
    began = time.monotonic()
    try:
        answer = requests.post(
            f"{house.url}/whatsapp", data=form, headers=headers, timeout=WEBHOOK_TIMEOUT_S
        )
    except requests.RequestException:
        return Answer(None, time.monotonic() - began)
    return Answer(answer.status_code, time.monotonic() - began, answer.headers.get("Retry-After"))


def rows(database_url: str, query: str) -> list[tuple[Any, ...]]:
    """What the tables say, without a lock on any."""
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as connection:
            return connection.execute(query).fetchall()
    with psycopg.connect(database_url, autocommit=True) as server:
        return server.execute(query.encode()).fetchall()


def metric(house: House, name: str, **labels: str) -> float:
    """The sum of the samples of one of the service's metrics that carry these labels."""
    return sum(by_process(house, name, **labels).values())


def by_process(house: House, name: str, **labels: str) -> dict[str, float]:
    """The same of each process, as the one that answers tells it."""
    families = text_string_to_metric_families(house.get("/metrics").text)
    sums: dict[str, float] = {}
    for sample in (sample for family in families for sample in family.samples):
        if sample.name == name and labels.items() <= sample.labels.items():
            process = sample.labels.get("process", "")
            sums[process] = sums.get(process, 0.0) + sample.value
    return sums


def wait_for_words(outside: Outside, written: Sequence[Written]) -> None:
    """Until the Realtime API has been asked for an answer to each of these."""
    until(lambda: all(each.word in str(outside.requests()) for each in written), WAIT_S, LOOK_S)
