"""The numbers of `/metrics`."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


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
        self.failures = Counter(
            "tableside_failures",
            "Parts that did not go out (refused, withheld) or not arrive, by Twilio's code",
            ["code", "told"],
            registry=self.registry,
        )
        self.delivery_seconds = Histogram(
            "tableside_delivery_seconds",
            "From the writing of a part to its arrival on the diner's phone",
            buckets=(0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 900, 3600, 86400),
            registry=self.registry,
        )
        self.hands = Counter(
            "tableside_hands",
            "Conversations that went into human hands, and back",
            ["what"],
            registry=self.registry,
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
        self.month, self.today = (
            Gauge(
                f"tableside_{name}",
                f"What {told} took so far, of all processes",
                ["restaurant", "persona", "what"],
                registry=self.registry,
            )
            for name, told in (("month", "this month"), ("today", "this day"))
        )
        self.realtime_now = Gauge(
            "tableside_realtime_now",
            "Sockets open, responses in flight, waiting",
            ["what"],
            registry=self.registry,
        )
        self.ages = Gauge(
            "tableside_age_seconds",
            "How long the oldest waits that nobody works on, of all processes",
            ["what"],
            registry=self.registry,
        )

    def render(self) -> bytes:
        return generate_latest(self.registry)
