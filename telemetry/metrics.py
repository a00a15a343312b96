"""The numbers of `/metrics`: what each process counts, and what is so for all of them.

They tell of no diner: no label holds a number, a name or words, and each label's values are few.
"""

import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from telemetry.causes import Few

# Seconds. The objectives' own limits, 1 and 5, are buckets.
ACKNOWLEDGED_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15)
ANSWERED_S = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 8, 13, 20, 30, 60, 120, 300)
DELIVERED_S = (0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 900, 3600, 86400)
MODEL_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60)
SHORT_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# So many of Twilio's codes are told apart in a process: it has some sixty that concern us.
MOST_CODES = 100
NO_PERSONA = "keyword"  # who ended a turn without one
PROJECT = Path(__file__).parents[1] / "pyproject.toml"


class Metrics:
    """What one process counts since it began, and how it stands.

    What an alarm looks at is 0 from the start: a series that begins with its first event hides it.
    """

    def __init__(self) -> None:
        # When each series began says nothing that the process' own beginning does not.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._count_what_comes_in()
        self._count_turns()
        self._count_the_model()
        self._count_what_goes_out()
        self._count_calls()
        self._count_the_process()

    def expect_turns_of(self, personas: Iterable[str]) -> None:
        """Their turns are counted from 0 on, and those that no persona ended."""
        for persona in (*personas, NO_PERSONA):
            for state in ("done", "failed", "dead"):
                self.turns.labels(state, persona)

    def render(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self.registry)

    def _count_what_comes_in(self) -> None:
        self.messages = self._counter("messages", "Messages taken in", "channel", "outcome")
        for outcome in ("new", "duplicate"):
            self.messages.labels("whatsapp", outcome)
        self.webhooks = self._counter(
            "webhooks", "Twilio's webhooks, by what became of them", "kind", "outcome"
        )
        self.acknowledged_seconds = self._histogram(
            "acknowledged_seconds",
            "From the arrival of a webhook of Twilio's to its 204",
            ACKNOWLEDGED_S,
            "kind",
        )
        self.refused = self._counter("refused", "Requests beyond a limit, by which", "limit")

    def _count_turns(self) -> None:
        self.turns = self._counter("turns", "Turns ended", "state", "persona")
        self.unanswered = self._counter(
            "unanswered", "Turns ended without an answer, by why", "state", "cause"
        )
        self.turn_seconds = self._histogram(
            "turn_seconds", "From the claim to the reply", ANSWERED_S
        )
        self.answer_seconds = self._histogram(
            "answer_seconds",
            "From a diner's message to the sending of its answer; of several, from the first",
            ANSWERED_S,
        )
        self.leases_lost = self._counter(
            "leases_lost", "What another process took over, since this one was frozen", "of"
        )
        for of in ("turn", "part"):
            self.leases_lost.labels(of)
        self.hands = self._counter(
            "hands", "Conversations that went into human hands, and back", "what"
        )

    def _count_the_model(self) -> None:
        self.tools = self._counter("tool_calls", "Tools run", "tool")
        self.tool_errors = self._counter("tool_errors", "Tools that answered with an error", "tool")
        self.tool_seconds = self._histogram("tool_seconds", "Running a tool", SHORT_S, "tool")
        self.realtime_events = self._counter(
            "realtime_events", "What the shared connection went through", "event", "cause"
        )
        self.realtime_seconds = self._histogram(
            "realtime_seconds", "Waiting, first delta, whole response", MODEL_S, "phase"
        )
        self.tokens = self._counter("tokens", "Tokens of the model", "kind")
        self.realtime_now = self._gauge(
            "realtime_now", "Sockets open, responses in flight, waiting", "what"
        )
        self.realtime_circuit = self._gauge(
            "realtime_circuit",
            "1 for how a connection's circuit is: open while its key or model is refused",
            "connection",
            "state",
        )

    def _count_what_goes_out(self) -> None:
        self.code = Few(MOST_CODES)
        self.sends = self._counter("sends", "Tries to send a part", "outcome")
        self.failures = self._counter(
            "failures",
            "Parts that did not go out (refused, withheld) or not arrive, by Twilio's code",
            "code",
            "told",
        )
        # Without the code, which `failures` has: an objective's series must all be there from 0.
        self.deliveries = self._counter(
            "deliveries", "Parts by what they came to in the end", "outcome"
        )
        for outcome in ("arrived", "undelivered", "refused", "withheld"):
            self.deliveries.labels(outcome)
        self.delivery_seconds = self._histogram(
            "delivery_seconds",
            "From the writing of a part to its arrival on the diner's phone",
            DELIVERED_S,
        )
        self.senders_refused = self._gauge(
            "senders_refused", "Numbers of ours that may not send, by Twilio's code", "code"
        )

    def _count_calls(self) -> None:
        self.calls = self._counter("calls", "Calls, by how they ended or why none began", "outcome")
        self.calls_now = self._gauge("calls_now", "Calls under way")
        self.call_talk_seconds = self._counter("call_talk_seconds", "How long calls were")
        self.call_first_sound_seconds = self._histogram(
            "call_first_sound_seconds",
            "From the beginning of a call's stream to the first sound of ours",
            SHORT_S,
        )
        self.call_barge_ins = self._counter(
            "call_barge_ins", "How often a caller spoke while we did"
        )
        self.call_reopenings = self._counter(
            "call_reopenings", "Realtime sockets opened in place of one that was cut in a call"
        )

    def _count_the_process(self) -> None:
        self.database_connections = self._gauge(
            "database_connections", "Places for connections, in use, waited for", "state"
        )
        self.database_wait_seconds = self._histogram(
            "database_wait_seconds", "Waiting for a place, where there was none free", SHORT_S
        )
        self.greenlets = self._gauge(
            "greenlets", "Greenlets: what runs (threads), clients connected (connections)", "kind"
        )
        self.loop_lag_seconds = self._histogram(
            "loop_lag_seconds", "How late a greenlet is called that waited for a second", SHORT_S
        )
        build_info = self._gauge("build_info", "Always 1", "version", "python")
        build_info.labels(version(), sys.version.partition(" ")[0]).set(1)

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(f"tableside_{name}", told, labels, registry=self.registry)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(f"tableside_{name}", told, labels, registry=self.registry)

    def _histogram(self, name: str, told: str, buckets: Iterable[float], *labels: str) -> Histogram:
        return Histogram(
            f"tableside_{name}", told, labels, buckets=tuple(buckets), registry=self.registry
        )


class Common:
    """What is so for all processes: read from the database by whoever is asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.month, self.today = (
            self._gauge(
                f"{name}",
                f"What {told} took so far",
                "restaurant",
                "persona",
                "what",
            )
            for name, told in (("month", "this month"), ("today", "this day"))
        )
        self.budget = self._gauge(
            "month_budget_us_dollars", "What a restaurant may take a month; 0: without a limit"
        )
        self.ages = self._gauge(
            "age_seconds", "How long the oldest waits that nobody works on", "what"
        )
        self.dead_letters = self._gauge(
            "dead_letters", "What came to nothing and waits for somebody to look at it", "what"
        )
        self.database_up = self._gauge("database_up", "1 while messages can be stored")

    def render(self) -> bytes:
        return generate_latest(self.registry)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        whole = f"{told}, of all processes"
        return Gauge(f"tableside_{name}", whole, labels, registry=self.registry)


@cache
def version() -> str:
    """Of this code."""
    return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])
