"""A budget ends politely: one sentence a day, and the owner hears before it does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest

from conversation.sentences import apology
from engine.budget import Limits
from models import diners, restaurants, staff
from models.database.engine import DatabaseUnavailableError
from tests.engine import test_identities as identities
from tests.engine.clock import WAIT_S, soon
from tests.engine.world import ALICE, BOB, CHARLIE, House, opened

TWO_TURNS = Decimal("0.03")  # a question and an answer cost 0.0146
TWO_CALLS = Decimal("0.00001")  # no message, only tokens: 0.000008
HALF_A_DAY_S = 12 * 3600.0
FRESH_S = 61.0


@contextmanager
def thrifty(
    url: str, *, diner: Decimal = Decimal(0), month: Decimal = Decimal(0)
) -> Iterator[House]:
    with opened(url, limits=Limits(diner, month)) as house:
        yield house


def writes(house: House, text: str = "Hello", diner: str = ALICE) -> None:
    """A diner writes, and that turn comes to its end."""
    house.clock.passes(1)
    house.hears(text, diner)
    assert soon(lambda: house.turns()[-1].ended_at)
    assert soon(lambda: all(part.state == "sent" for part in house.parts()))


def test_who_has_had_their_day_reads_one_sentence_and_is_answered_tomorrow(
    database_url: str,
) -> None:
    with thrifty(database_url, diner=TWO_TURNS) as house:
        for _ in range(5):
            writes(house)
        told = apology("no_diner_budget")
        assert house.read() == ["Yes.", "Yes.", told]
        assert [turn.state for turn in house.turns()] == ["done"] * 2 + ["hushed"] * 3
        writes(house, diner=BOB)
        assert house.read(BOB) == ["Yes."]
        writes(house, "/help")
        writes(house, "/cfo what is VAT?")
        assert [text[:7] for text in house.read()[3:]] == ["*Inzozi"]
        house.clock.passes(2 * HALF_A_DAY_S)
        writes(house)
        assert house.read()[-1] == "Yes."


def test_a_reaction_costs_nothing_and_is_answered_with_nothing(sqlite_url: str) -> None:
    with thrifty(sqlite_url, diner=TWO_TURNS) as house:
        for text in ("Hello", "Hello", "[reacted 👍]"):
            writes(house, text)
        assert house.read() == ["Yes.", "Yes."]
        writes(house)
        assert house.read()[2:] == [apology("no_diner_budget")]


def test_no_budget_costs_no_look(sqlite_url: str) -> None:
    with opened(sqlite_url) as house:
        for _ in range(3):
            writes(house)
        assert house.read() == ["Yes."] * 3


def hires(house: House, address: str) -> None:
    with house.eye.transaction() as session:
        staff.add(session, 1, address, ["owner"], "Jean")


def test_the_owner_hears_at_eighty_percent_and_at_the_end_once_a_month(sqlite_url: str) -> None:
    with thrifty(sqlite_url, month=Decimal("0.10")) as house:
        hires(house, BOB)
        writes(house, "Hello, the owner here", BOB)
        for _ in range(7):
            writes(house)
        house.clock.passes(FRESH_S)
        house.upkeep.tell_owners()
        house.upkeep.tell_owners()
        assert soon(lambda: len(house.read(BOB)) == 2)
        assert house.read(BOB)[1] == (
            "*Inzozi Kitchen*: 0.08 of this month's 0.10 US dollars are spent."
        )
        house.clock.passes(FRESH_S)
        writes(house)
        writes(house)
        house.clock.passes(FRESH_S)
        house.upkeep.tell_owners()
        assert soon(lambda: len(house.read(BOB)) == 3)
        assert "budget is spent" in house.read(BOB)[2]
        asked = len(house.model.asked)
        writes(house, diner=CHARLIE)
        writes(house, diner=CHARLIE)
        assert house.read(CHARLIE) == [apology("no_budget")]
        assert len(house.model.asked) == asked
        house.clock.passes(timedelta(days=31).total_seconds())
        house.upkeep.tell_owners()
        writes(house, diner=CHARLIE)
        assert house.read(CHARLIE)[-1] == "Yes."
        assert len(house.read(BOB)) == 3


def test_the_staffs_own_words_cost_nobody_their_answer(sqlite_url: str) -> None:
    with thrifty(sqlite_url, month=Decimal("0.001")) as house:
        hires(house, BOB)
        writes(house, "/86", BOB)
        assert house.read(BOB)[0] != apology("no_budget")


def test_over_http_the_restaurants_budget_holds_too(sqlite_url: str) -> None:
    with thrifty(sqlite_url, diner=TWO_TURNS, month=TWO_TURNS) as house:
        for _ in range(4):
            writes(house)
        house.clock.passes(FRESH_S)
        turn = house.begins("Hello", channel=diners.API)
        house.runner.run(turn)
        assert soon(lambda: house.turns()[-1].ended_at)
        assert house.turns()[-1].reply == apology("no_budget")


def test_a_raised_budget_is_another_one(sqlite_url: str) -> None:
    with thrifty(sqlite_url, month=Decimal("0.04")) as house:
        hires(house, BOB)
        writes(house, "Hello, the owner here", BOB)
        for _ in range(3):
            writes(house)
        house.clock.passes(FRESH_S)
        house.upkeep.tell_owners()
        assert soon(lambda: len(house.read(BOB)) == 2)
        raised = house.beside(limits=Limits(restaurant_a_month=Decimal("0.05")))
        raised.upkeep.tell_owners()
        raised.upkeep.tell_owners()
        assert soon(lambda: len(house.read(BOB)) == 3)
        assert "of this month's 0.05 US dollars" in house.read(BOB)[2]


def test_a_flood_before_takes_no_sentence_away(sqlite_url: str) -> None:
    with opened(sqlite_url, per_minute=2, limits=Limits(TWO_TURNS)) as house:
        for _ in range(4):
            writes(house)
        house.clock.passes(120)
        writes(house)
        assert house.read() == [
            "Yes.",
            "Yes.",
            apology("too_many_turns"),
            apology("no_diner_budget"),
        ]


def test_an_owner_who_can_not_be_told_yet_is_told_later(sqlite_url: str) -> None:
    with thrifty(sqlite_url, month=Decimal("0.10")) as house:
        hires(house, BOB)
        for _ in range(8):
            writes(house)
        house.clock.passes(FRESH_S)
        house.upkeep.tell_owners()
        assert house.read(BOB) == []
        writes(house, "/help", BOB)
        house.upkeep.tell_owners()
        assert soon(lambda: len(house.read(BOB)) == 2)


def test_without_an_owner_on_the_staff_whoever_has_the_books_is_told(sqlite_url: str) -> None:
    limits = Limits(restaurant_a_month=Decimal("0.02"))
    with opened(sqlite_url, limits=limits, open_to=frozenset({BOB, "*@valletta"})) as house:
        writes(house, "Hello", BOB)
        writes(house)
        house.clock.passes(FRESH_S)
        house.upkeep.tell_owners()
        assert soon(lambda: "US dollars" in house.read(BOB)[-1])


def is_forgotten(house: House) -> None:
    house.hears("/forget")
    assert soon(lambda: not house.diners())


def test_to_be_forgotten_makes_no_new_day(database_url: str) -> None:
    with thrifty(database_url, diner=TWO_TURNS) as house:
        for _ in range(3):
            writes(house)
        is_forgotten(house)
        writes(house)
        assert house.read()[-1] == apology("no_diner_budget")
        assert len(house.model.asked) == 2
        writes(house, diner=BOB)
        assert house.read(BOB) == ["Yes."]


def test_nor_does_it_after_each_answer(sqlite_url: str) -> None:
    with thrifty(sqlite_url, diner=TWO_TURNS) as house:
        for _ in range(5):
            writes(house)
            is_forgotten(house)
        assert len(house.model.asked) == 1  # the word and its note cost as much
        house.clock.passes(2 * HALF_A_DAY_S)
        writes(house)
        assert house.read()[-1] == "Yes."


def test_nor_in_another_process(sqlite_url: str) -> None:
    with thrifty(sqlite_url, diner=TWO_TURNS) as house:
        for each in (house, house.beside("web 2", limits=Limits(TWO_TURNS))):
            for _ in range(3):
                writes(each)
            is_forgotten(each)
        assert len(house.model.asked) == 2


def test_nor_with_the_next_message_before_its_note_is_out(database_url: str) -> None:
    with thrifty(database_url, diner=TWO_TURNS) as house:
        for _ in range(4):
            house.clock.passes(10)
            gate = house.twilio.holds()
            house.hears("/forget")
            house.hears("Hello")
            assert house.runner._lanes.join(WAIT_S)
            gate.set()
            assert house.delivery.drain(WAIT_S)
        assert len(house.model.asked) == 1


def test_it_is_known_by_the_id_that_whatsapp_has_of_them(sqlite_url: str) -> None:
    """Whoever hides their number comes back as no other."""
    with thrifty(sqlite_url, diner=TWO_TURNS) as house:
        for text in ("Hello", "Hello", "/forget"):
            identities.hears(house, text, **identities.BOTH)
        assert soon(lambda: not house.diners())
        identities.hears(house, "Hello", **identities.BY_ID)
        assert house.read(identities.TETA) == [apology("no_diner_budget")]


def test_the_sentence_comes_once_whatever_lies_between(sqlite_url: str) -> None:
    with thrifty(sqlite_url, diner=TWO_TURNS) as house:
        for _ in range(3):
            writes(house)
        for _ in range(51):
            writes(house, "/help")
        writes(house)
        assert house.read().count(apology("no_diner_budget")) == 1


def test_a_word_that_is_start_to_others_alone_asks_the_model_no_more(sqlite_url: str) -> None:
    with thrifty(sqlite_url, diner=TWO_TURNS) as house:
        for text in ("Hello", "Hello", "start", "resume"):
            writes(house, text)
        assert len(house.model.asked) == 2


def test_a_count_is_a_minute_old_at_most_whoever_asked_before(sqlite_url: str) -> None:
    with opened(sqlite_url) as house:
        with house.eye.transaction() as session:
            restaurant = restaurants.all_of_them(session)[0]
        counted = [sum(line.usd for line in house.spending.month(restaurant))]
        writes(house)
        for seconds in (58, 2):
            house.clock.passes(seconds)
            counted.append(house.spending.this_month(restaurant))
        assert counted[0] == counted[1] == 0
        assert counted[2] > 0
        writes(house)
        house.clock.passes(FRESH_S)
        house.database.is_away = True
        with pytest.raises(DatabaseUnavailableError):
            house.spending.this_month(restaurant)
        house.database.is_away = False
        house.clock.passes(6)
        assert house.spending.this_month(restaurant) == 2 * counted[2]


def says(house: House, sender: str, text: str = "Hello") -> str | None:
    """Somebody calls `/ai`, and that turn comes to its end: for which cause."""
    house.clock.passes(FRESH_S)
    before = len(house.turns())
    house.talk.say(sender, text).leave()
    assert soon(lambda: len(house.turns()) > before and house.turns()[-1].ended_at)
    return house.turns()[-1].cause


def test_who_calls_by_http_shares_one_budget_and_each_hears_of_its_end(database_url: str) -> None:
    with opened(database_url, limits=Limits(api_a_day=TWO_CALLS)) as house:
        asked = [says(house, sender) for sender in ("table-1", "table-2", "table-3", "table-3")]
        assert asked == [None, None, "no_diner_budget", "no_diner_budget"]
        assert house.turns()[-1].reply == apology("no_diner_budget")
        writes(house, diner=BOB)
        assert house.read(BOB) == ["Yes."]
        house.clock.passes(2 * HALF_A_DAY_S)
        assert says(house, "table-1") is None


def test_who_is_forgotten_gives_no_budget_back(database_url: str) -> None:
    with opened(database_url, limits=Limits(api_a_day=TWO_CALLS)) as house:
        for sender in ("table-1", "table-2"):
            says(house, sender)
            house.talk.say(sender, "/forget").leave()
            assert soon(lambda: not house.diners())
        assert says(house, "table-3") == "no_diner_budget"


def test_a_month_that_is_spent_is_told_to_each_call_by_http(sqlite_url: str) -> None:
    with thrifty(sqlite_url, month=TWO_CALLS) as house:
        assert [says(house, "table-1") for _ in range(4)] == [None, None, "no_budget", "no_budget"]
        assert house.turns()[-1].reply == apology("no_budget")
