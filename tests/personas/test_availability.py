"""The menu at its hour: what is sold out or served at another one is not offered, but told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from knowledge.seed import seed
from knowledge.serving import FOR_GOOD
from models.database.columns import Base
from models.database.engine import Database
from models.menu import MenuItem
from personas.tool import ToolContext
from tests.personas.conftest import TODAY
from tests.personas.test_waiters_tools import call

PANCAKES = "Banana pancakes with Nyungwe honey"
BREAKFAST = {"name": PANCAKES, "why": "served 07:00-11:00 (breakfast)"}


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The samples, of which some dishes are sold out."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('kitchen') / 'samples.db'}")
    Base.metadata.create_all(database.engine)
    seed(database, today=TODAY, kigali_number="whatsapp:+14155238886")
    yield database
    database.close()


def local(context: ToolContext, written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=context.now.tzinfo)


def asked(context: ToolContext, query: str, now: str, at: str | None = None) -> dict[str, Any]:
    """What `lookup_menu` answers at a time of the clock; 26 November 2026 is a Thursday."""
    arguments = {"query": query} | ({"at": at} if at else {})
    return call(replace(context, now=local(context, now)), "lookup_menu", **arguments)


def names(answer: dict[str, Any]) -> list[str]:
    return [item["name"] for item in answer["items"]]


def test_at_its_hour_a_dish_is_offered(kigali: ToolContext) -> None:
    answer = asked(kigali, "pancakes", "2026-11-26 09:00")
    assert names(answer)[0] == PANCAKES
    assert "unavailable" not in answer


def test_at_another_hour_it_is_told_when_it_is_served(kigali: ToolContext) -> None:
    answer = asked(kigali, "pancakes", "2026-11-26 15:00")
    assert PANCAKES not in names(answer)
    assert BREAKFAST in answer["unavailable"]


def test_where_nothing_of_it_is_served_now_that_is_said(kigali: ToolContext) -> None:
    answer = asked(kigali, "breakfast", "2026-11-26 15:00")
    assert (answer["items"], answer["found"]) == ([], 0)
    assert "when it is served" in answer["note"]
    assert "Nothing on the menu fits" not in answer["note"]


@pytest.mark.parametrize("now", ["2026-11-26 23:30", "2026-11-27 03:00"])
def test_while_the_house_is_closed_all_that_it_serves_is_found(
    kigali: ToolContext, now: str
) -> None:
    answer = asked(kigali, "pancakes", now)
    assert names(answer)[0] == PANCAKES
    assert answer["house"].startswith("closed until 07:00")


def test_an_overview_offers_what_there_is_and_lists_nothing_else(kigali: ToolContext) -> None:
    answer = asked(kigali, "", "2026-11-26 15:00")
    assert answer["items"]
    assert "unavailable" not in answer
    assert not any(item["category"] == "Breakfast" for item in answer["items"])


def test_it_may_be_for_another_time(kigali: ToolContext) -> None:
    answer = asked(kigali, "pancakes", "2026-11-26 15:00", at="tomorrow breakfast")
    assert names(answer)[0] == PANCAKES
    assert answer["house"] == "Friday, 27 November, 09:00: open until midnight"
    evening = asked(kigali, "pancakes", "2026-11-26 09:00", at="2026-11-26T20:00")
    assert PANCAKES not in names(evening)


def test_another_time_may_find_the_house_closed(valletta: ToolContext) -> None:
    answer = asked(valletta, "timpana", "2026-11-26 15:00", at="Monday lunch")
    assert names(answer)[0].startswith("Timpana")
    assert (
        answer["house"] == "Monday, 30 November, 13:00: closed until 08:00 on Tuesday, 1 December"
    )


@pytest.mark.parametrize("at", ["when it rains", "2020-01-01T19:00"])
def test_a_time_that_is_none_is_told_with_what_to_send(kigali: ToolContext, at: str) -> None:
    answer = asked(kigali, "pancakes", "2026-11-26 15:00", at=at)
    assert list(answer) == ["error"]
    assert answer["error"].startswith("at: ")


def test_what_is_sold_out_is_told_until_it_is_back(kigali: ToolContext, kitchen: Database) -> None:
    context = replace(kigali, database=kitchen)
    until = local(kigali, "2026-11-27 05:00")
    _sell_out(kitchen, "timpana", until)
    _sell_out(kitchen, "isombe", until)
    answer = asked(context, "isombe", "2026-11-26 15:00")
    assert "Isombe (cassava leaves with peanut)" not in names(answer)
    assert {
        "name": "Isombe (cassava leaves with peanut)",
        "why": "sold out until 05:00 tomorrow",
    } in answer["unavailable"]
    back = asked(context, "isombe", "2026-11-26 15:00", at="tomorrow lunch")
    assert "Isombe (cassava leaves with peanut)" in names(back)
    assert "unavailable" not in asked(context, "isombe", "2026-11-27 05:00")


def test_what_is_sold_out_is_so_while_the_house_is_closed(
    kigali: ToolContext, kitchen: Database
) -> None:
    _sell_out(kitchen, "tilapia-small", FOR_GOOD)
    answer = asked(replace(kigali, database=kitchen), "tilapia", "2026-11-26 02:00")
    why = {each["name"]: each["why"] for each in answer["unavailable"]}
    assert why == {"Grilled tilapia (for one)": "sold out until further notice"}


def _sell_out(database: Database, slug: str, until: datetime) -> None:
    with database.transaction() as session:
        session.execute(update(MenuItem).where(MenuItem.slug == slug).values(sold_out_until=until))


def test_a_period_that_the_house_no_longer_has_is_at_no_time(
    kigali: ToolContext, kitchen: Database
) -> None:
    with kitchen.transaction() as session:
        session.execute(update(MenuItem).where(MenuItem.slug == "pilau").values(served=["brunch"]))
    answer = asked(replace(kigali, database=kitchen), "pilau", "2026-11-26 15:00")
    assert answer["unavailable"] == [{"name": _pilau(kitchen), "why": "served brunch"}]


def _pilau(database: Database) -> str:
    with database.transaction() as session:
        item = session.query(MenuItem).filter_by(slug="pilau").one()
        return item.name


def test_an_hour_makes_no_difference_to_what_nobody_limits(valletta: ToolContext) -> None:
    first = local(valletta, "2026-11-26 00:00")
    found = {
        tuple(names(asked(valletta, "rabbit", f"{first + timedelta(hours=hour):%Y-%m-%d %H:%M}")))
        for hour in range(24)
    }
    assert len(found) == 1
