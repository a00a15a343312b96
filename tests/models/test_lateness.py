"""How long what nobody works on has waited; what waits on purpose is not meant."""

from models import lateness
from tests.models.desk import BOB, LEASE_S, Desk, moment


def ages(desk: Desk, at: float) -> tuple[float, float]:
    """Of the inbox and of the outbox, in seconds."""
    with desk.database.alone() as connection:
        found = lateness.ages(connection, moment(at))
    return found["inbox_age_s"], found["outbox_lag_s"]


def test_where_nothing_waits_nothing_is_late(desk: Desk) -> None:
    part = desk.reply("Yes.")
    assert part is not None
    desk.sent(part, "SM-out")
    assert ages(desk, 3600) == (0, 0)


def test_the_oldest_message_that_nobody_took_counts(desk: Desk) -> None:
    desk.write("Hi", at=10)
    desk.write("Hello", diner=BOB, at=50)
    assert ages(desk, 75) == (65, 0)


def test_a_message_waits_for_its_diners_turn_as_long_as_that_lives(desk: Desk) -> None:
    desk.claimed(desk.write("Hi"))
    desk.write("And another", at=1)
    assert ages(desk, LEASE_S - 1) == (0, 0)
    assert ages(desk, LEASE_S + 5) == (LEASE_S + 4, 0)


def test_a_turn_whose_process_is_gone_counts_from_its_leases_end(desk: Desk) -> None:
    desk.claimed(desk.write("Hi"))
    assert ages(desk, LEASE_S + 7) == (7, 0)


def test_a_turn_that_waits_for_its_place_counts_from_when_somebody_looked(desk: Desk) -> None:
    """As one does that may end its process, and runs without another one of its kind."""
    alice = desk.write("Hi")
    for number in range(2):
        desk.claimed(alice, f"dead {number}", at=number * LEASE_S)
    assert desk.claim(alice, at=3 * LEASE_S, may_run_alone=lambda: False) is None
    assert ages(desk, 3 * LEASE_S) == (0, 0)
    assert ages(desk, 3 * LEASE_S + 7) == (7, 0)


def test_a_part_that_could_go_out_and_does_not_counts(desk: Desk) -> None:
    desk.reply("First", "Second")
    assert ages(desk, LEASE_S - 1) == (0, 0)
    assert ages(desk, LEASE_S + 61) == (0, 61)


def test_a_part_that_was_put_off_counts_from_its_time_and_those_behind_it_not_at_all(
    desk: Desk,
) -> None:
    part = desk.reply("First", "Second")
    assert part is not None
    desk.try_later(part, pause_s=300)
    assert ages(desk, 299) == (0, 0)
    assert ages(desk, 370) == (0, 70)
