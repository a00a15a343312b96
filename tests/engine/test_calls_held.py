"""By which process calls are held, while they ring, while they last, and where it stops."""

from contextlib import suppress
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from engine.call_tokens import CallTokens
from engine.picking_up import Connect, Play, Reject
from models.calls import PhoneCall
from models.database.engine import DatabaseUnavailableError
from tests.engine.clock import WAIT_S, soon
from tests.engine.switchboard import FISH, SHORT_S, Switchboard, writes
from tests.engine.world import ALICE, BOB, CHARLIE, House
from whatsapp.ringing import CallStatus


def test_at_most_so_many_are_under_way(board: Switchboard) -> None:
    writes(board.house)
    board.rings()
    board.rings()
    assert board.rings() == Play("busy", "en")
    assert board.house.sweeps_until(lambda: len(board.house.read()) == 2)
    assert board.house.read()[1].startswith("Sorry, I could not take your call just now.")
    assert len(board.talks) == 2


def test_one_diner_holds_two_lines_at_most(any_house: House) -> None:
    board = Switchboard(any_house, most=9)
    board.rings("CA1")
    board.takes("CA2")
    assert board.rings("CA3", is_whatsapp=True) == Play("busy", "en")
    assert isinstance(board.rings("CA1"), Connect)  # once more
    assert isinstance(board.rings("CA4", address=BOB), Connect)
    board.calls.ended(CallStatus("CA1", "completed", 0))
    assert isinstance(board.rings("CA3"), Connect)
    board.calls.stop(SHORT_S)


def test_those_who_show_no_number_hold_a_quarter_of_the_lines_at_most(any_house: House) -> None:
    board = Switchboard(any_house, most=16)
    taken = [board.rings(address=None) for _ in range(6)]
    assert [isinstance(each, Connect) for each in taken] == [True] * 4 + [False] * 2
    assert isinstance(board.rings(), Connect)
    board.calls.stop(SHORT_S)


def test_a_stream_that_comes_to_another_process_is_begun_anew_there(board: Switchboard) -> None:
    other = Switchboard(board.house, process="web 2")
    connect = board.rings("CA1")
    assert other.calls.take(connect.token, "CA1", "MZ1") is not None
    assert [each.did for each in other.talks] == [["open"]]
    board.calls.here.look()
    assert [each.did for each in board.talks] == [["open", "abandon"]]
    other.talks[0].ringing.records.on_exchange(FISH)
    assert soon(board.house.turns)
    other.calls.stop(SHORT_S)


def test_one_that_rings_on_is_waited_for(board: Switchboard) -> None:
    board.rings("CA1")
    board.calls.here.look()
    assert board.talks[0].did == ["open"]


def test_who_hangs_up_before_the_stream_comes_costs_no_more(board: Switchboard) -> None:
    board.rings("CA1")
    board.calls.ended(CallStatus("CA1", "in-progress", 0))
    assert board.talks[0].did == ["open"]
    board.calls.ended(CallStatus("CA1", "completed", 0))
    assert board.talks[0].did == ["open", "abandon"]
    assert board.rows == [("over", "hung_up")]


def test_a_webhook_that_comes_once_more_is_answered_once_more(board: Switchboard) -> None:
    first, second = board.rings("CA1"), board.rings("CA1")
    assert [each.did for each in board.talks] == [["open", "abandon"], ["open"]]
    assert board.calls.take(first.token, "CA1", "MZ1") is not None
    assert board.calls.take(second.token, "CA1", "MZ1") is None
    assert board.rings("CA1") == Reject()


def test_a_ring_that_is_kept_after_its_retry_leaves_that_ones_call_good(
    board: Switchboard,
) -> None:
    """Twilio had no answer to the first of the two in time, and follows the second's."""
    other = Switchboard(board.house, process="web 2")
    answers: list[Connect] = []
    board.meanwhile.append(lambda: answers.append(other.rings("CA1")))
    answers.append(board.rings("CA1"))
    retried, first = answers
    assert other.calls.take(retried.token, "CA1", "MZ1") is not None
    assert board.calls.take(first.token, "CA1", "MZ2") is None
    board.calls.here.look()
    assert [each.did for each in board.talks] == [["open", "abandon"]]
    assert [each.did for each in other.talks] == [["open"]]
    other.calls.stop(SHORT_S)


def test_all_processes_have_the_same_token_for_a_call_and_nobody_else_has(house: House) -> None:
    token = CallTokens(house.database).of("CA1")
    assert CallTokens(house.database).of("CA1") == token
    assert CallTokens(house.database).of("CA2") != token
    assert CallTokens(house.database, "a key of the tests").of("CA1") != token


def test_a_webhook_that_comes_once_more_to_another_process_is_answered_there(
    board: Switchboard,
) -> None:
    other = Switchboard(board.house, process="web 2", most=1)  # all lines are this one
    first, second = board.rings("CA1"), other.rings("CA1")
    assert isinstance(second, Connect)
    board.calls.here.look()
    assert [each.did for each in board.talks] == [["open", "abandon"]]
    # The stream may come to either of them.
    assert board.calls.take(second.token, "CA1", "MZ1") is not None
    assert other.calls.take(first.token, "CA1", "MZ1") is None
    other.calls.here.look()
    assert other.talks[0].did == ["open", "abandon"]
    assert board.talks[-1].did == ["open"]
    other.calls.stop(SHORT_S)


def test_the_heartbeat_holds_what_is_live_and_ends_what_nobody_holds(board: Switchboard) -> None:
    dead = Switchboard(board.house, process="web 2")
    dead.takes("CA1")
    board.takes("CA2")
    for _ in range(5):
        board.house.clock.passes(10)
        board.calls.here.look()
    assert board.rows == [("over", "lost"), ("live", None)]
    assert board.house.count("calls", outcome="lost") == 1
    dead.calls.here.beat()  # it was only frozen
    assert dead.talks[0].did == ["open", "stop"]
    dead.calls.stop(SHORT_S)


def test_a_caller_who_asks_to_be_forgotten_is_said_goodbye_to(board: Switchboard) -> None:
    writes(board.house)
    board.takes()
    board.house.hears("/forget")
    assert board.house.sweeps_until(lambda: board.rows == [])
    board.calls.here.beat()
    assert board.talks[0].did == ["open", "stop"]


def test_a_process_that_stops_says_goodbye_and_takes_no_more(board: Switchboard) -> None:
    run = board.runs("CA1")
    connect = board.rings("CA2")
    board.talks[0].ringing.records.on_exchange(FISH)
    board.calls.stop(WAIT_S)
    run.join(WAIT_S)
    assert board.talks[0].did == ["open", "stop"]
    assert board.talks[1].did == ["open", "abandon"]
    assert board.rows == [("over", "stopping"), ("ringing", None)]
    assert [each.reply for each in board.house.turns()] == ["Tilapia."]
    assert board.calls.take(connect.token, "CA2", "MZ2") is None
    assert board.rings() == Play("sorry", "en")


def test_a_call_that_goes_on_after_the_grace_time_is_cut(board: Switchboard) -> None:
    board.takes("CA1")  # nobody runs it
    board.calls.stop(0.2)
    assert board.talks[0].did == ["open", "stop", "abandon"]
    assert soon(lambda: board.rows == [("over", "stopping")])


def test_who_is_back_first_after_an_outage_ends_no_calls_of_the_others(board: Switchboard) -> None:
    other = Switchboard(board.house, process="web 2")
    board.takes("CA1")
    other.takes("CA2", address=BOB)
    both = (board.calls.here, other.calls.here)
    for is_away in [False] * 5 + [True] * 4 + [False]:
        board.house.clock.passes(10)
        board.house.database.is_away = is_away
        for each in both:
            with suppress(DatabaseUnavailableError):
                each.look()
    assert board.rows == [("live", None)] * 2
    assert [each.did for each in (*board.talks, *other.talks)] == [["open"]] * 2
    other.calls.stop(SHORT_S)


def test_who_starts_ends_no_call_of_one_that_may_be_back_this_moment(board: Switchboard) -> None:
    other = Switchboard(board.house, process="web 2")
    other.takes("CA1")
    board.house.clock.passes(45)
    board.calls.here.look()
    assert board.rows == [("live", None)]
    other.calls.stop(SHORT_S)


def test_one_whose_token_is_old_is_given_up_with_the_database_away(board: Switchboard) -> None:
    board.rings("CA1")
    board.house.database.is_away = True
    board.house.clock.passes(59)
    with pytest.raises(DatabaseUnavailableError):
        board.calls.here.look()
    assert board.talks[0].did == ["open"]
    board.house.clock.passes(2)
    with suppress(DatabaseUnavailableError):
        board.calls.here.look()
    assert board.talks[0].did == ["open", "abandon"]
    board.house.database.is_away = False


def test_one_that_begins_as_the_process_stops_is_said_goodbye_to(board: Switchboard) -> None:
    stopping = Thread(target=board.calls.stop, args=(WAIT_S,))

    def stops() -> None:
        if stopping.ident is None:
            stopping.start()
        assert soon(lambda: board.calls.here.is_stopping)

    connect = board.rings("CA1")
    board.house.database.meanwhile["UPDATE calls"] = stops
    live: Any = board.calls.take(connect.token, "CA1", "MZ1")
    assert live is not None
    assert board.talks[-1].did == ["open", "stop"]
    assert live.run(None, "MZ1") == "stopping"
    stopping.join(WAIT_S)
    assert board.rows == [("over", "stopping")]


def test_one_that_rings_as_the_process_stops_is_left_to_another(board: Switchboard) -> None:
    board.meanwhile = [lambda: board.calls.stop(SHORT_S)]
    connect = board.rings("CA1")
    assert isinstance(connect, Connect)
    assert "abandon" in board.talks[0].did
    other = Switchboard(board.house, process="web 2")
    assert other.calls.take(connect.token, "CA1", "MZ1") is not None
    other.calls.stop(SHORT_S)


def test_one_that_is_stuck_keeps_no_other_from_its_goodbye(board: Switchboard) -> None:
    for sid in ("CA1", "CA2"):
        board.runs(sid)
    board.talks[0].stuck = Event()
    stopping = Thread(target=board.calls.stop, args=(WAIT_S,))
    stopping.start()
    assert soon(lambda: board.talks[1].did == ["open", "stop"])
    board.talks[0].stuck.set()
    stopping.join(WAIT_S)
    assert board.rows == [("over", "stopping")] * 2


def test_one_that_is_stuck_keeps_no_other_from_hearing_that_it_is_lost(board: Switchboard) -> None:
    for sid in ("CA1", "CA2"):
        board.runs(sid)
    board.talks[0].stuck = Event()
    with board.house.eye.transaction() as session:
        session.execute(update(PhoneCall).values(state="over"))
    beat = Thread(target=board.calls.here.beat)
    beat.start()
    assert soon(lambda: board.talks[1].did == ["open", "stop"])
    board.talks[0].stuck.set()
    beat.join(WAIT_S)


def test_what_is_lost_as_the_process_stops_with_the_database_away_is_told(house: House) -> None:
    board = Switchboard(house, most=3)
    for sid, caller in (("CA1", ALICE), ("CA2", BOB), ("CA3", CHARLIE)):
        board.runs(sid, address=caller)
    house.database.is_away = True
    for talk in board.talks:
        talk.ringing.records.on_exchange(FISH)
    with capture_logs() as logged:
        board.calls.stop(SHORT_S)
    assert [each["calls"] for each in logged if each["event"] == "calls.unwritten"] == [3]
    house.database.is_away = False
