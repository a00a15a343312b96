"""`inbox` and `purge`: what the operator sees of messages, and does about them."""

from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from handlers.cli.inbox import inbox_group, purge_command
from models import audit, restaurants
from models.database.engine import Database
from models.turns import Turn
from realtime.client import RealtimeError
from tests.engine.clock import ManualClock, soon
from tests.engine.world import BOB, RESTAURANT, House, opened
from tests.handlers.terminal import bare_url, run

LONG_AGO = datetime(2016, 3, 1, 12, tzinfo=UTC)


def failed(house: House) -> Turn:
    """A turn of Alice's that came to no answer."""
    house.model.will(RealtimeError("unavailable"))
    house.hears("Do you have my secret?")
    assert soon(lambda: [turn.state for turn in house.turns()] == ["failed"])
    return house.turns()[0]


def test_where_all_is_answered_the_list_says_so(house: House) -> None:
    house.hears("Hello")
    assert soon(lambda: [turn.state for turn in house.turns()] == ["done"])
    shown = run(inbox_group(house.database), "list")
    assert (shown.exit_code, shown.stdout) == (0, "Every message has its answer.\n")


def test_the_list_shows_what_waits_what_runs_and_what_failed(any_house: House) -> None:
    turn = failed(any_house)
    any_house.clock.passes(1)
    any_house.beside("front", runs_turns=False).takes_in("Hello", BOB)
    any_house.clock.passes(1)
    running = any_house.begins(diner="whatsapp:RW.7")
    first, second, third = run(inbox_group(any_house.database), "list").stdout.splitlines()
    assert first.startswith(f"turn {turn.id} ")
    assert "failed (unavailable)" in first
    assert second.startswith("- ")
    assert "1 messages" in second
    assert third.startswith(f"turn {running.id} ")


def test_the_list_gives_no_word_and_no_number_away(house: House) -> None:
    failed(house)
    shown = run(inbox_group(house.database), "list").stdout
    assert ("secret" in shown, "788000001" in shown, "***001" in shown) == (False, False, True)


def test_what_is_retried_waits_again_and_is_answered(any_house: House) -> None:
    turn = failed(any_house)
    done = run(inbox_group(any_house.database), "retry", str(turn.id))
    assert (done.exit_code, f"turn {turn.id} wait again" in done.stdout) == (0, True)
    assert any_house.sweeps_until(lambda: any_house.read()[1:] == ["Yes."])


def test_what_is_dropped_is_off_the_list(any_house: House) -> None:
    turn = failed(any_house)
    done = run(inbox_group(any_house.database), "drop", str(turn.id))
    assert (done.exit_code, done.stdout) == (0, f"Turn {turn.id} is dropped.\n")
    assert run(inbox_group(any_house.database), "list").stdout == "Every message has its answer.\n"


@pytest.mark.parametrize("what", ["retry", "drop"])
def test_its_restaurant_has_it_in_its_audit(house: House, what: str) -> None:
    with house.database.transaction() as session:
        restaurants.store(session, RESTAURANT)
    turn = failed(house)
    assert run(inbox_group(house.database), what, str(turn.id)).exit_code == 0
    with house.database.transaction() as session:
        (kept,) = audit.latest(session, 1, 9)
    done = {"retry": "turns.retried", "drop": "turns.dropped"}
    assert (kept.what, kept.subject) == (done[what], f"#{turn.diner_id}")


@pytest.mark.parametrize("what", ["retry", "drop"])
def test_a_turn_that_did_not_fail_stays_as_it_is(house: House, what: str) -> None:
    turn = house.begins()
    for number in (turn.id, 999):
        done = run(inbox_group(house.database), what, str(number))
        assert (done.exit_code, f"There is no turn {number} " in done.stderr) == (1, True)
    assert [each.state for each in house.turns()] == ["running"]


def test_a_purge_erases_what_ended_longer_ago_and_tells_how_much(sqlite_url: str) -> None:
    with opened(sqlite_url, ManualClock(LONG_AGO)) as house:
        house.hears("Hello")
        assert soon(lambda: [part.state for part in house.parts()] == ["sent"])
        done = run(purge_command(house.database), "--older-than", "90d")
        assert (done.exit_code, done.stdout) == (0, "Erased 1 messages, 1 turns and 1 diners.\n")
        assert house.diners() == []


@pytest.mark.parametrize("days", ["90", "d", "-1d", "1.5d", "999999d"])
def test_a_purge_needs_whole_days(house: House, days: str) -> None:
    done = run(purge_command(house.database), "--older-than", days)
    assert (done.exit_code, "such as 90d" in done.stderr) == (2, True)


def test_a_purge_needs_its_days(house: House) -> None:
    assert run(purge_command(house.database)).exit_code == 2


@pytest.mark.parametrize(
    "words", [("list",), ("retry", "1"), ("drop", "1"), ("--older-than", "9d")]
)
def test_without_its_tables_each_says_what_to_run(tmp_path: Path, words: tuple[str, ...]) -> None:
    bare = Database(bare_url(tmp_path))
    command: click.Command = inbox_group(bare)
    if words[0].startswith("--"):
        command = purge_command(bare)
    done = run(command, *words)
    bare.close()
    assert (done.exit_code, "db upgrade" in done.stderr) == (1, True)
