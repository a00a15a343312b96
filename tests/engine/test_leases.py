"""The leases of a process: held while it works, renewed while they are its own, handed back."""

from datetime import timedelta

import pytest

from models.database.engine import DatabaseUnavailableError
from models.turns import Claimed
from tests.engine.world import LEASE_S, House


def claimed(house: House) -> Claimed:
    """A turn that this house has begun and holds."""
    turn = house.takes_in("Hello").turn
    assert turn is not None
    house.leases.hold(turn.lease, turn.lease_until)
    return turn


def test_a_lease_is_ours_until_it_runs_out(house: House) -> None:
    turn = claimed(house)
    house.clock.passes(LEASE_S - 0.001)
    assert house.leases.may_send(turn.lease)
    house.clock.passes(0.001)
    assert not house.leases.may_send(turn.lease)


def test_what_was_never_held_or_let_go_is_not_ours(house: House) -> None:
    turn = claimed(house)
    house.leases.release(turn.lease)
    assert not house.leases.may_send(turn.lease)
    assert not house.leases.may_send("another's")


def test_a_lease_is_held_for_as_long_as_the_block_works(house: House) -> None:
    with house.leases.holding("mine", house.leases.until(house.clock.now())):
        assert house.leases.may_send("mine")
    assert not house.leases.may_send("mine")


def test_the_heartbeat_makes_it_last(any_house: House) -> None:
    turn = claimed(any_house)
    any_house.clock.passes(LEASE_S - 1)
    any_house.leases.renew()
    any_house.clock.passes(LEASE_S - 1)
    assert any_house.leases.may_send(turn.lease)
    (stored,) = any_house.turns()
    assert stored.lease_until == turn.lease_until + timedelta(seconds=LEASE_S - 1)


def test_what_another_has_taken_over_never_becomes_ours_again(any_house: House) -> None:
    turn = claimed(any_house)
    any_house.clock.passes(LEASE_S)  # frozen
    assert any_house.claims(turn.diner.id) is not None
    any_house.leases.renew()
    assert not any_house.leases.may_send(turn.lease)


def test_what_is_let_go_while_the_heart_beats_is_not_held_again(house: House) -> None:
    turn = claimed(house)
    house.database.meanwhile["UPDATE turns"] = lambda: house.leases.release(turn.lease)
    house.leases.renew()
    assert not house.leases.may_send(turn.lease)


def test_the_heartbeat_asks_nobody_when_nothing_is_held(house: House) -> None:
    house.database.is_away = True
    house.leases.renew()


def test_the_heartbeat_says_when_the_database_is_away(house: House) -> None:
    turn = claimed(house)
    house.database.is_away = True
    with pytest.raises(DatabaseUnavailableError):
        house.leases.renew()
    assert house.leases.may_send(turn.lease)


def test_what_is_handed_back_is_anothers_at_once_and_the_attempt_does_not_count(
    any_house: House,
) -> None:
    turn = claimed(any_house)
    any_house.leases.hand_back_all()
    heirs = any_house.claims(turn.diner.id)
    assert heirs is not None
    assert (heirs.id, heirs.attempt) == (turn.id, 1)


def test_while_the_database_is_away_leases_are_left_to_run_out(house: House) -> None:
    turn = claimed(house)
    house.database.is_away = True
    house.leases.hand_back_all()
    house.database.is_away = False
    assert house.claims(turn.diner.id) is None
    house.clock.passes(LEASE_S)
    assert house.claims(turn.diner.id) is not None
