"""A restaurant's conversations: who waits first, then by their last words, page by page."""

import pytest

from models import hands, hands_overdue
from models.console.conversations import Last, Listed
from models.console.sight import Sight
from models.turns import FAILED, HELD
from tests.models.console.world import VALLETTA, World
from tests.models.desk import ALICE, BOB, CHARLIE, moment

DAN, EVE, FAY = (f"whatsapp:+25078800000{number}" for number in (4, 5, 6))
WAITERS = Sight(frozenset({"lookup_menu"}), frozenset({"waiter"}))


def ids(found: tuple[Listed, ...]) -> list[int]:
    return [each.id for each in found]


def test_who_needs_somebody_comes_first_and_the_others_by_their_last_message(world: World) -> None:
    early = world.talks("Hi", "Hello", diner=ALICE, at=10)
    late = world.talks("Hi", "Hello", diner=BOB, at=20)
    failed = world.begins("Hi", diner=CHARLIE, at=5)
    world.ends(failed, "Sorry", state=FAILED, cause="timeout", at=6)
    held = world.talks("Hi", "Hello", diner=DAN, at=1)
    world.takes(held, "I'm here", by=EVE, at=2)
    waits = world.writes("Anybody?", diner=FAY, at=4)
    waits_longer = world.writes("Hello?", diner=EVE, at=3)
    page = world.page()
    order = [waits_longer, waits, held, failed.diner.id, late, early]
    assert ids(page.conversations) == order
    states = [each.state for each in page.conversations]
    assert states == [*["unanswered"] * 2, "handed_over", "failed", "answered", "answered"]
    assert page.counts == {"unanswered": 2, "handed_over": 1, "failed": 1}
    assert [each.cause for each in page.conversations[3].marks] == ["timeout"]
    assert ids(world.page(state="failed").conversations) == [failed.diner.id]
    assert ids(world.page(state="answered").conversations) == [late, early]


def test_page_by_page_each_is_shown_once(world: World) -> None:
    for nth in range(7):
        world.talks("Hi", "Hello", diner=f"whatsapp:+2507881111{nth:02}", at=10 * (nth % 3))
    for nth in range(4):
        world.writes("Hi?", diner=f"whatsapp:+2507882222{nth:02}", at=nth)
    whole = ids(world.page(most=20).conversations)
    assert len(set(whole)) == 11
    shown: list[int] = []
    after = None
    for _ in range(6):
        page = world.page(most=2, after=after)
        shown += ids(page.conversations)
        after = page.after
        assert (after is None) == (len(shown) == 11)
    assert shown == whole


def test_a_place_that_no_page_gave_is_refused(world: World) -> None:
    for after in (
        "",
        "1",
        "1.x.2",
        "1.2.3.4",
        f"3.{-(10**30)}.1",
        f"3.{10**16}.1",
        f"3.0.{10**20}",
    ):
        with pytest.raises(ValueError, match=r"."):
            world.page(after=after)


def test_who_is_in_hands_and_wrote_again_is_unanswered(world: World) -> None:
    diner = world.talks("Hi", "Hello", at=1)
    world.takes(diner, "I'm here", by=BOB, at=2)
    world.ends(world.begins("Do you have sushi?", at=10), state=HELD, persona=None, at=11)
    (listed,) = world.page().conversations
    states = {each.state: each.since for each in listed.marks}
    assert states == {"unanswered": moment(10), "handed_over": moment(10)}
    world.takes(diner, "We don't", by=BOB, at=20)
    (listed,) = world.page().conversations
    assert (listed.state, listed.in_hands_of) == ("handed_over", BOB)
    assert listed.last == Last("person", "We don't", moment(20))


def test_what_was_left_to_a_person_stays_unanswered_once_they_are_nobodys(world: World) -> None:
    diner = world.talks("Hi", "Hello", at=1)
    world.takes(diner, "I'm here", by=BOB, at=2)
    world.ends(world.begins("Do you have sushi?", at=10), state=HELD, persona=None, at=11)
    with world.database.connection() as connection:
        assert hands.hand_back(connection, diner)
    (listed,) = world.page().conversations
    assert (listed.state, listed.in_hands_until) == ("unanswered", None)
    assert world.page(now=moment(15 * 86_400)).conversations[0].state == "answered"


def test_who_asks_for_a_person_in_vain_comes_first_until_somebody_takes_them(world: World) -> None:
    diner = world.talks("A person, please", "Nobody is here", at=1)
    with world.database.connection() as connection:
        hands_overdue.ask_in_vain(connection, diner, moment(2))
    world.talks("Fish?", "Tilapia", at=5)
    (listed,) = world.page(state="unanswered").conversations
    assert [(each.since, each.is_in_vain) for each in listed.marks] == [(moment(2), True)]
    assert world.page(now=moment(90_000)).counts == {
        "unanswered": 0,
        "handed_over": 0,
        "failed": 1,
    }
    world.takes(diner, "", by=BOB, at=9)
    assert world.page().conversations[0].state == "handed_over"


def test_what_did_not_arrive_is_told_of_who_is_with_a_person_too(world: World) -> None:
    diner = world.talks("Hi", "Hello", at=1)
    world.takes(diner, "I'm here", by=BOB, at=2)
    world.desk.fail(world.desk.taken(diner, at=3), 63016, at=3)
    page = world.page()
    assert [each.state for each in page.conversations[0].marks] == ["handed_over", "failed"]
    assert page.counts == {"unanswered": 0, "handed_over": 1, "failed": 1}
    assert ids(world.page(state="failed").conversations) == [diner]


def test_a_failure_is_over_with_the_next_answer(world: World) -> None:
    world.ends(world.begins("Hi", at=1), "Sorry", state=FAILED, at=2)
    assert world.page().conversations[0].state == "failed"
    world.ends(world.begins("Hi", at=10), "Hello", at=12)
    assert world.page().conversations[0].state == "answered"


def test_what_did_not_arrive_is_told_until_something_does(world: World) -> None:
    part = world.ends(world.begins("Hi"), "Hello")
    assert part is not None
    world.desk.fail(part, 63003, at=3)
    (listed,) = world.page().conversations
    assert [(each.state, each.code) for each in listed.marks] == [("failed", 63003)]
    world.talks("Hi?", "Hello", at=10)
    assert world.page().conversations[0].state == "answered"


def test_the_last_words_are_the_replys_once_there_is_one(world: World) -> None:
    turn = world.begins("Sushi?", at=1)
    (listed,) = world.page().conversations
    assert listed.last == Last("diner", "Sushi?", moment(1))
    world.ends(turn, "No", at=3)
    (listed,) = world.page().conversations
    assert listed.last == Last("persona", "No", moment(1))
    assert listed.who == "whatsapp:+250***001"
    assert listed.name == "Alice"


def test_no_words_of_the_books_are_shown_to_whom_they_are_closed(world: World) -> None:
    world.talks("Revenue?", "RWF 9,000,000", persona="cfo")
    (listed,) = world.page(sight=WAITERS).conversations
    assert listed.last is not None
    assert listed.last.words is None


def test_they_are_found_by_name_number_and_id(world: World) -> None:
    alice = world.talks("Hi", "Hello", diner=ALICE, name="Alice 100%")
    bob = world.writes("Hi", diner=CHARLIE, name="Bob")
    for words, found in (
        ("ali", [alice]),
        ("100%", [alice]),
        ("%", [alice]),
        ("+250 788-000 001", [alice]),
        (f"#{bob}", [bob]),
        ("#99999999999999", []),
        ("bob", [bob]),
        ("nobody", []),
        ("12", []),
    ):
        assert ids(world.page(words=words, knows_numbers=True).conversations) == found, words


def test_only_its_own_are_a_restaurants(world: World) -> None:
    here = world.writes("Hi")
    there = world.writes("Hi", to=VALLETTA)
    assert ids(world.page().conversations) == [here]
    assert ids(world.page(of=world.valletta).conversations) == [there]
    assert world.page(of=world.valletta).counts["unanswered"] == 1
