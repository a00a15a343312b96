"""Whichever process is asked tells what all have counted, and no counter ever goes back."""

from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from engine.alarm import Alarm
from engine.numbers import Numbers
from engine.standing import Standing
from models.numbers import FORGOTTEN_AFTER, GONE_AFTER
from telemetry.metrics import Metrics
from tests.engine.clock import ManualClock, soon
from tests.engine.store import Store


class Process:
    """One of the service, as far as it counts."""

    def __init__(self, url: str, clock: ManualClock, name: str) -> None:
        self.database = Store(url)
        self.metrics = Metrics()
        standing = Standing(self.metrics, self.database, Alarm())
        self.numbers = Numbers(self.database, self.metrics, standing, clock.clock, process=name)

    def answers(self, count: int) -> None:
        self.metrics.turns.labels("done", "waiter").inc(count)

    def samples(self, name: str) -> list[Sample]:
        families = text_string_to_metric_families(self.numbers.of_all().decode())
        return [each for family in families for each in family.samples if each.name == name]

    def turns(self) -> dict[str, float]:
        """By process, as this one tells them."""
        told = self.samples("tableside_turns_total")
        return {each.labels["process"]: each.value for each in told}

    def has_gauges_of(self) -> set[str]:
        return {each.labels["process"] for each in self.samples("tableside_greenlets")}


@pytest.fixture
def processes(emptied_postgresql_url: str, clock: ManualClock) -> Iterator[tuple[Process, Process]]:
    pair = (
        Process(emptied_postgresql_url, clock, "one"),
        Process(emptied_postgresql_url, clock, "two"),
    )
    yield pair
    for each in pair:
        each.database.close()


def test_whichever_is_asked_tells_what_all_have_counted(
    processes: tuple[Process, Process],
) -> None:
    one, two = processes
    one.answers(3)
    two.answers(4)
    one.numbers.tell()
    assert two.turns() == {"one": 3, "two": 4} == one.turns()
    assert one.has_gauges_of() == {"one", "two"}


def test_what_one_has_shown_no_other_shows_lower(processes: tuple[Process, Process]) -> None:
    one, two = processes
    one.answers(3)
    two.turns()
    shown = one.turns()["one"]
    assert two.turns()["one"] == shown == 3


def test_while_the_database_is_away_counters_stand_still_and_gauges_do_not(
    processes: tuple[Process, Process],
) -> None:
    one, two = processes
    one.answers(3)
    one.turns()
    one.answers(5)
    one.database.is_away = True
    one.metrics.greenlets.labels("connections").set(77)
    assert one.turns() == {"one": 3} == two.turns()
    assert 77 in [each.value for each in one.samples("tableside_greenlets")]
    one.database.is_away = False
    assert one.turns() == {"one": 8} == two.turns()


def test_who_is_gone_has_counted_and_stands_for_nothing(
    processes: tuple[Process, Process], clock: ManualClock
) -> None:
    one, two = processes
    one.answers(3)
    one.numbers.tell()
    clock.passes(GONE_AFTER.total_seconds() + 1)
    assert (two.turns(), two.has_gauges_of()) == ({"one": 3}, {"two"})
    clock.passes(FORGOTTEN_AFTER.total_seconds())
    assert two.turns() == {}


def test_what_was_counted_to_the_end_is_told(
    processes: tuple[Process, Process], clock: ManualClock
) -> None:
    one, two = processes
    one.numbers.start()
    assert soon(lambda: "one" in two.has_gauges_of())
    one.answers(3)
    one.numbers.stop()
    assert two.turns() == {"one": 3}


def test_a_command_tells_nothing(processes: tuple[Process, Process]) -> None:
    one, two = processes
    one.answers(3)
    one.numbers.stop()
    assert two.turns() == {}


def test_it_tells_by_itself_and_how_late_it_was_called(
    processes: tuple[Process, Process], clock: ManualClock
) -> None:
    one, two = processes
    clock.meanwhile.extend([lambda: one.answers(3), lambda: clock.passes(0.4)])
    one.numbers.start()
    assert soon(lambda: two.turns() == {"one": 3})
    one.numbers.stop()
    lag = one.metrics.registry.get_sample_value("tableside_loop_lag_seconds_sum")
    assert lag == pytest.approx(0.4)


def test_where_there_is_one_process_its_numbers_name_none(
    sqlite_url: str, clock: ManualClock
) -> None:
    lone = Process(sqlite_url, clock, "one")
    lone.answers(3)
    [told] = lone.samples("tableside_turns_total")
    assert (told.value, "process" in told.labels) == (3, False)
    assert not any("process_numbers" in each for each in lone.database.ran)
    lone.database.close()
