"""One turn runs a diner: messages are taken in order, and only who holds the lease ends it."""

from knowledge.notes import DELETED
from models import history, kept, turns, unattended
from models.history import Exchange, Outcome
from models.tokens import Tokens
from models.turns import DEAD, DONE, FAILED, RUNNING, Claimed, Result, Turn
from tests.models.desk import ALICE, BOB, CHARLIE, LEASE_S, Desk, moment


def texts(turn: Claimed | None) -> list[str] | None:
    return None if turn is None else [message.text for message in turn.messages]


def expired(desk: Desk, *, at: float, limit: int = 10) -> list[int]:
    with desk.database.connection() as connection:
        return unattended.expired_diners(connection, moment(at), limit)


def ended(desk: Desk, turn: Claimed) -> Turn:
    with desk.database.transaction() as session:
        return session.get_one(Turn, turn.id)


def test_a_turn_takes_all_that_waits_in_order(desk: Desk) -> None:
    turn = desk.claimed(desk.write("One", "Two", "Three"))
    assert (texts(turn), turn.attempt, turn.is_keyword) == (["One", "Two", "Three"], 1, False)
    assert (turn.diner.address, turn.lease_until) == (ALICE, moment(LEASE_S))


def test_where_nothing_waits_there_is_no_turn(desk: Desk) -> None:
    assert desk.claim(desk.arrive()) is None
    desk.talk("Hi", diner=BOB)
    assert desk.claim(desk.arrive(BOB)) is None


def test_a_turn_takes_messages_up_to_the_first_keyword_and_a_keyword_alone(desk: Desk) -> None:
    alice = desk.write("One", "Two", "/cfo", "/help", "Three", "Four")
    taken = []
    while turn := desk.claim(alice):
        taken.append((texts(turn), turn.is_keyword))
        desk.end(turn)
    assert taken == [
        (["One", "Two"], False),
        (["/cfo"], True),
        (["/help"], True),
        (["Three", "Four"], False),
    ]


def test_a_turn_takes_the_diners_own_messages_only(desk: Desk) -> None:
    desk.write("Mine")
    bob = desk.write("His", diner=BOB)
    desk.write("/cfo", "Hers", diner=CHARLIE)
    assert texts(desk.claim(bob)) == ["His"]


def test_a_second_turn_waits_for_the_first(desk: Desk) -> None:
    alice = desk.write("One")
    first = desk.claimed(alice)
    desk.write("Two")
    assert desk.claim(alice, "second") is None
    assert desk.end(first)
    assert texts(desk.claim(alice, "second")) == ["Two"]


def test_diners_are_answered_beside_each_other(desk: Desk) -> None:
    alice, bob = desk.write("Hi"), desk.write("Hello", diner=BOB)
    assert texts(desk.claim(alice)) == ["Hi"]
    assert texts(desk.claim(bob)) == ["Hello"]


def test_a_turn_is_taken_over_only_after_its_lease_ran_out(desk: Desk) -> None:
    alice = desk.write("One", "Two")
    turn = desk.claimed(alice, "dead")
    assert desk.claim(alice, "next", at=LEASE_S - 1) is None
    taken_over = desk.claimed(alice, "next", at=LEASE_S)
    assert (taken_over.id, taken_over.losses, texts(taken_over)) == (turn.id, 1, ["One", "Two"])
    assert desk.claim(alice, "third", at=LEASE_S + 1) is None


def test_what_came_in_meanwhile_waits_for_the_turn_after_the_one_taken_over(desk: Desk) -> None:
    alice = desk.write("One")
    desk.claimed(alice, "dead")
    desk.write("Two")
    taken_over = desk.claimed(alice, "next", at=LEASE_S)
    assert texts(taken_over) == ["One"]
    assert desk.end(taken_over)
    assert texts(desk.claim(alice, at=LEASE_S)) == ["Two"]


def test_who_lost_the_lease_writes_nothing(desk: Desk) -> None:
    alice = desk.write("One")
    zombie = desk.claimed(alice, "zombie")
    heir = desk.claimed(alice, "heir", at=LEASE_S)
    assert not desk.end(zombie, "Late")
    assert desk.end(heir, "In time", at=40)
    assert not desk.end(zombie, "Later still")
    turn = ended(desk, heir)
    assert (turn.reply, turn.state, turn.ended_at, turn.losses) == ("In time", DONE, moment(40), 1)


def test_a_turn_ends_once(desk: Desk) -> None:
    turn = desk.claimed(desk.write("One"))
    assert desk.end(turn, "First")
    assert not desk.end(turn, "Second")
    assert ended(desk, turn).reply == "First"


def test_an_ending_is_kept_whole(desk: Desk) -> None:
    turn = desk.claimed(desk.write("One"))
    with desk.database.connection() as connection:
        turns.end(
            connection, turn, Result(FAILED, "cfo", "Sorry", "timeout", Tokens(5, 3, 2)), moment(9)
        )
    row = ended(desk, turn)
    assert (row.state, row.persona, row.reply, row.cause, row.ended_at) == (
        FAILED,
        "cfo",
        "Sorry",
        "timeout",
        moment(9),
    )
    assert (row.input_tokens, row.cached_tokens, row.output_tokens) == (5, 3, 2)


def test_a_running_turn_absorbs_what_came_in_meanwhile(desk: Desk) -> None:
    alice = desk.write("One")
    turn = desk.claimed(alice)
    desk.write("Two", "Three", "/cfo", "Four")
    desk.write("Not hers", diner=BOB)
    assert desk.absorb(turn) == ["Two", "Three"]
    assert desk.absorb(turn) == []
    assert desk.end(turn)
    assert texts(desk.claim(alice)) == ["/cfo"]


def test_a_keywords_turn_absorbs_its_album_and_nothing_once_it_is_answered(desk: Desk) -> None:
    turn = desk.claimed(desk.write("/cfo What is VAT?"))
    desk.write("In Malta")
    assert desk.absorb(turn, DELETED) == []
    assert desk.absorb(turn) == ["In Malta"]


def test_where_nothing_came_in_nothing_is_absorbed(desk: Desk) -> None:
    assert desk.absorb(desk.claimed(desk.write("One"))) == []


def test_who_lost_the_lease_absorbs_nothing(desk: Desk) -> None:
    alice = desk.write("One")
    zombie = desk.claimed(alice, "zombie")
    heir = desk.claimed(alice, "heir", at=LEASE_S)
    desk.write("Two")
    assert desk.absorb(zombie) == []
    assert desk.absorb(heir) == ["Two"]


def test_what_was_absorbed_is_taken_over_with_the_turn(desk: Desk) -> None:
    alice = desk.write("One")
    turn = desk.claimed(alice, "dead")
    desk.write("Two")
    desk.absorb(turn)
    assert texts(desk.claim(alice, "heir", at=LEASE_S)) == ["One", "Two"]


def test_a_heartbeat_keeps_the_lease(desk: Desk) -> None:
    alice, bob = desk.write("One"), desk.write("One", diner=BOB)
    turn = desk.claimed(alice, "alive")
    desk.claimed(bob, "dead")
    assert desk.renew("alive", "somebody's", at=LEASE_S) == {"alive"}
    assert desk.claim(alice, "heir", at=LEASE_S) is None
    assert desk.claim(bob, "heir", at=LEASE_S) is not None
    assert desk.end(turn)


def test_a_heartbeat_does_not_wake_the_dead(desk: Desk) -> None:
    alice = desk.write("One")
    turn = desk.claimed(alice)
    desk.end(turn)
    assert desk.renew(turn.lease, at=LEASE_S) == set()
    assert (ended(desk, turn).state, ended(desk, turn).lease_until) == (DONE, moment(LEASE_S))


def test_a_heartbeat_says_which_leases_are_lost(desk: Desk) -> None:
    alice, bob = desk.write("One"), desk.write("One", diner=BOB)
    desk.claimed(alice, "frozen")
    desk.claimed(bob, "frozen too")
    desk.claimed(alice, "heir", at=LEASE_S)
    assert desk.renew("frozen", "frozen too", at=LEASE_S) == {"frozen too"}


def test_what_is_handed_back_goes_on_at_once_and_is_no_failed_attempt(desk: Desk) -> None:
    alice, bob = desk.write("One"), desk.write("One", diner=BOB)
    turn, working = desk.claimed(alice, "stopping"), desk.claimed(bob, "working")
    desk.hand_back("stopping", at=1)
    assert not desk.end(turn)
    assert expired(desk, at=1) == [alice]
    heir = desk.claimed(alice, "heir", at=1)
    assert (heir.id, heir.attempt) == (turn.id, 1)
    assert desk.end(working)


def test_of_those_whose_process_died_only_what_ran_alone_counts(desk: Desk) -> None:
    alice = desk.write("One")
    desk.claimed(alice)
    counted = []
    for number in range(1, 5):
        turn = desk.claimed(alice, f"heir {number}", at=number * LEASE_S)
        counted.append((turn.losses, turn.is_suspect, turn.attempt))
    assert counted == [(1, False, 1), (2, True, 1), (3, True, 2), (4, True, 3)]


def test_an_attempt_that_broke_off_is_counted(desk: Desk) -> None:
    alice = desk.write("One")
    for attempt in (1, 2, 3):
        turn = desk.claimed(alice, f"attempt {attempt}", at=attempt)
        assert turn.attempt == attempt
        with desk.database.connection() as connection:
            turns.release(connection, turn, moment(attempt))


def test_who_lost_the_lease_cannot_release_it(desk: Desk) -> None:
    alice = desk.write("One")
    zombie = desk.claimed(alice, "zombie")
    heir = desk.claimed(alice, "heir", at=LEASE_S)
    with desk.database.connection() as connection:
        turns.release(connection, zombie, moment(LEASE_S))
    assert desk.end(heir)


def test_turns_that_lost_their_process_are_found_longest_lost_first(desk: Desk) -> None:
    bob, alice, charlie = (desk.write("Hi", diner=diner) for diner in (BOB, ALICE, CHARLIE))
    for at, diner_id in enumerate((alice, bob, charlie)):
        desk.claimed(diner_id, f"lease {diner_id}", at=at)
    assert expired(desk, at=LEASE_S - 1) == []
    desk.renew(f"lease {alice}", at=1.5)
    assert expired(desk, at=LEASE_S + 1) == [bob]
    assert expired(desk, at=LEASE_S + 2) == [bob, alice, charlie]
    assert expired(desk, at=LEASE_S + 2, limit=1) == [bob]


def test_what_became_of_a_message_is_found_by_its_id_and_its_sid(desk: Desk) -> None:
    message_id = desk.deliver("SM1", "Hi")
    assert message_id is not None

    def found() -> list[Outcome | None]:
        with desk.database.connection() as connection:
            return [history.of_message(connection, message_id), history.of_sid(connection, "SM1")]

    assert found() == [Outcome(None, None, None, None)] * 2
    turn = desk.claimed(desk.arrive())
    assert found() == [Outcome(RUNNING, None, None, None)] * 2
    assert not any(each and each.is_final for each in found())
    assert desk.end(turn, "Yes.")
    assert found() == [Outcome(DONE, "Yes.", None, None)] * 2
    assert all(each and each.is_final for each in found())


def test_of_a_message_that_was_erased_or_never_was_nothing_is_found(desk: Desk) -> None:
    with desk.database.connection() as connection:
        assert history.of_message(connection, 7) is None
        assert history.of_sid(connection, "SM7") is None


def test_the_history_is_the_last_turns_oldest_first(desk: Desk) -> None:
    for number in range(4):
        desk.talk(f"Question {number}", "And?", reply=f"Answer {number}")
    assert desk.history(desk.arrive(), limit=2) == [
        Exchange(("Question 2", "And?"), "Answer 2"),
        Exchange(("Question 3", "And?"), "Answer 3"),
    ]


def test_the_history_is_one_diners_with_one_persona(desk: Desk) -> None:
    desk.talk("Coffee?", reply="Yes.")
    desk.talk("VAT?", reply="18%.", persona="cfo")
    desk.talk("/waiter", reply="Hello!", persona=None)
    desk.talk("Tea?", reply="No.", diner=BOB)
    assert desk.history(desk.arrive()) == [Exchange(("Coffee?",), "Yes.")]
    assert desk.history(desk.arrive(), "cfo") == [Exchange(("VAT?",), "18%.")]


def test_the_history_begins_after_what_was_forgotten(desk: Desk) -> None:
    desk.talk("Before", reply="Yes.")
    reset = desk.talk("/reset", persona=None)
    with desk.database.connection() as connection:
        kept.reset_conversation(connection, reset.diner.id, reset.id)
    desk.talk("After", reply="Of course.")
    assert desk.history(reset.diner.id) == [Exchange(("After",), "Of course.")]


def test_the_history_has_no_turn_without_an_answer(desk: Desk) -> None:
    for state in (FAILED, DEAD):
        desk.end(desk.claimed(desk.write("Hi")), "Sorry", state=state)
    alice = desk.write("Hello?")
    desk.claimed(alice)
    assert desk.history(alice) == []


def test_only_what_may_end_its_process_needs_a_place_of_its_own(desk: Desk) -> None:
    asked: list[str] = []

    def refuse() -> bool:
        asked.append("")
        return False

    alice = desk.write("One")
    for heir, at in enumerate((0.0, LEASE_S)):
        assert desk.claim(alice, f"heir {heir}", at=at, may_run_alone=refuse)
        assert desk.claim(alice, at=at, may_run_alone=refuse) is None  # nothing is to be had
    assert asked == []
    assert desk.claim(alice, at=2 * LEASE_S, may_run_alone=refuse) is None
    assert asked == [""]
    turn = desk.claim(alice, "last", at=2 * LEASE_S + 1)
    assert turn is not None
    assert (turn.losses, turn.attempt) == (2, 1)
