"""The figures page: who sees which numbers of which restaurant and month, and their charts."""

import pytest

from handlers.console.application import console
from handlers.console.mounted import AT
from handlers.openapi.operations import OPERATIONS
from handlers.openapi.shapes import FiguresTold
from models import undelivered
from tests.console.world import ADA, CAROL, GRACE, House
from tests.engine.clock import ManualClock
from tests.models.console.world import World
from tests.models.desk import BOB, Desk


@pytest.fixture
def kigali(house: House, clock: ManualClock) -> House:
    """Where two diners were answered today, one of them late."""
    world = World(Desk(house.database))
    world.talks("Fish?", "Tilapia")
    world.talks("Soup?", "Yes", diner=BOB, at=60)
    clock.passes(120)
    return house


def test_money_is_shown_to_whoever_may_see_the_books(kigali: House) -> None:
    ada, carol = kigali.signed_in(ADA), kigali.signed_in(CAROL)
    assert "US dollars" in ada.get("/kigali/figures").text
    assert ada.get("/kigali/figures.json").json["month"]["us_dollars"] > 0  # type: ignore[index]
    assert "$" not in carol.get("/kigali/figures").text
    assert "us_dollars" not in carol.get("/kigali/figures.json").text


@pytest.mark.parametrize(("address", "is_shown"), [(ADA, True), (CAROL, False)])
def test_what_a_persona_took_is_for_whoever_may_see_the_books(
    kigali: House, address: str, is_shown: bool
) -> None:
    guest = kigali.signed_in(address)
    shown = guest.get("/kigali/figures").text
    assert ("Tokens in" in shown, "Sound" in shown) == (is_shown, is_shown)
    assert 'data-label="Answers"' in shown
    taken_along = guest.get("/kigali/figures.json").text
    assert ("tokens" in taken_along, "sound" in taken_along) == (is_shown, is_shown)
    assert '"turns"' in taken_along


def test_todays_messages_are_drawn_and_told_in_words(kigali: House) -> None:
    shown = kigali.signed_in(ADA).get("/kigali/figures").text
    assert "Messages by hour: 2 written by diners, 2 sent to them." in shown
    assert "<title>14:00: 2</title>" in shown


def test_what_was_refused_and_then_let_go_did_not_arrive(house: House, clock: ManualClock) -> None:
    world = World(Desk(house.database))
    world.talks("Fish?", "Tilapia")
    part = world.ends(world.begins("Rice?", at=9), "Yes", at=11)
    assert part is not None
    world.desk.fail(part, 63016, at=12)
    with house.database.transaction() as session:
        assert undelivered.drop(session, [part.id], None)
    clock.passes(60)
    assert "50.0 %" in house.signed_in(ADA).get("/kigali/figures").text


def test_figures_can_be_taken_along(kigali: House) -> None:
    told = kigali.signed_in(ADA).get("/kigali/figures.json").json
    assert told is not None
    assert told["today"]["sent_s"] == {"p50": 2.0, "p95": 2.0, "answers": 2}
    assert told["month"]["deliveries"] == [{"end": "delivered", "code": None, "messages": 2}]
    assert [each["persona"] for each in told["month"]["personas"]] == ["waiter"]


@pytest.mark.parametrize("address", [ADA, CAROL])
def test_they_are_as_described(kigali: House, address: str) -> None:
    FiguresTold.model_validate(kigali.signed_in(address).get("/kigali/figures.json").json)


def test_another_restaurants_figures_are_its_own(kigali: House) -> None:
    shown = kigali.signed_in(GRACE).get("/valletta/figures").text
    assert "Messages by hour: 0 written by diners, 0 sent to them." in shown


def test_a_month_before_is_shown_with_the_way_back(kigali: House, clock: ManualClock) -> None:
    clock.passes(31 * 86_400)
    ada = kigali.signed_in(ADA)
    assert "March 2026</a>" in ada.get("/kigali/figures").text
    march = ada.get("/kigali/figures?month=2026-03").text
    assert "Messages by day: 2 written by diners, 2 sent to them." in march
    assert "April 2026</a>" in march
    assert "Today" not in march


@pytest.mark.parametrize("month", ["2026-13", "2027-01", "2025-12", "x", "2026-1", "٢٠٢٦-٠١"])
def test_a_month_that_is_none_is_not_there(kigali: House, month: str) -> None:
    assert kigali.signed_in(ADA).get(f"/kigali/figures?month={month}").status_code == 404


def test_what_programs_may_read_of_the_console_is_described(house: House) -> None:
    rules = map(str, console(house.parts).url_map.iter_rules())
    assert {f"{AT}{rule}" for rule in rules if rule.endswith(".json")} == {
        each.rule for each in OPERATIONS if each.rule.startswith(AT)
    }
