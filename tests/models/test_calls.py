"""Calls ring, are taken once by their token, held under a lease, and over."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from models import (
    call_turns,
    calls,
    calls_held,
    diners,
    erasure,
    history,
    identities,
    meter,
    outbox,
    purging,
)
from models.bubbles import Bubble
from models.calls import CallerMovedError, PhoneCall, TakenCall
from models.inbox import Incoming, Message
from models.meter import TO_THE_END, Ids
from models.tokens import Tokens
from models.turns import Turn
from tests.models.desk import ALICE, BOB, KIGALI, Desk, moment

MOST = 2


def ring(
    desk: Desk,
    sid: str,
    *,
    token: str = "",
    most: int = MOST,
    of_theirs: int = 99,
    who: str = ALICE,
    at: float = 0,
) -> int | None:
    diner_id = desk.arrive(who, at=at)
    with desk.database.connection() as connection:
        return calls.ring(
            connection,
            sid=sid,
            diner_id=diner_id,
            number=KIGALI,
            way="phone",
            token=token or f"token of {sid}",
            process="web 1",
            most=most,
            most_of_theirs=of_theirs,
            is_anonymous=False,
            now=moment(at),
        )


def take(
    desk: Desk, sid: str, *, token: str = "", process: str = "web 1", at: float = 1
) -> TakenCall | None:
    with desk.database.alone() as connection:
        return calls.take(
            connection,
            sid=sid,
            token=token or f"token of {sid}",
            stream_sid="MZ1",
            process=process,
            now=moment(at),
            until=moment(at + 30),
        )


def end(desk: Desk, sid: str, why: str = "hung_up", *, seconds: int = 7, at: float = 9) -> bool:
    with desk.database.alone() as connection:
        return calls.end(connection, sid, why, seconds=seconds, now=moment(at))


def sweep(desk: Desk, at: float) -> list[bool]:
    with desk.database.alone() as connection:
        return [each.was_live for each in calls_held.sweep(connection, moment(at))]


def renew(desk: Desk, *ids: int, process: str = "web 1", at: float = 10) -> set[int]:
    with desk.database.alone() as connection:
        return calls_held.renew(
            connection, list(ids), process=process, now=moment(at), until=moment(at + 30)
        )


def write(
    desk: Desk, call_id: int, *texts: str, reply: str = "Yes.", at: float = 2, **given: Any
) -> int | None:
    given.setdefault("before", before(desk, call_id))
    with desk.database.connection() as connection:
        kept = call_turns.write(
            connection,
            call_id,
            before=given["before"],
            texts=texts,
            reply=reply,
            persona="waiter",
            tokens=given.get("tokens", Tokens()),
            calls=(),
            now=moment(at),
        )
    return kept.turn_id if kept else None


def before(desk: Desk, call_id: int) -> int:
    """So many places its messages took so far."""
    with desk.database.transaction() as session:
        call = session.get(PhoneCall, call_id)
    return call.messages if call else 0


def kept(desk: Desk) -> list[tuple[str, str, str | None]]:
    with desk.database.transaction() as session:
        found = session.scalars(select(PhoneCall).order_by(PhoneCall.id))
        return [(each.sid, each.state, each.why) for each in found]


def test_a_call_rings_and_its_stream_takes_it_by_its_token_once(desk: Desk) -> None:
    call_id = ring(desk, "CA1")
    taken = take(desk, "CA1")
    assert taken is not None
    assert (taken.id, taken.number, taken.way) == (call_id, KIGALI, "phone")
    assert take(desk, "CA1") is None
    assert kept(desk) == [("CA1", "live", None)]


def test_a_wrong_token_and_another_calls_take_nothing(desk: Desk) -> None:
    ring(desk, "CA1")
    ring(desk, "CA2")
    assert take(desk, "CA1", token="guessed") is None
    assert take(desk, "CA1", token="token of CA2") is None
    assert take(desk, "CA1") is not None


def test_a_token_is_good_for_a_minute(desk: Desk) -> None:
    ring(desk, "CA1")
    assert take(desk, "CA1", at=61) is None


def test_no_token_is_stored_but_its_hash(desk: Desk) -> None:
    ring(desk, "CA1", token="a secret")
    with desk.database.transaction() as session:
        (token,) = session.scalars(select(PhoneCall.token))
    assert token == calls.hashed("a secret")
    assert "a secret" not in token


def test_so_many_are_under_way_at_once_and_no_more(desk: Desk) -> None:
    assert ring(desk, "CA1")
    assert ring(desk, "CA2")
    take(desk, "CA2")
    assert ring(desk, "CA3") is None
    assert end(desk, "CA1")
    assert ring(desk, "CA3")


def test_so_many_are_one_diners_and_no_more(desk: Desk) -> None:
    assert ring(desk, "CA1", most=9, of_theirs=2)
    assert ring(desk, "CA2", most=9, of_theirs=2)
    assert ring(desk, "CA3", most=9, of_theirs=2) is None
    assert ring(desk, "CA2", most=9, of_theirs=2)  # once more
    assert ring(desk, "CA4", most=9, of_theirs=2, who=BOB)
    end(desk, "CA1")
    assert ring(desk, "CA3", most=9, of_theirs=2)


def test_who_rings_once_more_keeps_the_place_and_gets_another_token(desk: Desk) -> None:
    first = ring(desk, "CA1", token="first", most=1)
    assert ring(desk, "CA1", token="second", most=1) == first
    assert take(desk, "CA1", token="first") is None
    assert take(desk, "CA1", token="second") is not None
    assert ring(desk, "CA1", token="third", most=1) is None  # it was taken


def test_of_many_that_ring_at_once_in_all_processes_no_more_come_in(postgresql_desk: Desk) -> None:
    postgresql_desk.arrive(ALICE)
    with ThreadPoolExecutor(12) as threads:
        rung = list(threads.map(lambda nth: ring(postgresql_desk, f"CA{nth}", most=5), range(40)))
    assert len([each for each in rung if each]) == 5


def test_a_dead_processs_call_holds_no_place_and_is_lost(desk: Desk) -> None:
    ring(desk, "CA1", most=1)
    take(desk, "CA1", at=1)
    assert ring(desk, "CA2", most=1, at=32)
    assert sweep(desk, at=32) == [True]
    assert kept(desk) == [("CA1", "over", "lost"), ("CA2", "ringing", None)]
    assert sweep(desk, at=95) == [False]
    assert kept(desk)[1] == ("CA2", "over", "not_taken")


def test_a_caller_who_is_one_with_another_diner_meanwhile_is_asked_for_anew(desk: Desk) -> None:
    with desk.database.connection() as connection, pytest.raises(CallerMovedError):
        calls.ring(
            connection,
            sid="CA1",
            diner_id=999,
            number=KIGALI,
            way="phone",
            token="1",
            process="web 1",
            most=2,
            most_of_theirs=2,
            is_anonymous=False,
            now=moment(0),
        )


def test_a_heartbeat_keeps_what_is_ours_alone(desk: Desk) -> None:
    ours, others, ended = (ring(desk, sid, most=5) for sid in ("CA1", "CA2", "CA3"))
    assert ours is not None
    assert others is not None
    assert ended is not None
    take(desk, "CA1")
    take(desk, "CA2", process="web 2")
    take(desk, "CA3")
    end(desk, "CA3")
    assert renew(desk, ours, others, ended, at=20) == {ours}
    assert sweep(desk, at=40) == [True]
    assert renew(desk, ours, at=60) == {ours}  # nobody else has it
    assert sweep(desk, at=90) == [True]
    assert renew(desk, ours, at=91) == set()


def test_the_processes_know_which_of_their_calls_were_taken_elsewhere(desk: Desk) -> None:
    ring(desk, "CA1")
    ring(desk, "CA2")
    take(desk, "CA1", process="web 2")
    with desk.database.alone() as connection:
        here = calls_held.ringing_here(connection, ["CA1", "CA2"], process="web 1", now=moment(2))
    assert here == {"CA2"}


def test_a_call_ends_once(desk: Desk) -> None:
    ring(desk, "CA1")
    take(desk, "CA1")
    assert end(desk, "CA1", "silence", seconds=90_000)
    assert not end(desk, "CA1", "hung_up")
    with desk.database.transaction() as session:
        call = session.scalars(select(PhoneCall)).one()
        assert (call.why, call.seconds) == ("silence", 24 * 3600)
        assert call.ended_at == moment(9)


def taken(desk: Desk, sid: str = "CA1") -> int:
    call_id = ring(desk, sid)
    assert call_id is not None
    assert take(desk, sid)
    return call_id


def test_what_is_said_is_a_turn_that_was_answered(desk: Desk) -> None:
    call_id = taken(desk)
    write(desk, call_id, "A table?", "For two.", reply="Gladly.")
    write(desk, call_id, "Thanks", reply="Until then.")
    with desk.database.transaction() as session:
        turns = session.scalars(select(Turn).order_by(Turn.id)).all()
        said = session.scalars(select(Message).order_by(Message.id)).all()
    assert [(each.state, each.reply, each.call_id) for each in turns] == [
        ("done", "Gladly.", call_id),
        ("done", "Until then.", call_id),
    ]
    assert [(each.sid, each.text) for each in said] == [
        ("CA1.1", "A table?"),
        ("CA1.2", "For two."),
        ("CA1.3", "Thanks"),
    ]
    assert [each.turn_id for each in said] == [turns[0].id, turns[0].id, turns[1].id]


def test_a_call_that_rings_is_nobody_elses(desk: Desk) -> None:
    call_id = ring(desk, "CA1")
    assert ring(desk, "CA1", who=BOB, token="another") is None
    assert take(desk, "CA1", token="another") is None
    assert ring(desk, "CA1", token="anew") == call_id
    assert take(desk, "CA1", token="anew")


def test_what_was_written_though_nobody_heard_so_is_not_written_again(desk: Desk) -> None:
    call_id = taken(desk)
    write(desk, call_id, "A table?", before=0)
    assert write(desk, call_id, "A table?", before=0) is None
    assert write(desk, call_id, reply="Are you there?", before=1)
    assert write(desk, call_id, reply="Are you there?", before=1) is None


def test_what_is_written_later_knows_of_what_was_said(desk: Desk) -> None:
    call_id = taken(desk)
    write(desk, call_id, "A table?", reply="Gladly.", at=0)
    desk.talk("And parking?", reply="In the yard.")
    told = [(each.texts, each.reply) for each in desk.history(desk.arrive(ALICE))]
    assert told == [(("A table?",), "Gladly."), (("And parking?",), "In the yard.")]


def test_a_turn_that_runs_meanwhile_goes_on(desk: Desk) -> None:
    call_id = taken(desk)
    turn = desk.claimed(desk.write("The menu?"))
    assert write(desk, call_id, "Hello?")
    desk.write("Please")
    assert desk.absorb(turn) == ["Please"]
    assert desk.end(turn)


def test_what_is_said_is_no_turn_of_a_diners_share(desk: Desk) -> None:
    call_id = taken(desk)
    write(desk, call_id, "Hello?")
    turn = desk.claimed(desk.write("The menu?"))
    with desk.database.alone() as connection:
        assert [each.state for each in history.latest(connection, turn, 9)] == ["running"]


def test_what_is_said_before_a_message_is_answered_leaves_it_waiting(desk: Desk) -> None:
    call_id = taken(desk)
    diner_id = desk.write("The menu?")
    write(desk, call_id, "Hello?")
    assert [each.text for each in desk.claimed(diner_id).messages] == ["The menu?"]


def test_the_words_of_a_call_are_no_messages_to_be_paid_for(desk: Desk) -> None:
    call_id = taken(desk)
    write(desk, call_id, "One", "Two", tokens=Tokens(10, 0, 5, 8, 4))
    used = used_of(desk)
    assert (used.turns, used.messages_in, used.messages_out) == (1, 0, 0)
    assert used.tokens == Tokens(10, 0, 5, 8, 4)
    end(desk, "CA1")
    purging.purge(desk.database, moment(3600))
    assert kept(desk) == []
    assert used_of(desk) == used  # it was counted as what it was


def used_of(desk: Desk) -> meter.Use:
    first = Ids(0, 0, 0)
    with desk.database.alone() as connection:
        found = meter.within(connection, KIGALI, moment(-60), moment(3600), first, TO_THE_END)
    return found["waiter"]


def test_a_call_under_way_outlives_a_purge(desk: Desk) -> None:
    call_id = taken(desk)
    purging.purge(desk.database, moment(3600))
    assert write(desk, call_id, "Hello?", at=3600)


def test_an_old_call_goes_and_with_it_a_diner_of_whom_nothing_else_is_kept(desk: Desk) -> None:
    taken(desk)
    end(desk, "CA1")
    assert purging.purge(desk.database, moment(3600)).diners == 1
    assert kept(desk) == []


def test_who_asks_to_be_forgotten_takes_their_calls_along(desk: Desk) -> None:
    call_id = taken(desk)
    write(desk, call_id, "A table?")
    turn = desk.claimed(desk.write("/forget"))
    write(desk, call_id, "For two.")  # while it is carried out
    erasure.forget(desk.database, turn, moment(3))
    with desk.database.connection() as connection:
        erasure.begin_forgetting(connection, turn, moment(3))
    assert kept(desk) == []
    assert write(desk, call_id, "And parking?") is None
    with desk.database.transaction() as session:
        assert session.scalars(select(Turn.id)).all() == [turn.id]
        assert [each.text for each in session.scalars(select(Message))] == ["/forget"]


def test_a_forgotten_calls_reply_that_is_being_sent_stays_until_it_is(desk: Desk) -> None:
    call_id = taken(desk)
    turn_id = write(desk, call_id, reply="The menu")
    alice = desk.arrive(ALICE)
    with desk.database.connection() as connection:
        outbox.put(connection, alice, Bubble("The menu"), turn_id=turn_id, now=moment(2))
    turn = desk.claimed(desk.write("/forget"))
    with desk.database.connection() as connection:
        erasure.begin_forgetting(connection, turn, moment(3))
    assert kept(desk) == []
    with desk.database.transaction() as session:
        assert session.get_one(Turn, turn_id).call_id is None


def test_two_who_turn_out_to_be_one_have_their_calls_together(desk: Desk) -> None:
    call_id = taken(desk)
    seen = desk.known(desk.arrive(BOB))
    by_both = Incoming(diners.WHATSAPP, BOB, KIGALI, "SM9", "Hi", other_spelling=ALICE)
    identities.unite(desk.database, seen.id, by_both)
    assert write(desk, call_id, "A table?")
    with desk.database.transaction() as session:
        assert session.scalars(select(Turn.diner_id)).all() == [seen.id]
        assert session.get_one(PhoneCall, call_id).diner_id == seen.id
