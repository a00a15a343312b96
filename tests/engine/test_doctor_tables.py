"""What the doctor reads in the tables: menus, hours, pictures, books, people, templates, money."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Executable, delete, insert, text, update

from engine.doctor import books, costs, menus, people, pictures, waiting
from engine.doctor import rollout as rolled_out
from engine.doctor.costs import Counted
from engine.doctor.finding import Finding, Level
from engine.spending import Spending
from knowledge.clock import Clock
from knowledge.costs import AS_OF, DEFAULT
from models import drafts, rollout, staff, turns
from models.bubbles import Bubble
from models.database.engine import Database
from models.diners import WHATSAPP, Diner
from models.inbox import Message
from models.menu import MenuItem
from models.meter import ErasedUse
from models.opening_hours import OpeningHours
from models.restaurants import Restaurant
from models.tax import TaxRule
from models.turns import Result, Turn
from personas.rights import Books
from tests.models.desk import Desk
from tests.sandbox.twilio.world import KIGALI

NOW = datetime.now(UTC)
TODAY = NOW.date()
CLOCK = Clock(now=lambda: NOW)  # midnight may pass meanwhile
COOK = "whatsapp:+250788000077"
PRICED = Counted(DEFAULT, has_own=False, budget=Decimal(0), model="gpt-realtime-2.1-mini")


@pytest.fixture
def database(stocked_sqlite_url: str) -> Iterator[Database]:
    database = Database(stocked_sqlite_url)
    yield database
    database.close()


def write(database: Database, statement: Executable) -> None:
    with database.transaction() as session:
        session.execute(statement)


def to_look_at(found: Iterator[Finding]) -> list[Finding]:
    return [each for each in found if each.level is not Level.OK]


def only(found: Iterator[Finding]) -> Finding:
    (one,) = to_look_at(found)
    assert one.what_to_do
    return one


def test_the_samples_have_nothing_to_look_at(stocked_url: str) -> None:
    database = Database(stocked_url)
    assert to_look_at(menus.look(database, KIGALI)) == []
    assert to_look_at(books.look(database, TODAY)) == []
    assert to_look_at(waiting.look(database, NOW)) == []
    spending = Spending(database, CLOCK, DEFAULT)
    assert to_look_at(costs.look(database, spending, PRICED, AS_OF)) == []
    database.close()


def test_without_a_restaurant_nothing_works(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    found = only(menus.look(database, KIGALI))
    assert (found.name, found.level) == ("restaurants", Level.WRONG)
    database.close()


def test_a_number_that_no_restaurant_has_is_told(database: Database) -> None:
    found = only(menus.look(database, "whatsapp:+250788999999"))
    assert (found.name, found.level) == ("restaurants", Level.WARN)
    write(database, text("UPDATE restaurants SET number = 'none:' || slug"))
    assert only(menus.look(database, KIGALI)).level is Level.WRONG


def test_a_menu_without_a_dish_is_wrong(database: Database) -> None:
    write(database, update(MenuItem).where(MenuItem.restaurant_id == 1).values(available=False))
    found = only(menus.look(database, KIGALI))
    assert (found.name, found.level) == ("menu", Level.WRONG)


def test_dishes_without_a_price_are_named(database: Database) -> None:
    write(database, update(MenuItem).where(MenuItem.id <= 5).values(price=Decimal(0)))
    found = only(menus.look(database, KIGALI))
    assert found.name == "menu.prices"
    assert found.sentence.endswith("and 2 more.")


def test_dishes_that_state_nothing_are_named(database: Database) -> None:
    write(database, update(MenuItem).where(MenuItem.id == 1).values(free_of=None))
    found = only(menus.look(database, KIGALI))
    assert found.name == "menu.allergens"
    assert "free_of" in found.what_to_do


def test_a_dish_whose_words_say_more_than_its_lists_is_told(database: Database) -> None:
    said: dict[str, Any] = {
        "name": "Prawns in cream",
        "allergens": [],
        "may_contain": None,
        "free_of": [],
    }
    write(database, update(MenuItem).where(MenuItem.id == 1).values(**said))
    found = only(menus.look(database, KIGALI))
    assert found.name == "menu.allergens"
    assert "Prawns in cream" in found.sentence


def test_a_restaurant_without_hours_is_told(database: Database) -> None:
    write(database, delete(OpeningHours).where(OpeningHours.restaurant_id == 1))
    assert only(menus.look(database, KIGALI)).name == "hours"


def test_a_time_zone_that_is_none_is_wrong_and_stops_no_other_look(database: Database) -> None:
    write(database, update(Restaurant).where(Restaurant.id == 1).values(timezone="Africa/Kigalli"))
    found = only(menus.look(database, KIGALI))
    assert (found.name, found.level) == ("hours", Level.WRONG)
    spending = Spending(database, CLOCK, DEFAULT)
    assert len(list(costs.look(database, spending, PRICED, AS_OF))) == 2


@pytest.mark.parametrize(
    "url", ["/media/menu/nobody-drew-it.jpg", "http://inzozi.example/a.jpg", "a picture"]
)
def test_a_picture_that_can_never_be_sent_is_told(database: Database, url: str) -> None:
    write(database, update(MenuItem).where(MenuItem.id == 1).values(image_url=url))
    found = only(pictures.look(database, lambda _: ""))
    assert "neither one of ours nor an address of https" in found.sentence


def test_pictures_of_one_fault_are_told_in_one_line(database: Database) -> None:
    write(database, update(MenuItem).values(image_url="http://inzozi.example/" + MenuItem.slug))
    found = only(pictures.look(database, lambda _: ""))
    assert found.sentence.startswith("The pictures of ")
    assert " more do not load" in found.sentence
    told = [each.name for each in menus.look(database, KIGALI)]
    assert "menu.allergens" not in told


def test_a_picture_that_its_host_does_not_give_is_told_with_why(database: Database) -> None:
    url = "https://inzozi.example/isombe.jpg"
    write(database, update(MenuItem).where(MenuItem.id == 1).values(image_url=url))
    found = only(pictures.look(database, lambda _: "HTTP 404"))
    assert "does not load: HTTP 404." in found.sentence
    assert to_look_at(pictures.look(database, lambda _: "")) == []


def test_no_more_pictures_are_asked_for_than_there_is_time(database: Database) -> None:
    write(database, text("UPDATE menu_items SET image_url = 'https://inzozi.example/' || id"))
    asked: list[str] = []

    def fault_of(url: str) -> str:
        asked.append(url)
        return ""

    (found,) = pictures.look(database, fault_of)
    assert len(asked) == pictures.MOST
    assert "more were not looked at" in found.sentence


def test_rules_that_nobody_checked_for_a_year_are_told(database: Database) -> None:
    old = TODAY - timedelta(days=400)
    write(database, update(TaxRule).where(TaxRule.jurisdiction == "RW").values(checked_on=old))
    found = only(books.look(database, TODAY))
    assert found.name == "tax"
    assert f"of RW tax rules for a year, the oldest since {old}" in found.sentence


def test_no_rules_at_all_are_told(database: Database) -> None:
    write(database, delete(TaxRule))
    assert only(books.look(database, TODAY)).name == "tax"


def test_books_that_end_are_told(seeded_sqlite_url: str) -> None:
    database = Database(seeded_sqlite_url)
    later = (TODAY.replace(day=28) + timedelta(days=70)).replace(day=15)
    told = [each for each in to_look_at(books.look(database, later)) if each.name == "books"]
    assert {each.level for each in told} == {Level.WARN}
    assert len(told) == 2
    database.close()


def test_nobody_who_owns_and_nobody_who_answers_is_told(database: Database) -> None:
    told = to_look_at(people.look(database, NOW))
    assert [each.name for each in told] == ["staff.owner", "staff.called"] * 2
    assert "--role owner --restaurant kigali" in told[0].what_to_do


def test_staff_that_whatsapp_does_not_reach_is_told(database: Database) -> None:
    with database.transaction() as session:
        for restaurant_id in (1, 2):
            staff.add(session, restaurant_id, COOK, ["owner"], "Grace")
    told = to_look_at(people.look(database, NOW))
    assert [each.name for each in told] == ["staff.called"] * 2
    wrote(database, COOK)
    assert [each.name for each in to_look_at(people.look(database, NOW))] == ["staff.called"]


def test_who_is_not_answered_by_a_persona_alone_is_told_and_how_that_ends(
    database: Database,
) -> None:
    assert to_look_at(rolled_out.look(database)) == []
    how: dict[str, Any] = {"by": "command line", "now": NOW}
    with database.transaction() as session:
        rollout.allow(session, 1, {"whatsapp:+250788000099": ""}, **how)
        rollout.shadow(session, 2, **how)
    drafted(database, "whatsapp:+250788000097", "whatsapp:+250788000098")
    told = to_look_at(rolled_out.look(database))
    assert {(each.name, each.level) for each in told} == {("rollout", Level.WARN)}
    listed, waits, shadowed = told
    assert "answers the 1 on its list, and the staff" in listed.sentence
    assert listed.what_to_do.startswith("flask --app app rollout open --restaurant kigali")
    assert "1 draft(s)" in waits.sentence
    assert "shadow mode" in shadowed.sentence
    assert shadowed.what_to_do.startswith("flask --app app rollout live --restaurant valletta")
    with database.transaction() as session:
        rollout.disallow(session, 1, ["whatsapp:+250788000099"], **how)
    assert "answers nobody, and the staff" in to_look_at(rolled_out.look(database))[0].sentence


def drafted(database: Database, *diners: str) -> None:
    """What each of them asked waits as a draft; the last of them wrote again."""
    desk = Desk(database)
    for diner in diners:
        turn = desk.claimed(desk.write("Fish?", diner=diner))
        with database.connection() as connection:
            turns.end(connection, turn, Result(turns.DRAFTED, "waiter", ""), NOW)
            drafts.write(connection, turn, "Tilapia.", [Bubble("Tilapia.")], NOW)
    desk.write("I am allergic to fish", diner=diners[-1])


@pytest.mark.parametrize(
    ("open_to", "is_production", "words"),
    [
        ({"*"}, True, "to everyone who writes"),
        ({"*@kigali"}, True, "to everyone who writes"),
        ({f"{COOK}@kigalli"}, False, "names kigalli"),
    ],
)
def test_books_that_are_open_too_far_or_to_nobody_are_told(
    database: Database, open_to: set[str], is_production: bool, words: str
) -> None:
    opened = Books(frozenset(open_to), KIGALI)
    found = only(people.of_books(opened, database, is_production=is_production))
    assert words in found.sentence


def test_books_that_are_open_to_a_few_are_fine(database: Database) -> None:
    opened = Books(frozenset({COOK, "*@kigali"}), KIGALI)
    assert to_look_at(people.of_books(opened, database, is_production=False)) == []


@pytest.mark.parametrize(("sent", "words"), [(800, "800 of 1,000"), (1000, "each more costs")])
def test_free_messages_that_are_used_up_are_told(database: Database, sent: int, words: str) -> None:
    took(database, messages_out=sent)
    spending = Spending(database, CLOCK, DEFAULT)
    found = only(costs.look(database, spending, PRICED, AS_OF))
    assert (found.name, found.level) == ("costs.free", Level.WARN)
    assert words in found.sentence


@pytest.mark.parametrize(
    ("budget", "level"), [("5.00", Level.WRONG), ("6.00", Level.WARN), ("60", Level.OK)]
)
def test_a_budget_that_is_spent_is_told(database: Database, budget: str, level: Level) -> None:
    took(database, messages_in=1_000)
    counted = Counted(DEFAULT, has_own=True, budget=Decimal(budget), model="gpt-realtime-2.1-mini")
    told = list(costs.look(database, Spending(database, CLOCK, DEFAULT), counted, AS_OF))
    (found,) = [each for each in told if "Inzozi" in each.sentence and each.name == "costs.budget"]
    assert found.level is level


@pytest.mark.parametrize(
    ("model", "today"),
    [("gpt-realtime-3", AS_OF), ("gpt-realtime-2.1-mini", AS_OF + timedelta(days=400))],
)
def test_prices_that_nobody_knows_or_that_are_old_are_told(
    database: Database, model: str, today: date
) -> None:
    counted = Counted(DEFAULT, has_own=False, budget=Decimal(0), model=model)
    spending = Spending(database, CLOCK, DEFAULT)
    assert only(costs.look(database, spending, counted, today)).name == "costs.prices"


def test_a_message_that_nobody_answers_is_wrong(database: Database) -> None:
    wrote(database, COOK)
    later = NOW + timedelta(minutes=5)
    found = only(waiting.look(database, later))
    assert (found.name, found.level) == ("inbox", Level.WRONG)


def test_what_was_given_up_is_told(database: Database) -> None:
    wrote(database, COOK, state=turns.DEAD)
    found = only(waiting.look(database, NOW))
    assert found.level is Level.WARN
    assert "turns given up: 1" in found.sentence


def took(database: Database, **counts: int) -> None:
    """So much was counted of today in Kigali."""
    quarter = NOW.replace(minute=0, second=0, microsecond=0)
    row = dict.fromkeys((each.name for each in ErasedUse.__table__.columns), 0)
    known = {"number": KIGALI, "quarter": quarter, "persona": "waiter"}
    write(database, insert(ErasedUse).values(**row | known | counts))


def wrote(database: Database, address: str, state: str | None = None) -> None:
    """To the restaurant in Kigali, just now; `state`: of the turn that took it, if one did."""
    diner = Diner(
        channel=WHATSAPP, address=address, number=KIGALI, created_at=NOW, last_message_at=NOW
    )
    with database.transaction() as session:
        session.add(diner)
        session.flush()
        turn_id = None
        if state:
            turn = Turn(
                diner_id=diner.id,
                state=state,
                lease="",
                lease_until=NOW,
                attempts=3,
                started_at=NOW,
                ended_at=NOW,
            )
            session.add(turn)
            session.flush()
            turn_id = turn.id
        session.add(
            Message(
                diner_id=diner.id,
                sid="SMa",
                text="Hello",
                is_keyword=False,
                payload={},
                received_at=NOW,
                turn_id=turn_id,
            )
        )
