"""A message's turn runs at once where it may, and is handed back where its process stops before it
could.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from conversation.turn import Ending, Running
from engine.leases import Leases
from engine.runner import Runner
from models import diners, turns
from models.database.engine import Database
from models.intake import Taken
from models.outbox import Outgoing
from telemetry.metrics import Metrics
from tests.models.desk import eventually

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Taker:
    """In the turn taker's place: answers with the number of messages, and keeps their texts."""

    def __init__(self) -> None:
        self.taken: list[list[str]] = []

    def persona_of(self, _: str | None) -> str:
        return "waiter"

    def take(self, running: Running) -> Ending:
        self.taken.append([message.text for message in running.messages])
        return Ending(f"{len(running.messages)}", "waiter")


class Delivery:
    """In the delivery's place: keeps what it gets."""

    def __init__(self) -> None:
        self.handed: list[Outgoing | None] = []

    def hand_over(self, _: int, claimed: Outgoing | None) -> None:
        self.handed.append(claimed)

    def drain(self, _: float) -> bool:
        return True

    def close(self) -> None: ...


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def taker() -> Taker:
    return Taker()


@pytest.fixture
def runner(database: Database, taker: Taker) -> Runner:
    in_their_place: Any = taker
    delivery: Any = Delivery()
    door: Any = None
    return Runner(
        database,
        in_their_place,
        delivery,
        door,
        Leases(30),
        Metrics(),
        at_once=4,
        runs_turns=True,
        now=lambda: NOW,
    )


def write(runner: Runner, text: str) -> Taken:
    return runner.receive(
        channel=diners.WHATSAPP,
        address="whatsapp:+1",
        number="whatsapp:+2",
        sid=text,
        text=text,
        profile_name=None,
        payload={},
    )


def test_a_message_is_answered_once_it_is_woken(runner: Runner, taker: Taker) -> None:
    runner.wake(write(runner, "One"))
    assert eventually(lambda: taker.taken == [["One"]])


def test_whoever_is_woken_first_the_first_message_comes_first(runner: Runner, taker: Taker) -> None:
    first, second = write(runner, "One"), write(runner, "Two")
    runner.wake(second)
    assert eventually(lambda: taker.taken[:1] == [["One"]])
    runner.wake(first)
    assert eventually(lambda: taker.taken == [["One"], ["Two"]])


@pytest.mark.parametrize("is_woken", [True, False])
def test_a_turn_that_began_and_was_not_run_is_handed_back_at_the_stop(
    runner: Runner, database: Database, taker: Taker, is_woken: bool
) -> None:
    taken = write(runner, "One")
    runner.stop(1)
    if is_woken:
        runner.wake(taken)
    with database.connection() as connection:
        heir = turns.claim(connection, taken.diner_id, lease="heir", now=NOW, until=NOW)
    assert heir is not None
    assert ([message.text for message in heir.messages], heir.attempt) == (["One"], 1)
    assert taker.taken == []


def test_who_stops_begins_no_turn(runner: Runner) -> None:
    runner.stop(1)
    assert write(runner, "One").turn is None
