"""The staff's words about the menu, from their phones: done in order, told in words, taken back."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from knowledge.menu_noted import noted
from models import audit, menu, menu_changes, opening_hours, restaurants, staff
from models.diners import WHATSAPP, Known
from models.menu import MenuItem
from models.menu_changes import MenuChange
from models.restaurants import Restaurant
from personas.tool import ToolContext, answer_call
from personas.waiter import WAITER
from tests.engine.clock import ManualClock, soon
from tests.engine.world import ALICE, BOB, CHARLIE, KIGALI, RESTAURANT, House, opened

COOK, OWNER = ALICE, CHARLIE
DISHES = {
    "whole-tilapia": ("Whole grilled tilapia (for two)", "16000"),
    "small-tilapia": ("Grilled tilapia (for one)", "9500"),
    "pilau": ("Pilawu (spiced rice with beef)", "6000"),
    "espresso": ("Espresso", "2000"),
    "double-espresso": ("Double espresso", "2500"),
}


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    with kitchen(sqlite_url) as house:
        yield house


@pytest.fixture
def either(database_url: str) -> Iterator[House]:
    """On either database."""
    with kitchen(database_url) as house:
        yield house


@contextmanager
def kitchen(url: str) -> Iterator[House]:
    """Sunday, 1 March, 14:00 in Kigali, open until eleven; Alice cooks, and Charlie owns it."""
    with opened(url, ManualClock()) as house:
        with house.eye.transaction() as session:
            restaurant_id = restaurants.store(session, RESTAURANT)
            menu.store(session, restaurant_id, [_dish(slug) for slug in DISHES])
            hours = [
                {"what": "", "day": day, "opens": "07:00", "closes": "23:00", "name": ""}
                for day in opening_hours.WEEKDAYS
            ]
            opening_hours.store(session, restaurant_id, hours)
            staff.add(session, restaurant_id, COOK, ["kitchen"], None)
            staff.add(session, restaurant_id, OWNER, ["owner"], None)
        yield house


def _dish(slug: str) -> dict[str, Any]:
    name, price = DISHES[slug]
    return {
        "slug": slug,
        "name": name,
        "price": Decimal(price),
        "description": "As at home.",
        "image_url": "",
        "category": "Mains",
        "dietary": [],
        "allergens": [],
        "keywords": ["samaki"] if "tilapia" in slug else [],
        "available": True,
    }


def told(house: House, words: str, who: str = COOK) -> str:
    """What somebody reads when they have written this."""
    before = len(house.read(who))
    house.hears(words, who)
    assert soon(lambda: len(house.read(who)) > before)
    return house.read(who)[-1].replace("\u00a0", " ")  # which keeps a price on one line


def items(house: House) -> dict[str, MenuItem]:
    with house.eye.transaction() as session:
        return {item.slug: item for item in session.scalars(select(MenuItem))}


def off(house: House) -> set[str]:
    now = house.clock.now()
    return {
        slug
        for slug, item in items(house).items()
        if item.sold_out_until and item.sold_out_until > now
    }


def record(house: House) -> Sequence[MenuChange]:
    with house.eye.transaction() as session:
        return session.scalars(select(MenuChange).order_by(MenuChange.id)).all()


def test_a_dish_is_off_until_the_service_ends_and_back_by_undo(either: House) -> None:
    assert told(either, "/86 pilawu") == (
        "*Pilawu (spiced rice with beef)* is off the menu until 23:00. /undo takes it back."
    )
    assert off(either) == {"pilau"}
    assert told(either, "/undo") == (
        "Taken back: *Pilawu (spiced rice with beef)* is on the menu again."
    )
    assert off(either) == set()


def test_of_several_it_is_asked_which_and_all_of_them_go_by_an_all(house: House) -> None:
    assert told(house, "/86 Tilapia").startswith(
        "Which one? Send its number behind the words, as /86 Tilapia 1, or /86 Tilapia all:\n1. *W"
    )
    assert off(house) == set()
    answer = told(house, "/86 Tilapia all")
    assert answer.startswith("2 dishes are off the menu until 23:00:\n1. *Whole grilled tilapia")
    assert off(house) == {"whole-tilapia", "small-tilapia"}
    assert told(house, "/undo").startswith("Taken back:\n- *Whole grilled tilapia")
    assert told(house, "/86 tilapia 2").startswith("*Grilled tilapia (for one)* is off")
    assert off(house) == {"small-tilapia"}
    told(house, "/86 all tilapia")
    assert told(house, "/back tilapia").startswith("Which one?")
    told(house, "/back tilapia all")
    assert off(house) == set()
    assert "/price tilapia 1 9000:" in told(house, "/price tilapia 9000", OWNER)


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("espresso", {"espresso"}),  # the whole name, though another has the word
        ("double espreso", {"double-espresso"}),  # mistyped, and only one is like it
        ("samaki", set()),  # by the keywords of two: it is asked which
        ("samaki 1", {"whole-tilapia"}),
        ("samaki all", {"whole-tilapia", "small-tilapia"}),
        ("tilapia all, espresso", {"whole-tilapia", "small-tilapia", "espresso"}),
        ("tilapia, espresso", set()),
        ("all", set()),
        ("the pilawu", {"pilau"}),
        ("pilawu, Espresso", {"pilau", "espresso"}),
        ("pilawu; tilapia 2; double espreso", {"pilau", "small-tilapia", "double-espresso"}),
        ("pilawu\nespresso", {"pilau", "espresso"}),
        ("pilawu\n/86 espresso", {"pilau", "espresso"}),
        ("pilawu\n 86: espresso", {"pilau", "espresso"}),
        ("poisson", set()),  # a word for the kind
        ("poisson all", {"whole-tilapia", "small-tilapia"}),
        ("riz", set()),  # and one dish has it, but is not called so
        ("pilawu, pizza", set()),
        ("pilawu, samaki", set()),
        ("tilapia 3", set()),
        ("tilapia 0", set()),
        ("pizza", set()),
    ],
)
def test_a_dish_is_meant_as_people_type_it(house: House, words: str, slugs: set[str]) -> None:
    told(house, f"/86 {words}")
    assert off(house) == slugs


def test_what_is_not_clear_is_asked_and_what_is_not_there_is_told(house: House) -> None:
    assert told(house, "/86 samaki") == (
        "Which one? Send its number behind the words, as /86 samaki 1, or /86 samaki all:\n"
        "1. *Whole grilled tilapia (for two)*\n2. *Grilled tilapia (for one)*"
    )
    assert told(house, "/86 pizza") == ('I find no "pizza" on the menu. Send more of its name.')
    assert 'I find no "double tilapia" on the menu. The nearest: *' in told(
        house, "/86 double tilapia"
    )
    assert record(house) == []


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("/86 pilawu today", "23:00"),
        ("/86 pilawu ce soir", "23:00"),
        ("/86 pilawu till tonight", "23:00"),
        ("/86 pilawu until today", "23:00"),
        ("/86 pilawu until stasera", "23:00"),
        ("/86 pilawu until closing time", "23:00"),
        ("/86 pilawu jusqu'à demain soir", "17:00 tomorrow"),
        ("/86 pilawu hadi kesho", "05:00 tomorrow"),
        ("/86 pilawu pour 2 jours", "05:00 on Tuesday, 3 March"),
        ("/86 pilawu until 18:30", "18:30"),
        ("/86 pilawu until tomorrow", "05:00 tomorrow"),
        ("/86 pilawu till friday", "05:00 on Friday, 6 March"),
        ("/86 pilawu until demain soir", "17:00 tomorrow"),
        ("/86 pilawu 2 days", "05:00 on Tuesday, 3 March"),
        ("/86 pilawu for a week", "05:00 on Sunday, 8 March"),
        ("/86 pilawu 3 hours", "17:00"),
        ("/86 pilawu for good", "further notice"),
    ],
)
def test_until_when_may_be_said(house: House, words: str, until: str) -> None:
    assert f"is off the menu until {until}. /undo" in told(house, words)


@pytest.mark.parametrize(
    "words", ["until it rains", "until yesterday", "9999 weeks until 1999-01-01"]
)
def test_an_end_that_is_none_is_asked_for(house: House, words: str) -> None:
    assert told(house, f"/86 pilawu {words}").startswith("Until when? ")
    assert off(house) == set()


def test_it_is_back_by_itself_and_by_a_word(house: House) -> None:
    told(house, "/86 tilapia all 1 hour")
    assert told(house, "/back tilapia 1").startswith("*Whole grilled tilapia (for two)* is on the")
    assert off(house) == {"small-tilapia"}
    house.clock.passes(3600)
    assert off(house) == set()
    assert told(house, "/back tilapia").startswith("Nothing of that was off the menu: *Whole")


def test_who_says_no_time_shortens_nothing_that_a_colleague_said(house: House) -> None:
    told(house, "/86 pilawu until tomorrow", OWNER)
    assert told(house, "/86 pilawu") == (
        "Off the menu already: *Pilawu (spiced rice with beef)* until 05:00 tomorrow."
    )
    assert told(house, "/86 pilawu, Espresso") == (
        "*Espresso* is off the menu until 23:00. /undo takes it back.\n"
        "Off the menu already: *Pilawu (spiced rice with beef)* until 05:00 tomorrow."
    )
    told(house, "/undo")
    assert off(house) == {"pilau"}
    assert "until 18:00. /undo" in told(house, "/86 pilawu until 18:00")


def test_what_is_off_is_listed(house: House) -> None:
    assert told(house, "/86") == (
        "Nothing is off the menu. What runs out, /86 takes off: /86 tilapia"
    )
    told(house, "/86 pilawu")
    assert told(house, "/86") == "Off the menu: *Pilawu (spiced rice with beef)* until 23:00."


@pytest.mark.parametrize("words", ["/86pilawu", "86 pilawu", "86: pilawu", "86pilawu"])
def test_what_a_cook_calls_out_is_done_without_a_slash(house: House, words: str) -> None:
    assert told(house, words).startswith("*Pilawu (spiced rice with beef)* is off the menu")


def test_a_price_is_changed_and_taken_back(either: House) -> None:
    assert told(either, "/price grilled tilapia for one 9,800", OWNER) == (
        "*Grilled tilapia (for one)* costs RWF 9,800 now, instead of RWF 9,500."
        " /undo takes it back."
    )
    assert items(either)["small-tilapia"].price == 9_800
    assert told(either, "/undo", OWNER) == (
        "Taken back: *Grilled tilapia (for one)* costs RWF 9,500 again."
    )
    assert items(either)["small-tilapia"].price == 9_500


@pytest.mark.parametrize(
    ("words", "price"),
    [
        ("espresso 2200", "2200"),
        ("Espresso RWF 2 200", "2200"),
        ("espresso 2.200", "2200"),
        ("espresso 2200 frw", "2200"),
        ("espresso 20000", "2000"),  # ten times as much
        ("espresso 200", "2000"),
        ("espresso 20000!", "20000"),
        ("espresso 3k", "3000"),
        ("espresso ٢٢٠٠", "2200"),
        ("espresso ２２００", "2200"),
        ("espresso + 500", "2000"),
        ("espresso +500", "2000"),
        ("espresso 20000 !", "20000"),
        ("espresso 2200.50", "2000"),  # francs have no cents
        ("espresso €2", "2000"),
        ("espresso -2200", "2000"),
        ("espresso 0", "2000"),
        ("espresso", "2000"),
        ("2200", "2000"),
        ("espresso " + "9" * 40 + "!", "2000"),
    ],
)
def test_a_price_is_read_as_money_and_a_slip_is_not(house: House, words: str, price: str) -> None:
    told(house, f"/price {words}", OWNER)
    assert items(house)["espresso"].price == Decimal(price)


@pytest.mark.parametrize(
    "price",
    ["£ 6500", "£6500", "6500 £", "US$ 6500", "$ 6 500", "EUR 6500", "euro 6 500", "KES 6500"],
)
def test_who_names_another_currency_is_told_ours(house: House, price: str) -> None:
    answer = told(house, f"/price pilawu {price}", OWNER)
    assert items(house)["pilau"].price == 6_000
    assert "is not in RWF, which the restaurant's money is in" in answer


@pytest.mark.parametrize("price", ["Rs. 6500", "12, 6500", "12 , 6500", "12. 6500"])
def test_a_part_of_a_price_is_no_price(house: House, price: str) -> None:
    assert "6500' is no amount" in told(house, f"/price pilawu {price}", OWNER)
    assert items(house)["pilau"].price == 6_000


@pytest.mark.parametrize("price", ["0", "0 RWF", "0!"])
def test_a_price_of_nothing_is_refused_and_said_why(house: House, price: str) -> None:
    refused = told(house, f"/price espresso {price}", OWNER)
    assert refused.endswith("(a price is more than 0).")


def test_a_large_step_is_asked_for_once_more(house: House) -> None:
    assert told(house, "/price espresso 20000", OWNER) == (
        "*Espresso* costs RWF 2,000. If it is to be RWF 20,000, send it once more with a mark:"
        " /price espresso 20000!"
    )


def test_a_price_is_of_one_dish(house: House) -> None:
    assert told(house, "/price tilapia 9900", OWNER) == (
        "Which one? Send its number behind the words, as /price tilapia 1 9900:\n"
        "1. *Whole grilled tilapia (for two)*\n2. *Grilled tilapia (for one)*"
    )
    told(house, "/price tilapia 2 9900", OWNER)
    prices = [items(house)[slug].price for slug in ("small-tilapia", "whole-tilapia")]
    assert prices == [9_900, 16_000]


@pytest.mark.parametrize(
    "words", ["/86 pilawu", "/back pilawu", "/price pilawu 6500", "/undo", "/86"]
)
def test_who_is_not_on_the_staff_reads_what_any_unknown_word_is_told(
    house: House, words: str
) -> None:
    word = words.split(maxsplit=1)[0]
    unknown = told(house, "/nonsense", BOB)
    assert told(house, words, BOB) == unknown.replace("/nonsense", word)
    assert "*/86*" not in unknown
    assert record(house) == []


def test_a_cook_sets_no_prices_and_is_not_told_that_they_could(house: House) -> None:
    assert "I don't know /price" in told(house, "/price pilawu 6500")
    helps = told(house, "/help")
    assert ("*/86*" in helps, "*/price*" in helps) == (True, False)
    assert "*/price*" in told(house, "/help", OWNER)


def test_the_staff_of_another_restaurant_is_none_here(house: House) -> None:
    with house.eye.transaction() as session:
        other = restaurants.store(
            session, RESTAURANT | {"slug": "other", "number": "whatsapp:+250788999999"}
        )
        staff.add(session, other, BOB, ["owner"], None)
    house.clock.passes(2)
    assert "I don't know /86" in told(house, "/86 pilawu", BOB)


def test_everybody_takes_back_what_they_did_themselves(house: House) -> None:
    told(house, "/86 pilawu")
    told(house, "/86 espresso", OWNER)
    assert "*Espresso* is on the menu again" in told(house, "/undo", OWNER)
    assert told(house, "/undo", OWNER).startswith("There is nothing to take back")
    assert off(house) == {"pilau"}


def test_changes_are_taken_back_one_after_the_other(either: House) -> None:
    told(either, "/86 pilawu")
    told(either, "/86 pilawu until friday")
    assert told(either, "/undo") == (
        "Taken back: *Pilawu (spiced rice with beef)* is off the menu until 23:00."
    )
    told(either, "/undo")
    assert off(either) == set()


def test_who_may_set_no_prices_any_more_takes_none_back(house: House) -> None:
    told(house, "/price pilawu 6500", OWNER)
    with house.eye.transaction() as session:
        staff.remove(session, 1, OWNER)
        staff.add(session, 1, OWNER, ["kitchen"], None)
    house.clock.passes(2)
    assert told(house, "/undo", OWNER).startswith("There is nothing to take back")
    assert items(house)["pilau"].price == 6_500


def test_what_somebody_else_changed_since_stays(house: House) -> None:
    told(house, "/86 pilawu")
    told(house, "/back pilawu", OWNER)
    assert told(house, "/undo") == (
        "That can't be taken back: Pilawu (spiced rice with beef) changed since then."
    )


def test_a_day_later_nothing_is_taken_back(house: House) -> None:
    told(house, "/86 pilawu for good")
    house.clock.passes(timedelta(days=1, minutes=1).total_seconds())
    assert told(house, "/undo").startswith("There is nothing to take back")
    assert off(house) == {"pilau"}


def test_every_change_is_on_record(either: House) -> None:
    told(either, "/price pilawu 6500", OWNER)
    told(either, "/undo", OWNER)
    (change,) = record(either)
    assert (change.made_by, change.kind) == (OWNER, "price")
    assert change.dishes == [
        {
            "item_id": items(either)["pilau"].id,
            "name": "Pilawu (spiced rice with beef)",
            "before": "6000.00",
            "after": "6500.00",
        }
    ]
    assert change.undone_at is not None


def test_what_the_chat_changes_is_in_the_audit(either: House) -> None:
    told(either, "/price pilawu 6500", OWNER)
    told(either, "/undo", OWNER)
    told(either, "/86 pilawu")
    with either.eye.transaction() as session:
        kept = reversed(audit.latest(session, 1, 9))
        changes = [(each.by, each.what, each.before, each.after) for each in kept]
    before, after = {"price": "RWF 6,000"}, {"price": "RWF 6,500"}
    assert changes[:2] == [
        (OWNER, "menu.price_changed", before, after),
        (OWNER, "menu.price_changed", after, before),
    ]
    assert changes[2] == (COOK, "menu.sold_out", None, {"sold out": "until 23:00"})


def test_a_change_that_is_closed_twice_is_undone_once(either: House) -> None:
    told(either, "/86 pilawu")
    now = either.clock.now()
    with either.eye.transaction() as session:
        kigali = session.get_one(Restaurant, 1)
        change = menu_changes.last_made(session, kigali, [COOK], now - timedelta(days=1))
    assert change is not None
    with either.eye.connection() as connection:
        menu_changes.undo(connection, change, noted(kigali, now), now=now)
    told(either, "/86 pilawu until friday", OWNER)
    with either.eye.connection() as connection:
        menu_changes.undo(connection, change, noted(kigali, now), now=now)
    assert off(either) == {"pilau"}


def test_the_next_answer_to_anybody_knows_it(either: House) -> None:
    """Of another process too, at once."""
    other = either.beside()
    assert [each["name"] for each in looked_up(other, "pilawu")["items"]] == [DISHES["pilau"][0]]
    told(either, "/86 pilawu")
    answer = looked_up(other, "pilawu")
    assert (answer["items"], answer["unavailable"]) == (
        [],
        [{"name": DISHES["pilau"][0], "why": "sold out until 23:00"}],
    )
    told(either, "/undo")
    assert looked_up(other, "pilawu")["items"]


def looked_up(house: House, query: str) -> dict[str, Any]:
    """What the waiter's tool answers in this process."""
    with house.database.transaction() as session:
        restaurant = restaurants.by_number(session, KIGALI)
    assert restaurant is not None
    now = house.clock.now().astimezone(ZoneInfo("Africa/Kigali"))
    diner = Known(1, WHATSAPP, BOB, KIGALI, None, None)
    context = ToolContext(house.database, restaurant, diner, 1, "call_1", frozenset(), now)
    call = answer_call(WAITER.tools, "lookup_menu", json.dumps({"query": query}), context)
    found: dict[str, Any] = json.loads(call.text)
    return found


def test_staff_words_keep_their_order_among_other_messages(house: House) -> None:
    for words in ("/86 pilawu", "/undo", "/86 espresso"):
        house.hears(words, COOK)
    assert soon(lambda: len(house.read(COOK)) == 3)
    assert off(house) == {"espresso"}


def test_a_price_beyond_all_sense_is_refused_with_the_most_that_there_may_be(house: House) -> None:
    refused = told(house, "/price pilawu 99,999,999,999!", OWNER)
    assert refused.endswith("(a price is 1,000,000,000 at most).")
