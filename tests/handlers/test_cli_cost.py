"""`cost`: what is shown of a day and a month, and what is refused."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from engine.spending import Spending
from handlers.cli.cost import cost_command
from knowledge import costs
from knowledge.clock import Clock
from models import diners, restaurants
from models.database.engine import Database
from models.diners import Diner
from models.inbox import Message
from models.turns import Turn
from settings import Settings
from tests.handlers.terminal import run

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def database(stocked_url: str) -> Iterator[Database]:
    database = Database(stocked_url)
    yield database
    database.close()


def shown(database: Database, *words: str, **settings: Any) -> Any:
    clock = Clock(now=lambda: NOW)
    spending = Spending(database, clock, costs.DEFAULT)
    return run(cost_command(database, spending, Settings(**settings)), *words)


def row(database: Database, at: datetime, persona: str, tokens: int) -> None:
    """A diner's message, answered by this persona."""
    with database.transaction() as session:
        number = restaurants.all_of_them(session)[0].number
        diner = Diner(
            channel=diners.WHATSAPP,
            address=f"whatsapp:+25078800{at:%d%H%M}",
            number=number,
            created_at=at,
            last_message_at=at,
        )
        session.add(diner)
        session.flush()
        turn = Turn(
            diner_id=diner.id, state="done", persona=persona, lease="", lease_until=at,
            attempts=1, started_at=at, input_tokens=tokens,
        )  # fmt: skip
        session.add(turn)
        session.flush()
        message = Message(
            diner_id=diner.id, sid=f"SM{at:%d%H%M}", text="Hi", is_keyword=False,
            payload={}, received_at=at, turn_id=turn.id,
        )  # fmt: skip
        session.add(message)


def test_the_month_by_day_and_persona_in_the_restaurants_own_time(database: Database) -> None:
    row(database, datetime(2026, 10, 31, 21, 59, tzinfo=UTC), "waiter", 7)  # October in Kigali
    row(database, datetime(2026, 10, 31, 22, 1, tzinfo=UTC), "waiter", 1_000_000)
    row(database, NOW, "cfo", 2_000_000)
    done = shown(database, "--month", "--restaurant", "kigali", restaurant_monthly_budget=10)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[2] == ["2026-11-01", "waiter", "1", "1", "0", "1,000,000", "0", "0", "0", "0.6050"]
    assert lines[3] == ["2026-11-26", "cfo", "1", "1", "0", "2,000,000", "0", "0", "0", "1.2050"]
    assert lines[4] == ["all", "2", "2", "0", "3,000,000", "0", "0", "0", "1.8100"]
    assert lines[5] == ["1.81", "of", "10.00", "this", "month"]
    today = shown(database, "--restaurant", "kigali").stdout
    assert "2026-11-26" in today
    assert "2026-11-01" not in today
    assert "2026-10-31" in shown(database, "--month", "2026-10").stdout


def test_a_slip_is_named(database: Database) -> None:
    assert "must be a year and a month, as in 2026-11" in shown(database, "--month", "11").stderr
    assert "no restaurant nowhere" in shown(database, "--restaurant", "nowhere").stderr


def test_the_prices_of_the_settings_are_read(database: Database) -> None:
    given = Settings(prices="text_in=0.5, whatsapp_RW=$0.004; message_in=0")  # type: ignore[arg-type]
    assert given.prices == {
        "text_in": Decimal("0.5"),
        "whatsapp_rw": Decimal("0.004"),
        "message_in": 0,
    }


def test_a_price_that_is_named_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="names a price twice"):
        Settings(prices="text_in=1,text_in=2")  # type: ignore[arg-type]
