"""What calls take is paid of the budgets, while they last too."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from engine.budget import Limits
from engine.picking_up import Connect, Play
from tests.engine.clock import soon
from tests.engine.switchboard import FISH, SHORT_S, Switchboard
from tests.engine.world import BOB, opened

LITTLE = Decimal("0.000001")
MUCH = Decimal(100)


@contextmanager
def thrifty(url: str, limits: Limits) -> Iterator[Switchboard]:
    with opened(url, limits=limits) as house:
        board = Switchboard(house)
        yield board
        board.calls.stop(SHORT_S)


def test_a_caller_whose_money_is_spent_while_they_talk_is_said_goodbye_to(
    database_url: str,
) -> None:
    with thrifty(database_url, Limits(diner_a_day=LITTLE)) as board:
        board.runs("CA1")
        board.runs("CA2", address=BOB)
        board.talks[0].ringing.records.on_exchange(FISH)
        assert soon(lambda: board.rows == [("over", "budget"), ("live", None)])
        assert board.talks[0].did == ["open", "stop"]
        assert board.talks[1].did == ["open"]
        assert [each.reply for each in board.house.turns()] == ["Tilapia."]
        assert soon(lambda: board.house.count("calls", outcome="budget") == 1)
        assert board.rings() == Play("sorry", "en")


def test_a_restaurant_whose_month_is_spent_says_goodbye(sqlite_url: str) -> None:
    with thrifty(sqlite_url, Limits(restaurant_a_month=LITTLE)) as board:
        board.runs()
        board.house.clock.passes(61)  # so long is known what a month took
        board.talks[0].ringing.records.on_exchange(FISH)
        assert soon(lambda: board.rows == [("over", "budget")])


def test_who_has_money_left_goes_on(sqlite_url: str) -> None:
    with thrifty(sqlite_url, Limits(diner_a_day=MUCH, restaurant_a_month=MUCH)) as board:
        board.runs()
        for _ in range(3):
            board.talks[0].ringing.records.on_exchange(FISH)
        assert soon(lambda: len(board.house.turns()) == 3)
        assert board.talks[0].did == ["open"]


def test_a_budget_that_can_not_be_looked_up_ends_no_call(sqlite_url: str) -> None:
    with thrifty(sqlite_url, Limits(diner_a_day=LITTLE)) as board:
        board.runs()
        store = board.house.database

        def is_away() -> None:
            store.is_away = True

        store.meanwhile["UPDATE calls SET messages"] = is_away
        board.talks[0].ringing.records.on_exchange(FISH)
        assert soon(board.house.turns)
        assert soon(lambda: store.is_away)
        store.meanwhile.clear()
        store.is_away = False
        board.talks[0].ringing.records.on_exchange(FISH)
        assert soon(lambda: board.rows == [("over", "budget")])


def test_those_who_show_no_number_share_one_day(database_url: str) -> None:
    with thrifty(database_url, Limits(diner_a_day=LITTLE)) as board:
        board.runs("CA1", address=None)
        board.runs("CA2", address=None)
        board.house.clock.passes(6)  # so long is known what they all took
        board.talks[0].ringing.records.on_exchange(FISH)
        assert soon(lambda: board.rows == [("over", "budget"), ("live", None)])
        assert board.rings(address=None) == Play("sorry", "en")
        assert isinstance(board.rings(address=BOB), Connect)
        board.talks[1].ringing.records.on_exchange(FISH)
        assert soon(lambda: board.rows[1] == ("over", "budget"))
