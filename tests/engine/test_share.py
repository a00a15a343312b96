"""Who writes without end gets their share of turns, one sentence, and silence for a while."""

from collections.abc import Iterator

import pytest

from conversation.sentences import apology
from engine.share import MOST_FORGETS
from models import diners, restaurants, staff
from models.database.fresh import FRESH_S
from tests.engine.clock import WAIT_S, soon
from tests.engine.world import ALICE, BOB, KIGALI, House, opened

MOST = 5
ENOUGH = apology("too_many_turns")


@pytest.fixture(params=["sqlite", "postgresql"])
def strict(request: pytest.FixtureRequest) -> Iterator[House]:
    """A house in which a diner has five turns a minute."""
    url = request.getfixturevalue(
        "sqlite_url" if request.param == "sqlite" else "emptied_postgresql_url"
    )
    with opened(url, per_minute=MOST) as house:
        yield house


def writes(house: House, text: str = "Hello", diner: str = ALICE, *, after_s: float = 1.0) -> None:
    """A diner writes a moment later, and that turn comes to its end."""
    house.clock.passes(after_s)
    house.hears(text, diner)
    assert soon(lambda: house.turns()[-1].ended_at)
    assert house.sweeps_until(lambda: all(part.state == "sent" for part in house.parts()))


def test_a_bot_that_answers_within_a_second_is_cut_short(strict: House) -> None:
    """It writes for as long as it is answered."""
    answers = 0
    while len(strict.read()) == answers and answers < 100:
        writes(strict)
        answers += 1
    assert strict.read() == ["Yes."] * MOST + [ENOUGH]
    assert len(strict.model.asked) == MOST


def test_who_goes_on_writing_reads_one_sentence_and_nothing_after(strict: House) -> None:
    for _ in range(34):
        writes(strict, after_s=3)
    assert strict.read() == ["Yes."] * MOST + [ENOUGH]
    assert [turn.state for turn in strict.turns()[:8]] == ["done"] * MOST + ["hushed"] * 3


def test_a_reaction_is_never_worth_the_sentence(strict: House) -> None:
    for _ in range(MOST):
        writes(strict)
    writes(strict, "[reacted 👍]")
    assert strict.read() == ["Yes."] * MOST
    for text in ("Hello", "[reacted 👍]", "Hello"):
        writes(strict, text)
    assert strict.read() == ["Yes."] * MOST + [ENOUGH]


def test_after_a_quiet_minute_they_are_answered_again(strict: House) -> None:
    for _ in range(MOST + 3):
        writes(strict)
    strict.model.will("Welcome back.")
    writes(strict, "And now?", after_s=60)
    assert strict.read()[-1] == "Welcome back."
    assert strict.model.asked[-1].words == ["Hello"] * MOST + ["And now?"]


def test_who_asks_now_and_then_in_the_silence_is_answered_before_long(strict: House) -> None:
    for _ in range(MOST + 1):
        writes(strict)
    for _ in range(3):
        writes(strict, "Still there?", after_s=20)
    assert strict.read()[MOST:] == [ENOUGH, "Yes."]


def test_never_are_there_more_in_any_minute(strict: House) -> None:
    """A window that begins anew each minute would let through twice as many at its edge."""
    for after_s in (0, 40, 5, 5, 5, 10, 1, 1, 1):
        writes(strict, after_s=after_s)
    answered = [turn.started_at for turn in strict.turns() if turn.state == "done"]
    gaps = zip(answered[MOST:], answered, strict=False)
    assert all((later - earlier).total_seconds() >= 60 for later, earlier in gaps)
    assert len(answered) > MOST


def test_what_is_answered_together_counts_once(strict: House) -> None:
    thinking = strict.model.holds("I ")
    strict.hears("Line 0")
    assert thinking.is_asked.wait(WAIT_S)
    for number in range(1, 2 * MOST):
        strict.hears(f"Line {number}")
    thinking.says("I see.")
    assert soon(lambda: len(strict.read()) == 2)
    for _ in range(MOST - 2):
        writes(strict)
    assert ENOUGH not in strict.read()
    writes(strict)
    assert strict.read()[-1] == ENOUGH


def test_the_others_are_answered_all_the_while(strict: House) -> None:
    for _ in range(MOST + 2):
        writes(strict)
    writes(strict, diner=BOB)
    assert strict.read(BOB) == ["Yes."]


def test_all_processes_count_together_and_a_new_one_knows(emptied_postgresql_url: str) -> None:
    with opened(emptied_postgresql_url, per_minute=MOST) as first:
        second = first.beside(per_minute=MOST)
        for number in range(MOST + 2):
            writes((first, second)[number % 2])
        writes(first.beside("web 3", per_minute=MOST))
        assert first.read() == ["Yes."] * MOST + [ENOUGH]


def test_keywords_count_and_forget_is_always_obeyed(strict: House) -> None:
    for _ in range(MOST + 2):
        writes(strict, "/help")
    assert strict.read()[MOST:] == [ENOUGH]
    strict.hears("/forget")
    assert soon(lambda: strict.read()[-1].startswith("Erased:"))
    assert soon(lambda: not strict.diners())


def test_who_asks_to_be_forgotten_without_end_is_cut_short_too(strict: House) -> None:
    for _ in range(MOST_FORGETS):
        strict.clock.passes(1)
        strict.hears("/forget")
        assert soon(lambda: not strict.diners())
    for _ in range(3):
        writes(strict, "/forget")
    assert len(strict.read()) == MOST_FORGETS
    strict.clock.passes(60)
    strict.hears("/forget")
    assert soon(lambda: not strict.diners())


def test_nothing_of_it_waits_for_an_operator_or_is_told_to_the_model(strict: House) -> None:
    for _ in range(MOST + 2):
        writes(strict, "/help")
    assert all(message.turn_id for message in strict.messages())
    assert soon(lambda: strict.count("turns", state="hushed", persona="keyword") == 2)


def test_a_process_that_dies_while_it_hushes_leaves_it_to_another(strict: House) -> None:
    for _ in range(MOST):
        writes(strict)
    strict.takes_in("Hello")  # and it dies
    strict.clock.passes(31)
    assert strict.sweeps_until(lambda: strict.read() == ["Yes."] * MOST + [ENOUGH])


def test_the_operators_own_channel_has_no_limit(strict: House) -> None:
    for _ in range(MOST + 3):
        turn = strict.begins(channel=diners.API)
        strict.runner.run(turn)
        assert soon(lambda: strict.turns()[-1].ended_at)
    assert {turn.state for turn in strict.turns()} == {"done"}


def test_without_a_limit_there_is_none_and_who_writes_little_costs_no_look(house: House) -> None:
    for _ in range(30):
        writes(house)
    assert house.read() == ["Yes."] * 30
    assert not [each for each in house.database.ran if "turns.id <=" in each]


def test_an_ordinary_conversation_costs_no_look(strict: House) -> None:
    for _ in range(MOST):
        writes(strict)
    for _ in range(MOST):
        writes(strict, after_s=61)
    assert not [each for each in strict.database.ran if "turns.id <=" in each]
    writes(strict)
    assert ENOUGH not in strict.read()


def test_the_staffs_own_words_are_never_too_many(strict: House) -> None:
    with strict.eye.transaction() as session:
        found = restaurants.by_number(session, KIGALI)
        assert found is not None
        staff.add(session, found.id, BOB, ["waiter"], "Jean")
    strict.clock.passes(FRESH_S)
    writes(strict, "/help")
    number = strict.diners()[0].id
    writes(strict, f"/take {number}", BOB)
    said = [f"Line {nth}" for nth in range(2 * MOST)]
    for line in said:
        writes(strict, f"/to {number} {line}", BOB)
    assert strict.read(ALICE)[1:] == said
    assert ENOUGH not in strict.read(BOB)
    for word in ("/86 tilapia", "Hello", "Hello"):  # none of theirs, as it is a waiter's
        writes(strict, word, BOB)
    assert strict.read(BOB)[-1] == ENOUGH
