"""What a scenario came to, counted on both sides: at the diners' phones, at the Realtime API's stand-in, in the service's metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from tests.scenarios.world import House, Outside, until

SETTLED_S = 30

Counts = dict[str, float]


def metric(house: House, name: str, **labels: str) -> float:
    """The sum of a metric's samples that carry these labels."""
    families = text_string_to_metric_families(house.get("/metrics").text)
    samples = (sample for family in families for sample in family.samples if sample.name == name)
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


def noted(house: House, event: str, **labels: str) -> float:
    """How often the shared connection told of an event: cut, refused, retried, slowed, probing, ..."""
    return metric(house, "tableside_realtime_events_total", event=event, **labels)


@dataclass(frozen=True)
class Tally:
    answered: int  # diners who got just what they asked for, once
    unanswered: int
    twice: int
    strange: int  # who got something else


def tally(outside: Outside, expected: Mapping[str, str]) -> Tally:
    """How it went, once the last of them was answered; `expected` is each diner's one reply."""
    replies = [(wanted, outside.bodies(diner)) for diner, wanted in expected.items()]
    return Tally(
        answered=sum(bodies == [wanted] for wanted, bodies in replies),
        unanswered=sum(not bodies for _, bodies in replies),
        twice=sum(bodies.count(wanted) > 1 for wanted, bodies in replies),
        strange=sum(any(body != wanted for body in bodies) for wanted, bodies in replies),
    )


def wait_for_replies(outside: Outside, house: House, crowd: Sequence[str]) -> None:
    """Until everyone has a reply and nothing is under way that could become a second one."""
    for diner in crowd:
        until(lambda diner=diner: outside.bodies(diner), SETTLED_S)
    until(lambda: "0 in flight, 0 waiting" in house.get("/readyz").json()["realtime"])


class Counter:
    """Counts from its making on."""

    def __init__(self, outside: Outside, house: House) -> None:
        self._outside, self._house = outside, house
        self._before = self._now()

    def counted(self) -> Counts:
        return {name: count - self._before[name] for name, count in self._now().items()}

    def _now(self) -> Counts:
        stats = self._outside.realtime_stats()
        told = {name: float(stats[f"connections_{name}"]) for name in ("opened", "refused", "cut")}
        told |= {"expired": float(stats["sessions_expired"]), "lost": float(stats["responses_lost"])}
        return told | {name: noted(self._house, name) for name in ("retried", "slowed", "probing", "failed")}
