"""What befalls answers on their way out: each part goes once, in order, or ends with its code.

With `-s` (make test ARGS="-n 0 -s ...") it prints its figures.
"""

import re
import shutil
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from models.turns import ALONE_AFTER
from tests.conftest import SEEDED
from tests.postgres import Cluster
from tests.scenarios.promise import Load, Written, rows, told
from tests.scenarios.test_api import flask
from tests.scenarios.world import House, Outside, running_houses, until

# What becomes of a diner's first part, while they write two messages more.
PASSING: dict[str, dict[str, object]] = {
    "429 twice": {"status": 429, "count": 2},
    "503, not taken": {"status": 503},
    "503, taken": {"status": 503, "after": True},
    "closed, not taken": {"close": True},
    "closed, taken": {"close": True, "after": True},
    "closed, taken, listed late": {"close": True, "after": True, "listed_after_s": 1.0},
}
# Twilio's status callbacks reach nobody here: what it took is found by looking it up.
NOBODY = "http://127.0.0.1:1"
PERMANENT = {"the window is closed": 63016, "unsubscribed": 21610}
COUNTED = 1400  # as far as a reply is told
PACE = 4  # messages a second, so that a kill comes between two parts


@dataclass(frozen=True)
class World:
    url: str
    outside: Outside
    house: House
    load: Load

    def flask(self, *words: str) -> str:
        ended = flask(
            *words,
            **{name: value for name, value in self.house.environment.items() if name != "PATH"},
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout


@pytest.fixture(scope="module")
def world(seeded_postgres: Cluster) -> Iterator[World]:
    """On PostgreSQL: every diner with a trouble of their own, all over when a test begins."""
    url = seeded_postgres.create_database("delivery", template=SEEDED)
    with running_houses(url, {"PUBLIC_URL": NOBODY}) as (outside, [house]):
        world = World(url, outside, house, Load(outside, house))
        # Whoever has unsubscribed is so for every message.
        faults = PASSING | {
            what: {"status": 400, "code": code, "count": 4 if code == 21610 else 1}
            for what, code in PERMANENT.items()
        }
        outside.order_faults(*({"to": diner_with(what), **fault} for what, fault in faults.items()))
        for _ in range(3):
            for what in faults:
                world.load.write(diner_with(what))
        world.load.settle()
        # Three that come at once may be answered as one.
        for what in PERMANENT:
            world.load.write(diner_with(what))
        world.load.settle()
        yield world


@pytest.mark.parametrize("trouble", PASSING)
def test_a_passing_trouble_costs_no_part_repeats_none_and_keeps_their_order(
    world: World, trouble: str
) -> None:
    figures = told(trouble, world.load.figures([diner_with(trouble)]))
    assert (figures.are_as_promised, figures.answered) == (True, 3)


@pytest.mark.parametrize("trouble", PERMANENT)
def test_a_permanent_error_ends_a_part_with_its_code_and_the_next_ones_go_on_or_not(
    world: World, trouble: str
) -> None:
    told(f"{trouble}: the first one ends", world.load.figures([diner_with(trouble)]))
    its = f"diner_id = (SELECT id FROM diners WHERE address = '{diner_with(trouble)}')"
    first, *others = rows(
        world.url, f"SELECT state, error_code FROM outbox WHERE {its} ORDER BY id"
    )
    assert first == ("failed", PERMANENT[trouble])
    if trouble == "unsubscribed":
        assert set(others) <= {first}  # what was being answered when it was told
        assert world.outside.bodies(diner_with(trouble)) == []
    else:
        assert {state for state, _ in others} == {"sent"}


def test_forget_erases_what_is_stored_of_a_diner_and_says_what_it_was(world: World) -> None:
    diner = diner_with("429 twice")
    known = rows(world.url, f"SELECT id FROM diners WHERE address = '{diner}'")[0][0]
    world.load.write(diner, "/forget")
    until(lambda: "Erased" in world.outside.bodies(diner)[-1])
    world.load.settle()
    print(world.outside.bodies(diner)[-1])
    # What came while an answer was made was answered with it, or behind it.
    assert re.search(r"\b4 of your messages, [123] of our answers", world.outside.bodies(diner)[-1])
    tables = ("messages", "turns", "outbox")
    until(
        lambda: (
            rows(world.url, f"SELECT id FROM diners WHERE id = {known} OR address = '{diner}'")
            == []
        )
    )
    for table in tables:
        assert rows(world.url, f"SELECT count(*) FROM {table} WHERE diner_id = {known}") == [(0,)]


def test_purge_erases_conversations_that_are_older_and_no_other(world: World) -> None:
    diner, other = diner_with("503, taken"), diner_with("closed, taken")
    with closing(psycopg.connect(world.url, autocommit=True)) as server:
        old = f"(SELECT id FROM diners WHERE address = '{diner}')"
        server.execute(
            f"UPDATE turns SET ended_at = now() - interval '91 days'"
            f" WHERE diner_id = {old}".encode()
        )
        server.execute(
            f"UPDATE diners SET last_message_at = now() - interval '91 days'"
            f" WHERE id = {old}".encode()
        )
        turns = server.execute(f"SELECT count(*) FROM turns WHERE diner_id = {old}".encode())
        [(answered,)] = turns.fetchall()
    told = world.flask("purge", "--older-than", "90d")
    assert told == f"Erased 3 messages, {answered} turns and 1 diners.\n"
    left = rows(world.url, f"SELECT address FROM diners WHERE address IN ('{diner}', '{other}')")
    assert left == [(other,)]


@pytest.fixture(scope="module")
def fragile(seeded_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """On SQLite: to be killed. Sends are paced, so that a kill comes between two parts."""
    file = tmp_path_factory.mktemp("fragile") / "tableside.db"
    url = f"sqlite:///{shutil.copy(seeded_sqlite_file, file)}"
    settings = {
        "LEASE_S": "1",
        "TWILIO_MESSAGES_PER_SECOND": str(PACE),
        "MAX_OUTPUT_TOKENS": "4096",
    }
    with running_houses(url, settings) as (outside, [house]):
        yield World(url, outside, house, Load(outside, house))


def test_a_long_answer_keeps_its_parts_in_order_and_repeats_none_across_a_kill_9(
    fragile: World,
) -> None:
    diner = diner_with("a long answer")
    fragile.load.write(diner, f"count to {COUNTED} {{word}}")
    until(lambda: len(fragile.outside.replies(diner)) == 2)
    fragile.house.kill()
    before = len(fragile.outside.replies(diner))
    fragile.house.restart()
    fragile.load.settle()
    parts = fragile.outside.bodies(diner)
    print(
        f"\na long answer: parts {len(parts)}, before the kill {before}, repeated"
        f" {len(parts) - len(set(parts))}"
    )
    assert before < len(parts)
    # By any white space: what looks like one figure does not break.
    assert " ".join(parts).split() == [str(number) for number in range(1, COUNTED + 1)]


def test_five_slow_turns_and_four_kills_are_five_answers(fragile: World) -> None:
    crowd = [diner_with(f"a slow message {number}") for number in range(5)]
    kill_at_every_attempt(fragile, crowd, times=4)
    figures = told("killed four times", fragile.load.settle().figures(crowd))
    assert (figures.are_as_promised, figures.answered) == (True, 5)
    assert fragile.flask("inbox", "list") == "Every message has its answer.\n"


def kill_at_every_attempt(world: World, crowd: list[str], *, times: int) -> None:
    """The model is slow to answer these, and each time it is asked the service dies."""
    world.outside.behave(first_event_delay_s=60.0)
    slow = [world.load.write(diner) for diner in crowd]
    asked = 0
    for death in range(times):
        # From the third process on they run one by one.
        asked += len(crowd) if death < ALONE_AFTER else 1
        wait_for_asks(world.outside, slow, asked)
        world.house.kill()
        if death == times - 1:
            world.outside.calm()
        world.house.restart()


def wait_for_asks(outside: Outside, written: list[Written], times: int) -> None:
    """Until the model was asked so often for an answer to one of these."""

    def asked(word: str) -> int:
        return sum(word in str(each["event"]["response"]["input"]) for each in outside.requests())

    until(lambda: sum(asked(each.word) for each in written) == times)


def diner_with(trouble: str) -> str:
    return f"whatsapp:+2507{zlib.crc32(trouble.encode()):010}"
