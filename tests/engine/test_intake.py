"""How a message is taken in: stored first, and its turn begun where nothing stands before it."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from models.database.engine import DatabaseUnavailableError
from models.database.notices import Notice
from tests.engine.clock import soon
from tests.engine.heard import Heard
from tests.engine.world import ALICE, BOB, House, opened
from whatsapp.inbound import parse_status

DELIVERED = parse_status({"MessageSid": "SM1", "MessageStatus": "delivered"})


@pytest.fixture
def heard(emptied_postgresql_url: str) -> Iterator[Heard]:
    """What the processes on PostgreSQL are told."""
    with Heard(emptied_postgresql_url) as heard:
        yield heard


def test_a_message_is_stored_and_its_turn_begun_before_anybody_works(any_house: House) -> None:
    taken = any_house.takes_in("Hello")
    (message,) = any_house.messages()
    (turn,) = any_house.turns()
    assert (message.id, message.text, message.turn_id) == (taken.message_id, "Hello", turn.id)
    assert (turn.state, any_house.model.asked) == ("running", [])


def test_a_message_that_comes_twice_is_taken_in_once(any_house: House) -> None:
    any_house.takes_in("Hello", sid="SM1")
    again = any_house.takes_in("Hello", sid="SM1")
    assert (again.message_id, again.turn) == (None, None)
    assert len(any_house.messages()) == 1
    assert any_house.count("messages", channel="whatsapp", outcome="new") == 1
    assert any_house.count("messages", channel="whatsapp", outcome="duplicate") == 1


def test_behind_a_message_that_waits_none_begins_a_turn(any_house: House) -> None:
    assert any_house.takes_in("Hello").turn is not None
    assert any_house.takes_in("Are you there?").turn is None
    assert any_house.takes_in("Hello", BOB).turn is not None


def test_a_keyword_is_known_by_its_word(house: House) -> None:
    house.takes_in(" /CFO ")
    house.takes_in("/a/b is a path", BOB)
    assert [message.is_keyword for message in house.messages()] == [True, False]


def test_without_room_for_it_a_message_waits(sqlite_url: str) -> None:
    with opened(sqlite_url, at_once=1) as house:
        alices = house.model.holds()
        house.hears("Hello", ALICE)
        assert house.hears("Hello", BOB).turn is None
        alices.says("Welcome, Alice.")
        assert soon(lambda: house.read(BOB) == ["Yes."])
        assert house.read(ALICE) == ["Welcome, Alice."]


def test_a_process_that_only_takes_in_leaves_its_messages_to_others(any_house: House) -> None:
    front = any_house.beside("front", runs_turns=False)
    taken = front.hears("Hello")
    assert (taken.turn, any_house.turns()) == (None, [])
    any_house.upkeep.sweep()
    assert soon(lambda: any_house.read() == ["Yes."])


def test_whoever_stops_takes_messages_in_to_the_end(any_house: House) -> None:
    any_house.runner.stop(0)
    taken = any_house.hears("Hello")
    assert (taken.message_id is not None, taken.turn) == (True, None)
    any_house.beside().upkeep.sweep()
    assert soon(lambda: any_house.read() == ["Yes."])


def test_while_the_database_is_away_nothing_is_acknowledged(house: House) -> None:
    house.database.is_away = True
    with pytest.raises(DatabaseUnavailableError):
        house.takes_in("Hello")
    assert house.count("messages", channel="whatsapp", outcome="new") == 0


def test_the_others_hear_of_a_message_that_waits(emptied_postgresql_url: str, heard: Heard) -> None:
    with opened(emptied_postgresql_url) as house:
        taken = house.takes_in("Hello")  # its turn began, and needs nobody
        house.takes_in("Are you there?")
        assert soon(lambda: heard.notices == [Notice("web 1", True, taken.diner_id)])


def test_who_stops_or_runs_no_turns_says_so(emptied_postgresql_url: str, heard: Heard) -> None:
    with opened(emptied_postgresql_url) as house:
        house.runner.stop(0)
        alice = house.takes_in("Hello").diner_id
        bob = house.beside("front", runs_turns=False).takes_in("Hello", BOB).diner_id
        assert soon(
            lambda: heard.notices == [Notice("web 1", False, alice), Notice("front", False, bob)]
        )


def test_sessions_that_the_server_ends_cost_no_message_and_no_status(postgresql_url: str) -> None:
    end_all = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND datname = current_database() AND backend_type = 'client backend'"
    )
    with opened(postgresql_url) as house:
        for number in range(10):
            with house.eye.transaction() as session:
                session.execute(end_all)
            if number % 2:
                assert house.takes_in("Hello").message_id
            else:
                house.receipts.note(DELIVERED, None)


def test_a_message_is_on_the_disk_before_its_204_and_its_reply_before_it_is_sent(
    sqlite_url: str,
) -> None:
    with opened(sqlite_url) as house:
        settled: list[tuple[int, list[str], list[str]]] = []

        def disk(work: Callable[[], object]) -> object:
            states = [turn.state for turn in house.turns()]
            settled.append((len(house.messages()), states, house.read()))
            return work()

        house.database.begin_settling(disk)
        taken = house.takes_in("Hello")
        assert settled == [(1, ["running"], [])]
        house.intake.wake(taken)
        assert soon(lambda: house.read() == ["Yes."])
        assert settled[1] == (1, ["done"], [])
