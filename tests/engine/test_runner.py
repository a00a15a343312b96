"""Who runs, in what order: one turn a diner, with all that they wrote, until nothing waits."""

from conversation.running import MAX_NEWS, NEWS_S
from models.database.notices import Notice
from models.tokens import Tokens
from realtime.events import FunctionCall
from realtime.outcomes import Reply
from tests.engine.clock import WAIT_S, soon
from tests.engine.world import ALICE, BOB, CHARLIE, LEASE_S, House, opened


def test_a_message_is_answered_once_it_is_woken(any_house: House) -> None:
    taken = any_house.takes_in("Hello")
    any_house.model.will("Welcome.")
    any_house.intake.wake(taken)
    assert soon(lambda: any_house.read() == ["Welcome."])
    (turn,) = any_house.turns()
    assert (turn.state, turn.reply, turn.persona, turn.attempts) == (
        "done",
        "Welcome.",
        "waiter",
        1,
    )


def test_whoever_is_woken_first_the_first_message_comes_first(any_house: House) -> None:
    first, second = any_house.takes_in("One"), any_house.takes_in("Two")
    any_house.model.will("First.", "Second.")
    any_house.intake.wake(second)
    assert soon(lambda: any_house.read() == ["First."])
    any_house.intake.wake(first)
    assert soon(lambda: any_house.read() == ["First.", "Second."])
    assert [asked.words[-1] for asked in any_house.model.asked] == ["One", "Two"]


def test_a_message_that_comes_while_an_answer_is_spoken_is_answered_next(any_house: House) -> None:
    first = any_house.model.holds()
    any_house.model.will("Second.")
    any_house.hears("One")
    assert first.is_asked.wait(WAIT_S)
    first.speaks("Fi")
    any_house.hears("Two")
    any_house.hears("Three")
    first.says("First.")
    assert soon(lambda: any_house.read() == ["First.", "Second."])
    assert any_house.model.asked[1].words == ["One", "Two", "Three"]
    assert [turn.reply for turn in any_house.turns()] == ["First.", "Second."]


def test_a_message_that_comes_before_the_first_word_is_taken_into_the_turn(
    any_house: House,
) -> None:
    first = any_house.model.holds()
    any_house.model.will("Both.")
    any_house.hears("One")
    assert first.is_asked.wait(WAIT_S)
    any_house.hears("Two")
    assert soon(lambda: any_house.read() == ["Both."])
    assert any_house.model.asked[1].words == ["One", "Two"]
    assert len(any_house.turns()) == 1


def test_who_keeps_writing_gets_an_answer_and_the_rest_is_answered_next(any_house: House) -> None:
    house = any_house
    for number in range(MAX_NEWS):
        asked = house.model.holds()
        house.hears(f"Line {number}")
        assert asked.is_asked.wait(WAIT_S)
    last = house.model.holds()
    house.hears(f"Line {MAX_NEWS}")
    assert last.is_asked.wait(WAIT_S)
    house.hears("One more")
    house.hears("And one more")
    assert not last.is_withdrawn
    house.model.will("The rest.")
    last.says("The answer.")
    assert soon(lambda: house.read() == ["The answer.", "The rest."])
    lines = [f"Line {number}" for number in range(MAX_NEWS + 1)]
    assert [asked.words for asked in house.model.asked[MAX_NEWS:]] == [
        lines,
        [*lines, "One more", "And one more"],
    ]
    first, second = [turn.id for turn in house.turns()]
    assert [message.turn_id for message in house.messages()] == [first] * 4 + [second] * 2


def test_who_writes_again_after_a_while_waits_for_the_answer_to_what_there_was(
    any_house: House,
) -> None:
    house = any_house
    slow = house.model.holds()
    house.hears("One")
    assert slow.is_asked.wait(WAIT_S)
    house.clock.passes(NEWS_S)
    house.hears("Two")
    assert not slow.is_withdrawn
    slow.says("First.")
    assert soon(lambda: house.read() == ["First.", "Yes."])


def test_what_comes_while_tools_run_is_taken_in_no_more_often(house: House) -> None:
    call = FunctionCall("call_1", "lookup_menu", '{"query": "coffee"}')
    rounds = [house.model.holds("One moment. ") for _ in range(MAX_NEWS + 2)]
    house.hears("Coffee?")
    for number, each in enumerate(rounds):
        assert each.is_asked.wait(WAIT_S)
        house.hears(f"Line {number}")
        each.ends(Reply("One moment. ", (call,), Tokens(1, 0, 1), "completed"))
    assert soon(lambda: house.read() == ["Yes.", "Yes."])
    words = ["Coffee?", "Line 0", "Line 1", "Line 2"]
    assert house.model.asked[-2].words == words
    assert house.model.asked[-1].words == [*words, "Line 3", "Line 4"]


def test_no_diner_has_two_turns_at_once_and_none_waits_for_another(house: House) -> None:
    alices = house.model.holds()
    house.hears("Hello", ALICE)
    assert alices.is_asked.wait(WAIT_S)
    alices.speaks("Wel")
    house.hears("Hello?", ALICE)
    for diner in (BOB, CHARLIE):
        house.hears("Hello", diner)
    assert soon(lambda: [house.read(diner) for diner in (BOB, CHARLIE)] == [["Yes."]] * 2)
    assert len(house.model.asked) == 3
    assert house.read(ALICE) == []


def test_a_keyword_stands_alone_between_what_was_written_around_it(any_house: House) -> None:
    front = any_house.beside("front", runs_turns=False)
    for text in ("One", "Two", "/help", "Three"):
        front.takes_in(text)
    any_house.upkeep.sweep()
    assert soon(lambda: len(any_house.read()) == 3)
    assert [asked.words[-1] for asked in any_house.model.asked] == ["Two", "Three"]
    assert [turn.persona for turn in any_house.turns()] == ["waiter", None, "waiter"]


def test_a_notice_of_a_process_that_runs_no_turns_is_answered_here(any_house: House) -> None:
    taken = any_house.beside("front", runs_turns=False).takes_in("Hello")
    any_house.upkeep.heed(Notice("front", False, taken.diner_id))
    assert soon(lambda: any_house.read() == ["Yes."])


def test_a_notice_of_a_process_that_runs_turns_is_left_to_it(sqlite_url: str) -> None:
    with opened(sqlite_url, at_once=1) as house:
        taken = house.beside("front", runs_turns=False).takes_in("Hello", ALICE)
        house.upkeep.heed(Notice("web 2", True, taken.diner_id))
        house.hears("Hello", BOB)  # behind whoever was woken before
        assert soon(lambda: house.read(BOB) == ["Yes."])
        assert len(house.model.asked) == 1


def test_a_notice_of_a_diner_who_is_being_answered_here_reaches_the_turn(any_house: House) -> None:
    first = any_house.model.holds()
    taken = any_house.hears("One")
    assert first.is_asked.wait(WAIT_S)
    any_house.beside().takes_in("Two")
    any_house.upkeep.heed(Notice("web 2", True, taken.diner_id))
    assert soon(lambda: any_house.read() == ["Yes."])
    assert any_house.model.asked[1].words == ["One", "Two"]


def test_a_turn_that_waits_for_its_worker_is_held(sqlite_url: str) -> None:
    with opened(sqlite_url, at_once=1) as house:
        taken = house.takes_in("Hello", ALICE)
        bobs = house.model.holds()
        house.hears("Hello", BOB)
        house.intake.wake(taken)
        for _ in range(3):
            house.clock.passes(LEASE_S / 2)
            house.leases.renew()
        assert house.claims(taken.diner_id) is None
        bobs.says("Welcome, Bob.")
        assert soon(lambda: house.read(ALICE) == ["Yes."])


def test_the_sweep_leaves_a_diner_alone_who_is_being_answered(house: House) -> None:
    first = house.model.holds()
    taken = house.hears("One")
    assert first.is_asked.wait(WAIT_S)
    house.takes_in("Two")
    house.runner.take_up(taken.diner_id)
    assert not first.is_withdrawn
    first.says("First.")
    assert soon(lambda: house.read() == ["First."])


def test_a_process_that_only_takes_in_is_woken_by_nobody(sqlite_url: str) -> None:
    with opened(sqlite_url, runs_turns=False) as house:
        taken = house.takes_in("Hello")
        house.runner.wake(taken.diner_id)
        house.upkeep.heed(Notice("front", False, taken.diner_id))
        assert not house.runner.takes_turns
    assert house.model.asked == []


def test_ended_turns_are_counted(house: House) -> None:
    house.hears("Hello", ALICE)
    house.hears("/help", BOB)
    assert soon(lambda: house.count("turns", state="done", persona="waiter") == 1)
    assert soon(lambda: house.count("turns", state="done", persona="keyword") == 1)
