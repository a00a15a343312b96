"""A restaurant's figures: its own days, its own hours, and what each number counts."""

from datetime import date, timedelta

import pytest

from engine.figures import Counting, Delivered, Percentiles
from engine.spending import Spending
from knowledge import costs
from models import drafts, opting
from models.drafts import Draft
from models.tool_calls import Call
from models.turns import HELD
from tests.engine.clock import ManualClock
from tests.models.console.world import VALLETTA, World
from tests.models.desk import BOB, CHARLIE, NOON, moment


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON + timedelta(hours=1, minutes=30))


@pytest.fixture
def counting(world: World, clock: ManualClock) -> Counting:
    spending = Spending(world.database, clock.clock, costs.DEFAULT)
    return Counting(world.database, clock.clock, spending)


def test_answers_are_timed_from_the_first_message_to_the_reply(
    world: World, counting: Counting
) -> None:
    world.writes("Hi", at=0)
    world.talks("Sushi?", "No", at=4)  # both are answered at 6, and sent then
    world.talks("Fish?", "Yes", at=100)
    figures = counting.today(world.kigali)
    assert figures.answered == Percentiles(2.0, 6.0, 2)
    assert figures.sent == Percentiles(2.0, 6.0, 2)
    nobodys = counting.today(world.valletta)
    assert nobodys.answered == Percentiles(None, None, 0)


def test_what_the_staff_read_first_is_not_timed(world: World, counting: Counting) -> None:
    turn = world.begins("Sushi?")
    world.ends(turn, "No", at=600)
    row = {"turn_id": turn.id, "words": "No", "bubbles": [], "outcome": drafts.SENT}
    with world.database.transaction() as session:
        session.add(Draft(**row, written_at=moment(2)))
    assert counting.today(world.kigali).answered.answers == 0


def test_what_is_said_in_a_call_is_not_timed(world: World, counting: Counting) -> None:
    alice = world.talks("Hi", "Hello", at=0)
    world.says(alice, "Any fish?", "Tilapia.")
    assert counting.today(world.kigali).answered.answers == 1


def test_messages_are_counted_by_the_restaurants_own_hours(
    world: World, counting: Counting
) -> None:
    alice = world.talks("Hi", "Hello", at=0)
    world.talks("Fish?", "Yes", at=3_700)
    world.talks("Fish?", "Yes", to=VALLETTA, at=3_700)
    world.says(alice, "And bread?", "Yes")  # in a call: no message
    slots = counting.today(world.kigali).slots
    assert [(each.messages_in, each.messages_out) for each in slots[-2:]] == [(1, 1), (1, 1)]
    assert all(not each.messages_in for each in slots[:-2])
    assert [each.begins.hour for each in slots] == list(range(16))  # it is half past three there
    assert {each.begins.date() for each in slots} == {date(2026, 3, 1)}


def test_a_month_is_by_the_day_with_its_tokens_and_money(
    world: World, counting: Counting, clock: ManualClock
) -> None:
    world.talks("Hi", "Hello", at=0)
    clock.passes(2 * 86_400)
    world.talks("Hi", "Hello", at=2 * 86_400)
    figures = counting.month(world.kigali)
    assert [(each.begins.day, each.messages_in) for each in figures.slots] == [
        *((1, 1), (2, 0)),
        (3, 1),
    ]
    assert (figures.first, figures.last) == (date(2026, 3, 1), date(2026, 3, 3))
    assert [(each.persona, each.use.tokens.input) for each in figures.lines if each.use.turns] == [
        ("waiter", 1_000)
    ] * 2
    assert all(each.usd > 0 for each in figures.lines)
    assert figures.answered.answers == 2


def test_what_arrived_and_what_did_not_is_counted_by_code(world: World, counting: Counting) -> None:
    world.talks("Hi", "Hello", at=0)
    for nth, diner in enumerate((BOB, CHARLIE)):
        part = world.ends(world.begins("Hi", diner=diner, at=nth), "Hello", at=nth)
        assert part is not None
        world.desk.fail(part, 63003)
    assert counting.today(world.kigali).delivered == (
        Delivered("failed", 63003, 2),
        Delivered("delivered", None, 1),
    )


def test_a_dish_counts_once_a_turn_by_its_name_on_the_menu(
    world: World, counting: Counting
) -> None:
    fish, sardines = world.serves("Tilapia", "Sambaza")
    calls = [Call("lookup_menu", "{}", "{}", 1, dishes=(fish, sardines))] * 2
    world.talks("Fish?", "Yes", calls=calls, at=0)
    world.talks("Fish?", "Yes", calls=[Call("x", "{}", "{}", 1, dishes=(fish, 9_999))], at=50)
    assert [(each.name, each.turns) for each in counting.today(world.kigali).dishes] == [
        ("Tilapia", 2),
        ("Sambaza", 1),
    ]


def test_hand_overs_are_conversations_and_opt_outs_who_is_still_gone(
    world: World, counting: Counting
) -> None:
    drafted = world.begins("Soup?", diner=BOB)
    world.ends(drafted, state=HELD)
    row = {"turn_id": drafted.id, "words": "No", "bubbles": [], "outcome": drafts.REPLACED}
    with world.database.transaction() as session:
        session.add(Draft(**row, written_at=moment(2)))
    diner = world.talks("Hi", "Hello")
    world.takes(diner, "I'm here", by=BOB, at=5)
    world.ends(world.begins("Fish?", at=9), state=HELD, persona=None, at=10)
    turn = world.begins("STOP", diner=CHARLIE)
    world.ends(turn, "Bye")
    with world.database.connection() as connection:
        opting.stop(connection, turn.diner.id, turn_id=turn.id, now=moment(5))
    figures = counting.today(world.kigali)
    assert (figures.hand_overs, figures.opt_outs) == (1, 1)


def test_between_the_days_of_a_month_all_others_have_their_turn(
    world: World, counting: Counting, clock: ManualClock
) -> None:
    counting.month(world.kigali)
    one_day = clock.pauses.count(0)
    clock.passes(9 * 86_400)
    counting.month(world.kigali)
    assert clock.pauses.count(0) >= one_day + 9


def test_a_day_that_is_long_over_stays_known_and_today_is_a_minute_old(
    world: World, counting: Counting, clock: ManualClock
) -> None:
    world.talks("Hi", "Hello", at=0)
    clock.passes(5 * 86_400)
    assert counting.month(world.kigali).answered.answers == 1
    world.talks("Hi", "Hello", at=100)
    world.talks("Hi", "Hello", at=5 * 86_400)
    assert counting.month(world.kigali).answered.answers == 1
    clock.passes(61)
    assert counting.month(world.kigali).answered.answers == 2
