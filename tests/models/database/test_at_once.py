"""Two processes at the same moment: what both would do to a diner, one does; nothing is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import text

from models import claiming, sending
from models.turns import Claimed
from tests.models.desk import LEASE_S, Desk, moment, waits_for_a_lock

AT_ONCE = 4
ROUNDS = 5
GATE = 7

T = TypeVar("T")


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield threads


def all_at_once(threads: ThreadPoolExecutor, work: Callable[[int], T]) -> list[T]:
    together = Barrier(AT_ONCE, timeout=10)

    def begin_together(number: int) -> T:
        together.wait()
        return work(number)

    return list(threads.map(begin_together, range(AT_ONCE)))


def test_of_many_processes_one_gets_the_turn(desk: Desk, threads: ThreadPoolExecutor) -> None:
    for _ in range(ROUNDS):
        alice = desk.write("One", "Two")
        claims = all_at_once(threads, partial(claim_as, desk, alice))
        (turn,) = filter(None, claims)
        assert len(turn.messages) == 2
        assert desk.end(turn)


def test_of_many_processes_one_takes_over(desk: Desk, threads: ThreadPoolExecutor) -> None:
    alice = desk.write("One")
    desk.claimed(alice, "dead")
    claims = all_at_once(threads, lambda number: desk.claim(alice, f"heir {number}", at=LEASE_S))
    (turn,) = filter(None, claims)
    assert turn.losses == 1


def test_of_many_processes_one_sends_the_part(desk: Desk, threads: ThreadPoolExecutor) -> None:
    part = desk.reply("First", "Second")
    assert part is not None
    desk.sent(part, "SM1")
    claims = all_at_once(threads, lambda number: desk.take(part.diner_id, f"sender {number}"))
    (taken,) = filter(None, claims)
    assert taken.bubble.text == "Second"


def test_a_message_that_comes_many_times_at_once_is_stored_once(
    desk: Desk, threads: ThreadPoolExecutor
) -> None:
    ids = all_at_once(threads, lambda _: desk.deliver("SM1", "Hi"))
    assert len([each for each in ids if each is not None]) == 1


def test_a_new_diners_messages_at_once_make_one_diner(
    desk: Desk, threads: ThreadPoolExecutor
) -> None:
    all_at_once(threads, lambda number: desk.deliver(f"SM{number}", "Hi"))
    assert len(desk.claimed(desk.arrive()).messages) == AT_ONCE


def test_a_turn_that_ended_between_the_look_and_the_claim_leaves_no_empty_one(
    postgresql_desk: Desk, threads: ThreadPoolExecutor
) -> None:
    desk = postgresql_desk
    alice = desk.write("One")
    _hold_claims_of(desk, "slow")
    with desk.database.transaction() as session:
        session.execute(text(f"SELECT pg_advisory_xact_lock({GATE})"))
        slow = threads.submit(desk.claim, alice, "slow")
        assert waits_for_a_lock(desk, slow)
        assert desk.end(desk.claimed(alice, "fast"))
    assert slow.result(10) is None
    desk.write("Two")
    assert len(desk.claimed(alice, "next").messages) == 1


def test_who_takes_over_gets_what_is_being_absorbed(
    postgresql_desk: Desk, threads: ThreadPoolExecutor
) -> None:
    desk = postgresql_desk
    alice = desk.write("One")
    turn = desk.claimed(alice, "slow")
    desk.write("Two")
    with desk.database.connection() as connection:
        absorbed = claiming.absorb(connection, turn)
        heir = threads.submit(desk.claimed, alice, "heir", at=LEASE_S)
        assert waits_for_a_lock(desk, heir)
    assert [message.text for message in absorbed] == ["Two"]
    assert [message.text for message in heir.result(10).messages] == ["One", "Two"]


def test_who_is_taken_over_meanwhile_absorbs_nothing(
    postgresql_desk: Desk, threads: ThreadPoolExecutor
) -> None:
    desk = postgresql_desk
    alice = desk.write("One")
    turn = desk.claimed(alice, "slow")
    desk.write("Two")
    with desk.database.connection() as connection:
        heir = claiming.claim(
            connection, alice, lease="heir", now=moment(LEASE_S), until=moment(LEASE_S * 2)
        )
        absorbed = threads.submit(desk.absorb, turn)
        assert waits_for_a_lock(desk, absorbed)
    assert heir is not None
    assert absorbed.result(10) == []
    assert desk.absorb(heir) == ["Two"]


def test_a_part_that_is_recorded_while_another_process_looks_is_not_sent_again(
    postgresql_desk: Desk, threads: ThreadPoolExecutor
) -> None:
    desk = postgresql_desk
    part = desk.reply("First", "Second")
    assert part is not None
    with desk.database.connection() as connection:
        sending.mark_sent(connection, part, "SM1", moment(LEASE_S))
        heir = threads.submit(desk.take, part.diner_id, "heir", at=LEASE_S)
        assert waits_for_a_lock(desk, heir)
    taken = heir.result(10)
    assert taken is not None
    assert (taken.bubble.text, taken.maybe_sent_since) == ("Second", None)


def _hold_claims_of(desk: Desk, lease: str) -> None:
    """Claims under this lease wait at the gate: they have looked for messages, not yet written."""
    with desk.database.transaction() as session:
        session.execute(
            text(f"""
                CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_advisory_xact_lock({GATE}); RETURN NEW; END $$
            """)
        )
        session.execute(
            text(f"""
                CREATE TRIGGER gate BEFORE INSERT ON turns FOR EACH ROW
                WHEN (NEW.lease = '{lease}') EXECUTE FUNCTION wait_at_the_gate()
            """)
        )


def claim_as(desk: Desk, diner_id: int, process: int) -> Claimed | None:
    return desk.claim(diner_id, f"lease {process}")
